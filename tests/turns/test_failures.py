"""A poison message moves aside, the person is answered, the next message works (R10)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from bot.db import dead_letters, inbox
from bot.db.store import Transaction
from bot.db.tables import inbox as inbox_table
from bot.db.tables import timers as timers_table
from bot.dialogue.effects import SetTimer
from bot.turns import timers, turn
from bot.turns.carry_out import put_timer
from tests.turns.conftest import HELP, House, Person, conversation_of, texts


async def poison(house: House, person: Person) -> None:
    """A row no program can read, between good ones."""
    held = await conversation_of(house, person)

    def put(tx: Transaction) -> None:
        broken = house.keys.seal_queue(held.ref, b'["nothing we wrote"]')
        inbox.store(tx, [inbox.NewRow(held.id, None, broken, house.clock())])

    await house.stores.main.write(put)


async def patiently(house: House) -> None:
    for _ in range(12):
        await house.settle()
        house.clock.advance(seconds=1.1)


def letters(house: House) -> list[dead_letters.DeadLetter]:
    return asyncio.run(house.stores.main.read(lambda tx: dead_letters.open_letters(tx)))


def test_r10_a_poison_message_moves_aside_and_its_neighbours_are_answered(house: House, mila: Person) -> None:
    async def story() -> None:
        await house.talk(mila.starts())
        before, after = mila.says("hallo"), mila.says("112")
        await house.send(before)
        await poison(house, mila)
        await house.send(after)
        house.clock.advance(seconds=2)
        await patiently(house)
        rows = await house.fetch(mila.address)
        answered = {external for row in rows for external in row.answers}
        assert answered == {before.external_id, after.external_id}
        assert HELP in texts(rows)
        assert await house.talk(mila.says("hallo"))

    house.run(story())
    [letter] = letters(house)
    assert (letter.source, letter.tries) == ("inbox", 3)
    assert ("desk", "") in house.wake.notices


def test_a_message_the_dialogue_cannot_take_is_answered_with_help_and_numbers(
    house: House, mila: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> Any:
        raise RuntimeError("a fault in a flow")

    async def story() -> None:
        await house.talk(mila.starts())
        letter = mila.says("hallo")
        with monkeypatch.context() as patched:
            patched.setattr(turn, "step", broken)
            await house.send(letter)
            house.clock.advance(seconds=2)
            await patiently(house)
        rows = await house.fetch(mila.address)
        assert texts(rows) == [HELP]
        assert rows[0].answers == (letter.external_id,)

    house.run(story())
    [letter] = letters(house)
    assert letter.reason == "RuntimeError"


def test_a_dead_message_can_be_retried_or_dismissed(house: House, mila: Person) -> None:
    async def story() -> None:
        await house.talk(mila.starts())
        for _ in range(2):
            await poison(house, mila)
        await house.send(mila.says("112"))
        await patiently(house)

    house.run(story())
    first, second = letters(house)
    write = house.stores.main.write
    assert asyncio.run(write(lambda tx: dead_letters.retry(tx, first.ref, house.clock())))
    assert not asyncio.run(write(lambda tx: dead_letters.retry(tx, first.ref, house.clock())))
    house.run(patiently(house))
    assert len(letters(house)) == 2  # it failed again
    for letter in letters(house):
        assert asyncio.run(write(lambda tx, ref=letter.ref: dead_letters.dismiss(tx, ref)))
    assert asyncio.run(house.stores.main.read(lambda tx: tx.execute(select(inbox_table)).all())) == []
    assert not asyncio.run(write(lambda tx: dead_letters.dismiss(tx, second.ref)))


def test_one_broken_chat_blocks_nobody(house: House, mila: Person) -> None:
    others = [Person(house.clock) for _ in range(5)]

    async def story() -> None:
        for person in (mila, *others):
            await house.talk(person.starts())
        await poison(house, mila)
        await house.send(mila.says("112"), *(person.says("112") for person in others))
        await house.settle()
        for person in others:
            assert await house.fetch(person.address)

    house.run(story())


def test_a_timer_that_cannot_fire_is_dropped_with_a_letter(
    house: House, mila: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> Any:
        raise RuntimeError("a fault in a flow")

    async def story() -> None:
        await house.talk(mila.starts())
        held = await conversation_of(house, mila)
        await house.stores.main.write(lambda tx: put_timer(tx, house.keys, held, "any", house.clock()))
        monkeypatch.setattr(turn, "decode_timer", broken)
        await patiently(house)

    house.run(story())
    assert [letter.source for letter in letters(house)] == ["timer"]
    assert asyncio.run(house.stores.main.read(lambda tx: tx.execute(select(timers_table)).all())) == []
    assert SetTimer and timers
