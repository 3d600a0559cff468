"""Queries of the staff bot: linked accounts, linking codes, what there is to tell counsellors and what was told (S18).

A notice is a row for one event and one reader: `open_as` names both while the event lasts, so nobody is told twice,
also after a restart. A row left in state `sending` is one whose outcome nobody knows: `unsure` and `again` are for
those that had better be told twice than never.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import and_, case, delete, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.cases.facts import CaseRef, Holder, StaffRef
from bot.db.store import Transaction
from bot.db.tables import cases, conversations, dead_letters, link_codes, notices, staff, staff_links

NoticeKind = Literal["urgent", "waits", "unclaimed", "nobody", "dead"]
KINDS: Final[tuple[NoticeKind, ...]] = ("urgent", "unclaimed", "waits", "nobody", "dead")
"""In the order in which they are sent when there are more than may go at once."""
ONCE: Final[NoticeKind] = "waits"
"""Not told again when its outcome is unknown: who still waits is `unclaimed` soon. All others are."""
CLAIMERS: Final = ("counsellor", "supervisor")


@dataclass(frozen=True, slots=True)
class Linked:
    """A counsellor with a Telegram account. `account` opens with the staff bot's field key."""

    staff_id: int
    ref: StaffRef
    handle: str
    languages: tuple[str, ...]
    language: str
    account: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class OpenCase:
    """One case that can be claimed and that somebody should claim."""

    conversation_id: int
    ref: CaseRef
    holder: Holder
    language: str
    urgent: bool
    waiting_since: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A notice whose event was not over when last looked at."""

    id: int
    kind: NoticeKind
    conversation_id: int | None
    team: str
    open_as: str


@dataclass(frozen=True, slots=True)
class NewNotice:
    """`staff_id` None: for the staff group."""

    kind: NoticeKind
    conversation_id: int | None
    team: str
    staff_id: int | None
    open_as: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice to be sent or to be edited. `staff`, `account` and `language` are the reader's, missing for the group;
    `taken_by` is the counsellor who has the chat now."""

    id: int
    ref: str
    kind: NoticeKind
    conversation_id: int | None
    case: CaseRef | None
    team: str
    staff: StaffRef | None
    account: bytes | None = field(repr=False)
    language: str | None
    message: bytes | None = field(repr=False)
    taken_by: str | None


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a pressed button stands for. Not `known`: the answer that would have told us the message was lost."""

    id: int
    case: CaseRef | None
    staff_id: int | None
    known: bool


# --- links ----------------------------------------------------------------------------------------------------------


def put_code(tx: Transaction, staff_id: int, *, digest: bytes, language: str, expires_at: datetime) -> None:
    """A new linking code; an older one of this member ends."""
    tx.execute(delete(link_codes).where(link_codes.c.staff_id == staff_id))
    tx.execute(insert(link_codes).values(staff_id=staff_id, digest=digest, language=language, expires_at=expires_at))


def link(
    tx: Transaction,
    digests: Sequence[bytes],
    *,
    lookups: Sequence[bytes],
    seal: Callable[[StaffRef], bytes],
    now: datetime,
) -> Linked | None:
    """Spend a code and link the account to its maker: once, in time, for active counsellors only; else None.

    An account belongs to one member and a member has one account: the newest link counts. The first of `lookups` is
    written, all are searched for.
    """
    may = select(staff.c.id).where(staff.c.active, staff.c.role.in_(CLAIMERS))
    spent = tx.execute(
        delete(link_codes)
        .where(link_codes.c.digest.in_(digests), link_codes.c.expires_at > now, link_codes.c.staff_id.in_(may))
        .returning(link_codes.c.staff_id, link_codes.c.language)
    ).first()
    if spent is None:
        return None
    ref = tx.execute(select(staff.c.ref).where(staff.c.id == spent.staff_id)).scalar_one()
    before = or_(staff_links.c.staff_id == spent.staff_id, staff_links.c.lookup.in_(lookups))
    for staff_id in tx.execute(select(staff_links.c.staff_id).where(before)).scalars().all():
        unlink(tx, staff_id)
    tx.execute(
        insert(staff_links).values(
            staff_id=spent.staff_id,
            lookup=lookups[0],
            account=seal(StaffRef(ref)),
            language=spent.language,
            linked_at=now,
        )
    )
    return find_linked(tx, lookups)


def unlink(tx: Transaction, staff_id: int) -> bool:
    """End a link with all it was told; open codes end too. False when there was none."""
    tx.execute(delete(link_codes).where(link_codes.c.staff_id == staff_id))
    tx.execute(delete(notices).where(notices.c.staff_id == staff_id))
    return bool(tx.execute(delete(staff_links).where(staff_links.c.staff_id == staff_id)).rowcount)


def linked_at(tx: Transaction, staff_id: int) -> datetime | None:
    """Since when this member has a linked account."""
    found: datetime | None = tx.execute(
        select(staff_links.c.linked_at).where(staff_links.c.staff_id == staff_id)
    ).scalar()
    return found


def linked(tx: Transaction) -> list[Linked]:
    """All who can be told something: active counsellors and supervisors."""
    return [_linked(row) for row in tx.execute(_links().order_by(staff.c.id))]


def find_linked(tx: Transaction, lookups: Sequence[bytes]) -> Linked | None:
    """Whose account this is; None for strangers and for those who have left the team."""
    row = tx.execute(_links().where(staff_links.c.lookup.in_(lookups))).first()
    return None if row is None else _linked(row)


# --- what there is to tell ------------------------------------------------------------------------------------------


def open_cases(tx: Transaction) -> list[OpenCase]:
    """Who waits, and alerts about chats the bot leads; longest waiting first."""
    rows = tx.execute(
        select(
            conversations.c.id, cases.c.ref, conversations.c.holder, cases.c.language, cases.c.urgent,
            cases.c.waiting_since,
        )
        .join_from(cases, conversations)
        .where(_claimable())
        .order_by(cases.c.waiting_since, cases.c.id)
    )  # fmt: skip
    return [OpenCase(*row) for row in rows]


def dead_count(tx: Transaction) -> int:
    return int(tx.execute(select(func.count()).where(dead_letters.c.state == "open")).scalar_one())


def standing(tx: Transaction) -> list[Standing]:
    rows = tx.execute(
        select(notices.c.id, notices.c.kind, notices.c.conversation_id, notices.c.team, notices.c.open_as).where(
            notices.c.open_as.is_not(None)
        )
    )
    return [Standing(*row) for row in rows]


# --- what was told --------------------------------------------------------------------------------------------------


def begin(tx: Transaction, fresh: Sequence[NewNotice]) -> None:
    """Something has begun. Of two processes that see it at once one writes it."""
    if not fresh:
        return
    made = (sqlite if tx.dialect.name == "sqlite" else postgresql).insert(notices).on_conflict_do_nothing()
    tx.execute(
        made,
        [
            {
                "ref": secrets.token_hex(16), "kind": each.kind, "conversation_id": each.conversation_id,
                "team": each.team, "staff_id": each.staff_id, "open_as": each.open_as, "state": "ready",
            }
            for each in fresh
        ],
    )  # fmt: skip


def end(tx: Transaction, ids: Sequence[int], now: datetime) -> None:
    """It is over: what was sent waits to be edited, what was not sent never will be."""
    shown = case((notices.c.state == "sent", "sent"), else_="done")
    tx.execute(update(notices).where(notices.c.id.in_(ids)).values(open_as=None, over_at=now, state=shown))


def to_send(tx: Transaction) -> list[Notice]:
    """In the order of their weight."""
    rank = case(*((notices.c.kind == kind, number) for number, kind in enumerate(KINDS)), else_=len(KINDS))
    wanted = _notices().where(notices.c.state == "ready").order_by(rank, notices.c.id)
    return [Notice(*row) for row in tx.execute(wanted)]


def to_edit(tx: Transaction) -> list[Notice]:
    """Sent, and over since."""
    wanted = _notices().where(notices.c.state == "sent", notices.c.over_at.is_not(None)).order_by(notices.c.id)
    return [Notice(*row) for row in tx.execute(wanted)]


def take(tx: Transaction, notice_id: int) -> bool:
    """About to be sent: True for one process only. From here on nobody else sends it, unless its outcome stays unknown
    and somebody says `again`."""
    return _move(tx, notice_id, "ready", "sending")


def not_sent(tx: Transaction, notice_id: int) -> None:
    """Certainly not sent: it may be tried again."""
    _move(tx, notice_id, "sending", "ready")


def unsure(tx: Transaction) -> list[int]:
    """Being sent just now, or left so by a lost answer or a kill, and worth telling twice."""
    left = notices.c.state == "sending", notices.c.kind != ONCE
    return list(tx.execute(select(notices.c.id).where(*left).order_by(notices.c.id)).scalars())


def again(tx: Transaction, ids: Sequence[int]) -> None:
    """Perhaps sent, but not known to be: to be sent once more. What became known meanwhile stays as it is."""
    wanted = notices.c.id.in_(ids), notices.c.state == "sending"
    tx.execute(update(notices).where(*wanted).values(state="ready"))


def sent(tx: Transaction, notice_id: int, message: bytes) -> None:
    tx.execute(
        update(notices)
        .where(notices.c.id == notice_id, notices.c.state == "sending")
        .values(state="sent", message=message)
    )


def refused(tx: Transaction, notice_id: int) -> None:
    """The reader cannot be reached; not tried again for this event."""
    _move(tx, notice_id, "sending", "refused")


def edited(tx: Transaction, notice_id: int) -> None:
    _move(tx, notice_id, "sent", "done")


def pressed(tx: Transaction, ref: str) -> Pressed | None:
    """The notice of a button; None when we never made such a button, or long ago. One that is to be sent again may have
    been seen before, and only who has seen it knows `ref`."""
    row = tx.execute(
        select(notices.c.id, cases.c.ref, notices.c.staff_id, notices.c.message.is_not(None))
        .select_from(notices)
        .outerjoin(cases, cases.c.conversation_id == notices.c.conversation_id)
        .where(notices.c.ref == ref, notices.c.state != "refused")
    ).first()
    return None if row is None else Pressed(*row)


def learn(tx: Transaction, notice_id: int, message: bytes) -> None:
    """A notice of which nobody knew whether it was sent has been seen: it can be edited like any other, and need not be
    sent again."""
    unsure = notices.c.message.is_(None), notices.c.state.in_(("ready", "sending", "done"))
    tx.execute(update(notices).where(notices.c.id == notice_id, *unsure).values(state="sent", message=message))


def _links() -> Any:
    return (
        select(
            staff.c.id, staff.c.ref, staff.c.handle, staff.c.languages, staff_links.c.language, staff_links.c.account
        )
        .join_from(staff_links, staff)
        .where(staff.c.active, staff.c.role.in_(CLAIMERS))
    )


def _linked(row: Any) -> Linked:
    return Linked(row[0], StaffRef(row[1]), row[2], tuple(row[3].split()), row[4], row[5])


def _claimable() -> Any:
    wanted = or_(conversations.c.holder == "waiting", and_(conversations.c.holder == "bot", cases.c.urgent))
    return and_(cases.c.state == "open", conversations.c.erase_at.is_(None), wanted)


def _notices() -> Any:
    counsellor = staff.alias("counsellor")
    held = and_(conversations.c.holder == "counsellor", conversations.c.erase_at.is_(None))
    return (
        select(
            notices.c.id, notices.c.ref, notices.c.kind, notices.c.conversation_id, cases.c.ref, notices.c.team,
            staff.c.ref, staff_links.c.account, staff_links.c.language, notices.c.message,
            case((held, counsellor.c.handle), else_=None),
        )
        .select_from(notices)
        .outerjoin(staff, staff.c.id == notices.c.staff_id)
        .outerjoin(staff_links, staff_links.c.staff_id == notices.c.staff_id)
        .outerjoin(conversations, conversations.c.id == notices.c.conversation_id)
        .outerjoin(cases, cases.c.conversation_id == notices.c.conversation_id)
        .outerjoin(counsellor, counsellor.c.id == conversations.c.counsellor_id)
    )  # fmt: skip


def _move(tx: Transaction, notice_id: int, before: str, after: str) -> bool:
    moved = update(notices).where(notices.c.id == notice_id, notices.c.state == before).values(state=after)
    return bool(tx.execute(moved).rowcount)
