"""A helpline on WhatsApp in one process: the platform's simulator brings signed deliveries to the real door."""

from __future__ import annotations

import asyncio
import shutil
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from bot.app.server import Server
from bot.app.whatsapp import whatsapp_line
from bot.app.whatsapp_sending import graph
from bot.channels.contract import ChannelName
from bot.channels.whatsapp.fetch import WhatsAppFetcher
from bot.channels.whatsapp.outbound import WhatsAppSender
from bot.channels.whatsapp.pace import pace
from bot.config import WhatsApp as WhatsAppSettings
from bot.dialogue.session import Language
from bot.public.app import create_app
from bot.public.deps import Deps
from bot.public.live import Live
from bot.public.whatsapp import WhatsAppDoor
from tests.conftest import StandingClock
from tests.simulators.whatsapp import Person, WhatsApp, whatsapp
from tests.stories.house import Connected, House


class WhatsAppWay:
    """The webhook on a free port."""

    def __init__(self, house: WhatsAppHouse, door: WhatsAppDoor, deps: Deps) -> None:
        self._house = house
        self._door = door
        self._deps = deps
        self._graph = graph(house.settings)
        self.busy = 0
        self.kept = 0
        real = door.take

        async def take(body: bytes) -> bool:
            self.busy += 1
            try:
                safe = await real(body)
            finally:
                self.busy -= 1
            self.kept += safe
            return safe

        door.take = take  # type: ignore[method-assign]  # the same, counted

    async def open(self) -> None:
        self.app = create_app(self._deps, Live(self._deps.subscribe), None, self._door)
        self._door.connect(self._graph)
        settings = self._deps.settings
        self._server = Server(self.app, settings.address, drain_seconds=5)
        port = settings.address[1]
        self._serving = asyncio.create_task(self._server.serve([socket.create_server(("127.0.0.1", port))]))
        while not self._server.started:
            await asyncio.sleep(0.001)
        self._house.platform.webhook = f"{settings.url}/whatsapp/webhook"

    async def close(self) -> None:
        self._house.platform.webhook = ""
        self._server.should_exit = True
        await self._serving
        await self._door.close()
        await self._graph.outgoing.close()

    async def again(self, updates: Sequence[bytes]) -> None:
        """The platform was not sure that we have them, and brings them once more."""
        for body in updates:
            assert await self._door.take(body)

    async def courteous(self) -> None:
        while self._door.errands.under_way:
            await asyncio.wait(set(self._door.errands.under_way))


@dataclass
class WhatsAppHouse(House):
    platform: WhatsApp
    knock: bool = False
    door: WhatsAppWay = field(init=False)
    channel: ClassVar[ChannelName] = "whatsapp"

    def person(self, language: Language) -> Person:
        return self.platform.person(country="NL" if language == "nl" else "DE")

    def address_of(self, person: Person) -> str:
        return person.user_id

    def came(self) -> Sequence[bytes]:
        return self.platform.delivered

    @property
    def way(self) -> WhatsAppWay:
        return self.door

    def messenger(self) -> dict[str, Any]:
        platform = self.platform
        own = WhatsAppSettings(
            token=platform.token,
            phone_number_id=platform.phone_number_id,
            account_id=platform.account_id,
            app_secret=platform.app_secret,
            verify_token=platform.verify_token,
            api_url=platform.url,
            knock=self.knock,
        )
        return {"whatsapp": own}

    def connect(self) -> Connected:
        connected = graph(self.settings)
        own = pace(lambda: self.clock().timestamp(), self.pass_time)
        sender = WhatsAppSender(connected, own, knocks=self.knock)
        return Connected("whatsapp", sender, WhatsAppFetcher(connected), connected.outgoing.close)

    def make_way(self, deps: Deps) -> WhatsAppWay:
        line = whatsapp_line(self.place, self.keys, self.known, self.inbox, deps)
        assert line is not None
        self.door = WhatsAppWay(self, line.door, deps)
        return self.door

    def pending(self) -> object:
        return self.platform.pending()


@contextmanager
def whatsapp_helpline(
    folder: Path, at_head: Sequence[Path], *, knock: bool = False
) -> Iterator[tuple[WhatsAppHouse, asyncio.Runner]]:
    """A house that is open, and what runs its coroutines."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for file in at_head:
        shutil.copy(file, folder)
    clock = StandingClock()
    with whatsapp(clock) as platform, asyncio.Runner() as runner:
        house = WhatsAppHouse(folder, clock, platform, knock)
        runner.run(house.open())
        try:
            yield house, runner
        finally:
            runner.run(house.close())
