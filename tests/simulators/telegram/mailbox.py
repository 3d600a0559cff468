"""Updates that wait for one bot: numbering, expiry, allowed kinds, and what an offset confirms.

Rules: core.telegram.org/bots/api#getting-updates; how the official server really numbers and forgets (an offset more
than ten beyond the newest number counts as none, a number is random after a week without updates): tdlib's TQueue.
Everything here is called under the platform's lock.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

FAR_AHEAD: Final = 10
FORGETS_NUMBERS_AFTER: Final = timedelta(days=7)
NOT_UNASKED: Final = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""Kinds that come only when they are named in `allowed_updates`."""

Clock = Callable[[], datetime]
Source = Hashable


@dataclass(eq=False)
class Waiting:
    """One update. `source` is the queue it stands in for a webhook; `handed` counts how often the bot got it."""

    number: int
    update: dict[str, Any]
    source: Source
    expires: datetime
    handed: int = 0


class Mailbox:
    """The updates of one bot, oldest first."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._next = random.randrange(100_000_000, 900_000_000)
        self._jump: int | None = None
        self._last_put: datetime | None = None
        self._waiting: list[Waiting] = []
        self.allowed: list[str] = []
        self.twice = False
        """Every update is handed over a second time, as Telegram does when it is unsure whether we have it."""

    def wants(self, kind: str) -> bool:
        return kind in self.allowed if self.allowed else kind not in NOT_UNASKED

    def put(self, content: dict[str, Any], source: Source, lives: timedelta) -> dict[str, Any]:
        """Gives the update its number and queues it; an `update_id` it brought along is kept, whatever it is."""
        now = self._clock()
        self._drop_expired()
        if self._last_put is not None and now - self._last_put > FORGETS_NUMBERS_AFTER and self._jump is None:
            self._jump = random.randrange(1, 900_000_000)
        if self._jump is not None and not self._waiting:
            self._next, self._jump = self._jump, None
        self._last_put = now
        update = {"update_id": self._next, **content}
        number = update["update_id"] if isinstance(update["update_id"], int) else self._next
        self._next = max(self._next, number) + 1
        self._waiting.append(Waiting(number, update, source, now + lives))
        return update

    def jump(self, number: int) -> None:
        """As after a week of silence: the next number is this one, as soon as nothing waits any more."""
        self._jump = number

    def fetch(self, offset: int | None, limit: int) -> list[dict[str, Any]]:
        """What getUpdates answers. An offset confirms, and thereby forgets, everything below it."""
        self._drop_expired()
        if offset is not None and offset < 0:
            self._waiting = self._waiting[offset:]
        elif offset is not None and offset <= self._next + FAR_AHEAD:
            self._waiting = [one for one in self._waiting if one.number >= offset or self._once_more(one)]
        batch = self._waiting[:limit]
        for one in batch:
            one.handed += 1
        return [one.update for one in batch]

    def first(self, source: Source) -> Waiting | None:
        """The head of one queue, for a webhook."""
        self._drop_expired()
        return next((one for one in self._waiting if one.source == source), None)

    def accepted(self, one: Waiting) -> None:
        """A webhook said 2xx."""
        one.handed += 1
        if not self._once_more(one) and one in self._waiting:
            self._waiting.remove(one)

    def sources(self) -> Iterator[Source]:
        self._drop_expired()
        return iter(dict.fromkeys(one.source for one in self._waiting))

    def clear(self) -> None:
        self._waiting.clear()

    def __len__(self) -> int:
        self._drop_expired()
        return len(self._waiting)

    def _once_more(self, one: Waiting) -> bool:
        return self.twice and one.handed == 1

    def _drop_expired(self) -> None:
        now = self._clock()
        if any(one.expires <= now for one in self._waiting):
            self._waiting = [one for one in self._waiting if one.expires > now]
