"""Storing what people send: once, in order, sealed, and answered when it is time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from bot.db import dead_letters
from bot.db.store import Stores, StoreUnavailable, Transaction
from bot.db.tables import conversations, inbox, outbox, seen, transcript
from tests.turns.conftest import House, Person, claim, texts


def count(stores: Stores, table: object) -> int:
    def read(tx: Transaction) -> int:
        return int(tx.execute(select(func.count()).select_from(table)).scalar_one())  # type: ignore[arg-type]

    return asyncio.run(stores.main.read(read))


def test_s21_a_thousand_repeated_deliveries_change_nothing(house: House, mila: Person) -> None:
    letters = [mila.says("hallo", external_id=f"m{n % 5}") for n in range(1000)]
    house.run(house.talk(*letters[:5]))
    before = [count(house.stores, table) for table in (inbox, outbox, transcript, seen, conversations)]
    for start in range(0, 1000, 250):
        house.run(house.send(*letters[start : start + 250]))
    assert house.run(house.settle()) == 0
    assert [count(house.stores, table) for table in (inbox, outbox, transcript, seen, conversations)] == before


def test_s21_ids_of_two_people_do_not_collide(house: House, mila: Person) -> None:
    other = Person(house.clock)
    house.run(house.send(mila.says("hallo", "same"), other.says("hallo", "same")))
    assert count(house.stores, inbox) == 2
    assert count(house.stores, conversations) == 2


def test_two_doors_meet_the_same_new_person_once(house: House, mila: Person) -> None:
    async def story() -> None:
        await asyncio.gather(*(house.send(mila.says("hallo", f"m{n}")) for n in range(8)))

    house.run(story())
    assert count(house.stores, conversations) == 1
    assert count(house.stores, inbox) == 8


def test_messages_are_taken_in_the_order_they_came(house: House, mila: Person) -> None:
    house.run(house.talk(mila.starts()))
    house.run(house.talk(*(mila.says(f"wort{n}") for n in range(12))))
    [ref] = house.holder.identities
    said = [entry["text"] for entry in house.holder.open_turns(house.stores, ref) if entry["from"] == "person"]
    assert said == ["\n".join(f"wort{n}" for n in range(12))]


def test_texts_within_the_collecting_time_are_one_turn_with_one_answer(house: House, mila: Person) -> None:
    async def story() -> None:
        await house.talk(mila.starts())
        first, second = mila.says("also"), mila.says("da war was")
        await house.send(first)
        assert await house.settle() == 0
        house.clock.advance(seconds=1)
        await house.send(second)
        assert await house.settle() == 0
        house.clock.advance(seconds=0.6)
        assert await house.settle() == 1
        rows = await house.fetch(mila.address)
        assert rows[-1].answers == (first.external_id, second.external_id)
        assert sum(bool(row.message.buttons) for row in rows) == 1

    house.run(story())


@pytest.mark.parametrize("what", ["tap", "typed answer", "number", "crisis", "first message", "counsellor's chat"])
def test_what_cannot_grow_is_answered_at_once(house: House, mila: Person, what: str) -> None:
    async def story() -> None:
        if what != "first message":
            rows = await house.talk(mila.starts())
        match what:
            case "tap":
                letter = mila.taps(rows[-1].message.buttons[0].id)
            case "typed answer":
                letter = mila.says(rows[-1].message.buttons[0].label)
            case "number":
                letter = mila.says("2")
            case "crisis":
                letter = mila.says("ich will nicht mehr leben")
            case "counsellor's chat":
                await claim(house, mila)
                letter = mila.says("bist du da")
            case _:
                letter = mila.says("hallo du")
        await house.send(letter)
        assert await house.settle() == 1

    house.run(story())


def test_r1_the_message_is_stored_when_accept_returns(house: House, mila: Person) -> None:
    house.run(house.send(mila.says("hallo")))
    assert count(house.stores, inbox) == 1


def test_whoever_writes_hears_who_answers(house: House, mila: Person) -> None:
    """Only those the bot is going to answer are shown that it types."""
    other = Person(house.clock)

    async def story() -> None:
        first = mila.says("hallo")
        assert await house.inbox.accept([first, other.says("hi")]) == {mila.address, other.address}
        assert await house.inbox.accept([first]) == frozenset()
        assert await house.inbox.accept([]) == frozenset()
        await claim(house, mila)
        assert await house.inbox.accept([mila.says("bist du da"), other.says("und du")]) == {other.address}

    house.run(story())


def test_r10_what_belongs_to_nobody_is_one_dead_letter_without_content(house: House) -> None:
    async def story() -> None:
        for key in ("u5", "u5", "u6", "", ""):
            await house.inbox.set_aside("telegram", key, "no_chat")

    house.run(story())
    letters = house.run(house.stores.main.read(dead_letters.open_letters))
    assert [(letter.source, letter.reason, letter.tries) for letter in letters] == [("update", "no_chat", 1)] * 4
    assert house.wake.notices == [("desk", "")] * 4
    assert count(house.stores, inbox) == count(house.stores, conversations) == 0


def test_s24_what_waits_in_the_queue_is_sealed_and_gone_afterwards(house: House, mila: Person) -> None:
    house.run(house.talk(mila.starts()))
    house.run(house.send(mila.says("KANARIENVOGEL sagt etwas")))

    def dump(tx: Transaction) -> str:
        rows = [tx.execute(select(table)).all() for table in (inbox, outbox, conversations, transcript)]
        return repr(rows)

    assert "KANARIENVOGEL" not in asyncio.run(house.stores.main.read(dump))
    house.clock.advance(seconds=2)
    house.run(house.settle())
    assert count(house.stores, inbox) == 0


def test_s47_lone_surrogates_and_nul_are_carried_not_crashed_on(house: House, mila: Person) -> None:
    house.run(house.talk(mila.starts()))
    rows = house.run(house.talk(mila.says("a\ud800b\x00c" * 3, external_id="\udfff")))
    assert texts(rows)
    [ref] = house.holder.identities
    said = [entry["text"] for entry in house.holder.open_turns(house.stores, ref) if entry["from"] == "person"]
    assert said[-1] == "a\ud800b\x00c" * 3


def test_r11_an_unreachable_store_is_told_in_time_and_repeating_is_harmless(
    house: House, mila: Person, tmp_path: Path
) -> None:
    letter = mila.says("hilfe")

    async def story() -> None:
        async with away(house, tmp_path):
            started = time.monotonic()
            with pytest.raises(StoreUnavailable):
                await house.send(letter)
            assert time.monotonic() - started < 3
        await house.send(letter)
        assert await house.talk(letter)

    house.run(story())
    assert count(house.stores, conversations) == 1


@asynccontextmanager
async def away(house: House, tmp_path: Path) -> AsyncIterator[None]:
    """The database cannot be written: its file is gone, or another session holds the table."""
    if house.stores.main.is_sqlite:
        (tmp_path / "main.sqlite").rename(tmp_path / "away.sqlite")
        yield
        (tmp_path / "away.sqlite").rename(tmp_path / "main.sqlite")
        return
    blocking = asyncio.create_task(
        house.stores.main.write(lambda tx: tx.execute(text("LOCK TABLE seen; SELECT pg_sleep(4)")))
    )
    await asyncio.sleep(0.3)
    yield
    await blocking
