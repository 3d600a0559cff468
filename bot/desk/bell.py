"""Linking one's Telegram account to the staff bot, and ending that (S18).

The desk makes the code; the account it never learns.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Final

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from bot.db import bell, chains
from bot.db.store import Transaction
from bot.desk.deps import Desk
from bot.desk.door import Visit
from bot.desk.queue import shell
from bot.server_keys import LinkKey

CODE_FOR: Final = timedelta(minutes=10)
CODE_BYTES: Final = 16
"""128 random bits: 22 characters, within the 64 of a `/start` (core.telegram.org/bots/features, read 2026-11-21)."""


class BellScreens:
    """One page. In a house without staff bot it does not exist."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def page(self, visit: Visit) -> Response:
        """Whether an account is linked."""
        self._key()
        return await self._show(visit)

    async def make_code(self, visit: Visit) -> Response:
        """A fresh code, shown this once; an older one ends."""
        key, me, now = self._key(), visit.me.member, self._desk.clock()
        code = secrets.token_urlsafe(CODE_BYTES)
        await self._desk.main.write(
            lambda tx: bell.put_code(
                tx, me.id, digest=key.digest(code), language=visit.language, expires_at=now + CODE_FOR
            )
        )
        return await self._show(visit, line=f"/start {code}")

    async def unlink(self, visit: Visit) -> Response:
        """From now on that account is a stranger's."""
        self._key()
        me, now = visit.me.member, self._desk.clock()

        def job(tx: Transaction) -> None:
            if bell.unlink(tx, me.id):
                chains.append(tx, "audit", "bell.unlinked", now, staff=me.ref)

        await self._desk.main.write(job)
        return RedirectResponse("/bell", status_code=303)

    async def _show(self, visit: Visit, line: str = "") -> Response:
        me = visit.me.member
        since = await self._desk.main.read(lambda tx: bell.linked_at(tx, me.id))
        values = await shell(self._desk, visit)
        whole = int(CODE_FOR / timedelta(minutes=1))
        return self._desk.pages.render("bell.html", visit.language, since=since, line=line, whole=whole, **values)

    def _key(self) -> LinkKey:
        if self._desk.link is None:
            raise HTTPException(404)
        return self._desk.link
