"""What people wrote and no turn has taken yet; what the desk tells a turn; what was seen before (S21)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.db import conversations
from bot.db.store import Transaction
from bot.db.tables import inbox, seen


@dataclass(frozen=True, slots=True)
class Waiting:
    """One row a turn has to take. `tries` counts turns that failed on it."""

    id: int
    address_id: int | None
    payload: bytes = field(repr=False)
    received_at: datetime
    tries: int


@dataclass(frozen=True, slots=True)
class NewRow:
    conversation_id: int
    address_id: int | None
    payload: bytes = field(repr=False)
    received_at: datetime


_WAITING: Final = (
    select(inbox.c.id, inbox.c.address_id, inbox.c.payload, inbox.c.received_at, inbox.c.tries)
    .where(inbox.c.conversation_id == bindparam("cid"), inbox.c.state == "waiting")
    .order_by(inbox.c.id)
    .limit(bindparam("most"))
)
_INSERT: Final = insert(inbox)
_FINISH: Final = delete(inbox).where(inbox.c.id == bindparam("row"))
_REMEMBER: Final = {
    "sqlite": sqlite.insert(seen).on_conflict_do_nothing().returning(seen.c.digest),
    "postgresql": postgresql.insert(seen).on_conflict_do_nothing().returning(seen.c.digest),
}


def remember(tx: Transaction, digests: Sequence[bytes], now: datetime) -> set[bytes]:
    """Note these deliveries; returns those never noted before. One statement, whatever the number."""
    if not digests:
        return set()
    rows = [{"digest": digest, "seen_at": now} for digest in sorted(set(digests))]
    return set(tx.execute(_REMEMBER[tx.dialect.name], rows).scalars())


def store(tx: Transaction, rows: Sequence[NewRow]) -> None:
    """Keep messages in the order given."""
    if rows:
        tx.execute(
            _INSERT,
            [
                {
                    "conversation_id": row.conversation_id,
                    "address_id": row.address_id,
                    "state": "waiting",
                    "payload": row.payload,
                    "received_at": row.received_at,
                    "tries": 0,
                }
                for row in rows
            ],
        )


def store_internal(tx: Transaction, conversation_id: int, sealed: bytes, now: datetime) -> None:
    """The desk tells the next turn something (`joined`, `returned`, `closed`); due at once.

    `sealed` is `DeskKeys.seal_for_public` of JSON `{"internal": <change>}`. Call `wake.notify("turns")` after commit.
    """
    store(tx, [NewRow(conversation_id, None, sealed, now)])
    conversations.make_due(tx, [(conversation_id, now)])


def waiting(tx: Transaction, conversation_id: int, *, most: int) -> list[Waiting]:
    """The rows of this conversation no turn has taken, oldest first."""
    return [Waiting(*row) for row in tx.execute(_WAITING, {"cid": conversation_id, "most": most})]


def has_waiting(tx: Transaction, conversation_id: int) -> bool:
    return tx.execute(_WAITING, {"cid": conversation_id, "most": 1}).first() is not None


def finish(tx: Transaction, ids: Sequence[int]) -> None:
    """Taken by a turn: the payload goes at once, the row with it."""
    if ids:
        tx.execute(_FINISH, [{"row": row_id} for row_id in ids])


def count_try(tx: Transaction, row_id: int) -> int:
    """A turn failed on this row; returns how often by now."""
    tried = tx.execute(
        update(inbox).where(inbox.c.id == row_id).values(tries=inbox.c.tries + 1).returning(inbox.c.tries)
    ).scalar()
    return cast(int, tried or 0)


def move_aside(tx: Transaction, row_id: int) -> None:
    """A poison message: no turn takes it again unless somebody retries it in the desk."""
    tx.execute(update(inbox).where(inbox.c.id == row_id).values(state="dead"))


def retry(tx: Transaction, row_id: int, now: datetime) -> bool:
    """Let the next turn take a dead row again. False when its payload is gone."""
    found = tx.execute(
        update(inbox)
        .where(inbox.c.id == row_id, inbox.c.state == "dead", inbox.c.payload.is_not(None))
        .values(state="waiting", tries=0)
        .returning(inbox.c.conversation_id)
    ).scalar()
    if found is None:
        return False
    conversations.make_due(tx, [(found, now)])
    return True


def forget(tx: Transaction, row_id: int) -> None:
    """A dead row that nobody wants to retry: its payload goes now."""
    tx.execute(delete(inbox).where(inbox.c.id == row_id))


def backlog(tx: Transaction) -> tuple[int, datetime | None]:
    """How many rows wait, and since when the oldest does (R12, R23)."""
    row: Any = tx.execute(select(func.count(), func.min(inbox.c.received_at)).where(inbox.c.state == "waiting")).one()
    return row[0], row[1]
