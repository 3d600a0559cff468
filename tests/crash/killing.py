"""Processes that die: each role of one installation started by hand, killed with -9 and started again at once.

The supervisor of `wegweiser run` waits longer after every death, as it should; here death is the daily business.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from bot.clock import MovableClock
from bot.db.migrate import migrate
from bot.server_keys import make_missing
from tests.installation import Installation
from tests.simulators.web_person import Tally, WebPerson

ROLES = ("public", "worker", "desk")
NOON = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)
READY_SECONDS = 120.0
ANSWER_SECONDS = 240.0
AHEAD = 4  # messages one person has under way; more than one, so that turns collect
REDELIVERED = 0.10
LEASES = timedelta(seconds=35)  # of a turn: 30 s


class Person(Protocol):
    """Somebody who counts for themselves: `sent` are ids of their own."""

    sent: list[str]

    async def start(self) -> None: ...

    async def listen(self) -> None: ...

    async def write(self, count: int) -> None:
        """Write so often, not waiting for each answer before writing on."""

    async def answered(self, message_id: str, seconds: float) -> bool: ...


@dataclass(frozen=True)
class Death:
    """One process ended: `at` is when nothing of it was left."""

    role: str
    how: signal.Signals
    at: datetime


@dataclass
class Roles:
    """The roles of one installation, each its own process. `leases`: how far the clock jumps when one is killed."""

    home: Installation
    names: Sequence[str] = ROLES
    leases: timedelta = LEASES
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    deaths: list[Death] = field(default_factory=list)

    @property
    def kills(self) -> int:
        return len(self.deaths)

    @property
    def clock(self) -> MovableClock:
        return MovableClock(NOON, self.home.data / "clock")

    def start(self, role: str) -> None:
        with self.home.output.open("ab") as out:
            self.processes[role] = subprocess.Popen(
                [sys.executable, "-m", f"bot.app.{role}"],
                cwd=self.home.folder,
                env=self.home.environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
            )

    def kill(self, role: str, how: signal.Signals = signal.SIGKILL) -> None:
        """End it and start it again. The clock jumps over the lease of whatever was being worked on (R5, R14)."""
        os.kill(self.processes[role].pid, how)
        self.processes[role].wait()
        self.deaths.append(Death(role, how, datetime.now(UTC)))
        self.clock.advance(self.leases)
        self.start(role)

    def stop(self) -> None:
        for process in self.processes.values():
            process.send_signal(signal.SIGTERM)
        for process in self.processes.values():
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def wait_until_ready(self) -> None:
        ends = time.monotonic() + READY_SECONDS
        while time.monotonic() < ends:
            try:
                with urllib.request.urlopen(f"{self.home.chat_url}/healthz", timeout=2):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        raise RuntimeError(self.home.output.read_text()[-3000:])


@contextmanager
def roles(
    folder: Path,
    *,
    main_url: str | None = None,
    keyring_url: str | None = None,
    names: Sequence[str] = ROLES,
    leases: timedelta = LEASES,
    more: Mapping[str, str] | None = None,
) -> Iterator[Roles]:
    """An installation with its roles running; databases are at head, keys are made. `more`: settings by full name."""
    extra = {
        **(more or {}),
        "WEGWEISER_CLOCK": NOON.isoformat(),
        "WEGWEISER_PUBLIC__CHAT_BURST": "1000000",
        "WEGWEISER_PUBLIC__CHAT_PER_HOUR": "1000000",
    }
    if main_url and keyring_url:
        extra |= {"WEGWEISER_DATABASE_URL": main_url, "WEGWEISER_KEYRING_URL": keyring_url}
    home = Installation(folder, extra)
    home.data.mkdir(parents=True, exist_ok=True)
    make_missing(home.data / "secrets")
    migrate(main_url or f"sqlite:///{home.data / 'main.sqlite'}", "main")
    migrate(keyring_url or f"sqlite:///{home.data / 'keyring.sqlite'}", "keyring")
    running = Roles(home, names, leases)
    try:
        for role in names:
            running.start(role)
        running.wait_until_ready()
        yield running
    finally:
        running.stop()


@dataclass(frozen=True)
class Plan:
    """How much is sent and killed. Deaths are spread evenly over the messages, and fairly over roles and ways."""

    messages: int
    chats: int
    kills: int
    seed: int = 1
    ways: tuple[signal.Signals, ...] = (signal.SIGKILL,)


async def kill_loop(running: Roles, plan: Plan, people: Sequence[Person], count: Callable[[], Tally]) -> Tally:
    """Everybody writes, processes die; then wait for the last answer. `count`: what the senders saw so far."""
    chance = random.Random(plan.seed)
    done = asyncio.Event()
    await asyncio.gather(*(person.start() for person in people))
    ears = [asyncio.create_task(person.listen()) for person in people]
    killer = asyncio.create_task(_kill(running, people, plan, chance, done))
    each = plan.messages // plan.chats
    try:
        await asyncio.gather(*(person.write(each) for person in people))
        done.set()
        await killer
        await _last_answers(running, people, count)
    finally:
        killer.cancel()
        for ear in ears:
            ear.cancel()
        await asyncio.gather(killer, *ears, return_exceptions=True)
    return count()


class WebWriter(WebPerson):
    """A person in the web chat who writes on before every answer is there, through a network that repeats."""

    async def write(self, count: int) -> None:
        before: tuple[str, str] | None = None
        for n in range(count):
            text = f"wort {n} {self.chance.getrandbits(32):x}"
            message_id = await self.says(text)
            if self.chance.random() < REDELIVERED:
                repeated = before if before is not None and self.chance.random() < 0.5 else (message_id, text)
                await self.repeat(*repeated)
            before = (message_id, text)
            if n >= AHEAD:
                await self.answered(self.sent[n - AHEAD], ANSWER_SECONDS)


async def _kill(
    running: Roles, people: Sequence[Person], plan: Plan, chance: random.Random, done: asyncio.Event
) -> None:
    every = plan.messages / (plan.kills + 1)
    names, ways = running.names, plan.ways
    deaths = [(names[n % len(names)], ways[n // len(names) % len(ways)]) for n in range(plan.kills)]
    chance.shuffle(deaths)
    for n, (role, way) in enumerate(deaths, start=1):
        while sum(len(person.sent) for person in people) < n * every and not done.is_set():
            await asyncio.sleep(0.02)
        await asyncio.to_thread(running.kill, role, way)


async def _last_answers(running: Roles, people: Sequence[Person], count: Callable[[], Tally]) -> None:
    for person in people:
        if person.sent and not await person.answered(person.sent[-1], ANSWER_SECONDS):
            running.clock.advance(running.leases)
    ends = time.monotonic() + 10
    while count().lost and time.monotonic() < ends:
        await asyncio.sleep(0.2)


def is_whole(database: Path) -> bool:
    """`PRAGMA integrity_check` after everything."""
    with sqlite3.connect(database) as connection:
        return bool(connection.execute("PRAGMA integrity_check").fetchone() == ("ok",))
