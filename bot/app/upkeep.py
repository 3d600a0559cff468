"""Erasure and retention on their own clock: what was asked to go within a minute of its time, the rest once a day."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Final

from bot import config
from bot.app import role, zone
from bot.cases.facts import CaseRef
from bot.db import cases, erasure
from bot.db.store import StoreUnavailable
from bot.evidence.vault import Vault
from bot.logs import exception_place, get_logger
from bot.retention.erase import Eraser
from bot.retention.sweep import Sweep

ERASE_EVERY: Final = timedelta(minutes=1)
SWEEP_EVERY: Final = timedelta(days=1)
LOOK: Final = 1.0  # seconds between two looks at the clock, which may have been moved

log = get_logger("upkeep")


class Upkeep:
    """The worker's slow loop."""

    def __init__(self, house: role.House, vault: Vault) -> None:
        self._clock = house.clock
        self._eraser = Eraser(house.stores, vault, house.clock)
        self._sweep = Sweep(house.stores, vault, house.clock)
        self._erase_at = self._sweep_at = house.clock()

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                await self.look(self._clock())
            except StoreUnavailable as error:
                log.warning("upkeep.store_away", reason=str(error))
            except Exception as error:  # noqa: BLE001 - the loop of a worker outlives any one fault
                log.error("upkeep.failed", error=type(error).__name__, where=exception_place(error))
            try:
                await asyncio.wait_for(stop.wait(), LOOK)
            except TimeoutError:
                continue

    async def look(self, now: datetime) -> None:
        """Do what is due now. A failure leaves the next time untouched, so it is tried again at the next look."""
        if now >= self._erase_at:
            await self._eraser.finish()
            self._erase_at = now + ERASE_EVERY
        if now >= self._sweep_at:
            await self._sweep.run()
            self._sweep_at = now + SWEEP_EVERY


async def run_retention(settings: config.Settings) -> dict[str, int]:
    """One sweep now, for the command line. Raises StoreUnavailable."""
    async with role.open_house(settings) as house:
        report = await Sweep(house.stores, zone.vault(house), house.clock).run()
    return {**report.counts, "pending": report.pending}


async def erase_case(settings: config.Settings, ref: str) -> bool:
    """Erase one conversation now, by its case code. False: there is no such case."""
    async with role.open_house(settings) as house:
        case = await house.stores.main.read(lambda tx: cases.find(tx, CaseRef(ref)))
        if case is None:
            return False
        await Eraser(house.stores, zone.vault(house), house.clock).erase_conversation(case.conversation)
        return True


async def keep_case(settings: config.Settings, ref: str) -> bool:
    """Undo a deletion within its 24 hours (S50). False: unknown, or the keys are destroyed."""
    async with role.open_house(settings) as house:
        now = house.clock()
        kept = await house.stores.main.write(lambda tx: erasure.undo(tx, ref, now))
        house.wake.notify("desk")
        return kept


async def leaving_cases(settings: config.Settings) -> list[tuple[str, datetime]]:
    """Case ids whose deletion can still be undone, and until when."""
    async with role.open_house(settings) as house:
        now = house.clock()
        return await house.stores.main.read(lambda tx: erasure.undoable(tx, now))
