"""R23: every cause turns readiness off, and it comes back by itself."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.app import readiness
from bot.app.readiness import Readiness
from bot.clock import BUILT
from bot.db import conversations
from bot.db.conversations import NewAddress
from bot.db.store import Stores, StoreUnavailable, Transaction
from bot.db.tables import seen
from tests.conftest import StandingClock

ROOMY = (1_000_000, 500_000)


@pytest.fixture(autouse=True)
def _nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "REMEMBERED_SECONDS", 0.0)


def asks(stores: Stores, clock: StandingClock, space: tuple[int, int] = ROOMY) -> bool:
    door = Readiness(stores, clock, Path("unused"), free_floor=0.1, space=lambda _path: space)
    return asyncio.run(door.ready())


def test_r23_ready_writes_and_leaves_nothing(stores: Stores, clock: StandingClock) -> None:
    assert asks(stores, clock)
    assert asyncio.run(stores.main.read(lambda tx: tx.execute(select(func.count()).select_from(seen)).scalar())) == 0


def test_r23_free_space(stores: Stores, clock: StandingClock) -> None:
    assert not asks(stores, clock, (1_000_000, 99_999))


def test_r23_clock(stores: Stores, clock: StandingClock) -> None:
    clock.now = BUILT - timedelta(seconds=1)
    assert not asks(stores, clock)


def test_r23_a_turn_that_waits_too_long(stores: Stores, clock: StandingClock) -> None:
    def meet(tx: Transaction) -> None:
        address = NewAddress("web", b"lookup", "1", b"sealed")
        known = conversations.create(tx, ref="0" * 32, language="de", address=address, now=clock())
        conversations.make_due(tx, [(known.conversation.id, clock())])

    asyncio.run(stores.main.write(meet))
    clock.advance(seconds=60)
    assert asks(stores, clock)
    clock.advance(seconds=1)
    assert not asks(stores, clock)


def test_r23_store(stores: Stores, clock: StandingClock, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_tx: Transaction, _now: datetime) -> None:
        raise StoreUnavailable("away")

    with monkeypatch.context() as patched:
        patched.setattr("bot.db.health.try_writing", away)
        assert not asks(stores, clock)
    assert asks(stores, clock)


def test_one_look_serves_everybody_who_asks_within_a_second(
    stores: Stores, clock: StandingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "REMEMBERED_SECONDS", 3600.0)
    looks: list[datetime] = []
    monkeypatch.setattr("bot.db.health.try_writing", lambda _tx, now: looks.append(now))

    async def crowd() -> None:
        door = Readiness(stores, clock, Path("unused"), free_floor=0.1, space=lambda _path: ROOMY)
        assert all(await asyncio.gather(*(door.ready() for _ in range(50))))

    asyncio.run(crowd())
    assert looks == [datetime(2026, 11, 25, 11, 0, tzinfo=UTC)]
