"""What every role of the program does around its own work: settings, logs, limits, databases, a clean end."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot import clock as clocks
from bot import config, logs
from bot.db.migrate import is_current
from bot.db.store import Stores, StoreUnavailable, open_stores
from bot.db.wake import Wake

if TYPE_CHECKING:
    from starlette.types import ASGIApp

SCHEMA_POLL: Final = 0.05  # seconds between two looks while another process migrates
ORPHAN_POLL: Final = 1.0
DRAIN_SECONDS: Final = 8  # R18: SIGTERM drains within ten

log = logs.get_logger("app")


@dataclass(frozen=True, slots=True)
class House:
    """What a role is given to work with. `stop` is set when the process should end."""

    settings: config.Settings
    clock: clocks.Clock
    stores: Stores
    wake: Wake
    stop: asyncio.Event


Role = Callable[[House], Awaitable[None]]


def run(name: str, role: Role) -> None:
    """Run one role in this process until it is told to stop."""
    logs.configure(name)
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # S41: no memory image on disk
    settings = config.load()
    asyncio.run(_run(settings, role))


async def _run(settings: config.Settings, role: Role) -> None:
    async with open_house(settings) as house:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, house.stop.set)
        orphan = asyncio.create_task(_stop_when_orphaned(house.stop, os.getppid()))
        try:
            log.info("role.started", pid=os.getpid())
            await role(house)
        finally:
            orphan.cancel()
            log.info("role.stopped", pid=os.getpid())


@asynccontextmanager
async def open_house(settings: config.Settings) -> AsyncIterator[House]:
    """Both stores at the schema this code knows, and the wake-up; closed afterwards."""
    await schema_ready(settings)
    stores = open_stores(settings.main_url, settings.keys_url)
    clock = clocks.choose(settings.clock, settings.data)
    wake = await Wake.open(stores.main, settings.main_url, settings.data)
    try:
        yield House(settings, clock, stores, wake, asyncio.Event())
    finally:
        await wake.close()
        stores.close()


async def schema_ready(settings: config.Settings) -> None:
    """Wait until both databases are at head: `wegweiser run` or `migrate` brings them there."""
    told = False
    while True:
        try:
            if is_current(settings.main_url, "main") and is_current(settings.keys_url, "keyring"):
                return
        except StoreUnavailable as error:
            if not told:
                log.warning("role.waits_for_database", reason=str(error))
                told = True
        await asyncio.sleep(SCHEMA_POLL)


async def serve(
    app: ASGIApp,
    address: tuple[str, int],
    stop: asyncio.Event,
    *,
    before_end: Callable[[], None] = lambda: None,
    protective: Mapping[str, str] | None = None,
) -> None:
    """Serve HTTP until `stop`: no banner, no access log, small headers, slow clients cut (S48, S51, S52).

    `before_end` tells endless streams to end before the server waits for its connections.
    """
    from bot.app.server import Server

    server = Server(app, address, drain_seconds=DRAIN_SECONDS, protective=protective)
    serving = asyncio.create_task(server.serve())
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait({serving, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stop.set()
    before_end()
    server.should_exit = True
    await serving
    stopped.cancel()


async def _stop_when_orphaned(stop: asyncio.Event, parent: int) -> None:
    """A role whose supervisor was killed ends too; the next start must find its doors free."""
    while os.getppid() == parent:  # noqa: ASYNC110 - nobody tells a process that its parent is gone
        await asyncio.sleep(ORPHAN_POLL)
    stop.set()
