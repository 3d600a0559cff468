"""What is past its time, one query per thing and a slice at a time (S59). The limits come from `retention/rules.py`.

Every function takes `limit`: what is older has lived long enough. `most` bounds one transaction, so that a
year's backlog never blocks people who write. All return how many rows went.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, delete, exists, func, not_, or_, select, update

from bot.db.store import Transaction
from bot.db.tables import (
    addresses,
    cases,
    consents,
    conversation_keys,
    conversations,
    credentials,
    dead_letters,
    delivered,
    inbox,
    invites,
    items,
    link_codes,
    notices,
    outbox,
    presence,
    resume_codes,
    seen,
    sign_ins,
    throttles,
    timers,
    transcript,
)

_has_case: Final = exists().where(cases.c.conversation_id == conversations.c.id)
_ended_at: Final = func.coalesce(cases.c.closed_at, conversations.c.last_contact_at)
"""A case nobody ever closed counts from the last contact; otherwise it would stay for ever."""


# --- main: queues -------------------------------------------------------------------------------------------


def queues(tx: Transaction, limit: datetime, most: int) -> int:
    """Inbox, outbox and dead letters of any state but `held`: whoever wrote before a weekend is answered after it."""
    return (
        _delete(tx, inbox.c.id, inbox.c.received_at < limit, most)
        + _delete(tx, outbox.c.id, and_(outbox.c.created_at < limit, outbox.c.state != "held"), most)
        + _delete(tx, dead_letters.c.id, dead_letters.c.failed_at < limit, most)
    )


def held_answers(tx: Transaction, limit: datetime, most: int) -> int:
    """Answers that waited for somebody who did not write again while we knew how to reach them."""
    return _delete(tx, outbox.c.id, and_(outbox.c.created_at < limit, outbox.c.state == "held"), most)


def deliveries(tx: Transaction, limit: datetime, most: int) -> int:
    """Hashes that recognise a repeated delivery."""
    return _delete(tx, seen.c.digest, seen.c.seen_at < limit, most)


def traces(tx: Transaction, limit: datetime, most: int) -> int:
    """Ids of messages that no platform lets us touch any more."""
    return _delete(tx, delivered.c.id, delivered.c.sent_at < limit, most)


def notices_over(tx: Transaction, limit: datetime, most: int) -> int:
    """What counsellors were told about something that is over; the rest goes with its conversation."""
    return _delete(tx, notices.c.id, notices.c.over_at < limit, most)


def spent_codes(tx: Transaction, now: datetime, most: int) -> int:
    """Linking codes that have run out."""
    return _delete(tx, link_codes.c.staff_id, link_codes.c.expires_at < now, most)


# --- main: people -------------------------------------------------------------------------------------------


def bot_transcripts(tx: Transaction, limit: datetime, most: int) -> int:
    """Sealed talk with the bot that never became a case."""
    mine = and_(transcript.c.conversation_id == conversations.c.id, not_(_has_case))
    old = select(transcript.c.id).join_from(transcript, conversations).where(mine, transcript.c.sealed_at < limit)
    return _delete_ids(tx, transcript.c.id, old, most)


def bot_keys(tx: Transaction, limit: datetime, now: datetime, most: int) -> int:
    """Keys of conversations that never became a case and hold nothing sealed any more."""
    quiet = select(conversations.c.id).where(conversations.c.last_contact_at < limit, not_(_has_case))
    return _drop_keys(tx, quiet, now, most)


def case_keys(tx: Transaction, limit: datetime, now: datetime, most: int) -> int:
    """Keys of cases that ended before and hold nothing sealed any more."""
    quiet = (
        select(conversations.c.id)
        .join_from(cases, conversations)
        .where(_ended_at < limit, conversations.c.last_contact_at < limit, cases.c.summary.is_(None))
    )
    return _drop_keys(tx, quiet, now, most)


def case_transcripts(tx: Transaction, limit: datetime, most: int) -> int:
    """Sealed turns and summary cards of cases that ended before."""
    ended = select(cases.c.conversation_id).join_from(cases, conversations).where(_ended_at < limit)
    old = select(transcript.c.id).where(transcript.c.conversation_id.in_(ended), transcript.c.sealed_at < limit)
    cards = update(cases).where(cases.c.conversation_id.in_(ended), cases.c.summary.is_not(None))
    cleared = int(tx.execute(cards.values(summary=None, summary_epoch=None)).rowcount)
    return cleared + _delete_ids(tx, transcript.c.id, old, most)


def sessions(tx: Transaction, limit: datetime, most: int) -> int:
    """Where a person was in the flows, their timers and resume codes."""
    quiet = select(conversations.c.id).where(conversations.c.last_contact_at < limit)
    forgotten = quiet.where(conversations.c.session.is_not(None)).limit(most)
    cleared = tx.execute(
        update(conversations).where(conversations.c.id.in_(forgotten)).values(session=None, silent=False)
    )
    return (
        int(cleared.rowcount)
        + _delete(tx, timers.c.id, timers.c.conversation_id.in_(quiet), most)
        + _delete(tx, resume_codes.c.id, resume_codes.c.created_at < limit, most)
    )


def links(tx: Transaction, limit: datetime, most: int) -> int:
    """Addresses of people whose case was closed before and who have not written since (S34)."""
    closed = (
        select(cases.c.conversation_id)
        .join_from(cases, conversations)
        .where(cases.c.closed_at < limit, conversations.c.last_contact_at < limit)
    )
    return _delete(tx, addresses.c.id, addresses.c.conversation_id.in_(closed), most)


def mark_evidence(tx: Transaction, limit: datetime, most: int) -> int:
    """Mark items of people not heard of since as erased; the eraser finishes them. Consents go with them."""
    quiet = select(conversations.c.id).where(conversations.c.last_contact_at < limit)
    old = select(items.c.id).where(items.c.conversation_id.in_(quiet), items.c.state != "erased").limit(most)
    marked = tx.execute(update(items).where(items.c.id.in_(old)).values(state="erased"))
    return int(marked.rowcount) + _delete(tx, consents.c.id, consents.c.conversation_id.in_(quiet), most)


def mark_arrivals(tx: Transaction, limit: datetime, most: int) -> int:
    """Mark items that no turn ever took as erased."""
    stale = select(items.c.id).where(items.c.state == "arriving", items.c.received_at < limit).limit(most)
    return int(tx.execute(update(items).where(items.c.id.in_(stale)).values(state="erased")).rowcount)


def mark_bot_conversations(tx: Transaction, limit: datetime, now: datetime, most: int) -> int:
    """Ask for the erasure of conversations without a case and without contact since."""
    return _mark(
        tx, select(conversations.c.id).where(conversations.c.last_contact_at < limit, not_(_has_case)), now, most
    )


def mark_cases(tx: Transaction, limit: datetime, now: datetime, most: int) -> int:
    """Ask for the erasure of what is left of cases that ended before."""
    ended = (
        select(conversations.c.id)
        .join_from(cases, conversations)
        .where(_ended_at < limit, conversations.c.last_contact_at < limit)
    )
    return _mark(tx, ended, now, most)


def presences(tx: Transaction, limit: datetime, most: int) -> int:
    return _delete(tx, presence.c.staff_id, presence.c.seen_at < limit, most)


# --- main: what keyring and vault may still hold ------------------------------------------------------------


def unknown_grants(tx: Transaction, found: Sequence[tuple[int, str, int]]) -> list[int]:
    """Of these (id, conversation, epoch), the ids whose key no conversation uses."""
    refs = {ref for _, ref, _ in found}
    rows = tx.execute(
        select(conversations.c.ref, conversation_keys.c.epoch)
        .join_from(conversations, conversation_keys)
        .where(conversations.c.ref.in_(refs))
    )
    known = {(ref, epoch) for ref, epoch in rows}
    return [grant for grant, ref, epoch in found if (ref, epoch) not in known]


def unknown_items(tx: Transaction, refs: Sequence[str]) -> list[str]:
    """Of these item refs, those that have no row here."""
    known = set(tx.execute(select(items.c.ref).where(items.c.ref.in_(refs))).scalars())
    return [ref for ref in refs if ref not in known]


def unknown_blobs(tx: Transaction, names: Collection[str]) -> list[str]:
    """Of these payload names, those that no item uses."""
    known = set(tx.execute(select(items.c.blob).where(items.c.blob.in_(names))).scalars())
    return [name for name in names if name not in known]


# --- keyring ------------------------------------------------------------------------------------------------


def sign_in_rows(keys: Transaction, limit: datetime, most: int) -> int:
    return _delete(keys, sign_ins.c.sid, sign_ins.c.created_at < limit, most)


def throttle_rows(keys: Transaction, limit: datetime, most: int) -> int:
    return _delete(keys, throttles.c.key, throttles.c.until < limit, most)


def spent_invites(keys: Transaction, now: datetime, most: int) -> int:
    """Invitations and one-time codes that have run out."""
    return _delete(keys, invites.c.id, invites.c.expires_at < now, most) + _delete(
        keys, credentials.c.id, credentials.c.expires_at < now, most
    )


def _drop_keys(tx: Transaction, quiet: Any, now: datetime, most: int) -> int:
    """Only where no turn is under way: the next one makes a new key, and the old grants are orphans."""
    idle = or_(conversations.c.lease_until.is_(None), conversations.c.lease_until <= now)
    empty = not_(
        or_(
            exists().where(transcript.c.conversation_id == conversations.c.id),
            exists().where(items.c.conversation_id == conversations.c.id, items.c.state != "erased"),
        )
    )
    keyed = exists().where(conversation_keys.c.conversation_id == conversations.c.id)
    old = quiet.where(conversations.c.turn_due_at.is_(None), idle, empty, keyed)
    return _delete_ids(tx, conversation_keys.c.conversation_id, old, most)


def _mark(tx: Transaction, which: Any, now: datetime, most: int) -> int:
    asked = which.where(conversations.c.erase_at.is_(None)).limit(most)
    marked = update(conversations).where(conversations.c.id.in_(asked)).values(erase_at=now, session=None)
    return int(tx.execute(marked).rowcount)


def _delete(tx: Transaction, key: Any, old: ColumnElement[bool], most: int) -> int:
    return _delete_ids(tx, key, select(key).where(old), most)


def _delete_ids(tx: Transaction, key: Any, ids: Any, most: int) -> int:
    return int(tx.execute(delete(key.table).where(key.in_(ids.limit(most)))).rowcount)
