"""Holding a conversation for longer than a turn takes, while a platform or a library is waited for."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any, Final

from bot.clock import Clock
from bot.db import conversations
from bot.db.conversations import Leased
from bot.db.store import Store, StoreUnavailable
from bot.logs import get_logger

LEASE: Final = timedelta(seconds=30)  # far above the longest turn; what a killed worker held is free after this
LOOK: Final = 1.0  # seconds; what cannot wait is answered within two, also behind an album

log = get_logger("turns")


class LeaseLost(Exception):
    """Somebody else has the conversation, or it was erased."""


class Holding:
    """One conversation's lease under a token of its own: what a worker holds otherwise is taken up again at its next
    look."""

    def __init__(self, store: Store, clock: Clock, conversation_id: int) -> None:
        self._store = store
        self._clock = clock
        self._id = conversation_id
        self._until = clock()
        self.token = secrets.token_hex(8)

    async def extend(self, more: timedelta, token: str | None = None) -> None:
        """Keep it until so long from now; `token` is who had it before. Raises LeaseLost, StoreUnavailable."""
        until = self._clock() + more
        before = token or self.token
        if not await self._store.write(
            lambda tx: conversations.pass_lease(tx, self._id, token=before, to=self.token, until=until)
        ):
            raise LeaseLost
        self._until = until

    async def soon(self, doing: asyncio.Future[Any]) -> bool:
        """Wait for this, but no longer than until the next look; whether it is done.

        Raises what it raised, and LeaseLost.
        """
        await asyncio.wait({doing}, timeout=LOOK)
        if doing.done():
            await doing
            return True
        if self._until - self._clock() < LEASE / 2:
            with suppress(StoreUnavailable):  # there is time for another try
                await self.extend(LEASE)
        return False


@asynccontextmanager
async def holding(store: Store, clock: Clock, leased: Leased, token: str) -> AsyncIterator[Holding]:
    """Take over what `token` holds. Without the store the lease runs out, and the turn is taken again then; a worker
    that is told to stop gives it back at once."""
    held = Holding(store, clock, leased.id)
    try:
        await held.extend(LEASE, token)
        yield held
    except LeaseLost:
        log.warning("turn.lease_lost", conversation=leased.ref)
    except StoreUnavailable as error:
        log.warning("turn.store_away", conversation=leased.ref, reason=str(error))
    except asyncio.CancelledError:
        with suppress(LeaseLost, StoreUnavailable):
            await held.extend(timedelta())
        raise


async def end(doing: asyncio.Future[Any]) -> None:
    """Nobody needs this any more; returns when it has tidied up behind itself."""
    doing.cancel()
    await asyncio.wait({doing})
    if not doing.cancelled():
        doing.exception()
