"""Accounts of the team: invite, revoke, and the ready-made counsellor of the trial environment.

Called by the command line and by `wegweiser run`; nobody here ever sees or sets a password (S7).
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from bot.cases.facts import Role, Staff, StaffRef
from bot.db import bell, chains, staff
from bot.db.store import Stores, Transaction
from bot.desk.reader import KeyHolder
from bot.server_keys import DeskKeys

INVITE_FOR: Final = timedelta(hours=24)
CODE_FOR: Final = timedelta(hours=24)
"""A trial link lies in a terminal; one that was never used ends with the day."""
TRIAL_HANDLE: Final = "probe"


class HandleTaken(Exception):
    """Somebody of the team already signs in with this handle."""


class NoSuchMember(Exception):
    """Nobody active has this handle."""


async def invite(
    stores: Stores, keys: DeskKeys, *, url: str, handle: str, role: Role, languages: Sequence[str], now: datetime
) -> str:
    """Make an account, or a fresh invitation for one that never was activated; returns the link (24 h, once).

    Raises HandleTaken. Whoever opens the link chooses the password; the identity is made then.
    """
    token = secrets.token_urlsafe(32)

    def account(tx: Transaction) -> StaffRef:
        known = staff.find_by_handle(tx, handle)
        if known is not None and (known.recipient is not None or not known.active):
            raise HandleTaken(handle)
        if known is not None and (known.role, tuple(known.languages)) != (role, tuple(languages)):
            raise HandleTaken(handle)  # an invitation never changes what an account may do
        ref = known.ref if known is not None else StaffRef(secrets.token_hex(16))
        if known is None:
            staff.add(tx, ref=ref, handle=handle, role=role, languages=languages, now=now)
        chains.append(tx, "audit", "staff.invited", now, staff=ref, role=role)
        return ref

    ref = await stores.main.write(account)
    digest = keys.digest("invite", token.encode())
    await stores.keyring.write(
        lambda tx: staff.put_invite(tx, member=ref, token_hash=digest, expires_at=now + INVITE_FOR)
    )
    return f"{url.rstrip('/')}/invite/{token}"


async def revoke(stores: Stores, *, handle: str, now: datetime) -> None:
    """End an account: no sign-in from the next request on, no new conversation is sealed to it. Its old grants stay
    closed, for its wrapped keys are gone; removing them is a later issue (S27).

    Raises NoSuchMember. What was read stays read; a new key epoch for open cases is a later issue (S27).
    """
    member = await stores.main.read(lambda tx: staff.find_by_handle(tx, handle))
    if member is None or not member.active:
        raise NoSuchMember(handle)

    def account(tx: Transaction) -> None:
        staff.deactivate(tx, member.ref)
        staff.left(tx, member.id)
        bell.unlink(tx, member.id)
        chains.append(tx, "audit", "staff.revoked", now, staff=member.ref)

    await stores.main.write(account)
    await stores.keyring.write(lambda tx: staff.drop_keys(tx, member.ref))


async def trial_sign_in_link(
    stores: Stores, keys: DeskKeys, holder: KeyHolder, *, url: str, secrets_dir: Path, now: datetime
) -> str:
    """The ready-made counsellor of the trial environment and a fresh one-time sign-in link.

    The identity lies in `<secrets_dir>/trial/counsellor.identity` (0600), so that what was sealed yesterday opens
    today; real accounts never have their identity in a file. Older unused links end.
    """
    file = secrets_dir / "trial" / "counsellor.identity"
    member = await stores.main.write(lambda tx: _trial_member(tx, now))
    if not file.exists():
        _keep(file, holder.new_identity(member.ref).bundle)
    identity = holder.known_identity(member.ref, file.read_bytes())
    await stores.main.write(
        lambda tx: staff.activate(tx, member.ref, recipient=identity.recipient, verify_key=identity.verify_key)
    )
    code = secrets.token_urlsafe(32)
    proof = holder.wrap_code(member.ref, identity.bundle, code)
    lookup = keys.digest("code", code.encode())
    await stores.keyring.write(
        lambda tx: staff.put_credential(
            tx, member=member.ref, kind="code", lookup=lookup, kdf=proof.kdf, salt=proof.salt, auth=proof.auth,
            wrapped=proof.wrapped, expires_at=now + CODE_FOR,
        )
    )  # fmt: skip
    return f"{url.rstrip('/')}/sign-in/{code}"


def _trial_member(tx: Transaction, now: datetime) -> Staff:
    known = staff.find_by_handle(tx, TRIAL_HANDLE)
    if known is None:
        ref = StaffRef(secrets.token_hex(16))
        staff.add(tx, ref=ref, handle=TRIAL_HANDLE, role="counsellor", languages=("de", "nl"), now=now)
        known = staff.find(tx, ref)
    assert known is not None
    return known


def _keep(file: Path, bundle: bytes) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(bundle)
        out.flush()
        os.fsync(out.fileno())
