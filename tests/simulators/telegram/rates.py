"""Telegram's rates as windows that slide: so many calls in so many seconds, else 429 with the seconds to wait.

Telegram publishes "about one a second per chat, short bursts pass", "20 a minute per group", "about 30 a second" and no
more (core.telegram.org/bots/faq); edits and chat actions count too. A group has its own limit instead of the chat's.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

COUNTED = frozenset({"sendMessage", "editMessageText", "editMessageReplyMarkup", "sendChatAction"})


@dataclass(frozen=True)
class Rates:
    """Each limit is (calls, seconds)."""

    chat: tuple[int, float] = (5, 5.0)
    group: tuple[int, float] = (20, 60.0)
    total: tuple[int, float] = (30, 1.0)


class Meter:
    """Counts what passed. `retry_after` gives None and counts the call, or whole seconds and does not."""

    def __init__(self, rates: Rates | None, clock: Callable[[], datetime]) -> None:
        self._rates = rates
        self._clock = clock
        self._passed: dict[tuple[str, int], deque[datetime]] = {}

    def retry_after(self, bot: str, chat_id: int) -> int | None:
        if self._rates is None:
            return None
        now = self._clock()
        own = self._rates.group if chat_id < 0 else self._rates.chat
        windows = [((bot, chat_id), own), ((bot, 0), self._rates.total)]
        waits = [self._wait(key, limit, now) for key, limit in windows]
        if any(waits):
            return max(1, math.ceil(max(waits)))
        for key, _ in windows:
            self._passed[key].append(now)
        return None

    def _wait(self, key: tuple[str, int], limit: tuple[int, float], now: datetime) -> float:
        calls, seconds = limit
        passed = self._passed.setdefault(key, deque())
        while passed and now - passed[0] >= timedelta(seconds=seconds):
            passed.popleft()
        if len(passed) < calls:
            return 0.0
        return max(0.001, seconds - (now - passed[0]).total_seconds())
