"""Resume codes: only their digests are here (S49)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, cast

from sqlalchemy import delete, insert, select, update

from bot.db.store import Transaction
from bot.db.tables import conversations, resume_codes

VALID_FOR: Final = timedelta(days=30)  # as long as the session (retention/rules.py)
VALID_IN_MESSENGER: Final = timedelta(hours=1)  # it stands in a chat that others may scroll through
WORN_OUT_AFTER: Final = timedelta(minutes=10)


def replace(
    tx: Transaction, conversation_id: int, code_hash: bytes, now: datetime, *, valid_for: timedelta = VALID_FOR
) -> None:
    """A new code; older ones of this conversation stop working. `valid_for`: VALID_FOR at most."""
    since = now - VALID_FOR + valid_for
    tx.execute(delete(resume_codes).where(resume_codes.c.conversation_id == conversation_id))
    tx.execute(insert(resume_codes).values(conversation_id=conversation_id, code_hash=code_hash, created_at=since))


def wear_out(tx: Transaction, conversation_id: int, now: datetime) -> None:
    """The code has done its work and is soon worth nothing; a page whose answer was lost may still try again."""
    worn = now - VALID_FOR + WORN_OUT_AFTER
    tx.execute(
        update(resume_codes)
        .where(resume_codes.c.conversation_id == conversation_id, resume_codes.c.created_at > worn)
        .values(created_at=worn)
    )


def find(tx: Transaction, code_hash: bytes, now: datetime) -> int | None:
    """The conversation a code belongs to; None for unknown, expired or erased alike."""
    found = tx.execute(
        select(resume_codes.c.conversation_id)
        .join_from(resume_codes, conversations)
        .where(
            resume_codes.c.code_hash == code_hash,
            resume_codes.c.created_at > now - VALID_FOR,
            conversations.c.erase_at.is_(None),
        )
    ).scalar()
    return cast("int | None", found)
