"""Answers on their way: rows of one conversation leave in order, claimed by state and never by number (R6).

A row of the bot whose fence is older than the conversation's belongs to a bot that no longer speaks; it is refused
(`stale`). Class emergency is exempt, notices belong to nobody. A counsellor's row is checked once, when it is added
(`add_counsellor`): what was said while the chat was theirs arrives, whoever speaks by then.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal, cast

from sqlalchemy import ColumnElement, and_, bindparam, case, exists, func, insert, literal, or_, select, update

from bot.channels.contract import PULLED, ChannelName, OutboxClass
from bot.db import conversations as people
from bot.db.store import Transaction
from bot.db.tables import addresses, conversations, outbox

Speaker = Literal["bot", "counsellor", "notice"]
FinalState = Literal["sent", "accepted", "held", "uncertain", "refused", "dead"]
KEPT: Final = frozenset({"accepted", "held", "dead"})
"""States in which a row keeps its words: the platform may still refuse it, the person may write, somebody may retry."""


@dataclass(frozen=True, slots=True)
class NewRow:
    klass: OutboxClass
    speaker: Speaker
    payload: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Ready:
    """One row for the person's page; `payload` opens with the queue key."""

    id: int
    payload: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sending:
    """One row a relay holds. `channel` and `address` are None after the link to the person was cut.

    `expired`: an earlier relay died while it held the row, so it may have arrived.
    """

    id: int
    conversation_id: int
    conversation: str
    klass: OutboxClass
    payload: bytes = field(repr=False)
    tries: int
    created_at: datetime
    channel: ChannelName | None
    address_id: int | None
    lookup: bytes | None = field(repr=False)
    address: bytes | None = field(repr=False)
    expired: bool
    speaker: Speaker = "bot"
    language: Literal["de", "nl"] = "de"
    open_until: datetime | None = None
    """Until when the person may be answered freely; None: at any time."""
    silent: bool = False
    knocked: bool = False
    """The person has been told that something waits for them."""
    session: bytes | None = field(default=None, repr=False)
    """Sealed; only where the window is closed."""


_KLASS: Final = outbox.c["class"]
_INSERT: Final = insert(outbox)
_NEWER_SPEAKER: Final = and_(outbox.c.speaker == "bot", _KLASS != "emergency", outbox.c.fence < conversations.c.fence)
_UNWANTED: Final = and_(_KLASS == "self_started", conversations.c.silent)
_PENDING: Final = (
    select(outbox.c.id, outbox.c.payload)
    .join_from(outbox, conversations)
    .where(
        outbox.c.conversation_id == bindparam("cid"),
        outbox.c.state == "ready",
        outbox.c.delivery == "pull",
        outbox.c.payload.is_not(None),
        ~_NEWER_SPEAKER,
        ~_UNWANTED,
    )
    .order_by(outbox.c.id)
    .limit(200)
)
_PRIORITY: Final = case((_KLASS == "emergency", 0), (_KLASS == "counsellor", 1), (_KLASS == "flow", 2), else_=3)


def add(
    tx: Transaction, conversation_id: int, *, fence: int, rows: Sequence[NewRow], now: datetime
) -> ChannelName | None:
    """Queue messages to the person's current address, in this order; returns its channel, None after the link
    was cut (then nothing is queued). The caller holds the conversation's row (`conversations.lock`, a lease).
    """
    address = people.current_address(tx, conversation_id)
    if address is None:
        return None
    channel = cast(ChannelName, address.channel)
    delivery = "pull" if channel in PULLED else "push"
    tx.execute(
        _INSERT,
        [
            {
                "conversation_id": conversation_id,
                "address_id": address.id,
                "delivery": delivery,
                "class": row.klass,
                "speaker": row.speaker,
                "fence": fence,
                "state": "ready",
                "payload": row.payload,
                "due_at": now,
                "tries": 0,
                "created_at": now,
            }
            for row in rows
        ],
    )
    return channel


def add_counsellor(
    tx: Transaction, conversation_id: int, *, sealed: bytes, fence: int, now: datetime
) -> ChannelName | None:
    """A counsellor's message, already sealed for the public zone. None: the fence is old or the link is cut,
    and nothing was queued. After the commit notify `web` with the conversation's ref, or `outbox`.
    """
    held = people.lock(tx, conversation_id)
    if held is None or held.fence != fence or held.holder != "counsellor":
        return None
    return add(tx, conversation_id, fence=fence, rows=[NewRow("counsellor", "counsellor", sealed)], now=now)


def follow(tx: Transaction, conversation_id: int, now: datetime) -> ChannelName | None:
    """What waits for a person whose current address changed goes there, as if it had just been written; what a relay
    holds already does not. Returns the channel there, None if nothing was waiting elsewhere. After the commit notify
    as for `add_counsellor`. The caller holds the conversation's row.
    """
    address = people.current_address(tx, conversation_id)
    if address is None:
        return None
    channel = cast(ChannelName, address.channel)
    moved = tx.execute(
        update(outbox)
        .where(
            outbox.c.conversation_id == conversation_id,
            outbox.c.state.in_(("ready", "held")),
            outbox.c.address_id.is_distinct_from(address.id),
        )
        .values(
            state="ready",
            address_id=address.id,
            delivery="pull" if channel in PULLED else "push",
            due_at=now,
            tries=0,
            created_at=now,
        )
    )
    return channel if moved.rowcount else None


# --- pull: the person's page fetches ----------------------------------------------------------------------------------


def pending(tx: Transaction, conversation_id: int) -> list[Ready]:
    """Rows the page has not acknowledged, oldest first; refused ones are left out."""
    return [Ready(*row) for row in tx.execute(_PENDING, {"cid": conversation_id})]


def acknowledge(tx: Transaction, conversation_id: int, rows: Sequence[int]) -> None:
    """The page will not need these rows again: they are sent and their payload goes. A page keeps an open question
    unacknowledged, so that a reload brings it back (S49).

    Rows that were passed over because the speaker had changed are marked refused.
    """
    if not rows:
        return
    unsent = and_(outbox.c.conversation_id == conversation_id, outbox.c.delivery == "pull", outbox.c.state == "ready")
    tx.execute(update(outbox).where(unsent, outbox.c.id.in_(rows)).values(state="sent", payload=None))
    stale = select(outbox.c.id).join_from(outbox, conversations).where(unsent, outbox.c.id < max(rows), _NEWER_SPEAKER)
    tx.execute(update(outbox).where(outbox.c.id.in_(stale)).values(state="refused", reason="stale", payload=None))


# --- push: a relay sends ----------------------------------------------------------------------------------------------


def refuse_unwanted(tx: Transaction, now: datetime) -> int:
    """Due rows nobody may send any more: the speaker changed, or the person asked not to be written to."""
    found = (
        select(outbox.c.id, case((_NEWER_SPEAKER, "stale"), else_="silent"))
        .join_from(outbox, conversations)
        .where(_due(now), outbox.c.delivery == "push", or_(_NEWER_SPEAKER, _UNWANTED))
        .limit(200)
    )
    rows = tx.execute(found).all()
    for reason in ("stale", "silent"):
        ids = [row[0] for row in rows if row[1] == reason]
        if ids:
            tx.execute(update(outbox).where(outbox.c.id.in_(ids)).values(state="refused", reason=reason, payload=None))
    return len(rows)


def claim(
    tx: Transaction,
    *,
    now: datetime,
    until: datetime,
    limit: int,
    only: OutboxClass | None = None,
    held: Collection[int] = (),
) -> list[Sending]:
    """Take the next rows to send, the most urgent first, at most one per conversation unless it is an emergency.

    A row waits while an earlier row of its conversation is unfinished, and a moment for the platform to tell that it
    is on its way (`finish`). Only an emergency overtakes, also one before it that is in doubt and waits for its next
    try. `only`: leave the other classes for later. `held`: rows the caller has in its hands; they are its own for as
    long as that takes.
    """
    earlier = outbox.alias("earlier")
    blocked = exists().where(
        earlier.c.conversation_id == outbox.c.conversation_id,
        earlier.c.id < outbox.c.id,
        earlier.c.delivery == "push",
        or_(
            earlier.c.state.in_(("ready", "sending")),
            and_(earlier.c.state == "accepted", earlier.c.due_at > literal(now, earlier.c.due_at.type)),
        ),
        or_(
            _KLASS != "emergency",
            and_(
                earlier.c["class"] == "emergency",
                or_(earlier.c.state == "sending", earlier.c.due_at <= literal(now, earlier.c.due_at.type)),
            ),
        ),
    )
    head = select(outbox.c.id).where(_due(now), outbox.c.delivery == "push", ~blocked)
    if held:
        head = head.where(outbox.c.id.not_in(held))
    if only is not None:
        head = head.where(literal(only) == _KLASS)
    head = head.order_by(_PRIORITY, outbox.c.id).limit(limit)
    if tx.dialect.name != "sqlite":
        head = head.with_for_update(skip_locked=True)
    ids = list(tx.execute(head).scalars())
    if not ids:
        return []
    told = outbox.alias("told")
    knocked = exists().where(
        told.c.conversation_id == outbox.c.conversation_id, told.c.state == "held", told.c.reason == "knocked"
    )
    now_ = literal(now, addresses.c.open_until.type)
    rows = tx.execute(
        select(
            outbox.c.id,
            outbox.c.conversation_id,
            conversations.c.ref,
            _KLASS,
            outbox.c.payload,
            outbox.c.tries,
            outbox.c.created_at,
            addresses.c.channel,
            addresses.c.id,
            addresses.c.lookup,
            addresses.c.address,
            outbox.c.state == "sending",
            outbox.c.speaker,
            conversations.c.language,
            addresses.c.open_until,
            conversations.c.silent,
            knocked,
            case((addresses.c.open_until <= now_, conversations.c.session)),
        )
        .join_from(outbox, conversations)
        .outerjoin(addresses, _still_theirs())
        .where(outbox.c.id.in_(ids))
    ).all()
    tx.execute(update(outbox).where(outbox.c.id.in_(ids)).values(state="sending", due_at=until))
    found = {row[0]: Sending(*cast("tuple[Any, ...]", row)) for row in rows}
    return [found[row_id] for row_id in ids]


def finish(
    tx: Transaction, row_id: int, state: FinalState, *, reason: str | None = None, until: datetime | None = None
) -> None:
    """What came of a row that was being sent, unless a report of the platform was quicker. `until`: so long an
    `accepted` one holds back what is said next to the same person, because two calls may overtake each other."""
    values: dict[str, Any] = {"state": state, "reason": reason}
    if until is not None:
        values["due_at"] = until
    if state not in KEPT:
        values["payload"] = None
    tx.execute(update(outbox).where(outbox.c.id == row_id, outbox.c.state == "sending").values(**values))


def again(tx: Transaction, row_id: int, *, due_at: datetime, reason: str, counts: bool) -> None:
    """Send it once more at this time. `counts`: it was a failed try, not a request to wait."""
    tries = outbox.c.tries + 1 if counts else outbox.c.tries
    tx.execute(
        update(outbox)
        .where(outbox.c.id == row_id, outbox.c.state == "sending")
        .values(state="ready", due_at=due_at, reason=reason, tries=tries)
    )


def release(tx: Transaction, conversation_ids: Sequence[int], now: datetime) -> int:
    """These people have written: what waited for that goes out, before anything that is added now."""
    if not conversation_ids:
        return 0
    held = update(outbox).where(outbox.c.conversation_id.in_(conversation_ids), outbox.c.state == "held")
    return tx.execute(held.values(state="ready", reason=None, due_at=now, tries=0, created_at=now)).rowcount


def not_delivered(tx: Transaction, conversation_id: int) -> list[tuple[str, str]]:
    """State and reason of a counsellor's messages that wait for the person or will never arrive, oldest first."""
    rows = tx.execute(
        select(outbox.c.state, func.coalesce(outbox.c.reason, ""))
        .where(
            outbox.c.conversation_id == conversation_id,
            outbox.c.speaker == "counsellor",
            outbox.c.state.in_(("held", "refused")),
        )
        .order_by(outbox.c.id)
    )
    return [(row[0], row[1]) for row in rows]


def next_due(tx: Transaction, after: datetime) -> datetime | None:
    """When a relay that has just looked has something to do next."""
    pushed = and_(outbox.c.delivery == "push", outbox.c.state.in_(("ready", "sending")))
    return tx.execute(select(func.min(outbox.c.due_at)).where(pushed, outbox.c.due_at > after)).scalar()


def retry(tx: Transaction, row_id: int, now: datetime) -> bool:
    """Somebody in the desk wants a dead row sent after all. False when its payload is gone."""
    again_ = tx.execute(
        update(outbox)
        .where(outbox.c.id == row_id, outbox.c.state == "dead", outbox.c.payload.is_not(None))
        .values(state="ready", due_at=now, tries=0, created_at=now)
    )
    return again_.rowcount == 1


def purge(tx: Transaction, row_id: int) -> None:
    """Nobody wants this dead row: what it held goes."""
    tx.execute(update(outbox).where(outbox.c.id == row_id).values(payload=None))


def _still_theirs() -> ColumnElement[bool]:
    """After everything was deleted the person's addresses belong to their new, empty conversation."""
    return and_(addresses.c.id == outbox.c.address_id, addresses.c.conversation_id == outbox.c.conversation_id)


def _due(now: datetime) -> ColumnElement[bool]:
    return and_(outbox.c.state.in_(("ready", "sending")), outbox.c.due_at <= now)
