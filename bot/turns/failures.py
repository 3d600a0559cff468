"""When a turn cannot be taken: what went wrong is noted, the message moves aside, the person is not left without a
reply, and the next message works (R10)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from bot.channels.contract import PULLED, Inbound, Message
from bot.db import conversations, dead_letters, inbox, outbox, timers
from bot.db.conversations import Held
from bot.db.inbox import Waiting
from bot.db.store import Transaction
from bot.server_keys import NotOpened, PublicKeys
from bot.turns.before import Decided
from bot.turns.payload import UnknownPayload, decode_inbox, encode_message
from bot.turns.turn import MOST, select_rows

TRIES: Final = 3
PAUSES: Final = (timedelta(seconds=0.2), timedelta(seconds=1))
"""Before the second and the third try: a fault that goes away has gone by then, and the person still waits."""


def note(
    tx: Transaction,
    keys: PublicKeys,
    *,
    conversation_id: int,
    token: str,
    now: datetime,
    reason: str,
    help_text: Callable[[str], Message],
) -> Decided | None:
    """Count the failure against what the turn had taken; move it aside when its tries are used up.

    `reason` is the kind of the exception. Several messages that failed together are tried one by one before any
    of them moves aside. None when the lease is lost.
    """
    held = conversations.hold_lease(tx, conversation_id, token=token, now=now)
    if held is None:
        return None
    due = held.turn_due_at is not None and held.turn_due_at <= now
    rows = select_rows(inbox.waiting(tx, conversation_id, most=MOST)) if due else []
    wake: set[tuple[str, str]] = set()
    next_due = held.turn_due_at
    if rows:
        tries = max(inbox.count_try(tx, row.id) for row in rows)
        alone = len(rows) == 1
        if alone and tries >= TRIES:
            wake = _move_aside(tx, keys, held, rows[0], now, reason, tries, help_text)
            next_due = now if inbox.has_waiting(tx, conversation_id) else None
        else:
            next_due = now + PAUSES[min(tries, len(PAUSES)) - 1]
    else:
        wake = _drop_timers(tx, conversation_id, now, reason)
    conversations.give_back(tx, conversation_id, token=token, due_at=next_due, next_seq=held.next_seq)
    return Decided(frozenset(wake))


def _move_aside(
    tx: Transaction,
    keys: PublicKeys,
    held: Held,
    row: Waiting,
    now: datetime,
    reason: str,
    tries: int,
    help_text: Callable[[str], Message],
) -> set[tuple[str, str]]:
    to = held.conversation
    inbox.move_aside(tx, row.id)
    dead_letters.record(tx, source="inbox", reason=reason, tries=tries, now=now, row_id=row.id, conversation_id=to.id)
    payload = keys.seal_queue(to.ref, encode_message(help_text(to.language), _answers(keys, to.ref, row)))
    answer = outbox.NewRow("emergency", "bot", payload)
    channel = outbox.add(tx, to.id, fence=to.fence, rows=[answer], now=now)
    wake = {("desk", "")}
    if channel is not None:
        wake.add(("web", to.ref) if channel in PULLED else ("outbox", ""))
    return wake


def _answers(keys: PublicKeys, ref: str, row: Waiting) -> tuple[str, ...]:
    try:
        letter = decode_inbox(keys.open_queue(ref, row.payload))
    except (NotOpened, UnknownPayload, ValueError):
        return ()
    return (letter.external_id,) if isinstance(letter, Inbound) else ()


def _drop_timers(tx: Transaction, conversation_id: int, now: datetime, reason: str) -> set[tuple[str, str]]:
    """A timer that cannot fire would fail for ever."""
    fired = timers.due(tx, conversation_id, now)
    if not fired:
        return set()
    timers.drop(tx, [timer.id for timer in fired])
    dead_letters.record(
        tx, source="timer", reason=reason, tries=1, now=now, row_id=None, conversation_id=conversation_id
    )
    return {("desk", "")}
