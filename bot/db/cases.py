"""Queries about cases and who speaks now. Every change of speaker is one conditional update that raises the fence.

The fence goes up when the *speaker* changes (claim, hand back, close, transfer). Waiting does not
raise it: the bot goes on speaking, and what it said before must still arrive.
A conversation with `erase_at` has left the desk: no function here finds it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, bindparam, func, literal, or_, select, update

from bot.cases.facts import Case, CaseRef, Holder
from bot.db.store import Transaction
from bot.db.tables import cases, conversations, presence, staff, transcript
from bot.db.types import Instant
from bot.handoff.rules import Claimed, LostTo, NotOpen, Taken

QUEUE_MAX = 500
"""Lines one queue page can show; a helpline with more open cases needs another remedy than scrolling."""


@dataclass(frozen=True, slots=True)
class Held:
    """Who has a chat, since which change of speaker."""

    case: CaseRef
    conversation_id: int
    conversation: str
    staff_id: int
    fence: int


_REF_OF: Final = select(cases.c.ref).where(cases.c.conversation_id == bindparam("cid"))


# --- what the turn does ---------------------------------------------------------------------------------------------


def open_case(
    tx: Transaction, conversation_id: int, *, ref: str, language: str, channel: str, now: datetime
) -> tuple[int, CaseRef]:
    """Make the conversation visible in the desk; again for one that is visible, it changes nothing but the
    language and channel, and a closed case opens again. Returns the case's own ids (the `ref` given is only
    used for a new one)."""
    known = tx.execute(select(cases.c.id, cases.c.ref).where(cases.c.conversation_id == conversation_id)).first()
    if known is not None:
        tx.execute(
            update(cases)
            .where(cases.c.id == known.id)
            .values(state="open", closed_at=None, language=language, channel=channel)
        )
        tx.execute(  # or nobody could take over a chat that was ended and is urgent again
            update(conversations)
            .where(conversations.c.id == conversation_id, conversations.c.holder == "closed")
            .values(holder="bot", counsellor_id=None)
        )
        return known.id, CaseRef(known.ref)
    new = tx.execute(
        cases.insert()
        .values(
            conversation_id=conversation_id, ref=ref, state="open", opened_at=now, language=language, channel=channel,
            urgent=False, message_waiting=False, unread=True,
        )
        .returning(cases.c.id)
    )  # fmt: skip
    return new.scalar_one(), CaseRef(ref)


def request_human(tx: Transaction, conversation_id: int, now: datetime) -> None:
    """Into the queue, unless a counsellor is there already. Who asks again keeps the old place."""
    moved = tx.execute(
        update(conversations)
        .where(conversations.c.id == conversation_id, conversations.c.holder.in_(("bot", "closed")))
        .values(holder="waiting", counsellor_id=None)
    )
    if moved.rowcount:
        tx.execute(update(cases).where(_of(conversation_id)).values(waiting_since=now, unread=True))


def leave_queue(tx: Transaction, conversation_id: int) -> None:
    """The person no longer wants to wait; the case stays open."""
    left = tx.execute(
        update(conversations)
        .where(conversations.c.id == conversation_id, conversations.c.holder == "waiting")
        .values(holder="bot")
    )
    if left.rowcount:
        tx.execute(update(cases).where(_of(conversation_id)).values(waiting_since=None))


def set_urgent(tx: Transaction, conversation_id: int, *, urgent: bool) -> None:
    """A crisis was noticed (or is over): the case moves to (or from) the top."""
    tx.execute(update(cases).where(_of(conversation_id)).values(urgent=urgent))


def take_message(tx: Transaction, conversation_id: int, now: datetime) -> None:
    """The message box was used: to be read first at opening, in the order of arrival."""
    since = func.coalesce(cases.c.waiting_since, _instant(now))
    tx.execute(update(cases).where(_of(conversation_id)).values(message_waiting=True, waiting_since=since, unread=True))


def mark_unread(tx: Transaction, conversation_id: int) -> None:
    """The person wrote something no counsellor has seen yet."""
    tx.execute(update(cases).where(_of(conversation_id)).values(unread=True))


def set_summary(tx: Transaction, conversation_id: int, sealed: bytes, epoch: int) -> None:
    """Replace the sealed summary card."""
    tx.execute(update(cases).where(_of(conversation_id)).values(summary=sealed, summary_epoch=epoch))


def position(tx: Transaction, conversation_id: int) -> int | None:
    """One for "you are next"; None when not waiting. Counts people of the same language only (`handoff.position`)."""
    me = tx.execute(_waiting().where(cases.c.conversation_id == conversation_id)).first()
    if me is None:
        return None
    earlier = or_(
        cases.c.waiting_since < _instant(me.waiting_since),
        and_(cases.c.waiting_since == _instant(me.waiting_since), cases.c.id < me.id),
    )
    ahead = and_(cases.c.urgent, earlier) if me.urgent else or_(cases.c.urgent, earlier)
    counted = _waiting().where(cases.c.language == me.language, cases.c.id != me.id, ahead).subquery()
    return 1 + int(tx.execute(select(func.count()).select_from(counted)).scalar_one())


# --- who speaks now -------------------------------------------------------------------------------------------------


def claim(tx: Transaction, ref: CaseRef, staff_id: int, now: datetime) -> Taken:
    """Take the chat. Of any number of counsellors who press at once exactly one gets `Claimed` (R16)."""
    mine = tx.execute(
        update(conversations)
        .where(_is(ref), conversations.c.holder.in_(("bot", "waiting")))
        .values(holder="counsellor", counsellor_id=staff_id, fence=conversations.c.fence + 1)
        .returning(conversations.c.fence)
    ).scalar()
    if mine is not None:
        tx.execute(update(cases).where(cases.c.ref == ref).values(message_waiting=False, unread=False, taken_at=now))
        return Claimed(mine)
    return whose(tx, ref, staff_id)


def hand_back(tx: Transaction, ref: CaseRef, staff_id: int, fence: int, *, to: Holder) -> Taken:
    """Give the chat back to the bot or into the queue. The counsellor's words already on their way stay valid.

    A person who goes back into the queue keeps the time they have waited since.
    """
    passed = _pass_on(tx, ref, staff_id, fence, holder=to, counsellor_id=None)
    if isinstance(passed, Claimed) and to == "bot":
        tx.execute(update(cases).where(cases.c.ref == ref).values(waiting_since=None, urgent=False))
    return passed


def transfer(tx: Transaction, ref: CaseRef, staff_id: int, fence: int, *, colleague_id: int, now: datetime) -> Taken:
    """Give the chat to a colleague; from then on the old fence is refused."""
    passed = _pass_on(tx, ref, staff_id, fence, holder="counsellor", counsellor_id=colleague_id)
    if isinstance(passed, Claimed):
        tx.execute(update(cases).where(cases.c.ref == ref).values(taken_at=now))
    return passed


def close(tx: Transaction, ref: CaseRef, staff_id: int, fence: int, now: datetime) -> Taken:
    """End the work on this case. The person can write again at any time; then the bot answers."""
    passed = _pass_on(tx, ref, staff_id, fence, holder="closed", counsellor_id=None)
    if isinstance(passed, Claimed):
        tx.execute(
            update(cases)
            .where(cases.c.ref == ref)
            .values(
                state="closed", closed_at=now, waiting_since=None, urgent=False, message_waiting=False, unread=False
            )
        )
    return passed


def left_alone(tx: Transaction, since: datetime) -> list[Held]:
    """Chats of counsellors who took them before `since` and have had no page open after it, or are no longer staff."""
    silent = and_(
        func.coalesce(presence.c.seen_at, 0) < _instant(since), func.coalesce(cases.c.taken_at, 0) < _instant(since)
    )
    rows = tx.execute(
        select(
            cases.c.ref, conversations.c.id, conversations.c.ref, conversations.c.counsellor_id, conversations.c.fence
        )
        .join_from(cases, conversations)
        .join(staff, staff.c.id == conversations.c.counsellor_id)
        .outerjoin(presence, presence.c.staff_id == staff.c.id)
        .where(conversations.c.holder == "counsellor", conversations.c.erase_at.is_(None), or_(~staff.c.active, silent))
        .order_by(cases.c.id)
    )
    return [Held(CaseRef(row[0]), *row[1:]) for row in rows]


def take_back(tx: Transaction, held: Held, now: datetime) -> bool:
    """Put a chat whose counsellor has gone into the queue again (R17), where the person keeps their place. False when
    they came back to it, or gave it away, in the meantime."""
    passed = _pass_on(tx, held.case, held.staff_id, held.fence, holder="waiting", counsellor_id=None)
    if not isinstance(passed, Claimed):
        return False
    since = func.coalesce(cases.c.waiting_since, _instant(now))
    tx.execute(update(cases).where(cases.c.ref == held.case).values(waiting_since=since, unread=True))
    return True


def may_speak(tx: Transaction, ref: CaseRef, staff_id: int, fence: int) -> int | None:
    """The conversation's id if this counsellor, from a page that knows this fence, may write now; else None.

    Called inside the job that stores the message: SQLite has one writer; on PostgreSQL the row is locked.
    """
    return tx.execute(
        select(conversations.c.id)
        .where(
            _is(ref),
            conversations.c.holder == "counsellor",
            conversations.c.counsellor_id == staff_id,
            conversations.c.fence == fence,
        )
        .with_for_update()
    ).scalar()


def _pass_on(
    tx: Transaction, ref: CaseRef, staff_id: int, fence: int, *, holder: Holder, counsellor_id: int | None
) -> Taken:
    raised = tx.execute(
        update(conversations)
        .where(
            _is(ref),
            conversations.c.holder == "counsellor",
            conversations.c.counsellor_id == staff_id,
            conversations.c.fence == fence,
        )
        .values(holder=holder, counsellor_id=counsellor_id, fence=conversations.c.fence + 1)
        .returning(conversations.c.fence)
    ).scalar()
    return whose(tx, ref, staff_id) if raised is None else Claimed(raised)


def whose(tx: Transaction, ref: CaseRef, staff_id: int) -> LostTo | NotOpen:
    """Why an act was refused: a colleague has the chat, or nobody, or oneself on a newer page."""
    other = tx.execute(
        select(staff.c.handle)
        .join(conversations, conversations.c.counsellor_id == staff.c.id)
        .where(_is(ref), conversations.c.holder == "counsellor", staff.c.id != staff_id)
    ).scalar()
    return NotOpen() if other is None else LostTo(other)


# --- what the desk shows --------------------------------------------------------------------------------------------


def queue(tx: Transaction) -> Sequence[Case]:
    """Every open case, unordered (`handoff.rules.order` decides)."""
    rows = tx.execute(_lines().where(cases.c.state == "open").order_by(cases.c.id).limit(QUEUE_MAX))
    return [_case(row) for row in rows]


def versions(tx: Transaction) -> dict[str, tuple[object, ...]]:
    """One value per open case that differs whenever the desk has something new to show. Ids and states only."""
    rows = tx.execute(
        select(
            cases.c.ref, conversations.c.holder, conversations.c.fence, conversations.c.next_seq,
            conversations.c.silent, cases.c.urgent, cases.c.waiting_since, cases.c.message_waiting, cases.c.unread,
            cases.c.summary_epoch,
            func.length(cases.c.summary),
        )
        .join(conversations, conversations.c.id == cases.c.conversation_id)
        .where(cases.c.state == "open", conversations.c.erase_at.is_(None))
    )  # fmt: skip
    return {row[0]: tuple(row[1:]) for row in rows}


def find(tx: Transaction, ref: CaseRef) -> Case | None:
    """The case in any state; None for unknown and for erased alike."""
    row = tx.execute(_lines().where(cases.c.ref == ref)).first()
    return None if row is None else _case(row)


def summary(tx: Transaction, case_id: int) -> tuple[bytes, int] | None:
    """The sealed card and its key epoch, once there is one."""
    row = tx.execute(select(cases.c.summary, cases.c.summary_epoch).where(cases.c.id == case_id)).first()
    return None if row is None or row.summary is None else (row.summary, row.summary_epoch)


def read(tx: Transaction, ref: CaseRef) -> None:
    """A counsellor has seen all there is."""
    tx.execute(update(cases).where(cases.c.ref == ref, cases.c.unread).values(unread=False))


def read_up_to(tx: Transaction, ref: CaseRef, last: int) -> bool:
    """A counsellor has seen the turns up to the one with this number. False, and nothing changes, if there is a newer
    one: it arrived while the page said so, and somebody must still see it."""
    held = tx.execute(select(conversations.c.id).where(_is(ref)).with_for_update()).scalar()
    newer = select(transcript.c.seq).where(transcript.c.conversation_id == held, transcript.c.seq > last).limit(1)
    if held is None or tx.execute(newer).first() is not None:
        return False
    read(tx, ref)
    return True


def ref_of(tx: Transaction, conversation_id: int) -> CaseRef | None:
    """The case of a conversation, if it has one."""
    ref = tx.execute(_REF_OF, {"cid": conversation_id}).scalar()
    return None if ref is None else CaseRef(ref)


def _lines() -> Any:
    columns = (
        cases.c.id, cases.c.ref, cases.c.conversation_id, conversations.c.ref.label("conversation"), cases.c.state,
        conversations.c.holder, conversations.c.fence, conversations.c.counsellor_id, staff.c.handle, cases.c.language,
        cases.c.channel, cases.c.urgent, cases.c.waiting_since, cases.c.message_waiting, cases.c.unread,
        conversations.c.silent, cases.c.opened_at, conversations.c.last_contact_at,
    )  # fmt: skip
    source = cases.join(conversations, conversations.c.id == cases.c.conversation_id).outerjoin(
        staff, staff.c.id == conversations.c.counsellor_id
    )
    return select(*columns).select_from(source).where(conversations.c.erase_at.is_(None))


def _case(row: Any) -> Case:
    values = row._asdict()
    return Case(counsellor=values.pop("handle"), **values)


def _waiting() -> Any:
    return (
        select(cases.c.id, cases.c.urgent, cases.c.waiting_since, cases.c.language)
        .join(conversations, conversations.c.id == cases.c.conversation_id)
        .where(conversations.c.holder == "waiting", conversations.c.erase_at.is_(None), cases.c.state == "open")
    )


def _is(ref: CaseRef) -> ColumnElement[bool]:
    case = select(cases.c.conversation_id).where(cases.c.ref == ref, cases.c.state == "open").scalar_subquery()
    return and_(conversations.c.id == case, conversations.c.erase_at.is_(None))


def _of(conversation_id: int) -> ColumnElement[bool]:
    return cases.c.conversation_id == conversation_id


def _instant(at: datetime) -> Any:
    return literal(at, Instant)
