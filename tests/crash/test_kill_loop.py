"""R2: kill -9 of any process at any time loses nothing, decides nothing twice and keeps the order of every chat.

Counted by the people who wrote, over HTTP; our database is never asked.
"""

from __future__ import annotations

import asyncio
import gc
import random
import time
import warnings
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.crash.killing import Plan, Roles, WebWriter, is_whole, kill_loop, roles
from tests.simulators.web_person import Tally, client, tally

SHORT = Plan(messages=300, chats=10, kills=8)
LONG_SQLITE = Plan(messages=20_000, chats=50, kills=200)
LONG_POSTGRES = Plan(messages=5_000, chats=50, kills=50)


async def talk(running: Roles, plan: Plan) -> Tally:
    chance = random.Random(plan.seed)
    async with client(running.home.chat_url) as http:
        people = [WebWriter(http, random.Random(chance.random()), "de" if n % 2 else "nl") for n in range(plan.chats)]
        return await kill_loop(running, plan, people, lambda: tally(people))


def run(running: Roles, plan: Plan) -> Tally:
    began = time.monotonic()
    seen = asyncio.run(talk(running, plan))
    with warnings.catch_warnings():  # httpcore forgets a socket now and then when a server dies under it
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
    print({**asdict(plan), **asdict(seen), "killed": running.kills, "seconds": round(time.monotonic() - began)})
    assert running.kills == plan.kills
    assert seen.sent == plan.messages // plan.chats * plan.chats
    assert (seen.lost, seen.twice, seen.disordered) == (0, 0, 0)
    return seen


def test_r2_short_kill_loop(tmp_path: Path) -> None:
    with roles(tmp_path) as running:
        run(running, SHORT)
    assert is_whole(tmp_path / "data" / "main.sqlite")
    assert is_whole(tmp_path / "data" / "keyring.sqlite")


@pytest.mark.long
def test_r2_kill_loop_on_sqlite(tmp_path: Path) -> None:
    with roles(tmp_path) as running:
        run(running, LONG_SQLITE)
    assert is_whole(tmp_path / "data" / "main.sqlite")
    assert is_whole(tmp_path / "data" / "keyring.sqlite")


@pytest.mark.long
@pytest.mark.postgres
def test_r2_kill_loop_on_postgres(tmp_path: Path, postgres_urls: tuple[str, str]) -> None:
    main_url, keyring_url = postgres_urls
    with roles(tmp_path, main_url=main_url, keyring_url=keyring_url) as running:
        run(running, LONG_POSTGRES)
