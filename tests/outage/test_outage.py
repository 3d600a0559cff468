"""R11 over real HTTP: the database goes away while people write; nobody is left without the card, nothing is lost."""

from __future__ import annotations

import asyncio
import random
import secrets
import time
import urllib.parse
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import psycopg
import pytest

from bot.config import ROOT
from bot.i18n import Catalogs
from bot.turns.inbox import COLLECTING
from bot.turns.render import FROM_MEMORY
from tests.conftest import POSTGRES, postgres_reachable, skip
from tests.installation import Installation, running
from tests.outage import ways
from tests.outage.proxy import Wire
from tests.simulators.web_person import WebPerson, client, tally

CARD_SECONDS = 3.0  # R11
BUSY = 10
"""A machine busy with other tests gets this many times longer than it needs for an answer without the store."""
BACK_SECONDS = 240.0
LANGUAGES = ("de", "nl")
Away = Callable[[Any], AbstractContextManager[None]]

CATALOGS = Catalogs.load(ROOT / "locales")


@dataclass
class Writer:
    """A person whose page has a message that was not taken yet."""

    person: WebPerson
    message_id: str = ""

    async def writes(self, message_id: str) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.person.token}", "Accept-Language": self.person.language}
        body = {"id": message_id, "text": "ich kann nicht mehr" if self.person.language == "de" else "hallo"}
        return await timed(self.person.http, "/chat/messages", body, headers)

    async def meets_the_outage(self) -> None:
        """The card at once in the right language; the page's second try gets no second one."""
        self.message_id = str(uuid.UUID(int=self.person.chance.getrandbits(128), version=4))
        is_the_card(await self.writes(self.message_id), self.person.language)
        again = await self.writes(self.message_id)
        assert (again.status_code, again.json()["message"]) == (503, None)

    async def comes_back(self) -> None:
        """The page tries the same message again, twice: once because the first answer was lost."""
        for _ in range(2):
            while (answer := await self.writes(self.message_id)).status_code == 503:
                await asyncio.sleep(0.1)  # a busy machine may still be slow
            assert answer.status_code == 202
        self.person.sent.append(self.message_id)


async def timed(
    http: httpx.AsyncClient, path: str, body: dict[str, Any], headers: dict[str, str] | None = None
) -> httpx.Response:
    """The answer, which must come within the time of R11."""
    took = asyncio.create_task(_timed(http.post(path, json=body, headers=headers)))
    slowest = 0.0
    while not took.done():
        slowest = max(slowest, (await _timed(http.get("/healthz")))[1])
        await asyncio.wait({took}, timeout=0.1)
    answer, seconds = await took
    assert seconds < CARD_SECONDS + BUSY * slowest
    return answer


async def _timed(request: Awaitable[httpx.Response]) -> tuple[httpx.Response, float]:
    began = time.perf_counter()
    return await request, time.perf_counter() - began


def is_the_card(answer: httpx.Response, language: str) -> None:
    assert answer.status_code == 503, answer.text
    message = answer.json()["message"]
    assert message["text"] == CATALOGS.text(FROM_MEMORY, language)
    assert "112" in [line["phone"] for line in message["card"]]


async def newcomer_is_helped(http: httpx.AsyncClient, language: str) -> None:
    is_the_card(await timed(http, "/chat", {"language": language, "topic": None}), language)


async def readiness(http: httpx.AsyncClient, wanted: int) -> None:
    """R23: `/readyz` comes to say so."""
    async with asyncio.timeout(BACK_SECONDS):
        while (await http.get("/readyz")).status_code != wanted:
            await asyncio.sleep(0.05)


async def in_a_chat(http: httpx.AsyncClient, language: str) -> WebPerson:
    """Somebody whose messages were all taken at once: a machine too busy for that has shown the card already."""
    while True:
        person = WebPerson(http, random.Random(), language)
        await person.start()
        await person.says("hallo")  # its turn is due only soon
        if not person.retries:
            return person


@asynccontextmanager
async def listening(people: Sequence[WebPerson]) -> AsyncIterator[None]:
    ears = [asyncio.create_task(person.listen()) for person in people]
    try:
        yield
    finally:
        for ear in ears:
            ear.cancel()
        await asyncio.gather(*ears, return_exceptions=True)


async def meanwhile(http: httpx.AsyncClient, writers: Sequence[Writer]) -> None:
    """What people get while the store is away. It stays away until the turns accepted before it have become due."""
    became_due = time.monotonic() + COLLECTING.total_seconds() + 0.5
    await readiness(http, 503)
    await asyncio.gather(*(writer.meets_the_outage() for writer in writers))
    await asyncio.gather(*(newcomer_is_helped(http, language) for language in LANGUAGES))
    await asyncio.sleep(became_due - time.monotonic())


async def through(home: Installation, away: AbstractContextManager[None]) -> None:
    """Write before, meanwhile and after; count what was answered."""
    async with client(home.chat_url) as http:
        people = await asyncio.gather(*(in_a_chat(http, language) for language in LANGUAGES))
        writers = [Writer(person) for person in people]
        async with listening(people):
            with away:
                await meanwhile(http, writers)
            await readiness(http, 200)
            await asyncio.gather(*(writer.comes_back() for writer in writers))
            await asyncio.gather(*(WebPerson(http, random.Random(), language).start() for language in LANGUAGES))
            for person in people:
                await person.says("112")
                for message_id in person.sent:
                    assert await person.answered(message_id, BACK_SECONDS), home.output.read_text()[-3000:]
    counted = tally(list(people))
    assert (counted.sent, counted.lost, counted.twice, counted.disordered) == (6, 0, 0, 0)
    assert '"turn.failed"' not in home.output.read_text(), "an outage is no fault of a message"


# --- SQLite -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def on_files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """SQLite on a small disk of its own."""
    folder = tmp_path_factory.mktemp("outage")
    with ways.small_disk(folder / "data") as own_disk:
        if not own_disk:
            skip("mounting a small disk is not allowed here")
        with running(folder) as home:
            yield home


@pytest.mark.parametrize("away", [ways.locked, ways.read_only, ways.full, ways.removed])
def test_r11_r23_sqlite_goes_away_and_comes_back(on_files: Installation, away: Away) -> None:
    if away is ways.read_only and not ways.can_be_immutable(on_files.data):
        skip("files cannot be made immutable here")
    asyncio.run(through(on_files, away(on_files.data)))


# --- PostgreSQL ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def on_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Installation, ways.Server]]:
    """PostgreSQL behind a wire, under a role of its own."""
    if not postgres_reachable():
        skip("no PostgreSQL answers (WEGWEISER_TEST_POSTGRES)")
    stem = f"ww_{secrets.token_hex(6)}"
    names = f"{stem}_main", f"{stem}_keyring"
    port = urllib.parse.urlsplit(POSTGRES).port or 5432
    with psycopg.connect(f"{POSTGRES}/postgres", autocommit=True) as admin, Wire(port) as wire:
        admin.execute(f'CREATE ROLE "{stem}" LOGIN')
        try:
            for name in names:
                admin.execute(f'CREATE DATABASE "{name}" OWNER "{stem}"')
            server = ways.Server(admin, stem, names, wire, lambda name: psycopg.connect(f"{POSTGRES}/{name}"))
            urls = [f"postgresql://{stem}@127.0.0.1:{wire.port}/{name}" for name in names]
            extra = {"WEGWEISER_DATABASE_URL": urls[0], "WEGWEISER_KEYRING_URL": urls[1]}
            with running(tmp_path_factory.mktemp("outage"), **extra) as home:
                yield home, server
        finally:
            for name in names:
                admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            admin.execute(f'DROP ROLE "{stem}"')


@pytest.mark.postgres
@pytest.mark.parametrize("away", [ways.stopped, ways.silent, ways.server_read_only, ways.revoked])
def test_r11_r23_postgresql_goes_away_and_comes_back(on_server: tuple[Installation, ways.Server], away: Away) -> None:
    home, server = on_server
    asyncio.run(through(home, away(server)))
