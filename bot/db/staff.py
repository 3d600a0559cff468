"""Queries about the team. `main`: who they are and who is here. `keyring`: how they prove it.

Functions with `keys: Transaction` want a transaction of the keyring store, the others one of `main`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.cases.facts import Role, Staff, StaffRef
from bot.db.store import Transaction
from bot.db.tables import credentials, invites, presence, sign_ins, staff, throttles
from bot.handoff.rules import PRESENT_FOR

CredentialKind = Literal["password", "code"]


@dataclass(frozen=True, slots=True)
class Credential:
    """One way to prove who one is: a wrapped identity and what is needed to check and open it."""

    id: int
    staff: StaffRef
    kind: CredentialKind
    kdf: str
    salt: bytes = field(repr=False)
    auth: bytes = field(repr=False)
    wrapped: bytes = field(repr=False)
    expires_at: datetime | None = None
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SignIn:
    """One login session; `identity` opens only with the cookie."""

    staff: StaffRef
    identity: bytes = field(repr=False)
    created_at: datetime
    seen_at: datetime
    confirmed_at: datetime


_PRESENT: Final = select(presence.c.languages).where(
    presence.c.seen_at > bindparam("since", type_=presence.c.seen_at.type)
)

# --- main: members --------------------------------------------------------------------------------------------------


def add(tx: Transaction, *, ref: StaffRef, handle: str, role: Role, languages: Sequence[str], now: datetime) -> int:
    """A new member, without keys yet. Raises IntegrityError when the handle is taken."""
    row = staff.insert().values(
        ref=ref, handle=handle, role=role, languages=" ".join(languages), active=True, created_at=now
    )
    return int(tx.execute(row.returning(staff.c.id)).scalar_one())


def find(tx: Transaction, ref: StaffRef) -> Staff | None:
    row = tx.execute(select(staff).where(staff.c.ref == ref)).first()
    return None if row is None else _staff(row)


def find_by_handle(tx: Transaction, handle: str) -> Staff | None:
    row = tx.execute(select(staff).where(staff.c.handle == handle)).first()
    return None if row is None else _staff(row)


def activate(tx: Transaction, ref: StaffRef, *, recipient: str, verify_key: bytes) -> None:
    """Give a member the public halves of a new identity; from now on new conversations are sealed to it too."""
    tx.execute(update(staff).where(staff.c.ref == ref).values(recipient=recipient, verify_key=verify_key))


def deactivate(tx: Transaction, ref: StaffRef) -> bool:
    """False when there was nobody active of that ref."""
    gone = tx.execute(update(staff).where(staff.c.ref == ref, staff.c.active).values(active=False))
    return bool(gone.rowcount)


def readers(tx: Transaction) -> list[tuple[StaffRef, str]]:
    """Who may read a new conversation (S23): active counsellors and supervisors with keys, as (ref, recipient)."""
    rows = tx.execute(
        select(staff.c.ref, staff.c.recipient)
        .where(staff.c.active, staff.c.role.in_(("counsellor", "supervisor")), staff.c.recipient.is_not(None))
        .order_by(staff.c.id)
    )
    return [(StaffRef(ref), recipient) for ref, recipient in rows]


# --- main: presence -------------------------------------------------------------------------------------------------


def seen(tx: Transaction, member: Staff, now: datetime) -> None:
    """This counsellor's page is open (heartbeat, every 30 s)."""
    insert = _insert(tx, presence).values(staff_id=member.id, languages=" ".join(member.languages), seen_at=now)
    tx.execute(
        insert.on_conflict_do_update(
            index_elements=["staff_id"], set_={"seen_at": now, "languages": insert.excluded.languages}
        )
    )


def left(tx: Transaction, staff_id: int) -> None:
    """Signed out: not here from now on."""
    tx.execute(delete(presence).where(presence.c.staff_id == staff_id))


def staffed(tx: Transaction, language: str, now: datetime) -> bool:
    """Whether a counsellor of this language team has a page open. Opening hours are another question."""
    rows = tx.execute(_PRESENT, {"since": now - PRESENT_FOR}).scalars()
    return any(language in spoken.split() for spoken in rows)


# --- keyring: credentials, invitations ------------------------------------------------------------------------------


def put_credential(
    keys: Transaction,
    *,
    member: StaffRef,
    kind: CredentialKind,
    lookup: bytes,
    kdf: str,
    salt: bytes,
    auth: bytes,
    wrapped: bytes,
    expires_at: datetime | None = None,
) -> None:
    """Replace the member's credential of this kind: there is one password and at most one open code."""
    keys.execute(delete(credentials).where(credentials.c.staff == member, credentials.c.kind == kind))
    keys.execute(
        credentials.insert().values(
            staff=member, kind=kind, lookup=lookup, kdf=kdf, salt=salt, auth=auth, wrapped=wrapped,
            expires_at=expires_at,
        )
    )  # fmt: skip


def find_credential(keys: Transaction, lookup: bytes, kind: CredentialKind) -> Credential | None:
    row = keys.execute(select(credentials).where(credentials.c.lookup == lookup, credentials.c.kind == kind)).first()
    if row is None:
        return None
    return Credential(
        id=row.id, staff=StaffRef(row.staff), kind=kind, kdf=row.kdf, salt=row.salt, auth=row.auth,
        wrapped=row.wrapped, expires_at=row.expires_at, used_at=row.used_at,
    )  # fmt: skip


def use_code(keys: Transaction, credential_id: int, now: datetime) -> bool:
    """Spend a one-time code: True exactly once, before it expires. The wrapped identity goes with it."""
    spent = keys.execute(
        update(credentials)
        .where(credentials.c.id == credential_id, credentials.c.used_at.is_(None), credentials.c.expires_at > now)
        .values(used_at=now, wrapped=b"", auth=b"")
    )
    return bool(spent.rowcount)


def put_invite(keys: Transaction, *, member: StaffRef, token_hash: bytes, expires_at: datetime) -> None:
    """A new invitation; older ones of this member end."""
    keys.execute(delete(invites).where(invites.c.staff == member))
    keys.execute(invites.insert().values(staff=member, token_hash=token_hash, expires_at=expires_at))


def find_invite(keys: Transaction, token_hash: bytes, now: datetime) -> StaffRef | None:
    """The member an unspent, unexpired invitation is for."""
    ref = keys.execute(
        select(invites.c.staff).where(
            invites.c.token_hash == token_hash, invites.c.used_at.is_(None), invites.c.expires_at > now
        )
    ).scalar()
    return None if ref is None else StaffRef(ref)


def use_invite(keys: Transaction, token_hash: bytes, now: datetime) -> bool:
    """Spend an invitation: True exactly once."""
    spent = keys.execute(
        update(invites)
        .where(invites.c.token_hash == token_hash, invites.c.used_at.is_(None), invites.c.expires_at > now)
        .values(used_at=now)
    )
    return bool(spent.rowcount)


def drop_keys(keys: Transaction, member: StaffRef) -> None:
    """Everything this member could prove themselves with, and every open sign-in."""
    for table in (credentials, invites, sign_ins):
        keys.execute(delete(table).where(table.c.staff == member))


# --- keyring: sign-ins ----------------------------------------------------------------------------------------------


def add_sign_in(keys: Transaction, *, sid: bytes, member: StaffRef, identity: bytes, now: datetime) -> None:
    keys.execute(
        sign_ins.insert().values(
            sid=sid, staff=member, identity=identity, created_at=now, seen_at=now, confirmed_at=now
        )
    )


def find_sign_in(keys: Transaction, sid: bytes) -> SignIn | None:
    row = keys.execute(select(sign_ins).where(sign_ins.c.sid == sid)).first()
    if row is None:
        return None
    return SignIn(
        staff=StaffRef(row.staff), identity=row.identity, created_at=row.created_at, seen_at=row.seen_at,
        confirmed_at=row.confirmed_at,
    )  # fmt: skip


def touch_sign_in(keys: Transaction, sid: bytes, now: datetime) -> None:
    keys.execute(update(sign_ins).where(sign_ins.c.sid == sid).values(seen_at=now))


def end_sign_in(keys: Transaction, sid: bytes) -> None:
    keys.execute(delete(sign_ins).where(sign_ins.c.sid == sid))


def end_sign_ins_before(keys: Transaction, *, created: datetime, seen_at: datetime) -> int:
    """Ended by age: created or last used before these times. Returns how many."""
    old = (sign_ins.c.created_at < created) | (sign_ins.c.seen_at < seen_at)
    return int(keys.execute(delete(sign_ins).where(old)).rowcount)


# --- keyring: throttle (S5) -----------------------------------------------------------------------------------------


def held_until(keys: Transaction, key: bytes) -> tuple[int, datetime] | None:
    """Failures in a row and the time before which the next try is refused."""
    row = keys.execute(select(throttles.c.failures, throttles.c.until).where(throttles.c.key == key)).first()
    return None if row is None else (row.failures, row.until)


def failed(keys: Transaction, key: bytes, *, failures: int, until: datetime) -> None:
    insert = _insert(keys, throttles).values(key=key, failures=failures, until=until)
    keys.execute(insert.on_conflict_do_update(index_elements=["key"], set_={"failures": failures, "until": until}))


def succeeded(keys: Transaction, key: bytes) -> None:
    keys.execute(delete(throttles).where(throttles.c.key == key))


def _insert(tx: Transaction, table: Any) -> Any:
    return (sqlite if tx.dialect.name == "sqlite" else postgresql).insert(table)


def _staff(row: Any) -> Staff:
    return Staff(
        id=row.id, ref=StaffRef(row.ref), handle=row.handle, role=row.role, languages=tuple(row.languages.split()),
        active=row.active, recipient=row.recipient,
    )  # fmt: skip
