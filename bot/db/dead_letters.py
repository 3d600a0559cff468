"""What could not be worked: moved aside, counted, never shown with content (R10)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import func, insert, select, update

from bot.db import inbox, outbox
from bot.db.store import Transaction
from bot.db.tables import dead_letters

Source = Literal["inbox", "outbox", "timer", "update"]


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One thing moved aside. `reason` is the kind of failure (a class name), never its message."""

    ref: str
    source: Source
    reason: str
    tries: int
    failed_at: datetime


def record(
    tx: Transaction,
    *,
    source: Source,
    reason: str,
    tries: int,
    now: datetime,
    row_id: int | None = None,
    conversation_id: int | None = None,
) -> str:
    """Note a failure for the desk; returns its ref. After the commit `wake.notify("desk")`: it alerts at 1."""
    ref = secrets.token_hex(16)
    tx.execute(
        insert(dead_letters).values(
            ref=ref,
            source=source,
            row_id=row_id,
            conversation_id=conversation_id,
            reason=reason[:60],
            tries=tries,
            state="open",
            failed_at=now,
        )
    )
    return ref


def open_letters(tx: Transaction, *, limit: int = 100) -> list[DeadLetter]:
    """Those nobody has decided about, oldest first."""
    rows = tx.execute(
        select(
            dead_letters.c.ref,
            dead_letters.c.source,
            dead_letters.c.reason,
            dead_letters.c.tries,
            dead_letters.c.failed_at,
        )
        .where(dead_letters.c.state == "open")
        .order_by(dead_letters.c.id)
        .limit(limit)
    )
    return [DeadLetter(*row) for row in rows]


def count_open(tx: Transaction) -> int:
    return tx.execute(select(func.count()).where(dead_letters.c.state == "open")).scalar_one()


def retry(tx: Transaction, ref: str, now: datetime) -> bool:
    """Try it once more: false when it is decided already or its payload is gone. Then `wake.notify("turns")`
    and `wake.notify("outbox")` after the commit."""
    row = _decide(tx, ref, "retried")
    match row:
        case ("inbox", int() as row_id):
            return inbox.retry(tx, row_id, now)
        case ("outbox", int() as row_id):
            return outbox.retry(tx, row_id, now)
        case _:
            return False


def dismiss(tx: Transaction, ref: str) -> bool:
    """Nobody will work it: what it held is gone afterwards. False when it is decided already."""
    row = _decide(tx, ref, "dismissed")
    match row:
        case ("inbox", int() as row_id):
            inbox.forget(tx, row_id)
        case ("outbox", int() as row_id):
            outbox.purge(tx, row_id)
        case None:
            return False
    return True


def _decide(tx: Transaction, ref: str, state: str) -> tuple[str, int | None] | None:
    row = tx.execute(
        update(dead_letters)
        .where(dead_letters.c.ref == ref, dead_letters.c.state == "open")
        .values(state=state)
        .returning(dead_letters.c.source, dead_letters.c.row_id)
    ).first()
    return None if row is None else (row[0], row[1])
