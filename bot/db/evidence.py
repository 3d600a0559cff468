"""Evidence items and what their taking needs: keys to seal to, consents, batches, limits. No content, no names.

An item is `arriving` once its bytes lie sealed in the vault, `held` when a turn has numbered it, `locked` while
it is unclear which picture was the intimate one, `erased` from the moment it must go (retention/erase.py finishes
that). Numbers are never used twice within a conversation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal, cast, get_args

from sqlalchemy import bindparam, func, insert, or_, select, update

from bot.db import chains
from bot.db.store import Transaction
from bot.db.tables import consents, conversation_keys, conversations, items
from bot.evidence.sniff import FileKind

ItemState = Literal["arriving", "held", "locked", "erased", "damaged"]
PRESENT: Final = ("arriving", "held", "locked")
FILE_KINDS: Final = get_args(FileKind)
BATCH: Final = "batch"


@dataclass(frozen=True, slots=True)
class Gate:
    """What decides whether a file may be taken now, and what it would be sealed to.

    `session` is under the field key. `leaving`: the person has asked for everything to be erased.
    """

    conversation_id: int
    ref: str
    session: bytes | None = field(repr=False)
    leaving: bool
    epoch: int
    recipient: str


@dataclass(frozen=True, slots=True)
class Usage:
    """What a conversation already holds, and how much came in lately (S38)."""

    items: int
    sealed_bytes: int
    recent: int


@dataclass(frozen=True, slots=True)
class NewItem:
    """A sealed item whose payload is durable in the vault and whose header is committed in the keyring."""

    ref: str
    kind: str
    epoch: int
    blob: str
    size_band: str
    sealed_bytes: int
    sealed_sha256: bytes
    digest: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the evidence list. `number` is None until a turn has taken it."""

    ref: str
    number: int | None
    batch: int
    kind: str
    state: ItemState
    received_at: datetime
    size_band: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """An item a turn has taken. `repeated`: it had its number before."""

    number: int
    kind: str
    repeated: bool


@dataclass(frozen=True, slots=True)
class Stored:
    """What opening an item needs from this store; the header is in the keyring, the payload in the vault."""

    ref: str
    conversation: str
    number: int | None
    kind: str
    state: ItemState
    epoch: int
    blob: str | None
    sealed_bytes: int
    sealed_sha256: bytes


_LINE: Final = (
    items.c.ref,
    items.c.number,
    items.c.batch,
    items.c.kind,
    items.c.state,
    items.c.received_at,
    items.c.size_band,
)
_HELD: Final = (
    select(*_LINE)
    .where(items.c.conversation_id == bindparam("cid"), or_(items.c.state == "held", items.c.state == "locked"))
    .order_by(items.c.number)
)
_NEWEST_KEY: Final = (
    select(conversation_keys.c.epoch, conversation_keys.c.recipient)
    .where(conversation_keys.c.conversation_id == bindparam("cid"))
    .order_by(conversation_keys.c.epoch.desc())
    .limit(1)
)


# --- before the first byte ----------------------------------------------------------------------------------


def gate(tx: Transaction, conversation: str) -> Gate | None:
    """The newest key and the session of a conversation, by ref; None if there is none or it has no key yet."""
    row = tx.execute(
        select(
            conversations.c.id,
            conversations.c.ref,
            conversations.c.session,
            conversations.c.erase_at.is_not(None),
            conversation_keys.c.epoch,
            conversation_keys.c.recipient,
        )
        .join_from(conversations, conversation_keys)
        .where(conversations.c.ref == conversation)
        .order_by(conversation_keys.c.epoch.desc())
        .limit(1)
    ).first()
    return None if row is None else Gate(*row)


def add_key(tx: Transaction, conversation_id: int, *, epoch: int, recipient: str, now: datetime) -> None:
    """The public half of a conversation key whose grants are committed in the keyring (S22)."""
    tx.execute(
        insert(conversation_keys).values(
            conversation_id=conversation_id, epoch=epoch, recipient=recipient, created_at=now
        )
    )


def newest_key(tx: Transaction, conversation_id: int) -> tuple[int, str] | None:
    """(epoch, recipient) to seal to now; None before the first turn."""
    row = tx.execute(_NEWEST_KEY, {"cid": conversation_id}).first()
    return None if row is None else (row.epoch, row.recipient)


def usage(tx: Transaction, conversation_id: int, *, since: datetime) -> Usage:
    """Items and bytes present now; `recent` counts files that arrived since then, erased ones too."""
    mine = items.c.conversation_id == conversation_id
    present = select(func.count(), func.coalesce(func.sum(items.c.sealed_bytes), 0)).where(
        mine, items.c.state.in_(PRESENT)
    )
    count, sealed_bytes = tx.execute(present).one()
    recent = (
        select(func.count()).select_from(items).where(mine, items.c.kind.in_(FILE_KINDS), items.c.received_at >= since)
    )
    return Usage(count, int(sealed_bytes), tx.execute(recent).scalar_one())


def find_same(tx: Transaction, conversation_id: int, digest: bytes) -> Item | None:
    """An item of this conversation with the same bytes that is still present."""
    row = tx.execute(
        select(*_LINE).where(
            items.c.digest == digest,
            items.c.conversation_id == conversation_id,
            items.c.state.in_(PRESENT),
        )
    ).first()
    return None if row is None else Item(*row)


def still_open(tx: Transaction, conversation_id: int) -> bool:
    """Whether the conversation is here and stays. Takes its row until commit: two equal files cannot race."""
    row = select(conversations.c.erase_at).where(conversations.c.id == conversation_id).with_for_update()
    found = tx.execute(row).first()
    return found is not None and found.erase_at is None


# --- taking -------------------------------------------------------------------------------------------------


def record_consent(tx: Transaction, conversation_id: int, what: str, answer: str, now: datetime) -> None:
    """What the person agreed to or refused, and when to the minute."""
    tx.execute(insert(consents).values(conversation_id=conversation_id, what=what, answer=answer, given_at=now))


def start_batch(tx: Transaction, conversation_id: int, now: datetime) -> int:
    """The person said that nothing naked or sexual is visible in what comes next; returns the batch's number."""
    record_consent(tx, conversation_id, BATCH, "yes", now)
    return current_batch(tx, conversation_id)


def current_batch(tx: Transaction, conversation_id: int) -> int:
    """How often the media gate was confirmed; 0 before the first time."""
    confirmed = consents.c.conversation_id == conversation_id, consents.c.what == BATCH
    return tx.execute(select(func.count()).select_from(consents).where(*confirmed)).scalar_one()


def add(tx: Transaction, conversation_id: int, item: NewItem, now: datetime) -> None:
    """Keep a sealed item, `arriving`, in the current batch."""
    tx.execute(
        insert(items).values(
            conversation_id=conversation_id,
            ref=item.ref,
            batch=current_batch(tx, conversation_id),
            kind=item.kind,
            state="arriving",
            received_at=now,
            size_band=item.size_band,
            epoch=item.epoch,
            blob=item.blob,
            sealed_bytes=item.sealed_bytes,
            sealed_sha256=item.sealed_sha256,
            digest=item.digest,
        )
    )


def accept(tx: Transaction, conversation_id: int, ref: str, now: datetime) -> Accepted | None:
    """Number an arrived item within the turn that takes it, and write its custody entry.

    None when there is no such item here any more. Takes the conversation's row, so that numbers do not race.
    """
    named = select(conversations.c.ref).where(conversations.c.id == conversation_id).with_for_update()
    conversation = tx.execute(named).scalar_one()
    row = tx.execute(
        select(items.c.id, items.c.number, items.c.kind, items.c.sealed_sha256).where(
            items.c.ref == ref, items.c.conversation_id == conversation_id, items.c.state.in_(PRESENT)
        )
    ).first()
    if row is None:
        return None
    if row.number is not None:
        return Accepted(row.number, row.kind, repeated=True)
    highest = select(func.max(items.c.number)).where(items.c.conversation_id == conversation_id)
    number = int(tx.execute(highest).scalar() or 0) + 1
    tx.execute(update(items).where(items.c.id == row.id).values(number=number, state="held"))
    chains.append(
        tx,
        "custody",
        "received",
        now,
        conversation=conversation,
        item=ref,
        number=number,
        sealed_sha256=row.sealed_sha256.hex(),
    )
    return Accepted(number, row.kind, repeated=False)


# --- listing ------------------------------------------------------------------------------------------------


def held(tx: Transaction, conversation_id: int) -> list[Item]:
    """The evidence list, locked items included, in order of number."""
    return [Item(*row) for row in tx.execute(_HELD, {"cid": conversation_id})]


def newest_batch(listed: Sequence[Item]) -> tuple[int, ...]:
    """The numbers of the newest batch that still holds anything."""
    last = max((item.batch for item in listed), default=0)
    return tuple(item.number for item in listed if item.batch == last and item.number is not None)


def stored(tx: Transaction, ref: str) -> Stored | None:
    """Where an item lies and what its bytes must be, by ref."""
    row = tx.execute(
        select(
            items.c.ref,
            conversations.c.ref,
            items.c.number,
            items.c.kind,
            items.c.state,
            items.c.epoch,
            items.c.blob,
            items.c.sealed_bytes,
            items.c.sealed_sha256,
        )
        .join_from(items, conversations)
        .where(items.c.ref == ref)
    ).first()
    return None if row is None else Stored(*row)


def mark_damaged(tx: Transaction, ref: str, now: datetime) -> None:
    """Its bytes are not what was sealed (R21); others of the conversation are not touched."""
    changed = update(items).where(items.c.ref == ref, items.c.state.in_(("held", "locked")))
    if tx.execute(changed.values(state="damaged")).rowcount:
        chains.append(tx, "custody", "damaged", now, item=ref)


# --- locking and taking back --------------------------------------------------------------------------------


def lock_batch(tx: Transaction, conversation_id: int, now: datetime) -> tuple[str, ...]:
    """Nobody opens the newest batch until it is clear which one was the intimate picture. Returns item refs."""
    return _move_newest(tx, conversation_id, from_="held", to="locked", now=now)


def unlock_batch(tx: Transaction, conversation_id: int, now: datetime) -> tuple[str, ...]:
    """The locked items that remain are readable again."""
    return _move_newest(tx, conversation_id, from_="locked", to="held", now=now)


def mark_batch_erased(tx: Transaction, conversation_id: int, now: datetime) -> tuple[str, ...]:
    """The newest batch must go, unseen; call `Eraser.finish` after the commit. Returns item refs."""
    present = items.c.conversation_id == conversation_id, items.c.state.in_((*PRESENT, "damaged"))
    last = tx.execute(select(func.max(items.c.batch)).where(*present)).scalar()
    return () if last is None else _mark_erased(tx, conversation_id, now, batch=last)


def mark_item_erased(tx: Transaction, conversation_id: int, number: int, now: datetime) -> tuple[str, ...]:
    """One item must go; call `Eraser.finish` after the commit. Empty when there is no such number."""
    return _mark_erased(tx, conversation_id, now, number=number)


def _mark_erased(
    tx: Transaction, conversation_id: int, now: datetime, *, batch: int | None = None, number: int | None = None
) -> tuple[str, ...]:
    which = items.c.batch == batch if number is None else items.c.number == number
    gone = (
        update(items)
        .where(items.c.conversation_id == conversation_id, which, items.c.state != "erased")
        .values(state="erased")
        .returning(items.c.ref)
    )
    return _noted(tx, "erased", cast("Sequence[str]", tx.execute(gone).scalars().all()), now)


def _move_newest(
    tx: Transaction, conversation_id: int, *, from_: ItemState, to: ItemState, now: datetime
) -> tuple[str, ...]:
    mine = items.c.conversation_id == conversation_id, items.c.state == from_
    last = tx.execute(select(func.max(items.c.batch)).where(*mine)).scalar()
    moved = update(items).where(*mine, items.c.batch == last).values(state=to).returning(items.c.ref)
    refs = cast("Sequence[str]", tx.execute(moved).scalars().all())
    return _noted(tx, "locked" if to == "locked" else "unlocked", refs, now)


def _noted(tx: Transaction, what: str, refs: Sequence[str], now: datetime) -> tuple[str, ...]:
    for ref in sorted(refs):
        chains.append(tx, "custody", what, now, item=ref)
    return tuple(sorted(refs))
