"""S19 on a real connection: an update without exactly our secret is refused, and no table gains a row."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import func, select

from bot.db.store import Transaction
from bot.db.tables import main
from tests.simulators.telegram import Person
from tests.stories.telegram_house import SECRET
from tests.stories.teller import Stage, staged

NAME: Final = b"X-Telegram-Bot-Api-Secret-Token"
RIGHT: Final = SECRET.encode()
WRONG: Final[dict[str, list[tuple[bytes, bytes]]]] = {
    "missing": [],
    "empty": [(NAME, b"")],
    "wrong": [(NAME, b"wrong" * 8)],
    "shorter": [(NAME, RIGHT[:-1])],
    "longer": [(NAME, RIGHT + b"x")],
    "doubled": [(NAME, RIGHT), (NAME, RIGHT)],
    "doubled, spelled otherwise": [(NAME, RIGHT), (NAME.lower(), RIGHT)],
    "doubled in one": [(NAME, RIGHT + b", " + RIGHT)],
    "right and wrong": [(NAME, RIGHT), (NAME, b"wrong")],
    "wrong and right": [(NAME, b"wrong"), (NAME, RIGHT)],
    "UTF-8": [(NAME, "stories-sécret-".encode() + b"x" * 24)],
    "Latin-1": [(NAME, "stories-sécret-".encode("latin-1") + b"x" * 24)],
    "no text at all": [(NAME, b"\xff\xfe\x80" * 9)],
    "another name": [(NAME.replace(b"-", b"_"), RIGHT)],
}


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, sqlite_at_head: tuple[Path, Path]) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("secret") / "data", sqlite_at_head, "webhook") as running:
        yield running


def update(person: Person) -> bytes:
    chat = {"id": person.chat_id, "type": "private", "first_name": "Mila"}
    message = {"message_id": 7, "date": 1_764_000_000, "chat": chat, "from": person.card, "text": "hallo"}
    return json.dumps({"update_id": 1, "message": message}).encode()


def posts(stage: Stage, headers: list[tuple[bytes, bytes]], body: bytes) -> int:
    """The bytes as they are: an HTTP client would repair or refuse some of them. Returns the status."""
    host, port = stage.house.settings.public.address
    fixed = [(b"Host", host.encode()), (b"Content-Type", b"application/json"), (b"Content-Length", b"%d" % len(body))]
    lines = [name + b": " + value for name, value in (*fixed, (b"Connection", b"close"), *headers)]
    with socket.create_connection((host, port), timeout=60) as line:
        line.sendall(b"POST /telegram/webhook HTTP/1.1\r\n" + b"\r\n".join(lines) + b"\r\n\r\n" + body)
        answer = line.makefile("rb").readline()
    return int(answer.split()[1])


async def rows(stage: Stage) -> dict[str, int]:
    def count(tx: Transaction) -> dict[str, int]:
        tables = main.tables.values()
        return {table.name: tx.execute(select(func.count()).select_from(table)).scalar_one() for table in tables}

    return await stage.house.place.stores.main.read(count)


@pytest.mark.parametrize("headers", WRONG.values(), ids=WRONG)
def test_s19_refused_and_nothing_is_stored(stage: Stage, headers: list[tuple[bytes, bytes]]) -> None:
    async def story() -> None:
        body = update(stage.house.platform.person())
        before = await rows(stage)
        assert await asyncio.to_thread(posts, stage, headers, body) in (400, 401)
        await stage.house.settle()
        assert await rows(stage) == before

    stage.runner.run(story())


def test_s19_the_right_one_is_stored(stage: Stage) -> None:
    async def story() -> None:
        body = update(stage.house.platform.person())
        before = await rows(stage)
        assert await asyncio.to_thread(posts, stage, [(NAME, RIGHT)], body) == 200
        assert {name for name, count in (await rows(stage)).items() if count > before[name]} >= {"inbox"}

    stage.runner.run(story())
