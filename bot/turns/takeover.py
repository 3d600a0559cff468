"""A counsellor takes, gives back or closes a chat: one act, whether it is done in the desk or in the staff bot.

Who speaks, what the next turn is told and what the audit chain keeps change in one job or not at all.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from bot.cases.facts import Case, StaffRef
from bot.db import chains, inbox
from bot.db.store import Transaction
from bot.db.wake import Wake
from bot.dialogue.events import HandoffChange
from bot.handoff.rules import Claimed, Taken

AUDITED: Final[dict[HandoffChange, str]] = {
    "joined": "case.claimed",
    "returned": "case.handed_back",
    "closed": "case.closed",
}


def complete(
    tx: Transaction, taken: Taken, case: Case, change: HandoffChange, *, sealed: bytes, by: StaffRef, now: datetime
) -> Taken:
    """What belongs to a change of `bot.db.cases` that was `taken` in this job; nothing when it was refused.

    `sealed` is `encode_internal(change)`, sealed for the public zone and this conversation.
    """
    if isinstance(taken, Claimed):
        inbox.store_internal(tx, case.conversation_id, sealed, now)
        chains.append(tx, "audit", AUDITED[change], now, staff=by, case=case.ref)
    return taken


def announce(wake: Wake, case: Case) -> None:
    """After the commit: the turn has something to take, the desk something to show."""
    wake.notify("turns")
    wake.notify("desk", case.ref)
