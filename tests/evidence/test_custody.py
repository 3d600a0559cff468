"""The chains: any edit, removal, reorder or truncation has a number (S54)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, update

from bot.db import chains
from bot.db.store import Stores, Transaction
from bot.db.tables import chain_entries
from bot.evidence.custody import GENESIS, Link, link, pruned, verify, write

AT = datetime(2026, 11, 25, 11, 0, 30, tzinfo=UTC)


def chain(length: int) -> list[Link]:
    links: list[Link] = []
    for number in range(1, length + 1):
        previous = links[-1].hash if links else GENESIS
        links.append(link(number, previous, write("received", AT, {"item": f"{number:032x}"})))
    return links


def check(links: list[Link], whole: list[Link]) -> int | None:
    return verify(links, head=whole[-1].hash, last=whole[-1].number)


def test_a_whole_chain_verifies_and_so_does_an_empty_one() -> None:
    whole = chain(9)
    assert check(whole, whole) is None
    assert verify([], head=GENESIS, last=0) is None


Change = Callable[[list[Link]], list[Link]]


@pytest.mark.parametrize(
    ("change", "first_bad"),
    [
        (lambda c: [*c[:3], Link(4, c[3].previous, c[3].hash, c[3].entry.replace("received", "opened")), *c[4:]], 4),
        (lambda c: [*c[:3], link(4, c[3].previous, c[3].entry.replace("received", "opened")), *c[4:]], 5),
        (lambda c: c[:3] + c[4:], 4),
        (lambda c: [*c[:3], c[4], c[3], *c[5:]], 4),
        (lambda c: c[:-1], 9),
        (lambda c: [], 1),
        (lambda c: c[2:], 1),
        (lambda c: [*c, link(10, c[-1].hash, c[-1].entry)], 11),
    ],
    ids=["edit", "edit with new hash", "removal", "reorder", "truncation", "all gone", "front cut", "entry added"],
)
def test_s54_the_first_bad_number_is_named(change: Change, first_bad: int) -> None:
    whole = chain(9)
    assert check(change(whole), whole) == first_bad


def test_a_front_cut_by_retention_is_explained_by_a_later_entry() -> None:
    whole = chain(9)
    end = link(10, whole[-1].hash, write("pruned", AT, pruned(whole[3])))
    assert verify([*whole[4:], end], head=end.hash, last=10) is None
    assert verify([*whole[5:], end], head=end.hash, last=10) == 1


def test_times_are_cut_to_the_minute() -> None:
    assert json.loads(write("received", AT, {}))["at"] == "2026-11-25T11:00:00+00:00"


def test_s54_chains_in_the_database(stores: Stores) -> None:
    async def run() -> None:
        main = stores.main

        def received(tx: Transaction) -> int:
            return chains.append(tx, "custody", "received", AT, item="e2" * 16)

        numbers = await asyncio.gather(*[main.write(received) for _ in range(30)])
        assert sorted(numbers) == list(range(1, 31))
        await main.write(lambda tx: chains.append(tx, "audit", "signed_in", AT, staff="a1" * 16))
        assert await main.read(lambda tx: chains.first_bad(tx, "custody")) is None
        assert await main.read(lambda tx: chains.first_bad(tx, "audit")) is None
        edit = update(chain_entries).where(chain_entries.c.chain == "custody", chain_entries.c.number == 7)
        await main.write(lambda tx: tx.execute(edit.values(entry="{}")) and None)
        assert await main.read(lambda tx: chains.first_bad(tx, "custody")) == 7
        cut = delete(chain_entries).where(chain_entries.c.chain == "custody", chain_entries.c.number <= 7)
        await main.write(lambda tx: tx.execute(cut) and None)
        assert await main.read(lambda tx: chains.first_bad(tx, "custody")) == 1

    asyncio.run(run())


def test_s59_pruning_keeps_the_chain_verifiable(stores: Stores) -> None:
    async def run() -> None:
        for day in range(10):
            at = AT + timedelta(days=day)
            await stores.main.write(lambda tx, at=at: chains.append(tx, "custody", "received", at, item="e2" * 16))
        for day, gone in ((4, 4), (4, 0), (7, 3)):
            limit = AT + timedelta(days=day) - timedelta(minutes=1)
            cut = await stores.main.write(lambda tx, at=limit: chains.prune(tx, "custody", at, AT + timedelta(days=20)))
            assert cut == gone
            assert await stores.main.read(lambda tx: chains.first_bad(tx, "custody")) is None

    asyncio.run(run())
