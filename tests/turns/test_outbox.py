"""Answers leave in order, once, and not after their time (R6, R7)."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.channels.contract import (
    Message,
    NotSent,
    Outbound,
    OutboxClass,
    Refused,
    RetryAfter,
    SendOutcome,
    Sent,
    Uncertain,
)
from bot.db import cases, dead_letters, outbox
from bot.db.outbox import NewRow, Sending
from bot.db.store import StoreUnavailable, Transaction
from bot.db.tables import conversations as people
from bot.db.tables import outbox as table
from bot.handoff.rules import Claimed
from bot.turns import outbox as relaying
from bot.turns.outbox import (
    AT_ONCE,
    FOR_EMERGENCIES,
    GIVE_UP_AFTER,
    LONGEST_PATIENCE,
    LONGEST_WAIT,
    Again,
    Over,
    Relay,
    backoff,
    judge,
)
from bot.turns.payload import encode_message
from tests.turns.conftest import COUNSELLOR, PUSH, FakeSender, House, Person, claim, conversation_of


@pytest.fixture
def sender() -> FakeSender:
    return FakeSender()


@pytest.fixture
def anna(house: House) -> Person:
    """Somebody on a channel that is sent to."""
    return Person(house.clock, channel="telegram")


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
    speaker: Any = "bot",
    fence: int | None = None,
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


def test_a_row_a_dead_relay_held_is_maybe_sent(house: House, anna: Person, sender: FakeSender) -> None:
    """Emergency is repeated, a reminder is not."""

    async def story() -> None:
        await meet(house, anna)
        await queue(house, anna, "card", klass="emergency")
        await queue(house, anna, "reminder", klass="self_started")
        relay = relay_of(house, sender)
        for _ in range(2):
            await house.stores.main.write(lambda tx: relay._claim(tx, 16, None))
            house.clock.advance(seconds=1)
        house.clock.advance(seconds=61)
        for _ in range(6):
            await relay.work()
            house.clock.advance(seconds=2)
        assert [outbound.message.text for outbound in sender.sent if outbound.message.text == "card"] == ["card"]

    house.run(story())


def test_r10_a_row_nobody_can_send_becomes_a_dead_letter_and_the_next_one_leaves(
    house: House, anna: Person, sender: FakeSender
) -> None:
    class Broken(Exception):
        pass

    sender.outcomes = [Broken(), Broken(), Broken(), Broken(), Broken(), Sent()]

    async def story() -> None:
        await meet(house, anna)
        await queue(house, anna, "poison", "next")
        for _ in range(8):
            await send_all(house, sender)
            house.clock.advance(minutes=11)
        assert sender.sent[-1].message.text == "next"
        [letter] = await house.stores.main.read(lambda tx: dead_letters.open_letters(tx))
        assert (letter.source, letter.reason) == ("outbox", "Broken")
        assert await house.stores.main.write(lambda tx: dead_letters.retry(tx, letter.ref, house.clock()))
        assert (await send_all(house, sender))[-1] == "poison"

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


def test_r18_a_platform_that_hangs_does_not_keep_the_process_alive(
    house: House, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The row stays claimed; whoever takes it next knows that it may have arrived."""
    monkeypatch.setattr(relaying, "DRAIN_SECONDS", 0.1)
    hanging = HangingSender()

    async def story() -> None:
        await meet(house, anna)
        await queue(house, anna, "flow")
        stop = asyncio.Event()
        running = asyncio.create_task(relay_of(house, hanging).run(stop))
        await until(lambda: bool(hanging.held))
        stop.set()
        await asyncio.wait_for(running, 5)

    house.run(story())
    assert states(house)[-1] == ("sending", None)


def test_r7_what_was_surely_not_sent_is_tried_for_a_day_without_counting(house: House, anna: Person) -> None:
    away = FakeSender(outcomes=[NotSent()])

    async def story() -> None:
        await meet(house, anna)
        await queue(house, anna, "reminder", klass="self_started")  # the class that is never repeated when in doubt
        relay = relay_of(house, away)
        for _ in range(60):
            assert await relay.work() == 1
            house.clock.advance(minutes=1)
        [row] = await house.stores.main.read(lambda tx: tx.execute(select(table).where(table.c.state == "ready")).all())
        assert (row.tries, row.reason) == (0, "unreachable")
        away.outcomes = [Sent()]
        assert await relay.work() == 1

    house.run(story())
    assert states(house)[-1] == ("sent", None)


def test_what_could_not_be_written_down_at_once_is_not_sent_again(
    house: House, anna: Person, sender: FakeSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store goes away for a moment just after the message has arrived."""
    monkeypatch.setattr(relaying, "STORE_AWAY", 0.01)

    async def story() -> None:
        await meet(house, anna)
        await queue(house, anna, "once")
        relay = relay_of(house, sender)
        write, failed = house.stores.main.write, []

        async def shaky(job: Any) -> Any:
            if sender.sent and len(failed) < 2:
                failed.append(1)
                raise StoreUnavailable("locked")
            return await write(job)

        monkeypatch.setattr(house.stores.main, "write", shaky)
        await relay.work()
        house.clock.advance(minutes=2)
        await relay.work()
        assert [outbound.message.text for outbound in sender.sent] == ["once"] and len(failed) == 2

    house.run(story())
    assert states(house)[-1] == ("sent", None)


@pytest.mark.parametrize("klass", ["emergency", "counsellor"])
def test_r8_a_line_that_loses_every_answer_repeats_seven_times_at_most_and_the_desk_is_told(
    house: House, anna: Person, klass: OutboxClass
) -> None:
    losing = FakeSender([Uncertain()])

    async def story() -> None:
        await meet(house, anna)
        await queue(house, anna, "Hallo", klass=klass)
        relay = relay_of(house, losing)
        for _ in range(60):
            await relay.work()
            house.clock.advance(minutes=24)
        assert len(losing.sent) == 7
        [letter] = await house.stores.main.read(dead_letters.open_letters)
        assert (letter.source, letter.reason, letter.tries) == ("outbox", "uncertain", 7)
        assert ("desk", "") in house.wake.notices
        assert await house.stores.main.write(lambda tx: dead_letters.retry(tx, letter.ref, house.clock()))
        losing.outcomes = [Sent()]
        assert (await send_all(house, losing))[-1] == "Hallo"

    house.run(story())


@pytest.mark.parametrize("klass", ["self_started", "flow"])
def test_a_store_that_is_away_before_the_send_leaves_no_row_in_doubt(
    house: House, anna: Person, monkeypatch: pytest.MonkeyPatch, klass: OutboxClass
) -> None:
    """Between claim and send nothing is read: what was not sent cannot be taken for sent."""
    sender = FakeSender([Sent("100")], capabilities=replace(PUSH, takes_back=timedelta(hours=48)))

    async def story() -> None:
        await meet(house, anna)
        await queue(house, anna, "once", klass=klass)
        relay = relay_of(house, sender)

        async def away(_: Any) -> Any:
            raise StoreUnavailable("locked")

        monkeypatch.setattr(house.stores.main, "read", away)
        assert await relay.work() == 1
        house.clock.advance(minutes=2)
        assert await relay.work() == 0
        monkeypatch.undo()
        assert [outbound.message.text for outbound in sender.sent] == ["once"]

    house.run(story())
    assert states(house)[-1] == ("sent", None)


def test_a_row_in_our_own_hands_is_never_taken_again(house: House, anna: Person) -> None:
    """However long the platform takes; another relay may take it once the claim has run out."""
    hanging = HangingSender()

    async def story() -> None:
        await meet(house, anna)
        await queue(house, anna, "once")
        relay = relay_of(house, hanging)
        first = asyncio.create_task(relay.work())
        await until(lambda: bool(hanging.held))
        house.clock.advance(seconds=61)
        assert await relay._begin() == 0
        hanging.release.set()
        await first
        house.clock.advance(seconds=61)
        assert await relay.work() == 0
        assert hanging.arrived == ["once"]

    house.run(story())
    assert states(house)[-1] == ("sent", None)


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


# --- the table of retries (R7) --------------------------------------------------------------------------------


def row(klass: OutboxClass, tries: int = 0) -> Sending:
    from tests.conftest import StandingClock

    return Sending(1, 1, "ref", klass, b"", tries, StandingClock().now, "telegram", 1, b"", b"", False)


SOON = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("outcome", "sending", "waited", "wanted"),
    [
        (Sent("x"), row("flow"), SOON, Over("sent")),
        (Refused("blocked"), row("emergency"), SOON, Over("refused", "blocked")),
        (RetryAfter(timedelta(seconds=17)), row("flow"), SOON, Again(timedelta(seconds=17), "throttled", counts=False)),
        (RetryAfter(timedelta(seconds=17)), row("emergency"), GIVE_UP_AFTER, Over("dead", "too_late")),
        (NotSent(), row("self_started"), SOON, Again(timedelta(seconds=45), "unreachable", counts=False)),
        (NotSent(), row("counsellor"), timedelta(hours=5), Again(LONGEST_PATIENCE, "unreachable", counts=False)),
        (NotSent(), row("counsellor"), GIVE_UP_AFTER, Over("dead", "too_late")),
        (Uncertain(), row("emergency", 5), SOON, Again(backoff(5, 0.5), "uncertain")),
        (Uncertain(), row("emergency", 6), SOON, Over("dead", "uncertain")),
        (Uncertain(), row("counsellor", 5), SOON, Again(backoff(5, 0.5), "uncertain")),
        (Uncertain(), row("counsellor", 6), SOON, Over("dead", "uncertain")),
        (Uncertain(), row("flow", 0), SOON, Again(backoff(0, 0.5), "uncertain")),
        (Uncertain(), row("flow", 1), SOON, Over("uncertain", "uncertain")),
        (Uncertain(), row("self_started", 0), SOON, Over("uncertain", "uncertain")),
        (Uncertain(), row("counsellor"), GIVE_UP_AFTER, Over("dead", "too_late")),
    ],
)
def test_r7_every_outcome_has_its_rule(
    outcome: SendOutcome, sending: Sending, waited: timedelta, wanted: Again | Over
) -> None:
    assert judge(outcome, sending, waited=waited, jitter=0.5) == wanted


def test_r7_waits_grow_from_one_second_to_ten_minutes_with_full_jitter() -> None:
    chance = random.Random(7)
    ceilings: Sequence[float] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600]
    for tries, ceiling in enumerate(ceilings):
        waits = [backoff(tries, chance.random()).total_seconds() for _ in range(200)]
        assert min(waits) >= 1 and max(waits) <= ceiling
    assert backoff(10_000, 1.0) == LONGEST_WAIT


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
