"""Sealed turns, in order. Nobody here can open them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, cast

from sqlalchemy import bindparam, insert, select, update

from bot.db.store import Transaction
from bot.db.tables import conversations, transcript


@dataclass(frozen=True, slots=True)
class Sealed:
    """One turn under the conversation's key of this epoch; `seq` is bound into its header."""

    seq: int
    epoch: int
    sealed: bytes = field(repr=False)
    sealed_at: datetime


_TAKE_SEQ: Final = (
    update(conversations)
    .where(conversations.c.id == bindparam("cid"))
    .values(next_seq=conversations.c.next_seq + 1)
    .returning(conversations.c.next_seq - 1)
)
_INSERT: Final = insert(transcript)


def take_seq(tx: Transaction, conversation_id: int) -> int:
    """The number the next envelope must be sealed with; also locks the conversation until commit."""
    return cast(int, tx.execute(_TAKE_SEQ, {"cid": conversation_id}).scalar_one())


def add(tx: Transaction, conversation_id: int, *, seq: int, epoch: int, sealed: bytes, now: datetime) -> None:
    """Keep one sealed turn under the number taken for it."""
    tx.execute(
        _INSERT,
        {"conversation_id": conversation_id, "seq": seq, "epoch": epoch, "sealed": sealed, "sealed_at": now},
    )


def read(tx: Transaction, conversation_id: int, *, after: int = 0) -> list[Sealed]:
    """All sealed turns of a conversation after this number, in order."""
    rows = tx.execute(
        select(transcript.c.seq, transcript.c.epoch, transcript.c.sealed, transcript.c.sealed_at)
        .where(transcript.c.conversation_id == conversation_id, transcript.c.seq > after)
        .order_by(transcript.c.seq)
    )
    return [Sealed(*row) for row in rows]
