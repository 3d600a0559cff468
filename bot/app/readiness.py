"""Whether this installation can take messages now: what `/readyz` asks (R23). Outsiders learn yes or no, never why."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from bot.clock import BUILT, Clock
from bot.db import health
from bot.db.store import Stores, StoreUnavailable, Transaction
from bot.evidence.vault import Space, disk_space
from bot.logs import get_logger

PATIENCE: Final = timedelta(seconds=1)
QUEUE_AGE_MAX: Final = timedelta(seconds=60)  # R23
REMEMBERED_SECONDS: Final = 1.0
"""One write in this time, however often a stranger asks."""

log = get_logger("ready")


class Readiness:
    """Looks at most once a second; whoever asks meanwhile gets the same answer."""

    def __init__(
        self, stores: Stores, clock: Clock, data: Path, *, free_floor: float, space: Space = disk_space
    ) -> None:
        self._stores = stores
        self._clock = clock
        self._data = data
        self._free_floor = free_floor
        self._space = space
        self._cause: str | None = None
        self._until = 0.0
        self._looking = asyncio.Lock()

    async def ready(self) -> bool:
        """True when messages are stored and worked."""
        async with self._looking:
            now = asyncio.get_running_loop().time()
            if now >= self._until:
                cause = await self._look()
                if cause != self._cause:
                    log.warning("ready.changed", reason=cause or "none")
                self._cause = cause
                self._until = asyncio.get_running_loop().time() + REMEMBERED_SECONDS
            return self._cause is None

    async def _look(self) -> str | None:
        """What stands in the way, as a fixed word for the log."""
        now = self._clock()
        if now < BUILT:
            return "clock"
        try:
            total, free = self._space(self._data)
        except OSError:
            return "space"
        if free < total * self._free_floor:
            return "space"
        return await self._store_or_queue(now)

    async def _store_or_queue(self, now: datetime) -> str | None:
        try:
            due = await self._stores.main.write(_probe(now), patience=PATIENCE)
            await self._stores.keyring.read(lambda _tx: None, patience=PATIENCE)
        except StoreUnavailable:
            return "store"
        return "queue" if due is not None and now - due > QUEUE_AGE_MAX else None


def _probe(now: datetime) -> Callable[[Transaction], datetime | None]:
    def probe(tx: Transaction) -> datetime | None:
        health.try_writing(tx, now)
        return health.longest_due(tx)

    return probe
