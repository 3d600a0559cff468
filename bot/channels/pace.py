"""How fast we may talk to one messenger: so often to one person, so often in total, and what overtakes (R9).

Nothing here waits for somebody the platform wants left alone: their row goes back to the outbox, and the hand that held
it is free for others.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

REMEMBERED: Final = 10_000  # chats; the one that has been quiet longest is forgotten first


@dataclass(frozen=True, slots=True)
class Rates:
    """Seconds between two messages to one person and between two calls, and how many of each pass at once after a
    pause. `urgent_burst`: emergencies that wait for nobody."""

    per_chat: float
    burst: int
    total: float
    total_burst: int
    urgent_burst: int


class Pace:
    """One sender's pace in one process. `now` is monotonic, in seconds."""

    def __init__(
        self, rates: Rates, now: Callable[[], float], sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._rates = rates
        self._now = now
        self._sleep = sleep
        self._all = self._urgent = 0.0
        self._chats: OrderedDict[str, float] = OrderedDict()
        self._silent: OrderedDict[str, float] = OrderedDict()

    def silence(self, chat: str, seconds: float) -> None:
        """The platform wants this chat left alone for so long."""
        self._silent[chat] = max(self._silent.get(chat, 0.0), self._now() + seconds)
        self._silent.move_to_end(chat)
        _forget(self._silent)

    def silent_for(self, chat: str) -> float:
        """Seconds this chat still has to be left alone; 0 when it may be written to."""
        left = self._silent.get(chat, 0.0) - self._now()
        if left <= 0:
            self._silent.pop(chat, None)
        return max(left, 0.0)

    def wait_for(self, chat: str) -> float:
        """Seconds `turn` would wait for this chat alone now."""
        now = self._now()
        at, _ = _reserve(self._chats.get(chat, 0.0), now, self._rates.per_chat, self._rates.burst)
        return at - now

    async def turn(self, chat: str) -> None:
        """Wait until one more message may go to this chat. First come, first served."""
        await self._until(self._reserve_chat(chat))
        await self._until(self._reserve_total())

    async def overtake(self, chat: str) -> None:
        """An emergency goes now, and everything else waits a little longer for it. Only more emergencies than we may
        make calls in a second wait for each other."""
        self._reserve_chat(chat)
        self._reserve_total()
        at, self._urgent = _reserve(self._urgent, self._now(), self._rates.total, self._rates.urgent_burst)
        await self._until(at)

    async def call(self) -> None:
        """Wait until one more call may be made that is no message. It counts for the total only: tidying up hundreds of
        traces must not hold back what is said next in their chat."""
        await self._until(self._reserve_total())

    def _reserve_chat(self, chat: str) -> float:
        at, next_free = _reserve(self._chats.get(chat, 0.0), self._now(), self._rates.per_chat, self._rates.burst)
        self._chats[chat] = next_free
        self._chats.move_to_end(chat)
        _forget(self._chats)
        return at

    def _reserve_total(self) -> float:
        at, self._all = _reserve(self._all, self._now(), self._rates.total, self._rates.total_burst)
        return at

    async def _until(self, at: float) -> None:
        wait = at - self._now()
        if wait > 0:
            await self._sleep(wait)


def _reserve(next_free: float, now: float, interval: float, burst: int) -> tuple[float, float]:
    """The time of the next place in line, and the new end of the line (generic cell rate algorithm, ITU-T I.371)."""
    end = max(next_free, now)
    return max(now, end - (burst - 1) * interval), end + interval


def _forget(times: OrderedDict[str, float]) -> None:
    while len(times) > REMEMBERED:
        times.popitem(last=False)
