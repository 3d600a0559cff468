"""Waking open streams. One subscription per process; a notice wakes the streams of that conversation only."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from bot.db.wake import Subscription

STREAMS_PER_CHAT: Final = 4
POLL_SECONDS: Final = 5.0


class Ear:
    """One open stream. `ended` is true when the process stops or newer streams of the chat took its place."""

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self.ended = False

    def wake(self) -> None:
        self._event.set()

    def end(self) -> None:
        self.ended = True
        self._event.set()

    async def wait(self, timeout: float) -> bool:  # noqa: ASYNC109 - a wait that ends is the point
        """True when there may be something new, False after `timeout` seconds of silence."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._event.wait(), timeout)
        heard = self._event.is_set()
        self._event.clear()
        return heard


class Live:
    """All open streams of this process, by `conversations.ref`."""

    def __init__(self, subscribe: Callable[[], Subscription]) -> None:
        self._subscribe = subscribe
        self._ears: dict[str, list[Ear]] = {}
        self._subscription: Subscription | None = None
        self._closed = False

    async def run(self) -> None:
        """Hand notices on until `close`."""
        with self._subscribe() as subscription:
            self._subscription = subscription
            while not self._closed:
                for _topic, ref in await subscription.wait(POLL_SECONDS):
                    self._wake(ref)

    def close(self) -> None:
        """End every stream, and those still to come."""
        self._closed = True
        if self._subscription is not None:
            self._subscription.offer(("web", ""))
        for ears in self._ears.values():
            for ear in ears:
                ear.end()

    @contextmanager
    def listen(self, ref: str) -> Iterator[Ear]:
        ear = Ear()
        ears = self._ears.setdefault(ref, [])
        ears.append(ear)
        if self._closed:
            ear.end()
        for crowded in ears[:-STREAMS_PER_CHAT]:
            crowded.end()
        try:
            yield ear
        finally:
            ears.remove(ear)
            if not ears:
                self._ears.pop(ref, None)

    def _wake(self, ref: str) -> None:
        heard = [self._ears.get(ref, [])] if ref else list(self._ears.values())
        for ears in heard:
            for ear in ears:
                ear.wake()
