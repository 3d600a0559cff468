"""R2 on Telegram: SIGTERM and kill -9 of door and worker in the middle of updates, fetched or brought; every tap is
answered, in the order of its chat. Counted in the chats; our database is never asked.

A message that was on its way when the worker was killed may have arrived: flow answers are then sent once more (R8),
so there may be as many repeats as messages can be on their way at once.
"""

from __future__ import annotations

import asyncio
import random
import signal
import time
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from bot.turns.outbox import AT_ONCE, CLAIM
from tests.crash.killing import Plan, Roles, is_whole, kill_loop, roles
from tests.crash.telegram_people import TelegramWriter, tally
from tests.simulators.telegram import Telegram, telegram
from tests.simulators.web_person import Tally
from tests.stories.telegram_house import SECRET, Mode, set_webhook

BOTH: Final = (signal.SIGKILL, signal.SIGTERM)
LONG: Final = Plan(messages=1_000, chats=50, kills=12, ways=BOTH)
MODES: Final[tuple[Mode, ...]] = ("polling", "webhook")


async def talk(running: Roles, plan: Plan, platform: Telegram) -> Tally:
    chance = random.Random(plan.seed)
    people = [
        TelegramWriter(platform, random.Random(chance.random()), "de" if n % 2 else "nl") for n in range(plan.chats)
    ]
    return await kill_loop(running, plan, people, lambda: tally(people))


def run(folder: Path, mode: Mode, plan: Plan) -> None:
    with telegram(retry_seconds=0.1) as platform:
        settings = {
            "WEGWEISER_TELEGRAM__TOKEN": platform.token,
            "WEGWEISER_TELEGRAM__API_URL": platform.url,
            "WEGWEISER_TELEGRAM__MODE": mode,
            "WEGWEISER_TELEGRAM__WEBHOOK_SECRET": SECRET,
        }
        leases = CLAIM + timedelta(seconds=5)
        with roles(folder, names=("public", "worker"), leases=leases, more=settings) as running:
            if mode == "webhook":
                set_webhook(platform, f"{running.home.chat_url}/telegram/webhook")
            began = time.monotonic()
            seen = asyncio.run(talk(running, plan, platform))
            print({"mode": mode, **asdict(seen), "kills": running.kills, "seconds": round(time.monotonic() - began)})
        assert platform.broken == []
    assert running.kills == plan.kills
    assert seen.sent == plan.messages // plan.chats * plan.chats
    assert (seen.lost, seen.disordered) == (0, 0)
    assert seen.twice <= plan.kills * AT_ONCE
    assert is_whole(folder / "data" / "main.sqlite")
    assert is_whole(folder / "data" / "keyring.sqlite")


@pytest.mark.parametrize(("mode", "way"), list(zip(MODES, BOTH, strict=True)))
def test_r2_short_kill_loop(mode: Mode, way: signal.Signals, tmp_path: Path) -> None:
    run(tmp_path, mode, Plan(messages=60, chats=20, kills=2, ways=(way,)))


@pytest.mark.long
@pytest.mark.parametrize("mode", MODES)
def test_r2_kill_loop(mode: Mode, tmp_path: Path) -> None:
    run(tmp_path, mode, LONG)
