"""What people who wait are told unasked (`paths.md` 1.8), and timers of the dialogue."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from bot.cases.facts import Staff, StaffRef
from bot.db import cases, staff
from bot.db.store import Transaction
from bot.db.tables import outbox
from bot.turns.carry_out import NOTICE, put_timer, told
from bot.turns.timers import QueueNotices
from tests.turns.conftest import COUNSELLOR, House, Person, claim, conversation_of


@pytest.fixture
def notices(house: House) -> QueueNotices:
    return QueueNotices(
        house.stores.main,
        house.keys,
        house.wake,  # type: ignore[arg-type]  # a wake that wakes nobody
        house.clock,
        lambda: house.knowledge.hours,
    )


async def wait_in_queue(house: House, person: Person) -> None:
    """Asks for a human; whatever the flow says, the case and its place are what counts here."""
    await house.talk(person.starts())
    await claim(house, person)  # makes the case and jana
    held = await conversation_of(house, person)

    def back(tx: Transaction) -> None:
        ref = cases.ref_of(tx, held.id)
        assert ref is not None
        taken = cases.hand_back(tx, ref, COUNSELLOR, held.fence, to="bot")
        assert taken
        cases.request_human(tx, held.id, house.clock())

    await house.stores.main.write(back)


async def is_here(house: House, here: bool = True) -> None:
    jana = Staff(COUNSELLOR, StaffRef("r"), "jana", "counsellor", ("de",), active=True)
    now = house.clock()
    await house.stores.main.write(
        lambda tx: staff.seen(tx, jana, now) if here else staff.left(tx, COUNSELLOR)  # type: ignore[func-returns-value]
    )


async def hears(house: House, notices: QueueNotices, person: Person) -> list[str]:
    await notices.look()
    await house.settle()
    return [row.message.text for row in await house.fetch(person.address)]


def test_told_after_five_and_ten_minutes_that_nobody_is_free_and_not_again(
    house: House, mila: Person, notices: QueueNotices
) -> None:
    async def story() -> None:
        await wait_in_queue(house, mila)
        heard: dict[int, list[str]] = {}
        for minute in range(15):
            await is_here(house)
            heard[minute] = [key for key in await hears(house, notices, mila) if key.startswith("root.nobody_free")]
            house.clock.advance(minutes=1)
        assert {minute: keys for minute, keys in heard.items() if keys} == {
            5: ["root.nobody_free_5"],
            10: ["root.nobody_free_10"],
        }

    house.run(story())


def test_closing_time_is_told_within_two_minutes_once(house: House, mila: Person, notices: QueueNotices) -> None:
    house.clock.now = datetime(2026, 11, 25, 19, 58, tzinfo=UTC)  # 20:58 in Berlin, closing at 21:00

    async def story() -> None:
        await wait_in_queue(house, mila)
        await is_here(house)
        assert await hears(house, notices, mila) == []
        house.clock.advance(minutes=2)
        said = await hears(house, notices, mila)
        assert said and all(key.startswith(("human.hours_over", "human.")) for key in said)
        house.clock.advance(minutes=1)
        assert await hears(house, notices, mila) == []

    house.run(story())


def test_somebody_who_asked_while_closed_is_not_told_that_it_closed(
    house: House, mila: Person, notices: QueueNotices
) -> None:
    house.clock.now = datetime(2026, 11, 28, 21, 0, tzinfo=UTC)  # a Saturday night

    async def story() -> None:
        await wait_in_queue(house, mila)
        assert await hears(house, notices, mila) == []

    house.run(story())


def test_the_last_counsellor_leaving_is_told(house: House, mila: Person, notices: QueueNotices) -> None:
    async def story() -> None:
        await wait_in_queue(house, mila)
        await is_here(house)
        assert await hears(house, notices, mila) == []
        await is_here(house, False)
        said = await hears(house, notices, mila)
        assert said and said[0].startswith("human.team_left")
        assert await hears(house, notices, mila) == []

    house.run(story())


def test_r17_a_vanished_counsellor_gives_the_chat_back_to_the_queue(
    house: House, mila: Person, notices: QueueNotices
) -> None:
    async def story() -> None:
        await house.talk(mila.starts())
        await claim(house, mila)
        await is_here(house)
        assert await hears(house, notices, mila) == []
        house.clock.advance(minutes=5, seconds=1)
        assert await hears(house, notices, mila) == [], "a jump of the clock alone takes nobody's chat"
        await is_here(house)
        house.clock.advance(seconds=21)
        assert await hears(house, notices, mila) == []
        assert (await conversation_of(house, mila)).holder == "counsellor"
        for _ in range(2):
            house.clock.advance(minutes=5)
            said = await hears(house, notices, mila)
        assert said == ["root.counsellor_gone"]
        assert (await conversation_of(house, mila)).holder == "waiting"

    house.run(story())


def test_r17_after_three_minutes_the_person_is_told_and_offered_somebody_else(
    house: House, mila: Person, notices: QueueNotices
) -> None:
    async def story() -> None:
        await house.talk(mila.starts())
        await claim(house, mila)
        await is_here(house)
        heard = []
        for _ in range(14):
            house.clock.advance(seconds=21)
            heard += [(round(house.clock().timestamp()), key) for key in await hears(house, notices, mila)]
        assert [key for _, key in heard] == ["root.counsellor_away"]
        assert (await conversation_of(house, mila)).holder == "counsellor"
        await is_here(house)
        for _ in range(12):
            house.clock.advance(seconds=21)
            assert await hears(house, notices, mila) == [], "a bad line is told of once in half an hour"

    house.run(story())


def test_nothing_is_told_after_a_quick_exit(house: House, mila: Person, notices: QueueNotices) -> None:
    async def story() -> None:
        await wait_in_queue(house, mila)
        await house.talk(mila.says("stopp"))
        house.clock.advance(minutes=6)
        assert await hears(house, notices, mila) == []

    house.run(story())


def test_a_new_wait_is_told_anew(house: House, mila: Person, notices: QueueNotices) -> None:
    async def story() -> None:
        await wait_in_queue(house, mila)
        await is_here(house)
        house.clock.advance(minutes=6)
        assert "root.nobody_free_5" in await hears(house, notices, mila)
        await house.talk(mila.says("mensch"))
        await leave_queue(house, mila)
        await house.talk(mila.taps("root.human"))
        held = await conversation_of(house, mila)
        told_before = await house.stores.main.read(lambda tx: told(tx, house.keys, held))
        if held.holder == "waiting":
            assert told_before == frozenset()

    house.run(story())


async def leave_queue(house: House, person: Person) -> None:
    held = await conversation_of(house, person)
    await house.stores.main.write(lambda tx: cases.leave_queue(tx, held.id))


def test_a_notice_for_somebody_who_no_longer_waits_is_not_said(house: House, mila: Person) -> None:
    async def story() -> None:
        await house.talk(mila.starts())
        held = await conversation_of(house, mila)
        await house.stores.main.write(
            lambda tx: put_timer(tx, house.keys, held, NOTICE + "nobody_free_5", house.clock())
        )
        await house.settle()
        assert await house.fetch(mila.address) == []

    house.run(story())


def test_timers_wait_while_a_counsellor_speaks(house: House, mila: Person) -> None:
    async def story() -> None:
        await house.talk(mila.starts())
        await claim(house, mila)
        held = await conversation_of(house, mila)
        await house.stores.main.write(lambda tx: put_timer(tx, house.keys, held, "any", house.clock()))
        assert await house.settle() == 0

    house.run(story())


def test_words_about_the_queue_are_our_own(house: House, mila: Person) -> None:
    """Class self_started: at most once, never after "do not write first"."""

    async def story() -> None:
        await wait_in_queue(house, mila)
        await house.fetch(mila.address)
        held = await conversation_of(house, mila)
        await house.stores.main.write(lambda tx: put_timer(tx, house.keys, held, NOTICE + "hours_over", house.clock()))
        await house.settle()
        rows = await house.stores.main.read(lambda tx: tx.execute(select(outbox)).all())
        classes = {row._mapping["class"] for row in rows if row.state == "ready"}
        assert classes == {"self_started"}

    house.run(story())
