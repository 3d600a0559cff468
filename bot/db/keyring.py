"""The keyring store: grants, detached headers, the erasure ledger. Deleting here is what makes things unreadable.

Every function wants a transaction of the keyring store. What is written here is committed before the main rows
that need it (S22); what no main row names after a day is an orphan and goes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update

from bot.db.store import Transaction
from bot.db.tables import erasures, grants, headers


@dataclass(frozen=True, slots=True)
class Erasure:
    """One line of the ledger: who asked cannot be known, only what went. `item` None = the whole conversation."""

    id: int
    conversation: str
    item: str | None


# --- grants -------------------------------------------------------------------------------------------------


def free_epoch(keys: Transaction, conversation: str) -> int:
    """The epoch for a new conversation key: 1, or one more than a turn that died before its main row left behind.

    Grants are never replaced: the key of a slower process may already be in use.
    """
    newest = keys.execute(select(func.max(grants.c.epoch)).where(grants.c.conversation == conversation)).scalar()
    return int(newest or 0) + 1


def add_grants(
    keys: Transaction, *, conversation: str, epoch: int, sealed: Sequence[tuple[str, bytes]], now: datetime
) -> None:
    """Keep one grant per reader, (reader, sealed). Raises IntegrityError when that epoch is taken."""
    rows = [
        {"conversation": conversation, "epoch": epoch, "reader": reader, "sealed": blob, "created_at": now}
        for reader, blob in sealed
    ]
    if rows:
        keys.execute(insert(grants), rows)


def grants_of(keys: Transaction, conversation: str, reader: str) -> Mapping[int, bytes]:
    """What this reader can open of a conversation: epoch → sealed key."""
    rows = keys.execute(
        select(grants.c.epoch, grants.c.sealed)
        .where(grants.c.conversation == conversation, grants.c.reader == reader)
        .order_by(grants.c.epoch)
    )
    return {row.epoch: row.sealed for row in rows}


def drop_grants(keys: Transaction, conversation: str, *, keep: Collection[str] = ()) -> int:
    """Take a conversation from its readers, but for those to keep. Returns how many grants went."""
    gone = delete(grants).where(grants.c.conversation == conversation)
    if keep:
        gone = gone.where(grants.c.reader.not_in(keep))
    return int(keys.execute(gone).rowcount)


def granted_before(keys: Transaction, before: datetime, *, after: int, most: int) -> list[tuple[int, str, int]]:
    """(id, conversation, epoch) of old grants in order of id, to look for orphans in slices."""
    rows = keys.execute(
        select(grants.c.id, grants.c.conversation, grants.c.epoch)
        .where(grants.c.created_at < before, grants.c.id > after)
        .order_by(grants.c.id)
        .limit(most)
    )
    return [(row.id, row.conversation, row.epoch) for row in rows]


def drop_grant_rows(keys: Transaction, ids: Sequence[int]) -> None:
    if ids:
        keys.execute(delete(grants).where(grants.c.id.in_(ids)))


# --- headers ------------------------------------------------------------------------------------------------


def add_header(keys: Transaction, *, item: str, conversation: str, header: bytes, now: datetime) -> None:
    keys.execute(insert(headers).values(item=item, conversation=conversation, header=header, created_at=now))


def header_of(keys: Transaction, item: str) -> bytes | None:
    """None after the item was erased."""
    found: bytes | None = keys.execute(select(headers.c.header).where(headers.c.item == item)).scalar()
    return found


def drop_headers(keys: Transaction, items: Collection[str]) -> int:
    """Make these items unreadable for everybody. Returns how many headers went."""
    if not items:
        return 0
    return int(keys.execute(delete(headers).where(headers.c.item.in_(items))).rowcount)


def drop_all_headers(keys: Transaction, conversation: str) -> int:
    return int(keys.execute(delete(headers).where(headers.c.conversation == conversation)).rowcount)


def headed_before(keys: Transaction, before: datetime, *, after: str, most: int) -> list[str]:
    """Item refs of old headers in order, to look for orphans in slices."""
    rows = keys.execute(
        select(headers.c.item)
        .where(headers.c.created_at < before, headers.c.item > after)
        .order_by(headers.c.item)
        .limit(most)
    )
    return list(rows.scalars())


# --- ledger -------------------------------------------------------------------------------------------------


def ask(keys: Transaction, conversation: str, now: datetime, *, items: Sequence[str | None] = (None,)) -> None:
    """Write down that something must go, once per thing. Stays open until `done` (R20)."""
    for item in items:
        same = erasures.c.item.is_(None) if item is None else erasures.c.item == item
        known = select(erasures.c.id).where(erasures.c.conversation == conversation, same, erasures.c.done_at.is_(None))
        if keys.execute(known).first() is None:
            keys.execute(insert(erasures).values(conversation=conversation, item=item, asked_at=now))


def open_erasures(keys: Transaction) -> list[Erasure]:
    """Asked for and not yet verified."""
    rows = keys.execute(
        select(erasures.c.id, erasures.c.conversation, erasures.c.item)
        .where(erasures.c.done_at.is_(None))
        .order_by(erasures.c.id)
    )
    return [Erasure(*row) for row in rows]


def holds_keys(keys: Transaction, erasure: Erasure) -> bool:
    """Whether any key material of an erased thing is still here."""
    if erasure.item is not None:
        wanted = [select(headers.c.item).where(headers.c.item == erasure.item)]
    else:
        wanted = [
            select(headers.c.item).where(headers.c.conversation == erasure.conversation),
            select(grants.c.reader).where(grants.c.conversation == erasure.conversation),
        ]
    return any(keys.execute(each.limit(1)).first() is not None for each in wanted)


def done(keys: Transaction, ids: Sequence[int], now: datetime) -> None:
    """Verified gone."""
    if ids:
        keys.execute(update(erasures).where(erasures.c.id.in_(ids)).values(done_at=now))


def all_erased(keys: Transaction) -> list[Erasure]:
    """The whole ledger: what a restored backup must lose again (R19)."""
    rows = keys.execute(select(erasures.c.id, erasures.c.conversation, erasures.c.item).order_by(erasures.c.id))
    return [Erasure(*row) for row in rows]
