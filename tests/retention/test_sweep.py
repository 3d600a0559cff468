"""Nothing is older than its limit: 400 days on real stores, looked at again and again (S59)."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Coroutine
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, DateTime, Table, func, select, update

from bot.db import chains, conversations, evidence, keyring, tables
from bot.db.store import Stores, Transaction
from bot.db.types import Instant
from bot.evidence.vault import Vault
from bot.retention.rules import RULES
from bot.retention.sweep import Sweep
from bot.turns.uploads import Taken
from tests.conftest import StandingClock
from tests.evidence.test_uploads import House, build

DAY = timedelta(days=1)


def run(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(work)


def new(table: Table, **values: Any) -> Any:
    return lambda tx: tx.execute(table.insert().values(**values)) and None


async def people(stores: Stores, clock: StandingClock, public: Any, case: str | None) -> tuple[int, str]:
    """A conversation with one of everything a row can be; `case` is its state, or None for a bot-only chat."""
    ref, now = secrets.token_hex(16), clock()
    address = conversations.NewAddress("web", secrets.token_bytes(32), "kid", b"sealed")
    known = await stores.main.write(
        lambda tx: conversations.create(tx, ref=ref, language="de", address=address, now=now)
    )
    cid, w, k = known.conversation.id, stores.main.write, stores.keyring.write
    await k(lambda tx: keyring.add_grants(tx, conversation=ref, epoch=1, sealed=[("a1" * 16, b"grant")], now=now))
    await w(lambda tx: evidence.add_key(tx, cid, epoch=1, recipient="age1x", now=now))
    await w(lambda tx: conversations.save(tx, cid, session=b"s", language="de", silent=False, contact_at=now))
    await w(new(tables.transcript, conversation_id=cid, seq=1, epoch=1, sealed=b"x", sealed_at=now))
    await w(new(tables.inbox, conversation_id=cid, state="done", received_at=now))
    await w(
        new(
            tables.outbox, conversation_id=cid, delivery="pull", speaker="bot", fence=0, state="sent", due_at=now,
            created_at=now, **{"class": "flow"},
        )
    )  # fmt: skip
    await w(new(tables.timers, conversation_id=cid, name="n", payload=b"p", due_at=now + 400 * DAY))
    await w(new(tables.resume_codes, conversation_id=cid, code_hash=secrets.token_bytes(32), created_at=now))
    await w(new(tables.consents, conversation_id=cid, what="evidence", answer="yes", given_at=now))
    if case is not None:
        closed = now if case == "closed" else None
        await w(
            new(
                tables.cases, conversation_id=cid, ref=secrets.token_hex(16), state=case, opened_at=now,
                closed_at=closed, language="de", channel="web", urgent=False, summary=b"s", summary_epoch=1,
            )
        )  # fmt: skip
    return cid, ref


async def others(stores: Stores, now: datetime) -> None:
    """What belongs to no conversation."""
    w, k = stores.main.write, stores.keyring.write
    await w(new(tables.seen, digest=secrets.token_bytes(32), seen_at=now))
    await w(
        new(
            tables.dead_letters, ref=secrets.token_hex(16), source="update", reason="x", tries=1, state="open",
            failed_at=now,
        )
    )  # fmt: skip
    await k(
        new(
            tables.sign_ins, sid=secrets.token_bytes(32), staff="a1" * 16, identity=b"i", created_at=now, seen_at=now,
            confirmed_at=now,
        )
    )  # fmt: skip
    await k(new(tables.throttles, key=secrets.token_bytes(32), failures=1, until=now))
    await k(new(tables.invites, staff="a1" * 16, token_hash=secrets.token_bytes(32), expires_at=now + DAY))
    await k(
        new(
            tables.credentials, staff="a1" * 16, kind="code", lookup=secrets.token_bytes(32), kdf="{}", salt=b"",
            auth=b"", wrapped=b"", expires_at=now + DAY,
        )
    )  # fmt: skip
    await w(lambda tx: chains.append(tx, "audit", "signed_in", now, staff="a1" * 16))


def timed_columns() -> list[tuple[str, Column[Any]]]:
    """Every column that says when a row came about or ends, with the store it is in."""
    born = {"created_at", "sealed_at", "received_at", "seen_at", "given_at", "failed_at", "expires_at", "opened_at"}
    found = []
    for name, metadata in (("main", tables.main), ("keyring", tables.keyring)):
        for table in metadata.sorted_tables:
            found += [
                (name, column)
                for column in table.columns
                if column.name in born and isinstance(column.type, Instant | DateTime)
            ]
    return found


LASTING = {"staff"}
WITH_THE_CASE = {"addresses", "consents", "conversation_keys", "grants", "headers", "resume_codes", "transcript"}
"""Rows whose limit counts from a closing that may never come: at the latest they go with the conversation."""


def oldest(column: Column[Any]) -> Any:
    return lambda tx: tx.execute(select(func.min(column))).scalar()


def test_s59_over_400_days_nothing_is_older_than_its_limit(
    stores: Stores, tmp_path: Path, clock: StandingClock
) -> None:
    """Six days fill the stores, then nobody writes. The slack is that time and the step between two looks."""
    vault = Vault(tmp_path / "blobs")

    async def story() -> None:
        for _ in range(6):
            for case in (None, "open", "closed"):
                await people(stores, clock, None, case)
            await others(stores, clock())
            clock.advance(days=1)
        slack = timedelta(days=7)
        checked = set()
        for _ in range(0, 400, 4):
            report = await Sweep(stores, vault, clock).run()
            assert report.pending == 0
            for name, column in timed_columns():
                limit = RULES["case" if column.table.name in WITH_THE_CASE else column.info["rule"]]
                if limit is None or column.table.name in LASTING:
                    continue
                store = stores.main if name == "main" else stores.keyring
                first = await store.read(oldest(column))
                assert first is None or clock() - first <= limit + slack, f"{column.table.name}.{column.name}"
                checked.add(f"{column.table.name}.{column.name}")
            clock.advance(days=4)
        assert {"transcript.sealed_at", "grants.created_at", "seen.seen_at", "sign_ins.created_at"} <= checked
        assert await stores.main.read(lambda tx: chains.first_bad(tx, "audit")) is None
        assert await stores.main.read(lambda tx: chains.first_bad(tx, "custody")) is None
        for table in ("conversations", "transcript", "addresses", "cases", "outbox", "consents", "conversation_keys"):
            assert await stores.main.read(_count(tables.main.tables[table])) == 0, table
        for table in ("grants", "headers", "sign_ins", "invites", "credentials", "throttles"):
            assert await stores.keyring.read(_count(tables.keyring.tables[table])) == 0, table

    run(story())


def _count(table: Table) -> Any:
    return lambda tx: tx.execute(select(func.count()).select_from(table)).scalar_one()


def _present(table: Table, conversation_id: int) -> Any:
    return lambda tx: (
        tx.execute(
            select(func.count()).select_from(table).where(table.c.conversation_id == conversation_id)
        ).scalar_one()
        > 0
    )


# (days after the last contact, what is still there then), by kind of conversation; S21 S34 S59
LIVES: list[tuple[str | None, str, timedelta]] = [
    (None, "transcript", RULES["bot_transcript"] or DAY),
    (None, "conversation_keys", RULES["bot_transcript"] or DAY),
    (None, "addresses", RULES["session"] or DAY),
    ("closed", "transcript", RULES["case_transcript"] or DAY),
    ("closed", "conversation_keys", RULES["case_transcript"] or DAY),
    ("closed", "addresses", RULES["mapping"] or DAY),
    ("closed", "consents", RULES["evidence"] or DAY),
    ("closed", "cases", RULES["case"] or DAY),
    ("open", "transcript", RULES["case_transcript"] or DAY),
    ("open", "addresses", RULES["case"] or DAY),
]


@pytest.mark.parametrize(("case", "table", "life"), LIVES, ids=[f"{c}-{t}" for c, t, _ in LIVES])
def test_s59_it_lives_until_its_limit_and_not_longer(
    stores: Stores, tmp_path: Path, clock: StandingClock, case: str | None, table: str, life: timedelta
) -> None:
    async def story() -> None:
        cid, _ = await people(stores, clock, None, case)
        sweep = Sweep(stores, Vault(tmp_path / "blobs"), clock)
        clock.now += life - timedelta(minutes=2)
        await sweep.run()
        assert await stores.main.read(_present(tables.main.tables[table], cid))
        clock.advance(minutes=4)
        await sweep.run()
        await sweep.run()
        assert not await stores.main.read(_present(tables.main.tables[table], cid))

    run(story())


def test_s59_a_person_who_keeps_writing_keeps_their_place(stores: Stores, tmp_path: Path, clock: StandingClock) -> None:
    async def story() -> None:
        cid, ref = await people(stores, clock, None, None)
        sweep = Sweep(stores, Vault(tmp_path / "blobs"), clock)
        for _ in range(20):
            clock.advance(days=2)
            await stores.main.write(
                lambda tx: conversations.save(tx, cid, session=b"s", language="de", silent=False, contact_at=clock())
            )
            await sweep.run()
        assert await stores.main.read(_present(tables.conversation_keys, cid))
        assert not await stores.main.read(_present(tables.transcript, cid)), "only the last 72 hours"
        assert await stores.keyring.read(lambda tx: keyring.grants_of(tx, ref, "a1" * 16)) == {1: b"grant"}

    run(story())


def test_s22_orphans_of_a_turn_that_died_are_collected_after_24_hours(
    stores: Stores, tmp_path: Path, clock: StandingClock
) -> None:
    async def story() -> None:
        house = await build(stores, tmp_path, clock)
        sweep = Sweep(stores, house.vault, clock)
        add: Any = lambda tx: keyring.add_grants(  # noqa: E731
            tx, conversation="d1" * 16, epoch=1, sealed=[("a1" * 16, b"x")], now=clock()
        )
        await stores.keyring.write(add)
        await stores.keyring.write(
            lambda tx: keyring.add_header(tx, item="e2" * 16, conversation="d1" * 16, header=b"h", now=clock())
        )
        blob = house.vault.begin().publish()
        draft = house.vault.begin()
        stamp = clock().timestamp()
        for path in (tmp_path / "blobs").rglob("*"):
            if path.is_file():
                os.utime(path, (stamp, stamp))
        assert await stores.keyring.read(lambda tx: keyring.free_epoch(tx, "d1" * 16)) == 2
        clock.advance(hours=23)
        report = await sweep.run()
        assert [report.counts[f"orphan_{what}"] for what in ("grants", "headers", "payloads")] == [0, 0, 0]
        assert house.vault.older_than(float("inf")) == [blob]
        clock.advance(hours=1, minutes=1)
        report = await sweep.run()
        assert [report.counts[f"orphan_{what}"] for what in ("grants", "headers", "payloads")] == [1, 1, 2]
        assert await stores.keyring.read(lambda tx: keyring.grants_of(tx, house.ref, "a1" * 16)), "its own stay"
        draft.discard()

    run(story())


def test_evidence_no_turn_ever_took_goes_after_a_day(stores: Stores, tmp_path: Path, clock: StandingClock) -> None:
    async def story() -> None:
        house: House = await build(stores, tmp_path, clock)
        assert isinstance(await house.desk().take_text(house.ref, "note", "x"), Taken)
        clock.advance(hours=25)
        report = await Sweep(stores, house.vault, clock).run()
        assert report.counts["arrivals"] == 1 and report.counts["items"] == 1
        assert await house.remains() == (1, 0, 0)

    run(story())


def test_s59_evidence_outlives_the_transcript_and_ends_after_180_days(
    stores: Stores, tmp_path: Path, clock: StandingClock
) -> None:
    async def story() -> None:
        house: House = await build(stores, tmp_path, clock)
        taken = await house.desk().take_text(house.ref, "link", "example.com/x")
        assert isinstance(taken, Taken)
        await stores.main.write(lambda tx: evidence.accept(tx, house.id, taken.item, clock()))
        case: Any = new(
            tables.cases, conversation_id=house.id, ref="ca5e" * 8, state="closed", opened_at=clock(),
            closed_at=clock(), language="de", channel="web", urgent=False,
        )  # fmt: skip
        await stores.main.write(case)
        sweep = Sweep(stores, house.vault, clock)
        clock.advance(days=179)
        await sweep.run()
        assert (await house.open(taken.item)).body == b"example.com/x"
        clock.advance(days=2)
        await sweep.run()
        assert await house.remains() == (0, 0, 0)

    run(story())


def test_a_backlog_is_worked_off_in_slices(stores: Stores, tmp_path: Path, clock: StandingClock) -> None:
    async def story() -> None:
        rows = [{"digest": secrets.token_bytes(16), "seen_at": clock()} for _ in range(1_200)]
        await stores.main.write(lambda tx: tx.execute(tables.seen.insert(), rows) and None)
        sizes: list[int] = []
        write = stores.main.write

        async def counted(job: Any, **options: Any) -> Any:
            def measured(tx: Transaction) -> Any:
                before = tx.execute(select(func.count()).select_from(tables.seen)).scalar_one()
                result = job(tx)
                sizes.append(before - tx.execute(select(func.count()).select_from(tables.seen)).scalar_one())
                return result

            return await write(measured, **options)

        stores.main.write = counted  # type: ignore[method-assign]
        clock.advance(days=31)
        report = await Sweep(stores, Vault(tmp_path / "blobs"), clock).run()
        assert report.counts["deliveries"] == 1_200 and max(sizes) == 500

    run(story())


def test_a_turn_under_way_keeps_its_key(stores: Stores, tmp_path: Path, clock: StandingClock) -> None:
    async def story() -> None:
        cid, _ = await people(stores, clock, None, None)
        clock.advance(days=4)
        lease = clock() + timedelta(minutes=1)
        await stores.main.write(
            lambda tx: tx.execute(update(tables.conversations).values(lease_by="w", lease_until=lease)) and None
        )
        await Sweep(stores, Vault(tmp_path / "blobs"), clock).run()
        assert await stores.main.read(_present(tables.conversation_keys, cid))

    run(story())
