"""What a platform tells later, and what waits for a person to write: on both databases (R8, R15)."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.channels.contract import (
    Capabilities,
    Inbound,
    Message,
    NotSent,
    Outbound,
    Refused,
    Renamed,
    Report,
    RetryAfter,
    SendOutcome,
    Sent,
    Uncertain,
)
from bot.db import conversations, dead_letters, outbox, windows
from bot.db.outbox import NewRow
from bot.db.store import Transaction
from bot.db.tables import addresses
from bot.db.tables import outbox as rows
from bot.turns.outbox import Relay
from bot.turns.payload import encode_message
from bot.turns.proofs import find_row, proof_of
from bot.turns.reports import TRIES, Reports
from tests.turns.conftest import PUSH, FakeSender, House, Person, conversation_of

TELLS: Capabilities = replace(PUSH, reports=timedelta(seconds=30))


@pytest.fixture
def anna(house: House) -> Person:
    return Person(house.clock, channel="telegram")


def relay(house: House, *outcomes: SendOutcome, knocks: bool = False) -> tuple[Relay, FakeSender]:
    sender = FakeSender(list(outcomes) or [Sent("x")], capabilities=replace(TELLS, knocks=knocks))
    made = Relay(
        house.stores.main,
        house.keys,
        house.wake,  # type: ignore[arg-type]  # a wake that wakes nobody
        house.clock,
        {"telegram": sender},
        random.Random(1),
        may_knock=lambda _: True,
    )
    return made, sender


def reports(house: House) -> Reports:
    return Reports(house.stores.main, house.keys, house.wake, house.clock)  # type: ignore[arg-type]  # as above


async def meet(house: House, person: Person, until: timedelta | None = None) -> None:
    """Known, with nothing waiting; `until`: how long they can be answered freely."""
    first = person.starts()
    await house.send(first if until is None else replace(first, open_until=house.clock() + until))
    await house.settle()
    await house.stores.main.write(lambda tx: tx.execute(rows.delete()))


async def queue(house: House, person: Person, text: str = "hallo", klass: Any = "flow", speaker: Any = "bot") -> int:
    held = await conversation_of(house, person)

    def put(tx: Transaction) -> int:
        sealed = house.keys.seal_queue(held.ref, encode_message(Message(speaker, text)))
        outbox.add(tx, held.id, fence=held.fence, rows=[NewRow(klass, speaker, sealed)], now=house.clock())
        return int(tx.execute(select(rows.c.id).order_by(rows.c.id.desc()).limit(1)).scalar_one())

    return await house.stores.main.write(put)


def state(house: House, row: int) -> tuple[str, str | None, bool]:
    """State, reason, and whether its words are still there."""
    found = asyncio.run(house.stores.main.read(lambda tx: tx.execute(select(rows).where(rows.c.id == row)).one()))
    return found.state, found.reason, found.payload is not None


async def tell(house: House, row: int, outcome: Any, times: int = 1) -> None:
    told = Report("whatsapp", proof_of(house.keys, row), outcome)
    await reports(house).note([told] * times)


def test_a_proof_is_ours_alone(house: House) -> None:
    proof = proof_of(house.keys, 17)
    assert find_row(house.keys, proof) == 17 and "17" not in proof
    assert proof != proof_of(house.keys, 17)
    for foreign in ("", "x", "17", proof[:-4] + "AAAA", "ü" * 9, proof.swapcase()):
        assert find_row(house.keys, foreign) is None


def test_what_was_taken_keeps_its_words_until_it_arrived(house: House, anna: Person) -> None:
    async def story() -> int:
        await meet(house, anna)
        row = await queue(house, anna)
        await relay(house)[0].work()
        return row

    row = house.run(story())
    assert state(house, row) == ("accepted", None, True)
    house.run(tell(house, row, Sent("x"), times=2))
    assert state(house, row) == ("sent", None, False)
    house.run(tell(house, row, Refused("gone")))
    assert state(house, row) == ("sent", None, False), "a failure told afterwards, out of order, changes nothing"


def test_what_is_said_next_waits_until_the_first_is_on_its_way(house: House, anna: Person) -> None:
    """Two calls may overtake each other; a platform that never tells holds nothing back for long."""

    async def story() -> list[list[str]]:
        await meet(house, anna)
        first, _, _ = [await queue(house, anna, text) for text in ("eins", "zwei", "drei")]
        sending, sender = relay(house)
        seen = []
        for act in (None, "told", None, timedelta(seconds=3)):
            if isinstance(act, timedelta):
                house.clock.now += act
            elif act == "told":
                await tell(house, first, Sent("x"))
            await sending.work()
            seen.append([one.message.text for one in sender.sent])
        return seen

    assert house.run(story()) == [["eins"], ["eins", "zwei"], ["eins", "zwei"], ["eins", "zwei", "drei"]]


@pytest.mark.parametrize(
    ("outcome", "after"),
    [
        (Refused("window_closed"), ("held", "window_closed", True)),
        (Refused("gone"), ("refused", "gone", False)),
        (NotSent(), ("ready", "failed", True)),
        (RetryAfter(timedelta(seconds=60)), ("ready", "failed", True)),
    ],
)
def test_what_failed_after_all(house: House, anna: Person, outcome: Any, after: Any) -> None:
    async def story() -> int:
        await meet(house, anna)
        row = await queue(house, anna)
        await relay(house)[0].work()
        await tell(house, row, outcome, times=3)
        return row

    assert state(house, house.run(story())) == after


def test_what_fails_again_and_again_is_for_a_human_to_decide(house: House, anna: Person) -> None:
    async def story() -> int:
        await meet(house, anna)
        row = await queue(house, anna)
        for _ in range(TRIES + 1):
            await relay(house)[0].work()
            await tell(house, row, NotSent())
            house.clock.advance(seconds=11)
        return row

    row = house.run(story())
    assert state(house, row) == ("dead", "failed", True)
    assert house.run(house.stores.main.read(dead_letters.count_open)) == 1


@pytest.mark.parametrize("outcome", [Sent("x"), Uncertain(), NotSent()])
def test_r8_a_report_that_beats_our_own_note_counts(house: House, anna: Person, outcome: SendOutcome) -> None:
    async def story() -> int:
        await meet(house, anna)
        row = await queue(house, anna)
        sending, sender = relay(house, outcome)
        real = sender.send

        async def send(outbound: Outbound) -> SendOutcome:
            found = await real(outbound)
            assert outbound.proof is not None
            await reports(house).note([Report("whatsapp", outbound.proof, Sent("x"))])
            return found

        sender.send = send  # type: ignore[method-assign]  # the platform is quicker than its answer
        await sending.work()
        return row

    assert state(house, house.run(story()))[0] == "sent"


def test_r8_in_doubt_for_thirty_seconds_and_then_once_more(house: House, anna: Person) -> None:
    async def story() -> list[int]:
        await meet(house, anna)
        await queue(house, anna)
        sending, sender = relay(house, Uncertain(), Sent("x"))
        sent = []
        for seconds in (0, 29, 2):
            house.clock.advance(seconds=seconds)
            await sending.work()
            sent.append(len(sender.sent))
        return sent

    assert house.run(story()) == [1, 1, 2]


def test_r8_a_proof_settles_a_dead_letter(house: House, anna: Person) -> None:
    async def story() -> int:
        await meet(house, anna)
        row = await queue(house, anna, klass="emergency")
        sending, _ = relay(house, Uncertain())
        for _ in range(10):
            await sending.work()
            house.clock.advance(minutes=2)
        assert await house.stores.main.read(dead_letters.count_open) == 1
        await tell(house, row, Sent("x"))
        assert await house.stores.main.read(dead_letters.count_open) == 0
        return row

    assert state(house, house.run(story()))[0] == "sent"


# --- the window -------------------------------------------------------------------------------------------------------


def test_r15_what_waits_is_released_by_a_word_and_by_nobody_else_s(house: House, anna: Person) -> None:
    noor = Person(house.clock, channel="telegram")

    async def story() -> int:
        await meet(house, anna, timedelta(minutes=5))
        house.clock.advance(minutes=6)
        row = await queue(house, anna, klass="counsellor", speaker="counsellor")
        sending, sender = relay(house)
        await sending.work()
        assert sender.sent == [] and not await sending.work()
        await house.send(replace(noor.starts(), open_until=house.clock() + timedelta(hours=1)))
        held = await conversation_of(house, anna)
        assert await house.stores.main.read(lambda tx: outbox.not_delivered(tx, held.id)) == [("held", "window_closed")]
        await house.send(replace(anna.says("ok"), open_until=house.clock() + timedelta(hours=1)))
        await sending.work()
        assert next(one.message.text for one in sender.sent if one.address == anna.address) == "hallo"
        return row

    assert state(house, house.run(story()))[0] == "accepted"


@pytest.mark.parametrize(
    ("klass", "speaker", "knocked", "after"),
    [
        ("counsellor", "counsellor", True, ("held", "knocked")),
        ("self_started", "bot", True, ("held", "knocked")),
        ("flow", "bot", False, ("held", "window_closed")),
        ("self_started", "notice", False, ("refused", "window_closed")),
    ],
)
def test_r15_whom_a_template_knocks_for(
    house: House, anna: Person, klass: Any, speaker: Any, knocked: bool, after: Any
) -> None:
    async def story() -> int:
        await meet(house, anna, timedelta(minutes=5))
        house.clock.advance(minutes=5)
        row = await queue(house, anna, klass=klass, speaker=speaker)
        sending, sender = relay(house, knocks=True)
        await sending.work()
        assert [(one.knock, one.proof) for one in sender.sent] == ([("de", None)] if knocked else [])
        return row

    assert state(house, house.run(story()))[:2] == after


def test_r9_an_emergency_is_tried_outside_the_window_too(house: House, anna: Person) -> None:
    """Our margin is wider than the platform's; what it refuses waits like everything else."""

    async def story(answer: SendOutcome) -> int:
        await meet(house, anna, timedelta(minutes=5))
        house.clock.advance(minutes=6)
        row = await queue(house, anna, klass="emergency")
        sending, sender = relay(house, answer, knocks=True)
        await sending.work()
        assert [(one.knock, one.urgent) for one in sender.sent] == [(None, True)]
        return row

    assert state(house, house.run(story(Sent("wamid.1"))))[0] == "accepted"
    assert state(house, house.run(story(Refused("window_closed"))))[:2] == ("held", "window_closed")


def test_r9_a_new_emergency_does_not_wait_for_one_in_doubt(house: House, anna: Person) -> None:
    async def story() -> tuple[int, int]:
        await meet(house, anna, timedelta(hours=5))
        first = await queue(house, anna, klass="emergency")
        await relay(house, Uncertain())[0].work()
        second = await queue(house, anna, klass="emergency")
        await relay(house, Sent("wamid.2"))[0].work()
        return first, second

    first, second = house.run(story())
    assert state(house, second)[0] == "accepted"
    assert state(house, first)[0] == "ready", "the first is tried again in its own time"


def test_r15_what_waits_follows_a_person_to_another_channel(house: House, anna: Person, mila: Person) -> None:
    async def story() -> list[str]:
        await meet(house, anna, timedelta(minutes=5))
        house.clock.advance(minutes=6)
        await queue(house, anna, klass="counsellor", speaker="counsellor")
        await relay(house)[0].work()
        held = await conversation_of(house, anna)

        def move(tx: Transaction) -> None:
            lookup = house.keys.lookup("web", mila.address)
            new = conversations.NewAddress("web", lookup, house.keys.lookup_kid, b"sealed")
            conversations.add_address(tx, held.id, new, house.clock())
            outbox.follow(tx, held.id, house.clock())

        await house.stores.main.write(move)
        return [one.message.text for one in await house.chats.pending(mila.address)]

    assert house.run(story()) == ["hallo"]


def test_r15_an_older_message_does_not_close_what_a_newer_has_opened(house: House, anna: Person) -> None:
    async def story() -> None:
        await meet(house, anna, timedelta(hours=2))
        wanted = (house.clock() + timedelta(hours=2)).replace(second=0, microsecond=0)
        await house.send(replace(anna.says("alt"), open_until=house.clock() + timedelta(hours=1)))
        held = await conversation_of(house, anna)
        assert await house.stores.main.read(lambda tx: windows.open_until(tx, held.id)) == wanted

    house.run(story())


# --- who it is --------------------------------------------------------------------------------------------------------


def test_who_is_renamed_keeps_conversation_and_what_waits(house: House, anna: Person) -> None:
    async def story() -> None:
        await meet(house, anna)
        before = await conversation_of(house, anna)
        row = await queue(house, anna)
        renamed = Renamed("telegram", anna.address, "neu")
        for _ in range(2):
            await house.inbox.rename([renamed, Renamed("telegram", "niemand", "auch-niemand")])
        anna.address = "neu"
        assert (await conversation_of(house, anna)).id == before.id
        sending, sender = relay(house)
        await sending.work()
        assert [(one.row, one.address) for one in sender.sent] == [(row, "neu")]

    house.run(story())


def test_nobody_is_moved_into_a_conversation_that_is_another_s(house: House, anna: Person) -> None:
    noor = Person(house.clock, channel="telegram")

    async def story() -> None:
        await meet(house, anna)
        await meet(house, noor)
        theirs = [(await conversation_of(house, each)).id for each in (anna, noor)]
        await house.inbox.rename([Renamed("telegram", anna.address, noor.address)])
        assert [(await conversation_of(house, each)).id for each in (anna, noor)] == theirs

    house.run(story())


def test_a_number_finds_its_conversation_once(house: House, anna: Person) -> None:
    def by_id(user_id: str, text: str) -> Inbound:
        return replace(anna.says(text), address=user_id, also=anna.address)

    async def story() -> tuple[int, int]:
        await meet(house, anna)
        await house.send(by_id("DE.a", "ich"), by_id("DE.b", "jemand anders"), by_id("DE.a", "wieder ich"))
        found = await house.stores.main.read(
            lambda tx: tx.execute(select(addresses.c.conversation_id).order_by(addresses.c.id)).scalars().all()
        )
        return len(found), len(set(found))

    assert house.run(story()) == (2, 2)


def test_the_old_schema_s_programs_leave_new_states_alone(house: House, anna: Person) -> None:
    """A rolling deploy: rows in states another version does not know are neither sent nor block what comes after."""

    async def story() -> list[str]:
        await meet(house, anna)
        row = await queue(house, anna, "eins")
        await house.stores.main.write(lambda tx: tx.execute(update(rows).where(rows.c.id == row).values(state="held")))
        await queue(house, anna, "zwei")
        sending, sender = relay(house)
        await sending.work()
        return [one.message.text for one in sender.sent]

    assert house.run(story()) == ["zwei"]
