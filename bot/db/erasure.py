"""What must go from the main store, and the last look that it has gone. Keys go first, elsewhere (keyring.py)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select, update

from bot.db import chains
from bot.db.store import Transaction
from bot.db.tables import cases, conversations, items

GRACE: Final = timedelta(hours=24)
"""How long a deletion can be undone by a counsellor at the child's request (S50)."""


@dataclass(frozen=True, slots=True)
class Condemned:
    """An item marked as erased whose payload is still there."""

    id: int
    ref: str
    conversation: str
    blob: str


@dataclass(frozen=True, slots=True)
class Leaving:
    """A conversation whose time has come, with the payloads of its items."""

    id: int
    ref: str
    blobs: tuple[str, ...]


def undo(tx: Transaction, case: str, now: datetime) -> bool:
    """Keep a case after all, by cases.ref; only within the grace. The link to the person stays cut."""
    named = select(cases.c.conversation_id).where(cases.c.ref == case).scalar_subquery()
    kept = (
        update(conversations)
        .where(conversations.c.id == named, conversations.c.erase_at > now)
        .values(erase_at=None)
        .returning(conversations.c.ref)
    )
    ref = tx.execute(kept).scalar()
    if ref is not None:
        chains.append(tx, "custody", "erasure_undone", now, conversation=ref)
    return ref is not None


def undoable(tx: Transaction, now: datetime) -> list[tuple[str, datetime]]:
    """Cases that were asked to be erased and can still be kept: (cases.ref, when the keys go)."""
    rows = tx.execute(
        select(cases.c.ref, conversations.c.erase_at)
        .join_from(cases, conversations)
        .where(conversations.c.erase_at > now)
        .order_by(conversations.c.erase_at)
    )
    return [(ref, at) for ref, at in rows]


def due(tx: Transaction, now: datetime, *, most: int) -> list[Leaving]:
    """Conversations to be erased by now."""
    rows = tx.execute(
        select(conversations.c.id, conversations.c.ref)
        .where(conversations.c.erase_at <= now)
        .order_by(conversations.c.erase_at)
        .limit(most)
    ).all()
    return [Leaving(row.id, row.ref, _blobs(tx, row.id)) for row in rows]


def find(tx: Transaction, conversation: str) -> Leaving | None:
    """One conversation by ref, whether or not anybody asked."""
    found = tx.execute(select(conversations.c.id).where(conversations.c.ref == conversation)).scalar()
    return None if found is None else Leaving(found, conversation, _blobs(tx, found))


def remove(tx: Transaction, conversation_id: int, now: datetime) -> None:
    """Delete a conversation with all its rows; the chain keeps that it existed, by random id."""
    gone = delete(conversations).where(conversations.c.id == conversation_id).returning(conversations.c.ref)
    ref = tx.execute(gone).scalar()
    if ref is not None:
        chains.append(tx, "custody", "conversation_erased", now, conversation=ref)


def condemned(tx: Transaction, *, most: int) -> list[Condemned]:
    """Items marked as erased that are not finished."""
    rows = tx.execute(
        select(items.c.id, items.c.ref, conversations.c.ref, items.c.blob)
        .join_from(items, conversations)
        .where(items.c.state == "erased", items.c.blob.is_not(None))
        .order_by(items.c.id)
        .limit(most)
    )
    return [Condemned(*row) for row in rows]


def condemn(tx: Transaction, refs: Sequence[str]) -> None:
    """Mark items that a restored backup brought back as erased."""
    if refs:
        back = items.c.ref.in_(refs), items.c.blob.is_not(None)
        tx.execute(update(items).where(*back).values(state="erased"))


def empty(tx: Transaction, ids: Sequence[int]) -> None:
    """Leave of an erased item only its number and kind, so that numbers stay what the person was told."""
    tx.execute(
        update(items)
        .where(items.c.id.in_(ids))
        .values(blob=None, digest=b"", sealed_bytes=0, sealed_sha256=b"", size_band="")
    )


def conversation_exists(tx: Transaction, conversation: str) -> bool:
    return tx.execute(select(conversations.c.id).where(conversations.c.ref == conversation)).first() is not None


def item_has_payload(tx: Transaction, item: str) -> bool:
    found = select(items.c.id).where(items.c.ref == item, items.c.blob.is_not(None))
    return tx.execute(found).first() is not None


def _blobs(tx: Transaction, conversation_id: int) -> tuple[str, ...]:
    rows = select(items.c.blob).where(items.c.conversation_id == conversation_id, items.c.blob.is_not(None))
    return tuple(tx.execute(rows).scalars())
