"""`accept`: the public role as it runs, 50 connections posting messages, beside uvicorn that only answers (P3).

Both servers are processes of their own on 127.0.0.1; what posts is here.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.app import role
from bot.app.prepare import prepare
from bot.config import ROOT
from tests.bench.rounds import Case, Figure, Goal, Size, Table, alternate
from tests.bench.talk import build, settings
from tests.installation import free_ports

CONNECTIONS = 50
START_SECONDS = 60.0
BARE, OURS = "bare uvicorn, answers 200", "public role, committed before the 202"


@dataclass
class Crowd:
    """Pages with one kept connection each, posting one message after the other."""

    port: int
    path: str
    tokens: list[str]
    waits_ms: list[float] = field(default_factory=list)
    """p99 of each round."""

    async def run(self, each: int) -> float:
        """Messages per second."""
        waits: list[float] = []
        began = time.perf_counter()
        await asyncio.gather(*(self._page(token, each, waits) for token in self.tokens))
        took = time.perf_counter() - began
        self.waits_ms.append(sorted(waits)[int(len(waits) * 0.99)] * 1e3)
        return len(waits) / took

    async def _page(self, token: str, each: int, waits: list[float]) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        for _ in range(each):
            request = post(self.path, {"id": str(uuid.uuid4()), "text": "Danke, ich schau mir das an."}, token)
            began = time.perf_counter()
            writer.write(request)
            status, _ = await answer(reader)
            waits.append(time.perf_counter() - began)
            assert status in (200, 202), status
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def accept(folder: Path, size: Size) -> list[Table]:
    each, connections = size.of(20), min(CONNECTIONS, size.of(CONNECTIONS, 2))
    bare_port, our_port = free_ports(2)
    await asyncio.to_thread(prepare, settings(folder / "public"))
    bare = ["-m", "uvicorn", "--port", str(bare_port), *QUIET, "tests.bench.bare:app"]
    with serving(bare, {}), public_role(folder / "public", our_port) as data:
        for port in (bare_port, our_port):
            await opened(port)
        crowds = {
            BARE: Crowd(bare_port, "/chat/messages", ["x" * 43] * connections),
            OURS: Crowd(our_port, "/chat/messages", [await start(our_port) for _ in range(connections)]),
        }
        await welcome(data)
        cases = [
            Case(BARE, "limit", lambda: crowds[BARE].run(each)),
            Case(OURS, "us", lambda: crowds[OURS].run(each)),
        ]
        rates = await alternate(cases, size.rounds)
    waits = tuple(Figure(one.name, one.role, tuple(crowds[one.name].waits_ms[1:])) for one in rates)
    title = f"accept, {connections} connections"
    return [
        Table(title, "messages per second", rates, {OURS: (Goal(BARE, 0.25, "at least", "P3"),)}),
        Table(f"{title}, p99", "ms", waits, {OURS: (Goal(BARE, 6.0, number="P3"),)}),
    ]


QUIET = ("--host", "127.0.0.1", "--loop", "asyncio", "--http", "h11", "--no-access-log", "--log-level", "critical")


@contextmanager
def public_role(folder: Path, port: int) -> Iterator[Path]:
    environment = {
        "WEGWEISER_ENVIRONMENT": "test",
        "WEGWEISER_DATA_DIR": str(folder),
        "WEGWEISER_PUBLIC__LISTEN": f"127.0.0.1:{port}",
        "WEGWEISER_PUBLIC__URL": f"http://127.0.0.1:{port}",
        "WEGWEISER_PUBLIC__NEW_CHATS_PER_HOUR": "100000",
        "WEGWEISER_PUBLIC__CHAT_BURST": "10000000",
    }
    with serving(["-m", "bot.app.public"], environment):
        yield folder


@contextmanager
def serving(command: list[str], environment: dict[str, str]) -> Iterator[None]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("WEGWEISER_")}
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env={**inherited, "PYTHONPATH": str(ROOT), **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


async def opened(port: int) -> None:
    """Wait until somebody listens."""
    ends = time.monotonic() + START_SECONDS
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            if time.monotonic() > ends:
                raise
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return


async def start(port: int) -> str:
    """A new chat; its token."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(post("/chat", {"language": "de"}))
    status, body = await answer(reader)
    writer.close()
    assert status == 201, status
    token: str = json.loads(body)["token"]
    return token


async def welcome(folder: Path) -> None:
    """Take the turns of those who came, so that their messages meet a conversation in progress."""
    async with role.open_house(settings(folder)) as house:
        worker = build(house).worker
        while await worker.work():
            pass


def post(path: str, body: dict[str, str], token: str = "") -> bytes:
    content = json.dumps(body).encode()
    bearer = f"Authorization: Bearer {token}\r\n" if token else ""
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(content)}\r\n{bearer}\r\n"
    return head.encode() + content


async def answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Status and body of one answer with a length."""
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    length = next(int(line.split(":")[1]) for line in lines if line.lower().startswith("content-length:"))
    return int(lines[0].split()[1]), await reader.readexactly(length)
