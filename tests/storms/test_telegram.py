"""R7–R9: storms on the way to Telegram. What a counsellor said is never lost, and comes twice only where the platform's
answer was; an emergency is sent at once, whatever queues. Ten minutes of each with `make long`."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

import httpx
import pytest

from tests.crash.telegram_people import TelegramWriter
from tests.simulators.telegram import Call, Faults, Person, Telegram, telegram
from tests.storms.helpline import Helped, Helpline, helpline, says

SENDING: Final = frozenset({"sendMessage", "editMessageReplyMarkup", "deleteMessages"})
FAULTS: Final[dict[str, Callable[[Faults, float], None]]] = {
    "429": lambda faults, seconds: faults.flood(seconds, retry_after=2, methods=SENDING),
    "lost_answers": lambda faults, seconds: faults.lose_answers(seconds, methods=SENDING),
    "500": lambda faults, seconds: faults.errors(seconds, status=500, methods=SENDING),
    "black_hole": lambda faults, seconds: faults.black_hole(seconds, methods=SENDING),
    "half_open": lambda faults, seconds: faults.half_open(seconds, methods=SENDING),
}
AT_ONCE: Final = 2.0  # seconds until an emergency is on its way
OVER: Final = timedelta(minutes=11)  # longer than any row is put back (R7)
LAST_SECONDS: Final = 60.0
IMPATIENT: Final = 1_000_000


@dataclass(frozen=True)
class Storm:
    """How long, how many chats queue with how many taps, how often a counsellor speaks, how many are in need."""

    seconds: float
    queue: int
    taps: int
    helped: int
    every: float
    needs: int


@dataclass(frozen=True)
class Crowd:
    """Everybody in the house."""

    jana: httpx.AsyncClient
    helped: Sequence[Helped]
    queue: Sequence[TelegramWriter]
    frightened: Sequence[Person]


SHORT: Final = Storm(seconds=2.4, queue=26, taps=1, helped=3, every=0.8, needs=2)
LONG: Final = Storm(seconds=600, queue=40, taps=10, helped=6, every=5.0, needs=8)


def test_r8_short_storms(tmp_path: Path, sqlite_at_head: tuple[Path, Path]) -> None:
    """One after the other, in one house."""
    blow(list(FAULTS), SHORT, tmp_path, sqlite_at_head)


@pytest.mark.long
@pytest.mark.parametrize("fault", FAULTS)
def test_r8_long_storm(fault: str, tmp_path: Path, sqlite_at_head: tuple[Path, Path]) -> None:
    blow([fault], LONG, tmp_path, sqlite_at_head)


def blow(faults: Sequence[str], storm: Storm, folder: Path, at_head: Sequence[Path]) -> None:
    async def story(platform: Telegram) -> None:
        chance = random.Random(9)
        async with helpline(folder, at_head, platform) as house, house.helped(storm.helped) as (jana, helped):
            queue = [
                TelegramWriter(platform, random.Random(chance.random()), "de", IMPATIENT) for _ in range(storm.queue)
            ]
            await asyncio.gather(*(writer.start() for writer in queue))
            crowd = Crowd(jana, helped, queue, await house.people(storm.needs))
            for fault in faults:
                await through(house, storm, crowd, fault)

    with telegram() as platform:
        asyncio.run(story(platform))
        assert platform.broken == []


async def through(house: Helpline, storm: Storm, crowd: Crowd, fault: str) -> None:
    platform = house.platform
    began = len(platform.calls)
    FAULTS[fault](platform.faults, storm.seconds)
    for writer in crowd.queue:
        await writer.write(storm.taps)
    speaking = asyncio.create_task(speaks(crowd, storm, fault))
    waits = []
    for person in crowd.frightened:
        await asyncio.sleep(storm.seconds / (storm.needs + 1))
        waits.append(await emergency(house, person))
    await speaking
    assert any(call.fault for call in platform.calls[began:]), "there was a storm"
    platform.faults.clear()
    house.advance(OVER)
    await house.sees(lambda: all(each.has_everything for each in crowd.helped), LAST_SECONDS)
    await house.sees(lambda: all(was_helped(platform, person, began) for person in crowd.frightened), LAST_SECONDS)
    print({"fault": fault, "emergencies": [round(wait, 2) for wait in waits], "calls": len(platform.calls) - began})
    assert max(waits) < AT_ONCE
    for each in crowd.helped:
        assert each.heard == each.told, "in the order it was said"
        for text in each.told:
            check_repeats(calls(platform, each.person, text))


async def speaks(crowd: Crowd, storm: Storm, fault: str) -> None:
    for number in range(round(storm.seconds / storm.every)):
        for each in crowd.helped:
            await says(crowd.jana, each, f"Nachricht {number} bei {fault}")
        await asyncio.sleep(storm.every)


async def emergency(house: Helpline, person: Person) -> float:
    """Seconds until what answers it is on its way, however often that fails afterwards."""
    platform = house.platform
    asked, before = platform.clock(), len(platform.calls)
    person.says("/notfall")
    found: list[Call] = []

    def sent() -> bool:
        later = platform.calls[before:]
        found[:] = [one for one in later if one.method == "sendMessage" and one.params["chat_id"] == person.chat_id]
        return bool(found)

    await house.sees(sent)
    return (found[0].at - asked).total_seconds()


def was_helped(platform: Telegram, person: Person, since: int) -> bool:
    """A card with numbers has come in this storm."""
    mine = (one for one in platform.calls[since:] if one.params.get("chat_id") == person.chat_id)
    return any(one.answered == 200 and "112" in one.params.get("text", "") for one in mine)


def calls(platform: Telegram, person: Person, text: str) -> list[Call]:
    return [
        one
        for one in platform.calls
        if one.method == "sendMessage" and one.params["chat_id"] == person.chat_id and one.params["text"].endswith(text)
    ]


def check_repeats(tries: Sequence[Call]) -> None:
    """Once the platform's "done" had reached us, the message was never sent again."""
    done = [number for number, call in enumerate(tries) if call.answered == 200]
    assert done == [len(tries) - 1]
