"""Conversations, their addresses and the lease that lets one worker at a time take a turn (R5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, cast

from sqlalchemy import and_, bindparam, case, delete, exists, false, func, insert, literal, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.db.store import Transaction
from bot.db.tables import addresses, cases, conversation_keys, conversations, timers
from bot.dialogue.session import Holder, Language


@dataclass(frozen=True, slots=True)
class Conversation:
    """What a turn needs to know before it opens the session."""

    id: int
    ref: str
    language: Language
    holder: Holder
    fence: int
    silent: bool
    counsellor_id: int | None
    session: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Known:
    """An address that has written before, with its conversation. `current`: answers go there."""

    address_id: int
    conversation: Conversation
    current: bool


@dataclass(frozen=True, slots=True)
class Leased:
    """A conversation this worker may work on until its lease ends. `has_key`: it can already be sealed to."""

    id: int
    ref: str
    has_key: bool


@dataclass(frozen=True, slots=True)
class Held:
    """The conversation of a lease that still holds, when its next turn was due, and the next transcript number."""

    conversation: Conversation
    turn_due_at: datetime | None
    next_seq: int


@dataclass(frozen=True, slots=True)
class NewAddress:
    """`older`: what the lookup was under index keys that only read now; known by any of them, it is not new."""

    channel: str
    lookup: bytes = field(repr=False)
    lookup_kid: str
    sealed: bytes = field(repr=False)
    older: tuple[bytes, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Address:
    """Where answers go; `sealed` opens with the field key (table `addresses`, column `address`)."""

    id: int
    channel: str
    sealed: bytes = field(repr=False)


_FACTS: Final = (
    conversations.c.id,
    conversations.c.ref,
    conversations.c.language,
    conversations.c.holder,
    conversations.c.fence,
    conversations.c.silent,
    conversations.c.counsellor_id,
    conversations.c.session,
)
_FIND: Final = (
    select(addresses.c.lookup, addresses.c.id, addresses.c.current, *_FACTS)
    .join_from(addresses, conversations)
    .where(addresses.c.lookup.in_(bindparam("lookups", expanding=True)))
)
_GET: Final = select(*_FACTS).where(conversations.c.id == bindparam("cid"))
_GET_LOCKED: Final = _GET.with_for_update()
_HOLD: Final = (
    update(conversations)
    .where(
        conversations.c.id == bindparam("cid"),
        conversations.c.lease_by == bindparam("token"),
        conversations.c.lease_until > bindparam("now", type_=conversations.c.lease_until.type),
    )
    .values(lease_until=conversations.c.lease_until)
    .returning(conversations.c.turn_due_at, conversations.c.next_seq, *_FACTS)
)
_DUE_AT: Final = bindparam("due", type_=conversations.c.turn_due_at.type)
_MAKE_DUE: Final = (
    update(conversations)
    .where(conversations.c.id == bindparam("cid"))
    .values(
        turn_due_at=case(
            (
                or_(conversations.c.turn_due_at.is_(None), conversations.c.turn_due_at > _DUE_AT),
                _DUE_AT,
            ),
            else_=conversations.c.turn_due_at,
        )
    )
)
_CONTACT: Final = func.coalesce(
    bindparam("contact", type_=conversations.c.last_contact_at.type), conversations.c.last_contact_at
)
_SAVE: Final = (
    update(conversations)
    .where(conversations.c.id == bindparam("cid"))
    .values(
        session=bindparam("new_session"),
        language=bindparam("new_language"),
        silent=bindparam("new_silent"),
        last_contact_at=_CONTACT,
    )
)
_END: Final = (
    update(conversations)
    .where(conversations.c.id == bindparam("cid"), conversations.c.lease_by == bindparam("token"))
    .values(
        lease_by=None,
        lease_until=None,
        turn_due_at=bindparam("due", type_=conversations.c.turn_due_at.type),
        next_seq=bindparam("seq"),
    )
)
_CURRENT: Final = (
    select(addresses.c.id, addresses.c.channel, addresses.c.address)
    .where(addresses.c.conversation_id == bindparam("cid"), addresses.c.current)
    .order_by(addresses.c.id.desc())
    .limit(1)
)


# --- finding and creating -------------------------------------------------------------------------------------------


def find_by_lookups(tx: Transaction, lookups: Sequence[bytes]) -> dict[bytes, Known]:
    """The conversations these addresses belong to, by lookup."""
    if not lookups:
        return {}
    rows = tx.execute(_FIND, {"lookups": lookups})
    return {row[0]: Known(row[1], Conversation(*row[3:]), row[2]) for row in rows}


def find_any(known: Mapping[bytes, Known], lookups: Sequence[bytes]) -> Known | None:
    """Who is known by one of these lookups of one address; what was made under the newest index key counts first."""
    return next((known[lookup] for lookup in lookups if lookup in known), None)


def create(tx: Transaction, *, ref: str, language: Language, address: NewAddress, now: datetime) -> Known:
    """A new conversation that the bot leads, with its first address; the known one if another door was quicker."""
    made = tx.execute(
        insert(conversations)
        .values(ref=ref, created_at=now, last_contact_at=now, language=language, holder="bot", fence=0, silent=False)
        .returning(conversations.c.id)
    )
    conversation_id = cast(int, made.scalar_one())
    address_id = _insert_address(tx, conversation_id, address, now)
    if address_id is None:
        tx.execute(delete(conversations).where(conversations.c.id == conversation_id))
        return find_by_lookups(tx, [address.lookup])[address.lookup]
    fresh = Conversation(conversation_id, ref, language, "bot", 0, False, None, None)
    return Known(address_id, fresh, current=True)


def add_address(tx: Transaction, conversation_id: int, address: NewAddress, now: datetime) -> bool:
    """Another way to reach this person; it becomes the current one (resume code, change of channel), or still is.

    False when the address belongs to another conversation already. What waits for the person is left where it was:
    `outbox.follow`.
    """
    lookups = [address.lookup, *address.older]
    held = find_any(find_by_lookups(tx, lookups), lookups)
    if held is not None:
        theirs = held.conversation.id == conversation_id
        if theirs and not held.current:
            come_back(tx, held)
        return theirs
    tx.execute(update(addresses).where(addresses.c.conversation_id == conversation_id).values(current=False))
    return _insert_address(tx, conversation_id, address, now) is not None


def come_back(tx: Transaction, person: Known) -> None:
    """Somebody who went on elsewhere writes from an earlier address again: answers go there, or nobody sees them.

    What waits for the person is left where it was: `outbox.follow`.
    """
    theirs = addresses.c.conversation_id == person.conversation.id
    tx.execute(update(addresses).where(theirs).values(current=False))
    tx.execute(update(addresses).where(addresses.c.id == person.address_id).values(current=True))


def rename(tx: Transaction, person: Known, address: NewAddress) -> Known:
    """The same person at another address of the same messenger: the old one is gone, what waits for them is not.

    The caller knows that nobody else has the new one.
    """
    tx.execute(
        update(addresses)
        .where(addresses.c.id == person.address_id)
        .values(lookup=address.lookup, lookup_kid=address.lookup_kid, address=address.sealed)
    )
    return person


def _insert_address(tx: Transaction, conversation_id: int, address: NewAddress, now: datetime) -> int | None:
    made = sqlite.insert(addresses) if tx.dialect.name == "sqlite" else postgresql.insert(addresses)
    row = made.values(
        conversation_id=conversation_id,
        channel=address.channel,
        lookup=address.lookup,
        lookup_kid=address.lookup_kid,
        address=address.sealed,
        current=True,
        created_at=now,
    )
    found = row.on_conflict_do_nothing(index_elements=[addresses.c.lookup]).returning(addresses.c.id)
    return cast("int | None", tx.execute(found).scalar())


def current_address(tx: Transaction, conversation_id: int) -> Address | None:
    """Where answers go now, or None after the link was cut."""
    row = tx.execute(_CURRENT, {"cid": conversation_id}).first()
    return None if row is None else Address(*row)


def get(tx: Transaction, conversation_id: int) -> Conversation:
    """Raises NoResultFound when it was erased meanwhile."""
    return Conversation(*tx.execute(_GET, {"cid": conversation_id}).one())


def lock(tx: Transaction, conversation_id: int) -> Conversation | None:
    """Take the conversation's row until the end of this transaction, so that what two writers add keeps one
    order. None when it was erased meanwhile. Everything that adds outbox or transcript rows comes through here.
    """
    row = tx.execute(_GET_LOCKED, {"cid": conversation_id}).first()
    return None if row is None else Conversation(*row)


# --- whose turn -----------------------------------------------------------------------------------------------------


def make_due(tx: Transaction, due: Sequence[tuple[int, datetime]]) -> None:
    """Let a turn happen at this time, or earlier if one is due earlier."""
    if due:
        ordered = sorted(due)
        tx.execute(_MAKE_DUE, [{"cid": conversation_id, "due": at} for conversation_id, at in ordered])


def lease_due(tx: Transaction, *, token: str, now: datetime, until: datetime, limit: int) -> list[Leased]:
    """Take up to `limit` conversations with a due turn or timer that nobody holds, longest waiting first.

    Ask only with nothing in hand: what this token still holds was left over when the database went away, and is due
    again at once instead of when its lease runs out.
    """
    timer_due = exists().where(
        timers.c.conversation_id == conversations.c.id,
        timers.c.due_at <= now,
        conversations.c.holder != "counsellor",
    )
    lease = conversations.c.lease_until
    free = or_(lease.is_(None), lease <= now, conversations.c.lease_by == token)
    due_ids = select(conversations.c.id).where(or_(conversations.c.turn_due_at <= now, timer_due), free)
    due_ids = due_ids.order_by(conversations.c.turn_due_at, conversations.c.id).limit(limit)
    if tx.dialect.name != "sqlite":
        due_ids = due_ids.with_for_update(skip_locked=True, of=conversations)
    ids = [row[0] for row in tx.execute(due_ids)]
    if not ids:
        return []
    tx.execute(update(conversations).where(conversations.c.id.in_(ids)).values(lease_by=token, lease_until=until))
    has_key = exists().where(conversation_keys.c.conversation_id == conversations.c.id)
    rows = tx.execute(select(conversations.c.id, conversations.c.ref, has_key).where(conversations.c.id.in_(ids)))
    found = {row[0]: Leased(row[0], row[1], bool(row[2])) for row in rows}
    return [found[conversation_id] for conversation_id in ids]


def hold_lease(tx: Transaction, conversation_id: int, *, token: str, now: datetime) -> Held | None:
    """First statement of a turn; locks the row. None when the lease has run out or another worker has it."""
    row = tx.execute(_HOLD, {"cid": conversation_id, "token": token, "now": now}).first()
    return None if row is None else Held(Conversation(*row[2:]), row[0], row[1])


def pass_lease(tx: Transaction, conversation_id: int, *, token: str, to: str, until: datetime) -> bool:
    """Keep a lease under another token while something is waited for, or under the same until another time: now gives
    it back. False when it was lost."""
    mine = and_(conversations.c.id == conversation_id, conversations.c.lease_by == token)
    kept = tx.execute(update(conversations).where(mine).values(lease_by=to, lease_until=until))
    return kept.rowcount == 1


def give_back(tx: Transaction, conversation_id: int, *, token: str, due_at: datetime | None, next_seq: int) -> None:
    """End the lease. `due_at` is when the next turn is due, None if nothing is waiting."""
    tx.execute(_END, {"cid": conversation_id, "token": token, "due": due_at, "seq": next_seq})


def next_due(tx: Transaction) -> datetime | None:
    """When the next turn or timer of anybody is due; what is being worked on now does not count."""
    free = conversations.c.lease_until.is_(None)
    turn = tx.execute(
        select(func.min(conversations.c.turn_due_at)).where(conversations.c.turn_due_at.is_not(None), free)
    ).scalar()
    timer = tx.execute(
        select(func.min(timers.c.due_at))
        .join_from(timers, conversations)
        .where(conversations.c.holder != "counsellor", free)
    ).scalar()
    lapse = tx.execute(
        select(func.min(conversations.c.lease_until)).where(conversations.c.lease_until.is_not(None))
    ).scalar()
    return min((at for at in (turn, timer, lapse) if at is not None), default=None)


# --- state ----------------------------------------------------------------------------------------------------------


def part(tx: Transaction, conversation_id: int, *, ref: str, language: Language, erase_at: datetime) -> int:
    """Cut the link between a person and what is stored about them (delete all, S50).

    The old conversation stays without address until `erase_at`; the person's addresses go to a new, empty
    one, whose id this returns.
    """
    made = tx.execute(
        insert(conversations)
        .from_select(
            ["ref", "created_at", "last_contact_at", "language", "holder", "fence", "silent"],
            select(
                literal(ref),
                conversations.c.last_contact_at,
                conversations.c.last_contact_at,
                literal(language),
                literal("bot"),
                literal(0),
                false(),
            ).where(conversations.c.id == conversation_id),
        )
        .returning(conversations.c.id)
    ).scalar_one()
    tx.execute(update(addresses).where(addresses.c.conversation_id == conversation_id).values(conversation_id=made))
    tx.execute(
        update(conversations)
        .where(conversations.c.id == conversation_id)
        .values(erase_at=erase_at, session=None, turn_due_at=None)
    )
    return cast(int, made)


def save(
    tx: Transaction,
    conversation_id: int,
    *,
    session: bytes,
    language: Language,
    silent: bool,
    contact_at: datetime | None,
) -> None:
    """The session after a turn. `contact_at` is when the person wrote, None for a turn of our own."""
    tx.execute(
        _SAVE,
        {
            "cid": conversation_id,
            "new_session": session,
            "new_language": language,
            "new_silent": silent,
            "contact": contact_at,
        },
    )


def waiting(tx: Transaction) -> list[tuple[Conversation, datetime]]:
    """Everybody who waits for a counsellor, and since when."""
    rows = tx.execute(
        select(cases.c.waiting_since, *_FACTS)
        .join_from(conversations, cases)
        .where(conversations.c.holder == "waiting", cases.c.waiting_since.is_not(None))
    )
    return [(Conversation(*row[1:]), row[0]) for row in rows]
