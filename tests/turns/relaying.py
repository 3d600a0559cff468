"""A relay on a standing clock, and what it is given to send."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable

from sqlalchemy import select

from bot.channels.contract import Message, Outbound, OutboxClass, SendOutcome, Sent
from bot.db import outbox
from bot.db.outbox import NewRow
from bot.db.store import Transaction
from bot.db.tables import outbox as table
from bot.turns.outbox import Relay
from bot.turns.payload import encode_message
from tests.turns.conftest import FakeSender, House, Person, conversation_of


def relay_of(house: House, sender: FakeSender) -> Relay:
    return Relay(
        house.stores.main,
        house.keys,
        house.wake,  # type: ignore[arg-type]  # a wake that wakes nobody
        house.clock,
        {"telegram": sender},
        random.Random(1),
    )


async def meet(house: House, person: Person) -> None:
    await house.send(person.starts())
    await house.settle()
    await drain(house)


async def drain(house: House) -> None:
    await relay_of(house, FakeSender()).work()
    while await relay_of(house, FakeSender()).work():
        pass


async def queue(
    house: House,
    person: Person,
    *texts: str,
    klass: OutboxClass = "flow",
) -> None:
    held = await conversation_of(house, person)

    def put(tx: Transaction) -> None:
        rows = [
            NewRow(klass, "bot", house.keys.seal_queue(held.ref, encode_message(Message("bot", text))))
            for text in texts
        ]
        outbox.add(tx, held.id, fence=held.fence, rows=rows, now=house.clock())

    await house.stores.main.write(put)


async def send_all(house: House, sender: FakeSender, rounds: int = 20) -> list[str]:
    relay = relay_of(house, sender)
    for _ in range(rounds):
        if not await relay.work():
            break
    return [outbound.message.text for outbound in sender.sent]


def states(house: House) -> list[tuple[str, str | None]]:
    rows = asyncio.run(house.stores.main.read(lambda tx: tx.execute(select(table).order_by(table.c.id)).all()))
    return [(row.state, row.reason) for row in rows]


class HangingSender(FakeSender):
    """A platform that answers emergencies and lets everybody else hang until `release`."""

    def __init__(self) -> None:
        super().__init__()
        self.release = asyncio.Event()
        self.held: list[str] = []
        self.arrived: list[str] = []

    async def send(self, outbound: Outbound) -> SendOutcome:
        if not outbound.urgent:
            self.held.append(outbound.message.text)
            await self.release.wait()
        self.arrived.append(outbound.message.text)
        return Sent()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.01)
