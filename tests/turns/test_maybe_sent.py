"""What is sent again, when, and how often: surely not sent, perhaps sent, never to be sent (R7, R8, R10)."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

import pytest
from sqlalchemy import select

from bot.channels.contract import NotSent, OutboxClass, Refused, RetryAfter, SendOutcome, Sent, Uncertain
from bot.db import dead_letters
from bot.db.outbox import Sending
from bot.db.store import StoreUnavailable
from bot.db.tables import outbox as table
from bot.turns import outbox as relaying
from bot.turns.outbox import GIVE_UP_AFTER, LONGEST_PATIENCE, LONGEST_WAIT, OUTAGE, Again, Over, backoff, judge
from tests.conftest import StandingClock
from tests.turns.conftest import PUSH, FakeSender, House, Person
from tests.turns.relaying import HangingSender, meet, queue, relay_of, send_all, states, until


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
def test_r8_a_line_that_loses_every_answer_repeats_few_times_and_the_desk_is_told(
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


@pytest.mark.parametrize("klass", ["emergency", "counsellor"])
def test_r7_what_must_arrive_outlasts_ten_minutes_in_which_everything_is_swallowed(
    house: House, anna: Person, klass: OutboxClass
) -> None:
    """With few copies, should they all have arrived, and nothing for a human to do."""
    swallowing = FakeSender([Uncertain()])

    async def story() -> None:
        await meet(house, anna)
        await queue(house, anna, "Hallo", "und", klass=klass)
        relay = relay_of(house, swallowing)
        ends = house.clock() + timedelta(minutes=10)
        while house.clock() < ends:
            await relay.work()
            house.clock.advance(seconds=1)
        copies = [outbound.message.text for outbound in swallowing.sent]
        assert 7 < copies.count("Hallo") < 20
        swallowing.outcomes, swallowing.sent = [Sent()], []
        for _ in range(2):
            house.clock.advance(minutes=10)
            await send_all(house, swallowing)
        assert [outbound.message.text for outbound in swallowing.sent] == ["Hallo", "und"]
        assert await house.stores.main.read(dead_letters.open_letters) == []

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


# --- the table of retries (R7) --------------------------------------------------------------------------------

SOON: Final = timedelta(minutes=1)


def row(klass: OutboxClass, tries: int = 0) -> Sending:
    return Sending(1, 1, "ref", klass, b"", tries, StandingClock().now, "telegram", 1, b"", b"", False)


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
        (Uncertain(), row("emergency", 5), OUTAGE, Again(backoff(5, 0.5), "uncertain")),
        (Uncertain(), row("emergency", 6), OUTAGE, Over("dead", "uncertain")),
        (Uncertain(), row("emergency", 9), OUTAGE - SOON, Again(backoff(9, 0.5), "uncertain")),
        (Uncertain(), row("counsellor", 5), OUTAGE, Again(backoff(5, 0.5), "uncertain")),
        (Uncertain(), row("counsellor", 6), OUTAGE, Over("dead", "uncertain")),
        (Uncertain(), row("counsellor", 9), OUTAGE - SOON, Again(backoff(9, 0.5), "uncertain")),
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
