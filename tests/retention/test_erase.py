"""Erasure: unreadable for everybody, provably, also when killed on the way (S31, S50, T6)."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Coroutine
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.db import chains, conversations, erasure, evidence, keyring, transcript
from bot.db.store import Stores, Transaction
from bot.db.tables import cases as case_rows
from bot.db.tables import chain_entries, erasures, grants, headers
from bot.db.tables import conversations as people
from bot.db.tables import items as item_rows
from bot.evidence.envelope import Place
from bot.evidence.seal import seal_text
from bot.retention.erase import Eraser
from bot.turns.uploads import Taken
from tests.conftest import StandingClock
from tests.evidence.test_uploads import PNG, House, build


def run(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(work)


@pytest.fixture
def house(stores: Stores, tmp_path: Path, clock: StandingClock) -> House:
    return asyncio.run(fill(stores, tmp_path, clock))


async def fill(stores: Stores, tmp_path: Path, clock: StandingClock) -> House:
    """A case with a sealed turn and three items."""
    house = await build(stores, tmp_path, clock)

    async def chunks(mark: bytes) -> AsyncIterator[bytes]:
        yield PNG + mark + os.urandom(50_000)

    for mark in (b"1", b"2", b"3"):
        taken = await house.desk().take(house.ref, chunks(mark))
        assert isinstance(taken, Taken)
        await stores.main.write(lambda tx, ref=taken.item: evidence.accept(tx, house.id, ref, clock()))
    key = await stores.main.read(lambda tx: evidence.newest_key(tx, house.id))
    assert key is not None
    sealed = seal_text(key[1], Place(house.ref, 1, "turn", seq=1), b"Worte", clock())
    await stores.main.write(lambda tx: transcript.add(tx, house.id, seq=1, epoch=1, sealed=sealed, now=clock()))
    await stores.main.write(
        lambda tx: tx.execute(
            case_rows.insert().values(
                conversation_id=house.id, ref="ca5e" * 8, state="open", opened_at=clock(), language="de",
                channel="web", urgent=False,
            )
        ) and None
    )  # fmt: skip
    return house


def leave(tx: Transaction, house: House, at: datetime) -> None:
    """The person asks for everything to be erased at this time, as a turn writes it down."""
    conversations.part(tx, house.id, ref=secrets.token_hex(16), language="de", erase_at=at)


def eraser(house: House) -> Eraser:
    return Eraser(house.stores, house.vault, house.clock)


async def secrets_of(house: House) -> list[bytes]:
    """Header and grant bytes as they lie in the keyring now."""
    return await house.stores.keyring.read(
        lambda keys: [
            *keys.execute(select(headers.c.header)).scalars(),
            *keys.execute(select(grants.c.sealed)).scalars(),
        ]
    )


def hits(root: Path, needles: list[bytes]) -> list[str]:
    """Files below `root` that hold any 16-byte piece of the needles' secret parts."""
    pieces = [needle[start : start + 16] for needle in needles for start in range(30, len(needle) - 16, 16)]
    files = [path for path in root.rglob("*") if path.is_file()]
    return [path.name for path in files if any(piece in path.read_bytes() for piece in pieces)]


def test_t6_no_byte_of_a_header_or_grant_remains_in_any_file(house: House, tmp_path: Path) -> None:
    needles = run(secrets_of(house))
    run(house.stores.keyring.checkpoint())
    assert len(needles) == 4
    if house.stores.keyring.is_sqlite:  # the files of a PostgreSQL cluster lie elsewhere
        assert hits(tmp_path, needles), "the search itself must find them before"

    async def story() -> None:
        await house.stores.main.write(lambda tx: leave(tx, house, house.clock()))
        done = await eraser(house).finish()
        assert (done.conversations, done.pending) == (1, 0)

    run(story())
    assert hits(tmp_path, needles) == [] and run(secrets_of(house)) == []
    assert [path for path in (tmp_path / "blobs").rglob("*") if path.is_file()] == []


def test_s31_nothing_opens_afterwards_and_the_chain_still_verifies(house: House) -> None:
    async def story() -> None:
        done = await eraser(house).erase_conversation(house.ref)
        assert (done.conversations, done.pending) == (1, 0)
        assert await house.remains() == (0, 0, 0)
        assert await secrets_of(house) == []
        read = house.stores.main.read
        assert await read(lambda tx: erasure.conversation_exists(tx, house.ref)) is False
        assert await read(lambda tx: chains.first_bad(tx, "custody")) is None
        entries = await read(lambda tx: list(tx.execute(select(chain_entries.c.entry)).scalars()))
        assert "conversation_erased" in entries[-1] and house.ref in entries[-1]
        ledger = await house.stores.keyring.read(lambda keys: keys.execute(select(erasures)).all())
        assert [(row.conversation, row.item, row.done_at is None) for row in ledger] == [(house.ref, None, False)]

    run(story())


def test_an_old_backup_of_main_is_unreadable_with_todays_keyring(house: House, tmp_path: Path) -> None:
    """S31: restore yesterday's `main`, replay the ledger before any door opens (R19)."""

    async def story() -> None:
        async def rows() -> list[Any]:
            return await house.stores.main.read(lambda tx: [dict(r._mapping) for r in tx.execute(select(people))])

        before = await rows()
        await eraser(house).erase_conversation(house.ref)
        await house.stores.main.write(lambda tx: tx.execute(people.insert(), before) and None)
        assert await house.stores.keyring.read(lambda tx: keyring.grants_of(tx, house.ref, "a1" * 16)) == {}
        replayed = await eraser(house).replay()
        assert (replayed.conversations, replayed.pending) == (1, 0)
        assert await rows() == []

    run(story())


def test_s50_the_24_hour_way_can_be_undone_and_then_ends(house: House) -> None:
    async def story() -> None:
        write, read = house.stores.main.write, house.stores.main.read
        case = "ca5e" * 8
        at = house.clock() + erasure.GRACE
        await write(lambda tx: conversations.part(tx, house.id, ref="d0" * 16, language="de", erase_at=at))
        assert await read(lambda tx: conversations.current_address(tx, house.id)) is None, "the link is cut at once"
        house.clock.advance(hours=23)
        assert (await eraser(house).finish()).conversations == 0
        assert await read(lambda tx: erasure.undoable(tx, house.clock())) == [(case, at)]
        assert await write(lambda tx: erasure.undo(tx, case, house.clock())) is True
        house.clock.advance(hours=2)
        assert (await eraser(house).finish()).conversations == 0
        assert len(await secrets_of(house)) == 4
        await write(lambda tx: leave(tx, house, house.clock() + erasure.GRACE))
        house.clock.advance(hours=24)
        assert await write(lambda tx: erasure.undo(tx, case, house.clock())) is False
        assert (await eraser(house).finish()).conversations == 1
        assert await secrets_of(house) == []

    run(story())


def test_one_item_goes_and_the_others_stay(house: House) -> None:
    async def story() -> None:
        await house.stores.main.write(lambda tx: evidence.mark_item_erased(tx, house.id, 2, house.clock()))
        done = await eraser(house).finish()
        assert (done.items, done.pending) == (1, 0)
        assert await house.remains() == (3, 2, 2)
        listed = await house.stores.main.read(lambda tx: evidence.held(tx, house.id))
        assert [item.number for item in listed] == [1, 3]
        for item in listed:
            assert (await house.open(item.ref)).body.startswith(PNG)
        gone = await house.stores.main.read(
            lambda tx: tx.execute(select(item_rows).where(item_rows.c.number == 2)).one()
        )
        assert (gone.blob, gone.digest, gone.sealed_sha256, gone.sealed_bytes) == (None, b"", b"", 0)

    run(story())


def test_paths_5_12_the_batch_with_the_intimate_picture_goes_at_once_and_unseen(house: House) -> None:
    async def story() -> None:
        await house.stores.main.write(lambda tx: evidence.lock_batch(tx, house.id, house.clock()))
        await house.stores.main.write(lambda tx: evidence.mark_batch_erased(tx, house.id, house.clock()))
        assert (await eraser(house).finish()).items == 3
        assert await house.remains() == (3, 0, 0)
        entries = await house.stores.main.read(lambda tx: list(tx.execute(select(chain_entries.c.entry)).scalars()))
        assert not [entry for entry in entries if '"opened"' in entry]

    run(story())


def test_r19_an_item_that_a_backup_brings_back_goes_again(house: House) -> None:
    async def story() -> None:
        async def line() -> Any:
            return await house.stores.main.read(
                lambda tx: dict(tx.execute(select(item_rows).where(item_rows.c.number == 2)).one()._mapping)
            )

        before = await line()
        await house.stores.main.write(lambda tx: evidence.mark_item_erased(tx, house.id, 2, house.clock()))
        await eraser(house).finish()
        restore = item_rows.update().where(item_rows.c.number == 2).values(**before)
        await house.stores.main.write(lambda tx: tx.execute(restore) and None)
        replayed = await eraser(house).replay()
        assert (replayed.items, replayed.pending) == (1, 0)
        assert (await line())["blob"] is None

    run(story())


class Killed(BaseException):
    """The process dies here."""


STEPS = ["keyring", "checkpoint", "unlink", "unlink 3", "main", "ledger"]


@pytest.mark.parametrize("step", STEPS)
def test_r20_killed_at_any_step_the_next_run_finishes(house: House, step: str) -> None:
    async def story() -> None:
        await house.stores.main.write(lambda tx: leave(tx, house, house.clock()))
        with pytest.raises(Killed), dying_at(house, step):
            await eraser(house).finish()
        open_lines = await house.stores.keyring.read(keyring.open_erasures)
        assert len(open_lines) == (0 if step == "keyring" else 1), "the ledger remembers what is under way"
        done = await eraser(house).finish()
        assert done.pending == 0
        assert await house.remains() == (0, 0, 0) and await secrets_of(house) == []
        assert await house.stores.keyring.read(keyring.open_erasures) == []
        assert await house.stores.main.read(lambda tx: chains.first_bad(tx, "custody")) is None

    run(story())


class dying_at:
    """Let the process die just before one of the steps of an erasure."""

    def __init__(self, house: House, step: str) -> None:
        self._house, self._step = house, step

    def __enter__(self) -> None:
        stores, vault = self._house.stores, self._house.vault
        self._saved = (stores.keyring.write, stores.keyring.checkpoint, stores.main.write, vault.remove)
        writes = {"keyring": 0, "ledger": 1}
        if self._step in writes:
            stores.keyring.write = _after(writes[self._step], stores.keyring.write)  # type: ignore[method-assign]
        elif self._step == "checkpoint":
            stores.keyring.checkpoint = _after(0, stores.keyring.checkpoint)  # type: ignore[method-assign]
        elif self._step == "main":
            stores.main.write = _after(0, stores.main.write)  # type: ignore[method-assign]
        else:
            vault.remove = _after_plain(2 if self._step.endswith("3") else 0, vault.remove)  # type: ignore[method-assign]

    def __exit__(self, *_: object) -> None:
        stores, vault = self._house.stores, self._house.vault
        stores.keyring.write, stores.keyring.checkpoint, stores.main.write, vault.remove = self._saved  # type: ignore[method-assign]


def _after(count: int, real: Any) -> Any:
    left = [count]

    async def call(*args: Any, **options: Any) -> Any:
        if left[0] == 0:
            raise Killed
        left[0] -= 1
        return await real(*args, **options)

    return call


def _after_plain(count: int, real: Any) -> Any:
    left = [count]

    def call(*args: Any) -> Any:
        if left[0] == 0:
            raise Killed
        left[0] -= 1
        return real(*args)

    return call


def test_r20_while_a_reader_holds_up_the_checkpoint_the_line_stays_open(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.retention import erase

    monkeypatch.setattr(erase, "CHECKPOINT_PAUSE", timedelta(0))

    async def busy() -> bool:
        return False

    async def story() -> None:
        real = house.stores.keyring.checkpoint
        house.stores.keyring.checkpoint = busy  # type: ignore[method-assign]  # a long read elsewhere
        assert (await eraser(house).erase_conversation(house.ref)).pending == 1
        house.stores.keyring.checkpoint = real  # type: ignore[method-assign]
        assert (await eraser(house).finish()).pending == 0

    run(story())


def test_two_erasers_at_once_do_no_harm(house: House) -> None:
    async def story() -> None:
        await house.stores.main.write(lambda tx: leave(tx, house, house.clock()))
        await asyncio.gather(*[eraser(house).finish() for _ in range(3)])
        assert (await eraser(house).finish()).pending == 0
        assert await house.remains() == (0, 0, 0)

    run(story())
