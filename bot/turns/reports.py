"""What a platform tells later: a message it had taken arrived after all, or did not (R8).

A report that comes before our own note of the call finds the row still being sent, and counts all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, assert_never

from bot.channels.contract import NotSent, Refused, Report, RetryAfter, Sent
from bot.clock import Clock
from bot.db import dead_letters, reports
from bot.db.store import Store, Transaction
from bot.db.wake import Wake
from bot.logs import get_logger
from bot.server_keys import PublicKeys
from bot.turns.proofs import find_row

TRIES: Final = 5
PAUSE: Final = timedelta(seconds=10)
PATIENCE: Final = timedelta(seconds=2)

log = get_logger("turns")


class Reports:
    """The one door for what platforms tell about our messages."""

    def __init__(self, store: Store, keys: PublicKeys, wake: Wake, clock: Clock) -> None:
        self._store = store
        self._keys = keys
        self._wake = wake
        self._clock = clock

    async def note(self, told: Sequence[Report]) -> None:
        """Write down what became of our messages, in the order told; repeating is harmless. Raises StoreUnavailable."""
        found = [(row, report) for report in told if (row := find_row(self._keys, report.proof)) is not None]
        if len(found) < len(told):
            log.warning("reports.unknown", count=len(told) - len(found))
        if not found:
            return
        arrived, failed = await self._store.write(lambda tx: self._note(tx, found), patience=PATIENCE)
        if arrived or failed:
            self._wake.notify("outbox")  # what is said next to the same person waited for this
        if failed:
            self._wake.notify("desk")
        log.info("reports.noted", count=len(found), rows=failed)

    def _note(self, tx: Transaction, found: Sequence[tuple[int, Report]]) -> tuple[int, int]:
        """How many rows had arrived and how many had failed, of those somebody waited for."""
        now = self._clock()
        arrived = failed = 0
        for row, report in found:
            news = _is_news(tx, row, report, now)
            arrived += news and isinstance(report.outcome, Sent)
            failed += news and not isinstance(report.outcome, Sent)
        return arrived, failed


def _is_news(tx: Transaction, row: int, report: Report, now: datetime) -> bool:
    match report.outcome:
        case Sent():
            return reports.has_arrived(tx, row)
        case Refused(reason="window_closed"):
            return reports.has_failed(tx, row, "held", due_at=now, reason="window_closed") is not None
        case Refused(reason=reason):
            return reports.has_failed(tx, row, "refused", due_at=now, reason=reason) is not None
        case RetryAfter() | NotSent():
            return _again(tx, row, report.outcome, now)
        case _ as never:
            assert_never(never)


def _again(tx: Transaction, row: int, outcome: RetryAfter | NotSent, now: datetime) -> bool:
    """It surely did not arrive: send it once more, but not for ever."""
    delay = outcome.delay if isinstance(outcome, RetryAfter) else PAUSE
    tries = reports.tries_of(tx, row)
    if tries < TRIES:
        return reports.has_failed(tx, row, "ready", due_at=now + delay, reason="failed") is not None
    conversation_id = reports.has_failed(tx, row, "dead", due_at=now, reason="failed")
    if conversation_id is None:
        return False
    dead_letters.record(
        tx, source="outbox", reason="failed", tries=tries, now=now, row_id=row, conversation_id=conversation_id
    )
    return True
