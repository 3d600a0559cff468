"""Fetching updates: nothing is confirmed before it is safe, nothing stops the loop, one bad update harms none."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.contract import NotSent, RetryAfter, Uncertain
from bot.channels.telegram.api import CallFailed, Garbled
from bot.channels.telegram.polling import LONGEST_PAUSE, STORE_AWAY, Polling, confirmed
from tests.channels.telegram.updates import text


class Platform:
    """Updates with numbers, as Telegram keeps them: an offset forgets what is below it. What lacks a number to be seen
    has one all the same."""

    def __init__(self, *updates: Any) -> None:
        self.waiting: list[tuple[int, Any]] = []
        for update in updates:
            self.put(update)
        self.asked: list[tuple[int | None, int]] = []
        self.moods: list[Exception] = []
        self.garbles: Callable[[list[Any]], int | None] = lambda _batch: None
        self.quiet: Callable[[], None] = lambda: None

    def put(self, update: Any) -> None:
        shown = update.get("update_id") if isinstance(update, dict) else None
        last = self.waiting[-1][0] if self.waiting else 0
        self.waiting.append((shown if isinstance(shown, int) else last + 1, update))

    async def get_updates(self, offset: int | None, *, limit: int = 100) -> list[object]:
        self.asked.append((offset, limit))
        if self.moods:
            raise self.moods.pop(0)
        if offset is not None:
            self.waiting = [(number, one) for number, one in self.waiting if number >= offset]
        batch = [one for _, one in self.waiting[:limit]]
        if any(self.garbles([one]) is not None for one in batch):
            raise Garbled(f'{{"result":[{{"update_id":{self.garbles(batch)}'.encode())
        if not batch:
            self.quiet()
        return batch


class Loop:
    """One poller over one platform; it is told to stop when nothing is left, or after so many pauses."""

    def __init__(self, platform: Platform, *, most_pauses: int = 50) -> None:
        self.platform = platform
        self.taken: list[list[Any]] = []
        self.pauses: list[float] = []
        self.store_is_there: Callable[[], bool] = lambda: True
        self.stops_when_quiet = True
        self._most = most_pauses

    def run(self) -> Loop:
        asyncio.run(asyncio.wait_for(self._run(), 20))
        return self

    async def _run(self) -> None:
        stop = asyncio.Event()
        if self.stops_when_quiet:
            self.platform.quiet = stop.set

        async def take(batch: Sequence[object]) -> bool:
            if not self.store_is_there():
                return False
            self.taken.append(list(batch))
            return True

        async def pause(_stop: asyncio.Event, seconds: float) -> None:
            self.pauses.append(seconds)
            if len(self.pauses) >= self._most:
                stop.set()

        await Polling(self.platform, take, pause=pause, spread=lambda: 1.0).run(stop)

    @property
    def kept(self) -> list[Any]:
        return [update for batch in self.taken for update in batch]


def test_r1_an_update_is_confirmed_after_it_is_kept() -> None:
    platform = Platform(text("a", 5), text("b", 6))
    loop = Loop(platform).run()
    assert platform.asked == [(None, 100), (7, 100)]
    assert [one["update_id"] for one in loop.kept] == [5, 6]


def test_r11_while_the_store_is_away_the_batch_is_fetched_again() -> None:
    platform = Platform(text("a", 5))
    loop = Loop(platform)
    tries = iter([False, False, True])
    loop.store_is_there = lambda: next(tries)
    loop.run()
    assert platform.asked == [(None, 100), (None, 100), (None, 100), (6, 100)]
    assert len(loop.kept) == 1
    assert loop.pauses == [STORE_AWAY, STORE_AWAY, 0.5]


@pytest.mark.parametrize(
    ("failure", "pause"),
    [
        (CallFailed(RetryAfter(timedelta(seconds=17)), 429), 17),
        (CallFailed(NotSent(), 409), 5),
        (CallFailed(Uncertain(), 500), 1),
        (CallFailed(NotSent()), 1),
        (RuntimeError("something new"), 1),
    ],
)
def test_a_failed_question_is_asked_again_later(failure: Exception, pause: float) -> None:
    platform = Platform(text("a", 5))
    platform.moods = [failure]
    loop = Loop(platform).run()
    assert loop.pauses[0] == pause
    assert len(loop.kept) == 1


def test_r7_pauses_grow_and_end_with_the_first_success() -> None:
    platform = Platform(text("a", 5))
    platform.moods = [CallFailed(NotSent()) for _ in range(8)]
    loop = Loop(platform).run()
    assert loop.pauses[:8] == [1, 2, 4, 8, 16, 30, 30, 30]
    assert max(loop.pauses) == LONGEST_PAUSE
    platform.put(text("b", 6))
    platform.moods, loop.pauses = [CallFailed(NotSent())], []
    assert loop.run().pauses[0] == 1


def test_a_number_that_starts_anew_is_followed() -> None:
    """After a week of silence the next number is random, and may be lower; the server then forgives the offset."""
    kept: list[Any] = []
    asked: list[int | None] = []

    class AfterAWeek:
        async def get_updates(self, offset: int | None, *, limit: int = 100) -> list[object]:
            asked.append(offset)
            return {None: [text("a", 900)], 901: [text("b", 12)]}.get(offset, [])

    async def take(batch: Sequence[object]) -> bool:
        kept.extend(batch)
        return True

    async def story() -> None:
        stop = asyncio.Event()

        async def pause(_stop: asyncio.Event, _seconds: float) -> None:
            stop.set()

        await asyncio.wait_for(Polling(AfterAWeek(), take, pause=pause).run(stop), 10)

    asyncio.run(story())
    assert [one["update_id"] for one in kept] == [900, 12]
    assert asked == [None, 901, 13]


def test_one_garbled_update_among_many_stops_nobody() -> None:
    platform = Platform(*(text("a", number) for number in range(1, 1_001)))
    platform.garbles = lambda batch: next((one["update_id"] for one in batch if one["update_id"] == 500), None)
    loop = Loop(platform).run()
    good = [one["update_id"] for one in loop.kept if isinstance(one, dict)]
    assert good == [number for number in range(1, 1_001) if number != 500]
    assert [one for one in loop.kept if isinstance(one, bytes)] == [b'{"result":[{"update_id":500']


def test_a_page_of_some_proxy_confirms_nothing() -> None:
    platform = Platform(text("a", 5))
    platform.moods = [Garbled(b"<html>Bitte melden Sie sich an</html>") for _ in range(6)]
    loop = Loop(platform).run()
    assert [offset for offset, _ in platform.asked[:7]] == [None] * 7
    assert [one["update_id"] for one in loop.kept] == [5]


def test_a_cut_answer_is_asked_for_again_before_anything_is_given_up() -> None:
    platform = Platform(text("a", 5))
    platform.moods = [Garbled(b'{"ok":true,"result":[{"update_id":5,"mess')] * 2
    loop = Loop(platform).run()
    assert loop.kept == [text("a", 5)]


@pytest.mark.parametrize("broken", [7, None, "x", [], {}, {"update_id": "5"}])
def test_updates_without_a_number_are_kept_once_and_passed_over(broken: Any) -> None:
    platform = Platform(text("a", 5), broken, text("b", 7), broken)
    loop = Loop(platform).run()
    assert loop.kept == [text("a", 5), broken, text("b", 7), broken]


def test_without_any_number_there_is_nothing_to_confirm_and_no_hurry() -> None:
    loop = Loop(Platform({"message": {}}), most_pauses=4).run()
    assert loop.taken == []
    assert loop.pauses == [1, 2, 4, 8]


def test_a_server_that_does_not_wait_is_not_asked_without_end() -> None:
    loop = Loop(Platform(), most_pauses=3)
    loop.stops_when_quiet = False
    assert loop.run().pauses == [0.5, 0.5, 0.5]


def test_r18_told_to_stop_it_drops_the_question_and_finishes_the_batch() -> None:
    async def story() -> None:
        stop, asking, finished = asyncio.Event(), asyncio.Event(), asyncio.Event()

        class Waiting:
            async def get_updates(self, offset: int | None, *, limit: int = 100) -> list[object]:
                if offset is None:
                    return [text("a", 5)]
                asking.set()
                await asyncio.Event().wait()
                raise AssertionError

        async def take(_batch: Sequence[object]) -> bool:
            await asyncio.sleep(0)
            finished.set()
            return True

        running = asyncio.create_task(Polling(Waiting(), take).run(stop))
        await asking.wait()
        stop.set()
        await asyncio.wait_for(running, 5)
        assert finished.is_set()

    asyncio.run(story())


UPDATE = st.integers(0, 50).map(lambda number: {"update_id": number}) | st.sampled_from([None, {}, {"update_id": "x"}])


@given(st.lists(UPDATE, max_size=8), st.none() | st.integers(0, 50))
def test_an_offset_never_confirms_what_was_not_taken(batch: list[Any], offset: int | None) -> None:
    taken, following = confirmed(batch, offset)
    numbered = [one["update_id"] for one in batch if isinstance(one, dict) and isinstance(one.get("update_id"), int)]
    assert list(taken) == batch[: len(taken)]
    assert (following is None) == (offset is None and not numbered)
    if numbered:
        assert following == max(numbered) + 1
        assert max(numbered) in [one.get("update_id") for one in taken if isinstance(one, dict)]
    elif following is not None:
        assert following == (offset or 0) + len(taken)
