"""When a notice of which nobody knows whether it arrived is sent again: after a minute, ever more rarely, five times
in all.

Kept in memory. A process that starts counts anew, from the moment it first sees such a notice: one that another process
is just sending is left to it, and a bot that dies while sending tells the same at most once a minute.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

PAUSES: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15))
"""Before the second, third, fourth and fifth try: an outage of twenty minutes is outlived."""


@dataclass(slots=True)
class _Doubt:
    since: datetime | None
    tries: int = 0


class Doubts:
    """What is in doubt at one run of the staff bot."""

    def __init__(self) -> None:
        self._known: dict[int, _Doubt] = {}

    def due(self, unsure: Collection[int], waiting: Collection[int], now: datetime) -> list[int]:
        """Which of `unsure` to send again now. `waiting` are those about to be sent; all others are settled and
        forgotten."""
        self._known = {number: doubt for number, doubt in self._known.items() if number in unsure or number in waiting}
        return [number for number in unsure if self._is_due(self._known.setdefault(number, _Doubt(now)), now)]

    def _is_due(self, doubt: _Doubt, now: datetime) -> bool:
        if doubt.since is None:
            doubt.since = now
        if doubt.tries == len(PAUSES) or now - doubt.since < PAUSES[doubt.tries]:
            return False
        doubt.tries += 1
        doubt.since = None
        return True
