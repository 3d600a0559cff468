"""The custody and audit chains (main store). Entries are added at the end and pruned from the front, nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.db.store import Transaction
from bot.db.tables import chain_entries, chains
from bot.evidence.custody import GENESIS, PRUNED, Chain, Link, Value, link, pruned, verify, write


def append(tx: Transaction, chain: Chain, what: str, at: datetime, **facts: Value) -> int:
    """Add one entry and return its number. `facts`: random ids and ciphertext hashes only, never content.

    Locks the chain's end until commit, so that two processes cannot write the same number.
    """
    end = select(chains.c.number, chains.c.head).where(chains.c.chain == chain).with_for_update()
    row = tx.execute(end).first()
    if row is None:
        made = (sqlite if tx.dialect.name == "sqlite" else postgresql).insert(chains)
        tx.execute(made.values(chain=chain, number=0, head=GENESIS).on_conflict_do_nothing())
        row = tx.execute(end).one()
    added = link(row.number + 1, row.head, write(what, at, facts))
    tx.execute(
        insert(chain_entries).values(
            chain=chain, number=added.number, previous=added.previous, hash=added.hash, entry=added.entry
        )
    )
    tx.execute(update(chains).where(chains.c.chain == chain).values(number=added.number, head=added.hash))
    return added.number


def read(tx: Transaction, chain: Chain) -> Iterator[Link]:
    """Every entry in order."""
    rows = tx.execute(
        select(chain_entries.c.number, chain_entries.c.previous, chain_entries.c.hash, chain_entries.c.entry)
        .where(chain_entries.c.chain == chain)
        .order_by(chain_entries.c.number)
    )
    return (Link(*row) for row in rows)


def first_bad(tx: Transaction, chain: Chain) -> int | None:
    """The first number that is not what was written, or None when the chain is whole."""
    row = tx.execute(select(chains.c.number, chains.c.head).where(chains.c.chain == chain)).first()
    number, head = (0, GENESIS) if row is None else row
    return verify(read(tx, chain), head=head, last=number)


def prune(tx: Transaction, chain: Chain, before: datetime, now: datetime) -> int:
    """End the life of entries older than `before` (S59) and write down where the chain was cut. Returns how many.

    Times lie inside the entries, in order; the newest entry always stays.
    """
    cut: Link | None = None
    for each in read(tx, chain):
        if datetime.fromisoformat(json.loads(each.entry)["at"]) >= before:
            break
        cut = each
    if cut is None:
        return 0
    append(tx, chain, PRUNED, now, **pruned(cut))
    gone = delete(chain_entries).where(chain_entries.c.chain == chain, chain_entries.c.number <= cut.number)
    return int(tx.execute(gone).rowcount)
