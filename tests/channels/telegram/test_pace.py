"""R9: how fast we talk, measured on a clock that only sleeping moves."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Coroutine
from typing import Any

from bot.channels import pace as pacing
from bot.channels.telegram.pace import pace


class Hourglass:
    """Time passes when everybody sleeps: the one who wakes first moves it."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self._sleeping: list[tuple[float, int, asyncio.Future[None]]] = []
        self._count = 0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._count += 1
        heapq.heappush(self._sleeping, (self.now + seconds, self._count, woken))
        await woken

    def run(self, *doing: Coroutine[Any, Any, Any]) -> None:
        async def all_of_them() -> None:
            tasks = [asyncio.ensure_future(each) for each in doing]
            while not all(task.done() for task in tasks):
                for _ in range(5):
                    await asyncio.sleep(0)
                if self._sleeping:
                    self.now, _, woken = heapq.heappop(self._sleeping)
                    woken.set_result(None)
            await asyncio.gather(*tasks)

        asyncio.run(all_of_them())


class Talk:
    """What is let through, and when."""

    def __init__(self) -> None:
        self.glass = Hourglass()
        self.pace = pace(self.glass, self.glass.sleep)
        self.passed: list[tuple[float, str]] = []

    async def says(self, chat: str, times: int = 1) -> None:
        for _ in range(times):
            await self.pace.turn(chat)
            self._note(chat)

    async def urges(self, chat: str) -> None:
        await self.pace.overtake(chat)
        self._note(chat)

    async def edits(self, chat: str, times: int = 1) -> None:
        for _ in range(times):
            await self.pace.call()
            self._note(chat)

    def run(self, *doing: Coroutine[Any, Any, Any]) -> list[float]:
        self.glass.run(*doing)
        return [round(at - 1_000, 3) for at, _ in self.passed]

    def _note(self, chat: str) -> None:
        self.passed.append((self.glass.now, chat))


def most_within_a_second(times: list[float]) -> int:
    return max(sum(1 for each in times if at <= each < at + 1) for at in times)


def test_r9_a_chat_gets_three_at_once_and_then_one_a_second() -> None:
    talk = Talk()
    first = talk.run(talk.says("mila", 6))
    assert [round(at) for at in first] == [0, 0, 0, 1, 2, 3]


def test_r9_after_a_pause_three_pass_again() -> None:
    talk = Talk()
    talk.run(talk.says("mila", 4))
    talk.glass.now += 60
    talk.passed.clear()
    assert talk.run(talk.says("mila", 3))[-1] < 61.2


def test_r9_never_more_than_thirty_a_second_in_total() -> None:
    talk = Talk()
    times = talk.run(*(talk.says(f"person {n}") for n in range(300)))
    assert most_within_a_second(times) <= 30
    assert times[-1] < 12  # and hardly fewer


def test_r9_chats_that_wait_for_themselves_hold_back_nobody_else() -> None:
    talk = Talk()
    talk.run(*(talk.says(f"flood {n}", 10) for n in range(5)), talk.says("mila"))
    assert next(at for at, chat in talk.passed if chat == "mila") < 1_001


def test_r9_an_emergency_waits_for_nobody() -> None:
    talk = Talk()
    crowd = [talk.says(f"person {n}") for n in range(300)]
    talk.run(*crowd, talk.urges("mila"), talk.urges("mila"))
    assert [at for at, chat in talk.passed if chat == "mila"] == [1_000, 1_000]


def test_r9_a_crowd_of_emergencies_keeps_to_thirty_a_second_too() -> None:
    talk = Talk()
    times = talk.run(*(talk.urges(f"person {n}") for n in range(90)))
    assert most_within_a_second(times) <= 54  # the first second holds what was saved up
    assert times[26] == 0 and times[-1] < 3


def test_r9_calls_that_are_no_messages_count_for_the_total_and_hold_back_no_chat() -> None:
    talk = Talk()
    times = talk.run(talk.edits("mila", 190))
    assert most_within_a_second(times) <= 30
    talk.passed.clear()
    since = talk.glass.now
    talk.run(talk.says("mila", 1))
    assert talk.passed[0][0] < since + 0.2


def test_how_long_a_chat_must_wait_is_told_without_taking_a_place() -> None:
    talk = Talk()
    talk.run(talk.says("mila", 2))
    assert [talk.pace.wait_for("mila") for _ in range(3)] == [0, 0, 0] and talk.pace.wait_for("noor") == 0
    for _ in range(5):
        talk.pace._reserve_chat("mila")
    assert round(talk.pace.wait_for("mila")) == 5


def test_a_flooded_chat_silences_only_itself() -> None:
    talk = Talk()
    talk.pace.silence("mila", 17)
    talk.pace.silence("mila", 3)  # an older answer that came later takes nothing back
    assert talk.pace.silent_for("mila") == 17 and talk.pace.silent_for("noor") == 0
    talk.glass.now += 17
    assert talk.pace.silent_for("mila") == 0


def test_memory_is_bounded() -> None:
    talk = Talk()
    for n in range(pacing.REMEMBERED + 500):
        talk.pace.silence(f"person {n}", 60)
        talk.pace._reserve_chat(f"person {n}")
    assert len(talk.pace._silent) == len(talk.pace._chats) == pacing.REMEMBERED
    assert talk.pace.silent_for(f"person {pacing.REMEMBERED + 499}") == 60
