"""Until when people may be answered freely, for messengers that close such a window (R15)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final, cast

from sqlalchemy import bindparam, or_, select, update

from bot.db.store import Transaction
from bot.db.tables import addresses

_OPEN: Final = bindparam("open", type_=addresses.c.open_until.type)
_KEEP_OPEN: Final = (
    update(addresses)
    .where(addresses.c.id == bindparam("aid"), or_(addresses.c.open_until.is_(None), addresses.c.open_until < _OPEN))
    .values(open_until=_OPEN)
)


def keep_open(tx: Transaction, until: Mapping[int, datetime]) -> None:
    """People wrote: by address, until when each may be answered freely. An older message changes nothing."""
    if until:
        tx.execute(_KEEP_OPEN, [{"aid": address_id, "open": at} for address_id, at in sorted(until.items())])


def open_until(tx: Transaction, conversation_id: int) -> datetime | None:
    """Until when the person's current address may be answered freely; None: at any time, or there is none."""
    row = tx.execute(
        select(addresses.c.open_until)
        .where(addresses.c.conversation_id == conversation_id, addresses.c.current)
        .order_by(addresses.c.id.desc())
        .limit(1)
    ).first()
    return None if row is None else cast("datetime | None", row[0])
