"""The desk alone, served over real HTTP from a thread, for looking at it with a browser."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvicorn
from playwright.sync_api import Page, expect

from bot.cases.facts import CaseRef
from bot.cases.summary import Risk, Summary
from bot.cases.thread import Entry
from bot.db.migrate import migrate
from bot.db.store import open_stores
from bot.db.wake import Wake
from bot.desk import accounts
from tests.desk.house import House, Silence


class Site:
    """A house with a door. `do` runs a coroutine of the house on its own loop."""

    def __init__(self, folder: Path) -> None:
        urls = f"sqlite:///{folder / 'main.sqlite'}", f"sqlite:///{folder / 'keyring.sqlite'}"
        migrate(urls[0], "main")
        migrate(urls[1], "keyring")
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self.url = f"http://localhost:{self._socket.getsockname()[1]}"
        self._stores = open_stores(*urls)
        self._folder = folder
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self.house = House(self._stores, lambda: datetime.now(UTC), self._folder, self.url, Wake(Silence()))
        config = uvicorn.Config(self.house.app, log_config=None, lifespan="off", server_header=False)
        self._server = uvicorn.Server(config)
        self._loop.call_soon(self._ready.set)
        self._loop.run_until_complete(self._server.serve(sockets=[self._socket]))

    def do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    def sign_in_link(self) -> str:
        house = self.house
        link: str = self.do(
            accounts.trial_sign_in_link(
                house.stores, house.keys, house.holder, url=self.url, secrets_dir=self._folder, now=house.clock()
            )
        )
        return link

    def tell(self) -> None:
        """Open pages look again."""
        self._loop.call_soon_threadsafe(self.house.wake.notify, "desk")

    def start(self) -> None:
        self._thread.start()
        assert self._ready.wait(60)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self.house.desk.stop.set)
        self.tell()
        self._server.should_exit = True
        self._thread.join(60)
        self._stores.close()
        self._loop.close()
        self._socket.close()


@contextmanager
def desk_site(folder: Path) -> Iterator[Site]:
    site = Site(folder)
    site.start()
    try:
        yield site
    finally:
        site.stop()


def signed_in(site: Site, page: Page) -> Page:
    """The queue of somebody who has just come in, following the live stream."""
    page.goto(site.sign_in_link())
    page.get_by_role("button", name="Jetzt anmelden").click()
    is_live(page)
    return page


def is_live(page: Page) -> None:
    """Before that the page knows no keys."""
    expect(page.locator("#connection")).to_have_attribute("data-state", "on")


def somebody(site: Site, **facts: Any) -> CaseRef:
    """A person who waits; open pages hear of it."""
    house = site.house
    said = [
        Entry("bot", house.clock(), "Hallo. Ich bin ein Bot.", buttons=("Ja", "Nein")),
        Entry("person", house.clock(), "hallo <script>alert(1)</script>"),
    ]
    card = Summary(
        topic="deepnude",
        slots={"age": "14_17", "country": "DE"},
        risk=Risk("panic", "C", house.clock(), resolved=False),
        done=("deepnude.support",),
        open=("deepnude.report",),
    )
    ref: CaseRef = site.do(house.person(said, card=card, notes=[("link", "https://example.com/x")], **facts))
    site.tell()
    return ref
