"""Timers of conversations. Names are stored as keyed digests: in clear they would tell the flow (S33)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.db.store import Transaction
from bot.db.tables import timers


@dataclass(frozen=True, slots=True)
class Due:
    """A timer whose time has come; `payload` opens with the queue key."""

    id: int
    payload: bytes = field(repr=False)
    due_at: datetime


_DUE: Final = (
    select(timers.c.id, timers.c.payload, timers.c.due_at)
    .where(
        timers.c.conversation_id == bindparam("cid"),
        timers.c.due_at <= bindparam("now", type_=timers.c.due_at.type),
    )
    .order_by(timers.c.due_at, timers.c.id)
)


def put(tx: Transaction, conversation_id: int, *, name: bytes, payload: bytes, due_at: datetime) -> None:
    """Start a timer, or move the running one of that name."""
    made = sqlite.insert(timers) if tx.dialect.name == "sqlite" else postgresql.insert(timers)
    row = made.values(conversation_id=conversation_id, name=name.hex(), payload=payload, due_at=due_at)
    tx.execute(
        row.on_conflict_do_update(
            index_elements=[timers.c.conversation_id, timers.c.name],
            set_={"payload": row.excluded.payload, "due_at": row.excluded.due_at},
        )
    )


def cancel(tx: Transaction, conversation_id: int, *, name: bytes) -> None:
    tx.execute(delete(timers).where(timers.c.conversation_id == conversation_id, timers.c.name == name.hex()))


def running(tx: Transaction, conversation_id: int, names: Sequence[bytes]) -> set[bytes]:
    """Which of these timers are set."""
    found = select(timers.c.name).where(
        timers.c.conversation_id == conversation_id, timers.c.name.in_([name.hex() for name in names])
    )
    return {bytes.fromhex(name) for name in tx.execute(found).scalars()}


def due(tx: Transaction, conversation_id: int, now: datetime) -> list[Due]:
    """Timers of this conversation whose time has come, oldest first."""
    return [Due(*row) for row in tx.execute(_DUE, {"cid": conversation_id, "now": now})]


def drop(tx: Transaction, ids: list[int]) -> None:
    """They have fired, or can never be worked."""
    if ids:
        tx.execute(delete(timers).where(timers.c.id.in_(ids)))
