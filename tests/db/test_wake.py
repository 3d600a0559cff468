"""Wake-up across processes: ids arrive, dead listeners do no harm, and the net under it holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.db import tables
from bot.db.migrate import migrate
from bot.db.store import Store, Stores
from bot.db.wake import Wake

pytestmark = pytest.mark.anyio


async def test_notices_reach_other_processes(database_urls: tuple[str, str], tmp_path: Path) -> None:
    migrate(database_urls[0], "main")
    store = Store(database_urls[0])
    one = await Wake.open(store, database_urls[0], tmp_path)
    two = await Wake.open(store, database_urls[0], tmp_path)
    with two.subscribe("web") as web, two.subscribe("desk") as desk, one.subscribe("web") as own:
        for _ in range(50):  # LISTEN needs its connection first
            one.notify("web", "4a")
            if arrived := await web.wait(0.2):
                break
        assert ("web", "4a") in arrived
        assert ("web", "4a") in await own.wait(1)
        assert ("web", "4a") not in await desk.wait(0.05)
    await one.close()
    await two.close()
    store.close()


async def test_a_dead_listener_does_no_harm(stores: Stores, tmp_path: Path) -> None:
    if not stores.main.is_sqlite:
        return
    wake = await Wake.open(stores.main, f"sqlite:///{tmp_path / 'main.sqlite'}", tmp_path)
    import socket

    dead = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    stale = tmp_path / "wake" / "999-dead.sock"
    dead.bind(str(stale))
    dead.close()
    wake.notify("turns")
    assert not stale.exists()
    await wake.close()


async def test_a_lost_notice_is_caught_by_the_tick(stores: Stores, tmp_path: Path) -> None:
    """Another process commits and dies before it can tell: the database itself tells."""
    if not stores.main.is_sqlite:
        return
    wake = await Wake.open(stores.main, f"sqlite:///{tmp_path / 'main.sqlite'}", tmp_path)
    with wake.subscribe("turns") as turns:
        await turns.wait(1.2)  # the first look only remembers
        await stores.main.write(lambda tx: tx.execute(tables.counts.insert().values(day="d", name="n", value=1)))
        assert await turns.wait(5) == {("any", "")}
    await wake.close()
