"""What a platform tells later about rows it had taken, or whose answer was lost (R8)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, cast

from sqlalchemy import and_, or_, select, update

from bot.db.store import Transaction
from bot.db.tables import dead_letters, outbox


def has_arrived(tx: Transaction, row_id: int) -> bool:
    """The platform says so, whatever we thought; a dead letter about it is settled. False: nobody waited for it."""
    open_ = or_(
        outbox.c.state.in_(("ready", "sending", "accepted", "uncertain")),
        and_(outbox.c.state == "dead", outbox.c.reason == "uncertain"),
    )
    proven = tx.execute(update(outbox).where(outbox.c.id == row_id, open_).values(state="sent", payload=None))
    if proven.rowcount:
        tx.execute(
            update(dead_letters)
            .where(dead_letters.c.source == "outbox", dead_letters.c.row_id == row_id, dead_letters.c.state == "open")
            .values(state="dismissed")
        )
    return proven.rowcount == 1


def has_failed(
    tx: Transaction, row_id: int, state: Literal["ready", "held", "refused", "dead"], *, due_at: datetime, reason: str
) -> int | None:
    """The platform had taken it and says now that it did not arrive. Its conversation's id; None: nobody waited."""
    values: dict[str, Any] = {"state": state, "reason": reason, "due_at": due_at, "tries": outbox.c.tries + 1}
    if state == "refused":
        values["payload"] = None
    found = tx.execute(
        update(outbox)
        .where(outbox.c.id == row_id, outbox.c.state.in_(("accepted", "sending")))
        .values(**values)
        .returning(outbox.c.conversation_id)
    ).scalar()
    return cast("int | None", found)


def tries_of(tx: Transaction, row_id: int) -> int:
    return cast(int, tx.execute(select(outbox.c.tries).where(outbox.c.id == row_id)).scalar() or 0)
