"""Whether the database takes messages and somebody works them."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import delete, func, insert, select

from bot.db.store import Transaction
from bot.db.tables import conversations, seen


def try_writing(tx: Transaction, now: datetime) -> None:
    """Write a row and take it away: a database that can only be read raises. Nothing is left."""
    digest = secrets.token_bytes(32)
    tx.execute(insert(seen).values(digest=digest, seen_at=now))
    tx.execute(delete(seen).where(seen.c.digest == digest))


def longest_due(tx: Transaction) -> datetime | None:
    """Since when the turn waiting longest has been due, if one waits."""
    due: datetime | None = tx.execute(
        select(func.min(conversations.c.turn_due_at)).where(conversations.c.turn_due_at.is_not(None))
    ).scalar()
    return due
