"""How fast we may talk: about one message a second in one chat, thirty a second in total (R9).

Telegram publishes no exact numbers (core.telegram.org/bots/faq, "My bot is hitting limits", read 2026-11-21); what it
says with 429 counts, and silences that one chat only. Nothing here waits for a chat that was told to be silent: its
row goes back to the outbox, and the hand that held it is free for others.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Final

PER_CHAT: Final = 1.0  # seconds between two messages
BURST: Final = 3  # messages that pass at once after a pause
TOTAL: Final = 1 / 27  # seconds between two calls; with TOTAL_BURST never more than 30 in any second
TOTAL_BURST: Final = 3
URGENT_BURST: Final = 27
REMEMBERED: Final = 10_000  # chats; the one that has been quiet longest is forgotten first


class Pace:
    """One bot's pace in one process. `now` is monotonic, in seconds."""

    def __init__(self, now: Callable[[], float], sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
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
        at, _ = _reserve(self._chats.get(chat, 0.0), now, PER_CHAT, BURST)
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
        at, self._urgent = _reserve(self._urgent, self._now(), TOTAL, URGENT_BURST)
        await self._until(at)

    async def call(self) -> None:
        """Wait until one more call may be made that is no message. It counts for the total only: tidying up hundreds of
        traces must not hold back what is said next in their chat."""
        await self._until(self._reserve_total())

    def _reserve_chat(self, chat: str) -> float:
        at, next_free = _reserve(self._chats.get(chat, 0.0), self._now(), PER_CHAT, BURST)
        self._chats[chat] = next_free
        self._chats.move_to_end(chat)
        _forget(self._chats)
        return at

    def _reserve_total(self) -> float:
        at, self._all = _reserve(self._all, self._now(), TOTAL, TOTAL_BURST)
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
