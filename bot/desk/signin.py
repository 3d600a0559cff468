"""Sign-in by one-time code or password, activation of an invitation, sign-out; and who a cookie belongs to.

Wrong name, wrong password, used code, expired link: one answer, after the same work (S5).
"""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, TypeVar

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.cases.facts import Staff, StaffRef
from bot.db import chains, staff
from bot.db.store import Transaction
from bot.desk.deps import Desk
from bot.desk.door import IDLE, LONGEST, TOUCH_EVERY, SignedIn, Visit, cookie_names, drop_cookies, set_cookies
from bot.logs import get_logger

T = TypeVar("T")
log = get_logger("desk")

PASSWORD_MIN, PASSWORD_MAX = 15, 128
"""Characters after NFC (S2)."""
KDF_AT_ONCE: Final = 2
KDF_QUEUE: Final = 20
"""S4: 64 MiB each."""
FREE_TRIES: Final = 5
LONGEST_WAIT: Final = timedelta(minutes=15)
"""S5: growing delay from the fifth failure."""


class Busy(Exception):
    """More people sign in at once than the machine has memory for; a try in a minute works."""


class Slow:
    """Runs password work on threads, two at a time, a short queue before them (S4). Raises Busy beyond it."""

    def __init__(self) -> None:
        self._room = asyncio.Semaphore(KDF_AT_ONCE)
        self._inside = 0

    async def run(self, work: Callable[[], T]) -> T:
        if self._inside >= KDF_AT_ONCE + KDF_QUEUE:
            raise Busy
        self._inside += 1
        try:
            async with self._room:
                return await asyncio.to_thread(work)
        finally:
            self._inside -= 1


# --- whose cookie ---------------------------------------------------------------------------------------------------


async def find_signed_in(desk: Desk, request: Request, *, active: bool) -> SignedIn | None:
    """Who is asking, or None: no cookie, an unknown one, idle or signed in for too long, or revoked meanwhile (S12).

    `active` says that this request is a person's doing; only that keeps a sign-in alive (S10).
    """
    secret = next((request.cookies[name] for name in cookie_names(desk.url) if name in request.cookies), "")
    sid = desk.holder.sid(secret) if secret else None
    if sid is None:
        return None
    found = await desk.keyring.read(lambda keys: staff.find_sign_in(keys, sid))
    if found is None:
        return None
    now = desk.clock()
    member = await desk.main.read(lambda tx: staff.find(tx, found.staff))
    if member is None or not member.active or now - found.seen_at > IDLE or now - found.created_at > LONGEST:
        await desk.keyring.write(lambda keys: staff.end_sign_in(keys, sid))
        return None
    if active and now - found.seen_at >= TOUCH_EVERY:
        await desk.keyring.write(lambda keys: staff.touch_sign_in(keys, sid, now))
    return SignedIn(member=member, sid=sid, secret=secret, identity=found.identity, csrf=desk.holder.csrf(secret))


# --- screens --------------------------------------------------------------------------------------------------------


class SignIn:
    """Everything before one is inside."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._slow = Slow()

    async def form(self, visit: Visit) -> Response:
        if visit.signed_in is not None:
            return _to("/")
        return self._page(visit, "signin.html", failed=False)

    async def submit(self, visit: Visit) -> Response:
        """Handle and password."""
        handle, password = visit.form.get("handle", "").strip(), visit.form.get("password", "")
        now = self._desk.clock()
        key = self._desk.find_by("throttle", handle)
        tried = await self._desk.keyring.read(lambda keys: staff.held_until(keys, key))
        if tried is not None and tried[1] > now:
            return self._failed(visit, "signin.html")
        opened = await self._open_password(handle, password)
        if opened is None:
            await self._count_failure(key, 1 + (tried[0] if tried else 0), now)
            return self._failed(visit, "signin.html")
        await self._desk.keyring.write(lambda keys: staff.succeeded(keys, key))
        return await self._enter(opened[0], opened[1], "password")

    async def code_form(self, visit: Visit) -> Response:
        """A page with one button: looking at a link must not use it up (link previews, S11)."""
        return self._page(visit, "code.html", failed=False, code=visit.request.path_params["code"])

    async def code_submit(self, visit: Visit) -> Response:
        """Spend a one-time code. Of two presses one gets in."""
        code = visit.request.path_params["code"]
        now = self._desk.clock()
        lookup = self._desk.find_by("code", code)
        found = await self._desk.keyring.read(lambda keys: staff.find_credential(keys, lookup, "code"))
        if found is None or found.used_at is not None or not found.wrapped:
            return self._failed(visit, "code.html", code=code)
        bundle = self._desk.holder.open_code(found, code)
        member = await self._desk.main.read(lambda tx: staff.find(tx, found.staff))
        if bundle is None or member is None or not member.active:
            return self._failed(visit, "code.html", code=code)
        if not await self._desk.keyring.write(lambda keys: staff.use_code(keys, found.id, now)):
            return self._failed(visit, "code.html", code=code)
        return await self._enter(member, bundle, "code")

    async def invite_form(self, visit: Visit) -> Response:
        return self._page(visit, "activate.html", failed=False, token=visit.request.path_params["token"], problem=None)

    async def invite_submit(self, visit: Visit) -> Response:
        """Choose a password; the identity is made here and never existed before (S7)."""
        token = visit.request.path_params["token"]
        now = self._desk.clock()
        digest = self._desk.find_by("invite", token)
        ref = await self._desk.keyring.read(lambda keys: staff.find_invite(keys, digest, now))
        member = await self._desk.main.read(lambda tx: staff.find(tx, ref)) if ref else None
        if member is None or not member.active:
            return self._failed(visit, "activate.html", token=token, problem=None)
        password = unicodedata.normalize("NFC", visit.form.get("password", ""))
        problem = password_problem(password, visit.form.get("again", ""))
        if problem:
            return self._page(visit, "activate.html", status=422, failed=False, token=token, problem=problem)
        fresh = self._desk.holder.new_identity(member.ref)
        proof = await self._slow.run(lambda: self._desk.holder.wrap_password(member.ref, fresh.bundle, password))
        lookup = self._desk.find_by("handle", member.handle)

        def keep(keys: Transaction) -> bool:
            if not staff.use_invite(keys, digest, now):
                return False
            staff.drop_keys(keys, member.ref)
            staff.put_credential(
                keys, member=member.ref, kind="password", lookup=lookup, kdf=proof.kdf, salt=proof.salt,
                auth=proof.auth, wrapped=proof.wrapped,
            )  # fmt: skip
            return True

        if not await self._desk.keyring.write(keep):
            return self._failed(visit, "activate.html", token=token, problem=None)
        await self._desk.main.write(
            lambda tx: staff.activate(tx, member.ref, recipient=fresh.recipient, verify_key=fresh.verify_key)
        )
        return await self._enter(member, fresh.bundle, "invite")

    async def leave(self, visit: Visit) -> Response:
        """Sign out: the sign-in is gone, the browser forgets everything of this origin (S11, S13)."""
        me, now = visit.me, self._desk.clock()
        await self._desk.keyring.write(lambda keys: staff.end_sign_in(keys, me.sid))

        def record(tx: Transaction) -> None:
            staff.left(tx, me.member.id)
            chains.append(tx, "audit", "sign_out", now, staff=me.member.ref)

        await self._desk.main.write(record)
        self._desk.wake.notify("hours")
        response = _to("/sign-in")
        drop_cookies(response, self._desk.url)
        response.headers["clear-site-data"] = '"*"'
        return response

    # --- inside -----------------------------------------------------------------------------------------------------

    async def _open_password(self, handle: str, password: str) -> tuple[Staff, bytes] | None:
        lookup = self._desk.find_by("handle", handle)
        proof = await self._desk.keyring.read(lambda keys: staff.find_credential(keys, lookup, "password"))
        holder = self._desk.holder
        if proof is None or len(password) > PASSWORD_MAX:
            await self._slow.run(lambda: holder.spend_time(password[:PASSWORD_MAX]))
            return None
        bundle = await self._slow.run(lambda: holder.open_password(proof, password))
        member = await self._desk.main.read(lambda tx: staff.find(tx, proof.staff))
        return None if bundle is None or member is None or not member.active else (member, bundle)

    async def _count_failure(self, key: bytes, failures: int, now: datetime) -> None:
        over = failures - FREE_TRIES
        wait = timedelta(0) if over < 0 else min(LONGEST_WAIT, timedelta(seconds=2 ** min(over, 10)))
        await self._desk.keyring.write(lambda keys: staff.failed(keys, key, failures=failures, until=now + wait))
        log.warning("signin.failed", tries=failures)

    async def _enter(self, member: Staff, bundle: bytes, how: str) -> Response:
        now = self._desk.clock()
        fresh = self._desk.holder.begin(member.ref, bundle)
        await self._desk.keyring.write(
            lambda keys: staff.add_sign_in(keys, sid=fresh.sid, member=member.ref, identity=fresh.identity, now=now)
        )
        await self._desk.main.write(lambda tx: chains.append(tx, "audit", "sign_in", now, staff=member.ref, how=how))
        response = _to("/")
        set_cookies(response, self._desk.url, fresh.secret)
        return response

    def _page(self, visit: Visit, template: str, *, status: int = 200, **values: object) -> Response:
        return self._desk.pages.render(template, visit.language, status=status, me=None, **values)

    def _failed(self, visit: Visit, template: str, **values: object) -> Response:
        return self._page(visit, template, status=403, failed=True, **values)


def password_problem(password: str, again: str) -> str | None:
    """Key of what is wrong with a new password, or None. No rules of composition (S2)."""
    if len(password) < PASSWORD_MIN:
        return "activate.too_short"
    if len(password) > PASSWORD_MAX:
        return "activate.too_long"
    if password != unicodedata.normalize("NFC", again):
        return "activate.differs"
    return None


def _to(path: str) -> Response:
    return RedirectResponse(path, status_code=303)


__all__ = ["Busy", "SignIn", "Slow", "StaffRef", "find_signed_in", "password_problem"]
