"""R2 on Telegram: SIGTERM and kill -9 of door and worker in the middle of updates, fetched or brought; every tap is
answered, in the order of its chat. Counted in the chats; our database is never asked.

A message that was on its way when the worker was killed may have arrived: flow answers are then sent once more (R8).
So a repeat has such a death between its two arrivals, and a worker that is told to end leaves none behind.
"""

from __future__ import annotations

import asyncio
import random
import signal
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from bot.turns.outbox import AT_ONCE, CLAIM
from tests.crash.killing import Death, Plan, Roles, is_whole, kill_loop, roles
from tests.crash.telegram_people import TelegramWriter, tally
from tests.simulators.telegram import Telegram, telegram
from tests.simulators.web_person import Tally
from tests.stories.telegram_house import SECRET, Mode, set_webhook

BOTH: Final = (signal.SIGKILL, signal.SIGTERM)
LONG: Final = Plan(messages=1_000, chats=50, kills=12, ways=BOTH)
HOUSE_SQLITE: Final = Plan(messages=20_000, chats=50, kills=200)
HOUSE_POSTGRES: Final = Plan(messages=5_000, chats=50, kills=50)
MODES: Final[tuple[Mode, ...]] = ("polling", "webhook")
Urls = tuple[str, str]


@dataclass(frozen=True)
class Course:
    """How a loop went: what was counted, and when which answer came again."""

    tally: Tally
    repeats: Sequence[tuple[datetime, datetime]]


async def talk(running: Roles, plan: Plan, platform: Telegram) -> Course:
    chance = random.Random(plan.seed)
    people = [
        TelegramWriter(platform, random.Random(chance.random()), "de" if n % 2 else "nl") for n in range(plan.chats)
    ]
    seen = await kill_loop(running, plan, people, lambda: tally(people))
    return Course(seen, [pair for person in people for pair in person.repeats()])


def run(folder: Path, mode: Mode, plan: Plan, *, urls: Urls | None = None, twice: bool = False) -> None:
    """`twice`: the platform hands every update over a second time."""
    main_url, keyring_url = urls or (None, None)
    with telegram(retry_seconds=0.1) as platform:
        platform.faults.repeat(twice)
        settings = {
            "WEGWEISER_TELEGRAM__TOKEN": platform.token,
            "WEGWEISER_TELEGRAM__API_URL": platform.url,
            "WEGWEISER_TELEGRAM__MODE": mode,
            "WEGWEISER_TELEGRAM__WEBHOOK_SECRET": SECRET,
        }
        leases = CLAIM + timedelta(seconds=5)
        names = ("public", "worker")
        with roles(
            folder, main_url=main_url, keyring_url=keyring_url, names=names, leases=leases, more=settings
        ) as running:
            if mode == "webhook":
                set_webhook(platform, f"{running.home.chat_url}/telegram/webhook")
            began = time.monotonic()
            course = asyncio.run(talk(running, plan, platform))
            figures = {"kills": running.kills, "seconds": round(time.monotonic() - began)}
            print({"mode": mode, **asdict(course.tally), **figures})
        assert platform.broken == []
    assert running.kills == plan.kills
    check(course, plan, running.deaths)
    if urls is None:
        assert is_whole(folder / "data" / "main.sqlite")
        assert is_whole(folder / "data" / "keyring.sqlite")


def check(course: Course, plan: Plan, deaths: Sequence[Death]) -> None:
    seen = course.tally
    assert seen.sent == plan.messages // plan.chats * plan.chats
    assert (seen.lost, seen.disordered) == (0, 0)
    killed = [death.at for death in deaths if (death.role, death.how) == ("worker", signal.SIGKILL)]
    assert seen.twice == len(course.repeats) <= len(killed) * AT_ONCE
    for first, second in course.repeats:
        assert any(first <= at <= second for at in killed), "repeated without a death between"


@pytest.mark.parametrize(("mode", "way"), list(zip(MODES, BOTH, strict=True)))
def test_r2_short_kill_loop(mode: Mode, way: signal.Signals, tmp_path: Path) -> None:
    run(tmp_path, mode, Plan(messages=60, chats=20, kills=2, ways=(way,)))


@pytest.mark.long
@pytest.mark.parametrize("mode", MODES)
def test_r2_kill_loop(mode: Mode, tmp_path: Path) -> None:
    run(tmp_path, mode, LONG)


@pytest.mark.long
def test_r2_kill_loop_of_the_house_on_sqlite(tmp_path: Path) -> None:
    run(tmp_path, "polling", HOUSE_SQLITE, twice=True)


@pytest.mark.long
@pytest.mark.postgres
def test_r2_kill_loop_of_the_house_on_postgres(tmp_path: Path, postgres_urls: Urls) -> None:
    run(tmp_path, "webhook", HOUSE_POSTGRES, urls=postgres_urls, twice=True)
