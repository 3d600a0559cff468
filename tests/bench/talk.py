"""Our step from end to end: the body of a web chat's request in, the answer committed and sealed.

Real SQLite files with the settings of the product, the real inbox, the real worker loop; only HTTP is left out.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pyrage

from bot import config, logs
from bot.app import basics, role, zone
from bot.app.knowledge import help_message, knowledge
from bot.app.prepare import prepare
from bot.channels.contract import Attachment, ChannelName
from bot.channels.web import wire
from bot.db.store import StoreUnavailable, Transaction
from bot.db.tables import outbox
from bot.server_keys import PublicKeys
from bot.turns.chats import Chats
from bot.turns.inbox import COLLECTING, Inbox
from bot.turns.knowledge import Knowledge
from bot.turns.worker import Worker

ANSWERS = ("Mehr", "Zurück")
"""Typed answers that lead from the start menu to its second page and back."""


def settings(folder: Path) -> config.Settings:
    """An installation in a folder of its own, with a recovery key, as a real one has."""
    recovery = str(pyrage.x25519.Identity.generate().to_public())
    return config.Settings(data_dir=folder, environment="test", recovery_recipient=recovery)


@dataclass
class Person:
    """One chat; it writes the next message when the last was answered."""

    address: str
    ref: str = ""
    said: int = 0
    answered: asyncio.Event = field(default_factory=asyncio.Event)

    def body(self) -> bytes:
        """What the page posts."""
        self.said += 1
        return json.dumps({"id": str(uuid.uuid4()), "text": ANSWERS[self.said % 2 - 1]}).encode()


@dataclass
class Talk:
    """The public zone in one process: `people` may write."""

    house: role.House
    keys: PublicKeys
    known: Knowledge
    inbox: Inbox
    worker: Worker
    chats: Chats
    people: list[Person] = field(default_factory=list)
    by_ref: dict[str, Person] = field(default_factory=dict)

    async def meet(self, count: int) -> None:
        """New people start a chat, are welcomed and open the menu."""
        for _ in range(count):
            person = Person(wire.address(wire.new_token()) or "")
            start = wire.parse_start(b'{"language":"de"}', person.address, self.house.clock())
            await self.inbox.accept([start])
            person.ref = await self.chats.find(person.address) or ""
            self.people.append(person)
            self.by_ref[person.ref] = person
        while await self.worker.work():
            pass

    async def exchange(self, person: Person) -> None:
        """One full step: raw JSON, stored, understood, decided, sealed, in the outbox, everything committed."""
        person.answered.clear()
        inbound = wire.parse_message(person.body(), person.address, self.house.clock())
        while True:
            try:
                await self.inbox.accept([inbound])
                break
            except StoreUnavailable:
                continue  # a machine with other work to do; the page would repeat it too
        await person.answered.wait()

    async def run(self, count: int, *, in_flight: int) -> float:
        """µs per step for `count` steps, `in_flight` people at a time."""
        each = max(1, count // in_flight)

        async def write(person: Person) -> None:
            for _ in range(each):
                await self.exchange(person)

        began = time.perf_counter()
        await asyncio.gather(*(write(person) for person in self.people[:in_flight]))
        return (time.perf_counter() - began) / (each * in_flight) * 1e6

    async def answers(self) -> int:
        """Rows in the outbox, to see that work was done."""

        def count(tx: Transaction) -> int:
            return len(tx.execute(outbox.select()).all())

        return await self.house.stores.main.read(count)

    async def hear(self) -> None:
        """Tell people that their answer is there, for ever."""
        with self.house.wake.subscribe("web") as noticed:
            while True:
                for _topic, ref in await noticed.wait(1):
                    if (person := self.by_ref.get(ref)) is not None:
                        person.answered.set()


@asynccontextmanager
async def talking(folder: Path, people: int) -> AsyncIterator[Talk]:
    """An installation whose worker runs and `people` who stand in the start menu."""
    chosen = settings(folder)
    await asyncio.to_thread(prepare, chosen)
    async with role.open_house(chosen) as house:
        talk = build(house)
        await talk.meet(people)
        stop = asyncio.Event()
        tasks = [asyncio.create_task(talk.worker.run(stop)), asyncio.create_task(talk.hear())]
        try:
            yield talk
        finally:
            stop.set()
            await tasks[0]
            tasks[1].cancel()


def build(house: role.House) -> Talk:
    keys, known = basics.public_keys(house.settings), knowledge(house.settings)

    def later() -> datetime:
        """Nobody waits for the collecting time here: the cost is measured, not the patience."""
        return house.clock() + COLLECTING + timedelta(milliseconds=1)

    async def nothing(*_: object) -> None:
        """No notes are written here, and nothing is erased."""

    async def no_file(_conversation: str, _channel: ChannelName, file: Attachment) -> Attachment:
        return file

    worker = Worker(
        house.stores,
        keys,
        house.wake,
        later,
        known,
        prepare_key=zone.key_maker(house),
        seal_note=nothing,
        fetch_file=no_file,
        erase=nothing,
        help_text=lambda language: help_message(known, house.clock, language),
        readers={},
    )
    inbox = Inbox(house.stores.main, keys, house.wake, house.clock, known)
    return Talk(house, keys, known, inbox, worker, Chats(house.stores.main, keys, house.clock))


def quiet_logs() -> None:
    """Log lines are made, as in the product, and go nowhere. For the rest of this process."""
    nowhere = Path(os.devnull).open("w")  # noqa: SIM115 - held as long as there is a log
    with contextlib.redirect_stdout(nowhere):
        logs.configure("bench")
    sys.excepthook = sys.__excepthook__
