"""Answers leave in order, once, and not after their time (R6, R7)."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from bot.channels.contract import Message, RetryAfter, Sent
from bot.db import cases, outbox
from bot.db.outbox import NewRow
from bot.db.store import Transaction
from bot.db.tables import conversations as people
from bot.handoff.rules import Claimed
from bot.turns.outbox import AT_ONCE, FOR_EMERGENCIES
from bot.turns.payload import encode_message
from tests.turns.conftest import COUNSELLOR, FakeSender, House, Person, claim, conversation_of
from tests.turns.relaying import HangingSender, meet, queue, relay_of, send_all, states, until


def test_rows_of_one_conversation_leave_in_order(house: House, anna: Person, sender: FakeSender) -> None:
    async def story() -> None:
        await meet(house, anna)
        await queue(house, anna, *(f"text {n}" for n in range(5)))
        assert await send_all(house, sender) == [f"text {n}" for n in range(5)]
        assert sender.sent[0].address == anna.address

    house.run(story())


def test_a_row_that_must_wait_holds_back_its_conversation_and_no_other(
    house: House, anna: Person, sender: FakeSender
) -> None:
    bea = Person(house.clock, channel="telegram")
    sender.outcomes = [RetryAfter(timedelta(minutes=3)), Sent()]

    async def story() -> None:
        for person in (anna, bea):
            await meet(house, person)
        await queue(house, anna, "first", "second")
        await queue(house, bea, "hers")
        assert await send_all(house, sender) == ["first", "hers"]
        house.clock.advance(minutes=3)
        assert await send_all(house, sender) == ["first", "hers", "first", "second"]

    house.run(story())


def test_r9_an_emergency_overtakes_everything(house: House, anna: Person, sender: FakeSender) -> None:
    others = [Person(house.clock, channel="telegram") for _ in range(20)]
    sender.outcomes = [RetryAfter(timedelta(minutes=3)), Sent()]

    async def story() -> None:
        for person in (anna, *others):
            await meet(house, person)
        await queue(house, anna, "flow")
        await relay_of(house, sender).work()
        for person in others:
            await queue(house, person, "flow")
        await queue(house, anna, "card", klass="emergency")
        sender.sent.clear()
        await relay_of(house, sender).work()
        assert sender.sent[0].message.text == "card"

    house.run(story())


def test_a_row_of_an_older_fence_is_refused_and_an_emergency_is_not(
    house: House, anna: Person, sender: FakeSender
) -> None:
    async def story() -> None:
        await meet(house, anna)
        await queue(house, anna, "from the bot")
        await queue(house, anna, "card", klass="emergency")
        await claim(house, anna)
        assert await send_all(house, sender) == ["card"]

    house.run(story())
    assert ("refused", "stale") in states(house)


def test_an_old_tab_of_a_counsellor_is_refused_by_the_fence(house: House, anna: Person) -> None:
    async def story() -> None:
        await meet(house, anna)
        fence = await claim(house, anna)
        held = await conversation_of(house, anna)
        sealed = house.keys.seal_queue(held.ref, encode_message(Message("counsellor", "hallo")))

        def say(tx: Transaction, with_fence: int) -> object:
            return outbox.add_counsellor(tx, held.id, sealed=sealed, fence=with_fence, now=house.clock())

        assert await house.stores.main.write(lambda tx: say(tx, fence)) == "telegram"
        assert await house.stores.main.write(lambda tx: say(tx, fence - 1)) is None
        assert COUNSELLOR

    house.run(story())


def test_what_a_counsellor_said_arrives_whoever_has_the_chat_by_then(
    house: House, anna: Person, sender: FakeSender
) -> None:
    async def story() -> None:
        await meet(house, anna)
        fence = await claim(house, anna)
        held = await conversation_of(house, anna)
        sealed = house.keys.seal_queue(held.ref, encode_message(Message("counsellor", "bis gleich")))
        now = house.clock()

        def say_and_pass_on(tx: Transaction) -> None:
            assert outbox.add_counsellor(tx, held.id, sealed=sealed, fence=fence, now=now)
            ref = cases.ref_of(tx, held.id)
            assert ref is not None
            assert isinstance(cases.hand_back(tx, ref, COUNSELLOR, fence, to="waiting"), Claimed)
            assert isinstance(cases.claim(tx, ref, COUNSELLOR, now), Claimed)

        await house.stores.main.write(say_and_pass_on)
        assert await send_all(house, sender) == ["bis gleich"]

    house.run(story())


def test_do_not_write_first_holds_for_our_own_words_only(house: House, anna: Person, sender: FakeSender) -> None:
    async def story() -> None:
        await meet(house, anna)
        held = await conversation_of(house, anna)
        await house.stores.main.write(
            lambda tx: tx.execute(people.update().where(people.c.id == held.id).values(silent=True))
        )
        await queue(house, anna, "reminder", klass="self_started")
        await queue(house, anna, "answer")
        assert await send_all(house, sender) == ["answer"]

    house.run(story())
    assert ("refused", "silent") in states(house)


def test_r6_a_lower_number_that_commits_later_is_not_skipped(house: House, anna: Person, sender: FakeSender) -> None:
    """On PostgreSQL numbers are given before the commit; a relay that remembered its last number would miss one."""
    bea = Person(house.clock, channel="telegram")

    async def story() -> None:
        for person in (anna, bea):
            await meet(house, person)
        gate = asyncio.Event()
        loop = asyncio.get_running_loop()
        held = await conversation_of(house, anna)
        payload = house.keys.seal_queue(held.ref, encode_message(Message("bot", "low number")))

        def slow(tx: Transaction) -> None:
            outbox.add(tx, held.id, fence=held.fence, rows=[NewRow("flow", "bot", payload)], now=house.clock())
            if not house.stores.main.is_sqlite:
                asyncio.run_coroutine_threadsafe(gate.wait(), loop).result(10)

        late = asyncio.create_task(house.stores.main.write(slow))
        await asyncio.sleep(0.1)
        await queue(house, bea, "high number")
        early = await send_all(house, sender)
        gate.set()
        await late
        sent = await send_all(house, sender)
        assert sorted(sent) == ["high number", "low number"]
        assert house.stores.main.is_sqlite or early == ["high number"]

    house.run(story())
    assert {state for state, _ in states(house)} == {"sent"}


def test_two_relays_at_once_send_every_row_once(house: House, sender: FakeSender) -> None:
    crowd = [Person(house.clock, channel="telegram") for _ in range(10)]

    async def story() -> None:
        for person in crowd:
            await meet(house, person)
        for person in crowd:
            await queue(house, person, "one", "two")
        relays = [relay_of(house, sender), relay_of(house, sender)]
        for _ in range(6):
            await asyncio.gather(*(relay.work() for relay in relays))
        assert len(sender.sent) == 20
        assert len({outbound.row for outbound in sender.sent}) == 20

    house.run(story())


def test_r9_hands_stay_free_for_emergencies_while_the_platform_hangs(house: House, anna: Person) -> None:
    """Rows of more people than there are hands hang; a card for one of them leaves all the same."""
    crowd = [Person(house.clock, channel="telegram") for _ in range(AT_ONCE + 5)]
    hanging = HangingSender()

    async def story() -> None:
        for person in (anna, *crowd):
            await meet(house, person)
        for person in (anna, *crowd):
            await queue(house, person, "flow")
        stop = asyncio.Event()
        relay = relay_of(house, hanging)
        running = asyncio.create_task(relay.run(stop))
        await until(lambda: len(hanging.held) == AT_ONCE - FOR_EMERGENCIES)
        await queue(house, anna, "card", klass="emergency")
        await until(lambda: "card" in hanging.arrived)
        assert len(hanging.held) == AT_ONCE - FOR_EMERGENCIES
        stop.set()
        hanging.release.set()
        await running
        assert len(hanging.held) == AT_ONCE - FOR_EMERGENCIES, "nothing new is begun once it is told to stop"

    house.run(story())


def test_what_two_writers_add_to_one_chat_keeps_one_order(house: House, anna: Person) -> None:
    """The conversation's row is locked first, so numbers of one chat are given in the order of the commits."""

    async def story() -> None:
        await meet(house, anna)
        fence = await claim(house, anna)
        held = await conversation_of(house, anna)
        order: list[int] = []

        def say(n: int) -> Any:
            def job(tx: Transaction) -> None:
                sealed = house.keys.seal_queue(held.ref, encode_message(Message("counsellor", str(n))))
                outbox.add_counsellor(tx, held.id, sealed=sealed, fence=fence, now=house.clock())

            return job

        async def one(n: int) -> None:
            await house.stores.main.write(say(n))
            order.append(n)

        await asyncio.gather(*(one(n) for n in range(12)))
        sender = FakeSender()
        assert sorted(await send_all(house, sender, 40)) == sorted(map(str, range(12)))

    house.run(story())
