"""A helpline with one messenger in one process: a platform's simulator over HTTP, the real door, inbox, turns and
relay. `telegram_house.py` and `whatsapp_house.py` say what differs.

Nothing here waits for time: the clock stands until somebody moves it, also when the sender keeps its pace.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, ClassVar, Final, Protocol

from bot.app import role, zone
from bot.app.knowledge import emergency_voice, help_message, knowledge
from bot.app.legal import legal_text
from bot.app.messengers import file_fetcher
from bot.app.whatsapp_sending import knocking
from bot.channels.contract import Capabilities, ChannelName, Fetcher, Reader, Sender
from bot.channels.web import wire
from bot.config import Evidence, Public, Settings
from bot.db import conversations, outbox
from bot.db.store import open_stores
from bot.db.wake import Wake
from bot.dialogue.session import Language
from bot.public.deps import Deps
from bot.retention.erase import Eraser
from bot.server_keys import PublicKeys, make_missing
from bot.turns.chats import Chats
from bot.turns.inbox import Inbox
from bot.turns.knowledge import Knowledge
from bot.turns.outbox import Relay
from bot.turns.uploads import UploadDesk
from bot.turns.worker import Worker
from tests.conftest import StandingClock
from tests.desk.house import Silence
from tests.installation import free_ports

SOON: Final = timedelta(seconds=3)
"""What is due this soon is waited for: a text that might grow, a row the pace has put back."""
LONG_AGO: Final = timedelta(days=30)
PATIENCE: Final = 180.0
"""Seconds a slow machine gets for what takes a tenth of one."""
LINK: Final = "/#code="


@cache
def known(folder: Path) -> Knowledge:
    """Flows, words, contacts and hours are the same for every house; reading them takes a second."""
    return knowledge(Settings(data_dir=folder, environment="test"))


@dataclass
class Connected:
    """What the worker reads, sends and fetches with on one messenger."""

    channel: ChannelName
    sender: Sender
    fetcher: Fetcher
    close: Callable[[], Awaitable[None]]
    reader: Reader | None = None


class Office:
    """The worker's half: turns and relay, driven by hand."""

    def __init__(self, house: House, connected: Connected) -> None:
        settings, keys, clock = house.settings, house.keys, house.clock
        self._close = connected.close
        self.sender = connected.sender
        vault = zone.vault(house.place)
        self.uploads = UploadDesk(house.place.stores, keys, house.known.charts, vault, settings.evidence, clock)
        self.turns = Worker(
            house.place.stores,
            keys,
            house.place.wake,
            clock,
            house.known,
            prepare_key=zone.key_maker(house.place),
            seal_note=zone.note_sealer(self.uploads),
            fetch_file=file_fetcher(self.uploads, {connected.channel: connected.fetcher}),
            erase=Eraser(house.place.stores, vault, clock).finish,
            help_text=lambda language: help_message(house.known, clock, language),
            readers={} if connected.reader is None else {connected.channel: connected.reader},
        )
        self.relay = Relay(
            house.place.stores.main,
            keys,
            house.place.wake,
            clock,
            {connected.channel: self.sender},
            Random(5),
            may_knock=knocking(keys, house.known.charts),
        )

    async def close(self) -> None:
        self.uploads.close()
        await self._close()


class Way(Protocol):
    """The way in of one messenger."""

    busy: int
    kept: int

    async def open(self) -> None: ...

    async def close(self) -> None: ...

    async def courteous(self) -> None: ...

    async def again(self, updates: Sequence[Any]) -> None: ...


@dataclass
class House(ABC):
    """One installation with one messenger. `restart` ends door and office and begins them anew on the same data."""

    folder: Path
    clock: StandingClock
    settings: Settings = field(init=False)
    known: Knowledge = field(init=False)
    keys: PublicKeys = field(init=False)
    place: role.House = field(init=False)
    office: Office = field(init=False)
    chats: Chats = field(init=False)
    inbox: Inbox = field(init=False)
    restarts: int = field(default=0, init=False)
    channel: ClassVar[ChannelName]

    @property
    def limits(self) -> Capabilities:
        return self.known.capabilities[self.channel]

    @property
    @abstractmethod
    def way(self) -> Way: ...

    @abstractmethod
    def person(self, language: Language) -> Any:
        """Somebody new with this messenger."""
        ...

    @abstractmethod
    def address_of(self, person: Any) -> str: ...

    @abstractmethod
    def came(self) -> Sequence[Any]:
        """Everything the platform has brought so far."""
        ...

    @abstractmethod
    def messenger(self) -> dict[str, Any]:
        """Its section of the settings."""
        ...

    @abstractmethod
    def connect(self) -> Connected: ...

    @abstractmethod
    def make_way(self, deps: Deps) -> Way: ...

    @abstractmethod
    def pending(self) -> object:
        """Whether the platform has something left for us."""
        ...

    def __post_init__(self) -> None:
        [port] = free_ports(1)
        url = f"http://127.0.0.1:{port}"
        make_missing(self.folder / "secrets")
        self.settings = Settings(
            data_dir=self.folder,
            environment="test",
            public=Public(listen=f"127.0.0.1:{port}", url=url, chat_burst=1_000_000, chat_per_hour=1_000_000),
            evidence=Evidence(free_space_floor=0.0),
            **self.messenger(),
        )
        self.known = known(self.folder.parent)
        self.keys = PublicKeys.load(self.settings.secrets)

    async def open(self) -> None:
        stores = open_stores(self.settings.main_url, self.settings.keys_url)
        self.place = role.House(self.settings, self.clock, stores, Wake(Silence()), asyncio.Event())
        self.inbox = Inbox(stores.main, self.keys, self.place.wake, self.clock, self.known)
        self.chats = Chats(stores.main, self.keys, self.clock)
        self.office = Office(self, self.connect())
        await self.make_way(self._deps()).open()

    async def close(self) -> None:
        await self.way.close()
        await self.office.close()
        self.place.stores.close()

    async def restart(self) -> None:
        await self.close()
        await self.open()
        self.restarts += 1

    # --- time --------------------------------------------------------------------------------------------------------

    async def pass_time(self, seconds: float) -> None:
        """What the sender calls instead of sleeping."""
        self.clock.advance(seconds=seconds)

    async def arrived(self) -> None:
        """Until the platform has nothing left for us."""
        async with asyncio.timeout(PATIENCE):
            while self.pending() or self.way.busy:
                await asyncio.sleep(0.001)

    async def settle(self) -> None:
        """Until everything that was sent is answered, and nothing is due soon."""
        await self.arrived()
        async with asyncio.timeout(PATIENCE):
            while True:
                turn, row = await self._due()
                due = min((at for at in (turn, row) if at is not None), default=None)
                if due is None or due > self.clock() + SOON:
                    break
                self.clock.now = max(due, self.clock.now)
                if turn is not None and turn <= self.clock():
                    await self.office.turns.work()
                    await self.office.turns.settled()
                else:
                    await self.office.relay.work()
                    await self.arrived()
        await self.way.courteous()

    async def take_turns(self) -> None:
        """Everything that waits is decided, nothing of it sent."""
        while (due := await self.place.stores.main.read(conversations.next_due)) is not None:
            if due > self.clock() + SOON:
                return
            self.clock.now = max(due, self.clock.now)
            await self.office.turns.work()
            await self.office.turns.settled()

    async def _due(self) -> tuple[datetime | None, datetime | None]:
        """When the next turn or timer is due, and the next message."""
        before = self.clock() - LONG_AGO
        return await self.place.stores.main.read(lambda tx: (conversations.next_due(tx), outbox.next_due(tx, before)))

    # --- wiring ------------------------------------------------------------------------------------------------------

    def _deps(self) -> Deps:
        async def ready() -> bool:
            return True

        return Deps(
            settings=self.settings.public,
            upload_max_bytes=self.settings.evidence.file_max_bytes,
            clock=self.clock,
            web=wire,
            texts=lambda _language: {},
            legal=lambda name, language: legal_text(self.settings, self.known, name, language),
            voice=emergency_voice(self.known, self.clock),
            urgent=lambda _inbound: False,
            accept=self.inbox.accept,
            chats=self.chats,
            uploads=self.office.uploads,
            ready=ready,
            subscribe=lambda: self.place.wake.subscribe("web"),
        )
