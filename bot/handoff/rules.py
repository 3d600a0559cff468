"""Who speaks now: waiting, takeover, release. Everything that decides about the speaker lives here.

Pure: facts in, decision out. `db/cases.py` writes the same decisions as conditional updates.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from bot.cases.facts import Case, CaseRef, Holder, StaffRef

Notice = Literal["hours_over", "nobody_free_5", "nobody_free_10", "team_left"]
Why = Literal["crisis", "waiting", "message", "alert", "new"]

HEARTBEAT: Final = timedelta(seconds=30)
PRESENT_FOR: Final = timedelta(seconds=90)
"""A counsellor whose page was last heard of longer ago than this is not here (R17)."""
AWAY_AFTER: Final = timedelta(minutes=3)
"""A counsellor not heard of for so long: the person is told, with somebody who answers now (R17)."""
GONE_AFTER: Final = timedelta(minutes=5)
"""A counsellor not heard of for so long loses the chat: the person waits again (R17)."""
FIRST_WORD, SECOND_WORD = timedelta(minutes=5), timedelta(minutes=10)
"""Open, but nobody took the chat: told again after 5 and 10 minutes (`paths.md` 1.8)."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """The chat is this counsellor's; every word from now on carries `fence`."""

    fence: int


@dataclass(frozen=True, slots=True)
class LostTo:
    """Somebody else has the chat."""

    handle: str


@dataclass(frozen=True, slots=True)
class NotOpen:
    """Nothing to claim or to hold: unknown, closed, erased – or no longer this counsellor's (an old tab)."""


Taken = Claimed | LostTo | NotOpen


@dataclass(frozen=True, slots=True)
class Waiting:
    """One person in the queue. `was_staffed`: a counsellor of the language was signed in when it was last looked;
    `told` are the notices already given since `since`."""

    since: datetime
    silent: bool
    was_staffed: bool = True
    told: frozenset[Notice] = frozenset()


def may_claim(holder: Holder) -> bool:
    """Waiting people and, for an alert, also a chat the bot is leading; never a colleague's, never a closed one."""
    return holder in ("bot", "waiting")


def why(case: Case) -> Why:
    """The reason a line stands where it stands, shown beside it."""
    if case.urgent:
        return "crisis" if case.holder == "waiting" else "alert"
    if case.message_waiting:
        return "message"
    return "waiting" if case.holder == "waiting" else "new"


def order(cases: Iterable[Case]) -> list[Case]:
    """Crisis first, then who is waiting or has left a message, longest first; then the rest by age."""

    def place(case: Case) -> tuple[int, int, datetime, int]:
        since = case.waiting_since or case.opened_at
        in_queue = case.holder == "waiting" or case.message_waiting
        return (0 if case.urgent else 1, 0 if in_queue else 1, since, case.id)

    return sorted(cases, key=place)


def position(cases: Sequence[Case], ref: CaseRef) -> int | None:
    """How many people come before this one, plus one; None when it is not waiting.

    Counts only people of the same language: another team's queue does not make anyone wait.
    """
    waiting = [case for case in order(cases) if case.holder == "waiting"]
    mine = next((case for case in waiting if case.ref == ref), None)
    if mine is None:
        return None
    return 1 + [case.ref for case in waiting if case.language == mine.language].index(ref)


def due_notice(waiting: Waiting, *, open_now: bool, staffed: bool, now: datetime) -> Notice | None:
    """The next honest word to somebody who waits, or None. At most one; each is given once per wait.

    Nothing after a quick exit: no message on the bot's own account (`paths.md` 1.7).
    """
    if waiting.silent:
        return None
    if not open_now:
        return None if "hours_over" in waiting.told else "hours_over"
    if waiting.was_staffed and not staffed and "team_left" not in waiting.told:
        return "team_left"
    waited = now - waiting.since
    if waited >= SECOND_WORD and "nobody_free_10" not in waiting.told:
        return "nobody_free_10"
    if FIRST_WORD <= waited < SECOND_WORD and "nobody_free_5" not in waiting.told:
        return "nobody_free_5"
    return None


def holds(case: Case, staff: int, fence: int) -> bool:
    """Whether this counsellor, from a page that knows this fence, may act on the chat now."""
    return case.holder == "counsellor" and case.counsellor_id == staff and case.fence == fence


__all__ = [
    "FIRST_WORD",
    "GONE_AFTER",
    "PRESENT_FOR",
    "SECOND_WORD",
    "CaseRef",
    "Claimed",
    "LostTo",
    "NotOpen",
    "Notice",
    "StaffRef",
    "Taken",
    "Waiting",
    "Why",
    "due_notice",
    "holds",
    "may_claim",
    "order",
    "position",
    "why",
]
