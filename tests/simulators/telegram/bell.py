"""Tells waiting threads and waiting coroutines that something changed on the platform."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable


class Bell:
    """`ring` after every change, from any thread. A coroutine takes `next()` before it looks: it misses nothing."""

    def __init__(self, lock: threading.RLock) -> None:
        self._changed = threading.Condition(lock)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._next: asyncio.Future[None] | None = None

    def belongs_to(self, loop: asyncio.AbstractEventLoop | None) -> None:
        with self._changed:
            self._loop = loop

    def ring(self) -> None:
        with self._changed:
            self._changed.notify_all()
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._ring_here)

    def next(self) -> asyncio.Future[None]:
        """On the loop only: done at the next ring."""
        if self._next is None:
            assert self._loop is not None
            self._next = self._loop.create_future()
        return self._next

    def wait(self, condition: Callable[[], bool], seconds: float) -> bool:
        """In a thread: until the condition holds (looked at under the lock), or the real seconds are over."""
        ends = time.monotonic() + seconds
        with self._changed:
            while not condition():
                rest = ends - time.monotonic()
                if rest <= 0:
                    return False
                self._changed.wait(min(rest, 1.0))
            return True

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        """Does it on the loop after so many real seconds; never, if the loop ends before."""
        with self._changed:
            if (loop := self._loop) is not None:
                loop.call_soon_threadsafe(lambda: loop.call_later(seconds, act))

    def _ring_here(self) -> None:
        if self._next is not None:
            self._next.set_result(None)
            self._next = None
