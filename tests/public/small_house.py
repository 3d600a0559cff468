"""A house with only a front door: the real public application and server; a memory stands in for database and bot."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

from bot.app.knowledge import knowledge
from bot.app.legal import legal_text
from bot.app.server import SLOW_SECONDS, Server
from bot.channels.contract import Button, CardLine, Inbound, Message, Outbound
from bot.channels.web import wire
from bot.config import ROOT, Operator, Public, Settings
from bot.db.store import StoreUnavailable
from bot.db.wake import Subscription
from bot.i18n.catalog import Catalogs
from bot.public.app import create_app
from bot.public.deps import Deps, PageLanguage
from bot.public.headers import protective_headers
from bot.public.live import Live
from bot.turns.emergency import EmergencyVoice
from bot.turns.uploads import Refused, Taken

CARD = (
    CardLine("Notruf Beispiel", phone="112", note="rund um die Uhr"),
    CardLine("Beispieltelefon", phone="0800 000000", note="kostenlos, rund um die Uhr"),
    CardLine("Beispielchat", url="https://chat.example.com/"),
)
MENU = (
    Button("start.menu.picture", "Es gibt ein Bild von mir"),
    Button("start.menu.blackmail", "Ich werde erpresst"),
    Button("start.menu.someone", "Es geht um jemand anderen"),
    Button("start.menu.human", "Mit einem Menschen schreiben"),
)
GREETING = (
    Message("bot", "Hallo, schön, dass du da bist. Ich bin ein Bot mit festen Antworten, kein Mensch."),
    Message("bot", "Es kostet nichts, du brauchst keinen Namen. Mehr: https://example.com/hilfe."),
    Message("bot", "Worum geht es?", buttons=MENU),
)
CODE = "0123-4567-89AB-CDEF"
OPERATOR = Settings(operator=Operator(name="Beispielhilfe <e.V.>", address="Beispielweg 1\n12345 Beispielstadt"))


@dataclass
class SmallHouse:
    """Answers every message with `reply`. `down` makes the store unavailable; `now` is the clock."""

    settings: Public = field(default_factory=Public)
    reply: Callable[[Inbound], Sequence[Message]] = lambda inbound: GREETING if inbound.start else ()
    now: datetime = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)
    down: bool = False
    urgent_word: str = "notfall"
    accepted: list[Inbound] = field(default_factory=list)
    rows: dict[str, list[Outbound]] = field(default_factory=dict)
    refs: dict[str, str] = field(default_factory=dict)
    taken: list[tuple[int, str, str | None]] = field(default_factory=list)
    refuse_files: str | None = None
    is_ready: bool = True
    came_from: Literal["same_channel", "other_channel"] = "same_channel"
    call: Callable[..., object] = lambda action, *args: action(*args)

    def __post_init__(self) -> None:
        self.subscriptions: set[Subscription] = set()
        self._catalogs = Catalogs(ROOT / "locales")
        self._row = 0

    # --- what the doors call -------------------------------------------------------------------------------------

    async def accept(self, inbounds: Sequence[Inbound]) -> frozenset[str]:
        self._require_store()
        for inbound in inbounds:
            if any(known.external_id == inbound.external_id for known in self.accepted):
                continue
            self.accepted.append(inbound)
            self.refs.setdefault(inbound.address, f"ref-{len(self.refs)}")
            for message in self.reply(inbound):
                self.say(inbound.address, message, answers=(inbound.external_id,))
        return frozenset(inbound.address for inbound in inbounds)

    async def find(self, address: str) -> str | None:
        self._require_store()
        return self.refs.get(address)

    async def pending(self, address: str) -> Sequence[Outbound]:
        self._require_store()
        return tuple(self.rows.get(address, ()))

    async def acknowledge(self, address: str, rows: Sequence[int]) -> None:
        self._require_store()
        self.rows[address] = [outbound for outbound in self.rows.get(address, []) if outbound.row not in rows]

    async def carry_on(self, code: str, address: str) -> Literal["same_channel", "other_channel"] | None:
        self._require_store()
        if code != CODE or not self.refs:
            return None
        old = next(iter(self.refs))
        self.refs = {address: self.refs[old]}
        self.rows[address] = self.rows.pop(old, [])
        return self.came_from

    async def fresh_code(self, address: str) -> str | None:
        self._require_store()
        return CODE if address in self.refs else None

    async def take(
        self, conversation: str, chunks: AsyncIterator[bytes], *, declared: str = "", name: str | None = None
    ) -> Taken | Refused:
        self._require_store()
        if self.refuse_files:
            return Refused(self.refuse_files)  # type: ignore[arg-type]
        size = 0
        async for chunk in chunks:
            size += len(chunk)
        self.taken.append((size, declared, name))
        return Taken(f"item-{len(self.taken)}", "image")

    # --- what a test does -----------------------------------------------------------------------------------------

    def say(self, address: str, message: Message, answers: tuple[str, ...] = ()) -> None:
        self._row += 1
        self.rows.setdefault(address, []).append(Outbound(self._row, address, message, answers))
        self.wake(self.refs[address])

    def wake(self, ref: str) -> None:
        for subscription in tuple(self.subscriptions):
            subscription.offer(("web", ref))

    def deps(self) -> Deps:
        cards: dict[tuple[PageLanguage, str | None], Message] = {
            ("de", None): Message("notice", "Hilfe, die jetzt antwortet:", card=CARD),
            ("nl", None): Message("notice", "Hulp die nu antwoordt:", card=CARD),
            ("en", None): Message("notice", "Help that answers now:", card=CARD),
        }

        def texts(language: PageLanguage) -> dict[str, str]:
            keys = self._catalogs.keys("web", language)
            return {key: self._catalogs.text(key, language, domain="web") for key in keys}

        async def ready() -> bool:
            return self.is_ready

        return Deps(
            settings=self.settings,
            upload_max_bytes=25_000_000,
            clock=lambda: self.now,
            web=wire,
            texts=texts,
            legal=lambda name, language: legal_text(OPERATOR, knowledge(OPERATOR), name, language),
            voice=EmergencyVoice(cards, now=lambda: self.now.timestamp()),
            urgent=lambda inbound: self.urgent_word in (inbound.text or ""),
            accept=self.accept,
            chats=self,
            uploads=self,
            ready=ready,
            subscribe=self._subscribe,
        )

    def advance(self, **by: float) -> None:
        self.now += timedelta(**by)

    def _subscribe(self) -> Subscription:
        subscription = Subscription(("web",), self.subscriptions.discard)
        self.subscriptions.add(subscription)
        return subscription

    def _require_store(self) -> None:
        if self.down:
            raise StoreUnavailable("stopped by the test")


@contextmanager
def running(house: SmallHouse, *, slow_seconds: float = SLOW_SECONDS) -> Iterator[str]:
    """The real server on a free port, on a thread of its own; yields its URL.

    Whatever wakes a stream goes through `house.call(house.say, …)`.
    """
    door = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{door.getsockname()[1]}"
    house.settings = house.settings.model_copy(update={"url": url})
    started = threading.Event()
    place: dict[str, object] = {}

    async def main() -> None:
        stop = asyncio.Event()
        place.update(loop=asyncio.get_running_loop(), stop=stop)
        live = Live(house._subscribe)
        app = create_app(house.deps(), live)
        protective = protective_headers(house.settings)
        server = Server(app, ("127.0.0.1", 0), drain_seconds=5, protective=protective, slow_seconds=slow_seconds)
        tasks = [asyncio.create_task(live.run()), asyncio.create_task(server.serve([door]))]
        while not server.started:
            await asyncio.sleep(0.01)
        started.set()
        await stop.wait()
        live.close()
        server.should_exit = True
        await asyncio.gather(*tasks)

    thread = threading.Thread(target=lambda: asyncio.run(main()))
    thread.start()
    assert started.wait(60)
    loop, stop = place["loop"], place["stop"]
    assert isinstance(loop, asyncio.AbstractEventLoop)
    assert isinstance(stop, asyncio.Event)
    house.call = loop.call_soon_threadsafe
    try:
        yield url
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(60)
        assert not thread.is_alive()
