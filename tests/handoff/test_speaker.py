"""Who speaks now, in the database: the same on SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
import secrets
from datetime import timedelta

import pytest

from bot.cases.facts import CaseRef, StaffRef
from bot.db import cases, conversations, outbox, staff
from bot.db.store import Stores, Transaction
from bot.handoff.rules import GONE_AFTER, Claimed, LostTo, NotOpen, order
from bot.handoff.rules import position as pure_position
from tests.conftest import StandingClock

pytestmark = pytest.mark.anyio


def member(tx: Transaction, handle: str, clock: StandingClock, languages: str = "de") -> int:
    ref = StaffRef(secrets.token_hex(16))
    return staff.add(tx, ref=ref, handle=handle, role="counsellor", languages=languages.split(), now=clock())


def person(tx: Transaction, clock: StandingClock, *, language: str = "de", waits: bool = True) -> tuple[int, CaseRef]:
    address = conversations.NewAddress("web", secrets.token_bytes(32), "k", b"sealed")
    ref = secrets.token_hex(16)
    made = conversations.create(tx, ref=ref, language=language, address=address, now=clock())  # type: ignore[arg-type]  # de or nl
    conversation = made.conversation.id
    _, case = cases.open_case(
        tx, conversation, ref=secrets.token_hex(16), language=language, channel="web", now=clock()
    )
    if waits:
        cases.request_human(tx, conversation, clock())
    return conversation, case


def bot_says(tx: Transaction, conversation: int, fence: int, clock: StandingClock) -> None:
    outbox.add(tx, conversation, fence=fence, rows=[outbox.NewRow("flow", "bot", b"sealed")], now=clock())


async def test_r16_a_hundred_parallel_claims_have_one_winner_in_each_of_fifty_cases(
    stores: Stores, clock: StandingClock
) -> None:
    team = await stores.main.write(lambda tx: [member(tx, f"c{n}", clock) for n in range(100)])
    people = await stores.main.write(lambda tx: [person(tx, clock) for _ in range(50)])
    for conversation, ref in people:
        await stores.main.write(lambda tx, c=conversation: bot_says(tx, c, 0, clock))
        results = await asyncio.gather(
            *(stores.main.write(lambda tx, m=each, r=ref: cases.claim(tx, r, m, clock())) for each in team)
        )
        won = [n for n, result in enumerate(results) if isinstance(result, Claimed)]
        assert len(won) == 1
        winner = won[0]
        assert {result for n, result in enumerate(results) if n != winner} == {LostTo(f"c{winner}")}
        loser = team[(winner + 1) % 100]

        def refused(
            tx: Transaction, *, c: int = conversation, r: CaseRef = ref, w: int = winner, x: int = loser
        ) -> None:
            assert cases.may_speak(tx, r, x, 1) is None, "the loser"
            assert cases.may_speak(tx, r, team[w], 0) is None, "the winner's old tab"
            assert cases.may_speak(tx, r, team[w], 1) == c
            assert outbox.add_counsellor(tx, c, sealed=b"x", fence=0, now=clock()) is None
            assert outbox.pending(tx, c) == [], "what the bot still had to say"

        await stores.main.write(refused)


async def test_waiting_does_not_silence_the_bot(stores: Stores, clock: StandingClock) -> None:
    conversation, ref = await stores.main.write(lambda tx: person(tx, clock, waits=False))
    await stores.main.write(lambda tx: bot_says(tx, conversation, 0, clock))
    await stores.main.write(lambda tx: cases.request_human(tx, conversation, clock()))
    case = await stores.main.read(lambda tx: cases.find(tx, ref))
    assert case is not None and (case.holder, case.fence) == ("waiting", 0)
    assert len(await stores.main.read(lambda tx: outbox.pending(tx, conversation))) == 1


async def test_asking_again_keeps_the_place_and_leaving_gives_it_up(stores: Stores, clock: StandingClock) -> None:
    conversation, ref = await stores.main.write(lambda tx: person(tx, clock))
    since = clock()
    clock.advance(minutes=9)
    await stores.main.write(lambda tx: cases.request_human(tx, conversation, clock()))
    case = await stores.main.read(lambda tx: cases.find(tx, ref))
    assert case is not None and case.waiting_since == since
    await stores.main.write(lambda tx: cases.leave_queue(tx, conversation))
    case = await stores.main.read(lambda tx: cases.find(tx, ref))
    assert case is not None and (case.holder, case.waiting_since, case.state) == ("bot", None, "open")


async def test_giving_back_passes_the_fence_on(stores: Stores, clock: StandingClock) -> None:
    jana, ole = await stores.main.write(lambda tx: (member(tx, "jana", clock), member(tx, "ole", clock)))
    _, ref = await stores.main.write(lambda tx: person(tx, clock))
    write = stores.main.write
    assert await write(lambda tx: cases.claim(tx, ref, jana, clock())) == Claimed(1)
    assert await write(lambda tx: cases.transfer(tx, ref, jana, 1, colleague_id=ole, now=clock())) == Claimed(2)
    assert await write(lambda tx: cases.hand_back(tx, ref, jana, 1, to="bot")) == LostTo("ole")
    assert await write(lambda tx: cases.hand_back(tx, ref, ole, 1, to="bot")) == NotOpen(), "an old tab"
    assert await write(lambda tx: cases.hand_back(tx, ref, ole, 2, to="waiting")) == Claimed(3)
    case = await stores.main.read(lambda tx: cases.find(tx, ref))
    assert case is not None and case.waiting_since is not None and case.holder == "waiting"
    assert await write(lambda tx: cases.claim(tx, ref, jana, clock())) == Claimed(4)
    assert await write(lambda tx: cases.close(tx, ref, jana, 4, clock())) == Claimed(5)
    assert await write(lambda tx: cases.claim(tx, ref, jana, clock())) == NotOpen()


async def test_r17_only_a_counsellor_who_has_gone_loses_the_chat(stores: Stores, clock: StandingClock) -> None:
    write, read = stores.main.write, stores.main.read
    jana, ole, kim = await write(lambda tx: tuple(member(tx, each, clock) for each in ("jana", "ole", "kim")))
    cases_of = {each: (await write(lambda tx: person(tx, clock)))[1] for each in (jana, ole, kim)}
    waits_since = clock()
    for each, ref in cases_of.items():
        clock.advance(seconds=1)
        await write(lambda tx, m=each, r=ref: cases.claim(tx, r, m, clock()))

    async def alone() -> list[int]:
        return [held.staff_id for held in await read(lambda tx: cases.left_alone(tx, clock() - GONE_AFTER))]

    assert await alone() == [], "taken a moment ago, from a page without a stream"
    clock.advance(minutes=6)
    here = await read(lambda tx: staff.find_by_handle(tx, "ole"))
    gone = await read(lambda tx: staff.find_by_handle(tx, "kim"))
    assert here is not None and gone is not None
    await write(lambda tx: (staff.seen(tx, here, clock()), staff.seen(tx, gone, clock())))
    assert await alone() == [jana]
    await write(lambda tx: staff.deactivate(tx, gone.ref))
    assert await alone() == [jana, kim], "a page that is open is no excuse for an account that has ended"
    (first, *_) = await read(lambda tx: cases.left_alone(tx, clock() - GONE_AFTER))
    assert await write(lambda tx: cases.take_back(tx, first, clock()))
    assert not await write(lambda tx: cases.take_back(tx, first, clock())), "no longer theirs"
    case = await read(lambda tx: cases.find(tx, cases_of[jana]))
    assert case is not None and (case.holder, case.counsellor_id, case.waiting_since) == ("waiting", None, waits_since)
    assert await write(lambda tx: cases.may_speak(tx, cases_of[jana], jana, first.fence)) is None, "an old tab"
    assert await write(lambda tx: cases.claim(tx, cases_of[jana], ole, clock())) == Claimed(first.fence + 2)


async def test_what_asked_to_be_deleted_has_left_the_desk(stores: Stores, clock: StandingClock) -> None:
    jana = await stores.main.write(lambda tx: member(tx, "jana", clock))
    conversation, ref = await stores.main.write(lambda tx: person(tx, clock))

    def part(tx: Transaction) -> None:
        new = secrets.token_hex(16)
        conversations.part(tx, conversation, ref=new, language="de", erase_at=clock() + timedelta(hours=24))

    await stores.main.write(part)
    assert await stores.main.write(lambda tx: cases.claim(tx, ref, jana, clock())) == NotOpen()
    assert await stores.main.read(lambda tx: cases.find(tx, ref)) is None
    assert await stores.main.read(cases.queue) == []
    assert await stores.main.read(lambda tx: cases.position(tx, conversation)) is None


async def test_position_in_the_database_is_the_rule(stores: Stores, clock: StandingClock) -> None:
    people = []
    for n in range(12):
        clock.advance(seconds=7)
        language = "nl" if n % 3 == 0 else "de"
        people.append(await stores.main.write(lambda tx, each=language: person(tx, clock, language=each)))
    for conversation, _ in people[5:12:3]:
        await stores.main.write(lambda tx, c=conversation: cases.set_urgent(tx, c, urgent=True))
    found = await stores.main.read(cases.queue)
    assert [each.urgent for each in order(found)].count(True) == 3
    for conversation, ref in people:
        assert await stores.main.read(lambda tx, c=conversation: cases.position(tx, c)) == pure_position(found, ref)


async def test_a_team_is_here_while_a_page_of_it_is_open(stores: Stores, clock: StandingClock) -> None:
    await stores.main.write(lambda tx: member(tx, "jana", clock, "de"))
    jana = await stores.main.read(lambda tx: staff.find_by_handle(tx, "jana"))
    assert jana is not None
    for _ in range(2):
        await stores.main.write(lambda tx: staff.seen(tx, jana, clock()))
    assert await stores.main.read(lambda tx: staff.staffed(tx, "de", clock()))
    assert not await stores.main.read(lambda tx: staff.staffed(tx, "nl", clock()))
    clock.advance(seconds=89)
    assert await stores.main.read(lambda tx: staff.staffed(tx, "de", clock()))
    clock.advance(seconds=1)
    assert not await stores.main.read(lambda tx: staff.staffed(tx, "de", clock()))


async def test_a_case_that_opens_again_can_be_taken_again(stores: Stores, clock: StandingClock) -> None:
    """An ended chat becomes a crisis: whoever sees it in the desk must be able to take it over."""

    def end_and_return(tx: Transaction) -> object:
        jana, colleague = member(tx, "jana", clock), member(tx, "kim", clock)
        conversation, ref = person(tx, clock)
        claimed = cases.claim(tx, ref, jana, clock())
        assert isinstance(claimed, Claimed)
        cases.close(tx, ref, jana, claimed.fence, clock())
        cases.open_case(tx, conversation, ref="unused", language="de", channel="web", now=clock())
        return cases.claim(tx, ref, colleague, clock())

    assert isinstance(await stores.main.write(end_and_return), Claimed)
