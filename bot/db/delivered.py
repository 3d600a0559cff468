"""What stands in a messenger's chat and can still be changed there: retired buttons, removed traces (48 hours)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from bot.db.store import Transaction
from bot.db.tables import delivered


@dataclass(frozen=True, slots=True)
class Delivered:
    """One message; `external_id` is sealed (`PublicKeys.seal_field`)."""

    id: int
    external_id: bytes = field(repr=False)
    sent_at: datetime


def add(tx: Transaction, address_id: int, external_id: bytes, *, buttons: bool, now: datetime) -> None:
    tx.execute(insert(delivered).values(address_id=address_id, external_id=external_id, buttons=buttons, sent_at=now))


def with_buttons(tx: Transaction, address_id: int, *, most: int = 5) -> list[Delivered]:
    """Messages whose buttons were never retired, newest first."""
    rows = tx.execute(
        select(delivered.c.id, delivered.c.external_id, delivered.c.sent_at)
        .where(delivered.c.address_id == address_id, delivered.c.buttons)
        .order_by(delivered.c.id.desc())
        .limit(most)
    )
    return [Delivered(*row) for row in rows]


def since(tx: Transaction, address_id: int, at: datetime) -> list[Delivered]:
    """Everything that can still be removed, oldest first."""
    rows = tx.execute(
        select(delivered.c.id, delivered.c.external_id, delivered.c.sent_at)
        .where(delivered.c.address_id == address_id, delivered.c.sent_at > at)
        .order_by(delivered.c.id)
    )
    return [Delivered(*row) for row in rows]


def retired(tx: Transaction, ids: Sequence[int]) -> None:
    tx.execute(update(delivered).where(delivered.c.id.in_(ids)).values(buttons=False))


def removed(tx: Transaction, ids: Sequence[int]) -> None:
    tx.execute(delete(delivered).where(delivered.c.id.in_(ids)))
