"""Fetching updates ourselves: ask, store, and only then confirm (R1); nothing is held in memory between the two.

The offset of the next question confirms what came before. It moves only after everything of a batch is committed, and
never past an update that was not in a batch: numbers may start anew at random (platforms/telegram.md 3.1).
While the store is away the same batch is fetched again, so at most its hundred updates are looked at meanwhile.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, Protocol, TypeVar

from bot.channels.contract import RetryAfter
from bot.channels.telegram.api import BATCH, CONFLICT, CallFailed, Garbled
from bot.logs import exception_place, get_logger

FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 30.0
CONFLICT_PAUSE: Final = 5.0  # the server needs about 3 s to tell; another poller may just be ending
STORE_AWAY: Final = 1.0
NOTHING_NEW: Final = 0.5  # a server that does not wait must not be asked without end

Take = Callable[[Sequence[object]], Awaitable[bool]]
"""Keeps raw updates; True once all of them are safe. False: the store is away, deliver again. Never raises."""
T = TypeVar("T")

log = get_logger("telegram")


class Updates(Protocol):
    """`Api.get_updates`."""

    async def get_updates(self, offset: int | None, *, limit: int = BATCH) -> list[object]: ...


class Polling:
    """The loop of one bot. Only one may run per token; a second one gets 409 and waits."""

    def __init__(
        self,
        api: Updates,
        take: Take,
        *,
        pause: Callable[[asyncio.Event, float], Awaitable[None]] | None = None,
        spread: Callable[[], float] = random.random,
    ) -> None:
        """`pause` waits that many seconds or until told to stop."""
        self._api = api
        self._take = take
        self._pause = pause or _pause
        self._spread = spread
        self._offset: int | None = None
        self._limit = BATCH
        self._suspect: int | None = None
        self._failures = 0

    async def run(self, stop: asyncio.Event) -> None:
        """Poll until `stop`; a batch in hand is finished, a waiting question is dropped."""
        while not stop.is_set():
            try:
                seconds = await self._round(stop)
            except CallFailed as failed:
                seconds = self._after(failed)
                log.warning("telegram.poll_failed", status=failed.status, seconds=seconds)
            except Exception as error:  # noqa: BLE001 - the loop outlives any one fault
                seconds = self._longer()
                log.error("telegram.poll_broken", error=type(error).__name__, where=exception_place(error))
            if seconds:
                await self._pause(stop, seconds)

    async def _round(self, stop: asyncio.Event) -> float:
        """Ask once and keep what came; returns how long to wait before the next question. Raises CallFailed."""
        asked_at = asyncio.get_running_loop().time()
        try:
            batch = await _unless(stop, self._api.get_updates(self._offset, limit=self._limit))
        except Garbled as garbled:
            return await self._sort_out(garbled)
        if batch is None:
            return 0.0
        self._limit = BATCH
        taken, following = confirmed(batch, self._offset)
        if not batch:
            self._failures = 0
            return NOTHING_NEW if asyncio.get_running_loop().time() - asked_at < NOTHING_NEW else 0.0
        if following is None:
            log.error("telegram.numbers_missing", count=len(batch))
            return self._longer()
        return await self._keep(taken, following)

    async def _keep(self, batch: Sequence[object], following: int) -> float:
        if not await self._take(batch):
            return STORE_AWAY
        self._offset = following
        self._failures = 0
        return 0.0

    async def _sort_out(self, garbled: Garbled) -> float:
        """One update spoils a whole answer: ask for one at a time until it is found, and step over it.

        Only over one that came garbled twice, and whose number we know: a page of some proxy on the way is no update.
        """
        if self._limit > 1:
            self._limit = 1
            return 0.0
        if garbled.first is None or garbled.first != self._suspect:
            self._suspect = garbled.first
            return self._longer()
        return await self._keep([garbled.body], garbled.first + 1)

    def _after(self, failed: CallFailed) -> float:
        if isinstance(failed.outcome, RetryAfter):
            return failed.outcome.delay.total_seconds()
        if failed.status == CONFLICT:
            return CONFLICT_PAUSE
        return self._longer()

    def _longer(self) -> float:
        """Doubling, with some spread, so that many bots do not come back as one."""
        self._failures += 1
        longest: float = min(FIRST_PAUSE * 2 ** min(self._failures - 1, 10), LONGEST_PAUSE)
        return longest * (0.5 + self._spread() / 2)


def confirmed(batch: Sequence[object], offset: int | None) -> tuple[Sequence[object], int | None]:
    """What of a batch to keep now, and the offset that confirms exactly that.

    Behind the update with the highest number may stand some without one: they come again. A batch without any number
    is the lowest of what waits, so as many numbers can be passed over; without an offset yet there is nowhere to go.
    """
    known = {place: number for place, update in enumerate(batch) if (number := _number(update)) is not None}
    if known:
        last = max(known, key=lambda place: known[place])
        return batch[: last + 1], known[last] + 1
    return batch, None if offset is None else offset + len(batch)


def _number(update: Any) -> int | None:
    number = update.get("update_id") if isinstance(update, dict) else None
    return number if isinstance(number, int) and not isinstance(number, bool) else None


async def _unless(stop: asyncio.Event, asking: Awaitable[T]) -> T | None:
    """The answer, or None when told to stop first."""
    waiting = asyncio.ensure_future(asking)
    stopped = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({waiting, stopped}, return_when=asyncio.FIRST_COMPLETED)
        return waiting.result() if waiting.done() else None
    finally:
        for task in (waiting, stopped):
            task.cancel()
        await asyncio.gather(waiting, stopped, return_exceptions=True)


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
