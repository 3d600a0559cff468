"""The one commit function: groups, savepoints, and every way a database can be away."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import shutil
import sqlite3
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from bot.db import tables
from bot.db.engine import PRAGMAS
from bot.db.migrate import migrate
from bot.db.store import Store, Stores, StoreUnavailable, Transaction


def count(name: str, value: int = 1):
    return lambda tx: tx.execute(tables.counts.insert().values(day="2026-11-25", name=name, value=value)).rowcount


def all_counts(tx: Transaction) -> list[str]:
    return list(tx.execute(select(tables.counts.c.name).order_by(tables.counts.c.name)).scalars())


def fails(tx: Transaction) -> None:
    count("half")(tx)
    raise LookupError("a job's own mistake")


@pytest.mark.anyio
async def test_r2_a_failing_job_rolls_back_alone(stores: Stores) -> None:
    results = await asyncio.gather(
        stores.main.write(count("a")),
        stores.main.write(fails),
        stores.main.write(count("b")),
        return_exceptions=True,
    )
    assert isinstance(results[1], LookupError)
    assert await stores.main.read(all_counts) == ["a", "b"]


@pytest.mark.anyio
async def test_a_broken_statement_is_its_callers_own(stores: Stores) -> None:
    results = await asyncio.gather(
        stores.main.write(count("a")),
        stores.main.write(lambda tx: tx.execute(text("INSERT INTO no_such_table VALUES (1)"))),
        stores.main.write(count("a2")),
        return_exceptions=True,
    )
    assert isinstance(results[1], Exception) and not isinstance(results[1], StoreUnavailable)
    assert await stores.main.read(all_counts) == ["a", "a2"]


@pytest.mark.anyio
async def test_a_doubled_key_is_told_to_the_caller(stores: Stores) -> None:
    await stores.main.write(count("a"))
    with pytest.raises(IntegrityError):
        await stores.main.write(count("a"))
    await stores.main.write(count("b"))


@pytest.mark.anyio
async def test_write_returns_after_the_commit(stores: Stores) -> None:
    await stores.main.write(count("seen"))
    assert await stores.main.read(all_counts) == ["seen"]


@pytest.mark.anyio
async def test_concurrent_increments_are_all_kept(stores: Stores) -> None:
    await stores.main.write(count("n", 0))
    more = update(tables.counts).values(value=tables.counts.c.value + 1)
    await asyncio.gather(*(stores.main.write(lambda tx: tx.execute(more).rowcount) for _ in range(200)))
    assert await stores.main.read(lambda tx: tx.execute(select(tables.counts.c.value)).scalar()) == 200


def _sqlite(tmp_path: Path) -> tuple[Store, Path]:
    file = tmp_path / "main.sqlite"
    migrate(f"sqlite:///{file}", "main")
    return Store(f"sqlite:///{file}"), file


@pytest.mark.anyio
async def test_s31_s41_s61_r3_sqlite_runs_with_its_pragmas(tmp_path: Path) -> None:
    store, _ = _sqlite(tmp_path)
    names = [pragma.split()[1].partition("=")[0] for pragma in PRAGMAS]
    values = await store.read(lambda tx: {name: tx.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names})
    assert values == {
        "journal_mode": "wal", "synchronous": 2, "busy_timeout": 5000, "foreign_keys": 1, "temp_store": 2,
        "secure_delete": 1, "trusted_schema": 0, "journal_size_limit": 4_000_000,
    }  # fmt: skip
    store.close()


@pytest.mark.anyio
async def test_r11_locked_is_told_within_the_callers_patience(tmp_path: Path) -> None:
    store, file = _sqlite(tmp_path)
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreUnavailable):
        await store.write(count("late"), patience=timedelta(milliseconds=300))
    holder.execute("ROLLBACK")
    holder.close()
    await store.write(count("after"))
    assert "after" in await store.read(all_counts)
    store.close()


@pytest.mark.anyio
async def test_r11_a_job_nobody_waits_for_any_more_is_not_done_late(tmp_path: Path) -> None:
    store, _ = _sqlite(tmp_path)
    entered, may_end = threading.Event(), threading.Event()

    def holds_everybody_up(_tx: Transaction) -> None:
        entered.set()
        may_end.wait(30)

    first = asyncio.create_task(store.write(holds_everybody_up))
    await asyncio.to_thread(entered.wait)
    with pytest.raises(StoreUnavailable):
        await store.write(count("given up"), patience=timedelta(milliseconds=50))
    may_end.set()
    await first
    await store.write(count("after"))
    assert await store.read(all_counts) == ["after"]
    store.close()


@pytest.mark.anyio
async def test_r11_a_removed_file_is_not_written_to(tmp_path: Path) -> None:
    store, file = _sqlite(tmp_path)
    await store.write(count("before"))
    aside = tmp_path / "aside"
    aside.mkdir()
    for part in tmp_path.glob("main.sqlite*"):
        shutil.move(part, aside)
    for attempt in (store.write(count("lost")), store.read(all_counts)):
        with pytest.raises(StoreUnavailable):
            await attempt
    assert not file.exists(), "a missing database must not be made anew"
    for part in aside.iterdir():
        shutil.move(part, tmp_path)
    await store.write(count("back"))
    assert await store.read(all_counts) == ["back", "before"]
    store.close()


@pytest.mark.anyio
async def test_r11_read_only_is_told_and_recovers(tmp_path: Path) -> None:
    store, _ = _sqlite(tmp_path)
    await store.read(lambda tx: tx.exec_driver_sql("SELECT 1").scalar())
    store._writes.dispose()

    def read_only(connection: object, _record: object) -> None:
        connection.execute("PRAGMA query_only=ON")  # type: ignore[attr-defined]

    from sqlalchemy import event

    event.listen(store._writes, "connect", read_only)
    with pytest.raises(StoreUnavailable):
        await store.write(count("refused"))
    event.remove(store._writes, "connect", read_only)
    store._writes.dispose()
    await store.write(count("kept"))
    assert await store.read(all_counts) == ["kept"]
    store.close()


@pytest.mark.anyio
async def test_r11_full_is_told_and_recovers(tmp_path: Path) -> None:
    store, _ = _sqlite(tmp_path)
    limit = await store.write(
        lambda tx: tx.exec_driver_sql(
            f"PRAGMA max_page_count={tx.exec_driver_sql('PRAGMA page_count').scalar()}"
        ).scalar()
    )
    with pytest.raises(StoreUnavailable):
        await store.write(lambda tx: [count(f"{n:05}" + "x" * 300)(tx) for n in range(2000)])
    store._writes.dispose()
    await store.write(count("room again"))
    assert await store.read(all_counts) == ["room again"]
    assert limit
    store.close()


@pytest.mark.anyio
async def test_postgres_stopped_is_told_within_patience() -> None:
    store = Store("postgresql://postgres@127.0.0.1:9/none")
    with pytest.raises(StoreUnavailable):
        await store.write(count("x"), patience=timedelta(seconds=3))
    store.close()


def _hammer(url: str, worker: int, rounds: int, failures: multiprocessing.Queue[str]) -> None:
    store = Store(url)

    async def write_all() -> None:
        for number in range(rounds):
            await store.write(count(f"{worker}-{number}"))

    try:
        asyncio.run(write_all())
    except Exception as error:
        failures.put(repr(error))
    store.close()


def test_r4_eight_processes_write_without_a_lock_error(tmp_path: Path) -> None:
    store, file = _sqlite(tmp_path)
    store.close()
    spawn = multiprocessing.get_context("spawn")
    failures: multiprocessing.Queue[str] = spawn.Queue()
    rounds = 125
    workers = [spawn.Process(target=_hammer, args=(f"sqlite:///{file}", n, rounds, failures)) for n in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=120)
    assert failures.empty(), failures.get()
    with sqlite3.connect(file) as check:
        assert check.execute("SELECT count(*) FROM counts").fetchone() == (8 * rounds,)
        assert check.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.anyio
async def test_checkpoint_empties_the_log(tmp_path: Path) -> None:
    store, file = _sqlite(tmp_path)
    await store.write(count("a"))
    wal = file.with_name(file.name + "-wal")
    assert wal.stat().st_size > 0
    assert await store.checkpoint()
    assert wal.stat().st_size == 0
    store.close()


@pytest.mark.anyio
async def test_closing_finishes_what_waits(tmp_path: Path) -> None:
    store, _ = _sqlite(tmp_path)
    gate = threading.Event()
    first = asyncio.create_task(store.write(lambda _tx: gate.wait(5)))
    await asyncio.sleep(0)
    rest = [asyncio.create_task(store.write(count(f"{n}"))) for n in range(20)]
    await asyncio.sleep(0)
    gate.set()
    await asyncio.to_thread(store.close)
    await asyncio.gather(first, *rest)
    again = Store(f"sqlite:///{tmp_path / 'main.sqlite'}")
    assert len(await again.read(all_counts)) == 20
    again.close()
    again.close()


def test_secrets_stay_out_of_error_texts(tmp_path: Path) -> None:
    """S52: parameters of a failed statement are hidden."""

    async def attempt() -> str:
        store, _ = _sqlite(tmp_path)
        await store.write(count("canary-7d1"))
        try:
            await store.write(count("canary-7d1"))
        except IntegrityError as error:
            return str(error)
        finally:
            store.close()
        return "no error"

    assert "canary-7d1" not in asyncio.run(attempt())
    assert os.environ.get("WEGWEISER_CONFIG") is None
