"""The same conversation over another channel: the link a messenger shows, what the web chat then asks, an old link."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.channels.contract import CARRIED_ON, Message, NotSent
from bot.channels.web.inbound import carried_on
from bot.db import outbox
from bot.db.resume import VALID_IN_MESSENGER, WORN_OUT_AFTER
from bot.turns.chats import Chats
from bot.turns.outbox import Relay
from bot.turns.payload import encode_message
from tests.turns.conftest import FakeSender, House, Person, claim, conversation_of, texts

CHANNEL_LINE = "start.tell.channel.cloud"


@pytest.fixture
def anna(house: House) -> Person:
    return Person(house.clock, channel="telegram")


async def shown(house: House, sender: FakeSender | None = None) -> list[Message]:
    """Everything the messenger has been given, oldest first."""
    sender = sender or FakeSender()
    relay = Relay(house.stores.main, house.keys, house.wake, house.clock, {"telegram": sender}, random.Random(1))  # type: ignore[arg-type]  # a wake that wakes nobody
    while await relay.work():
        pass
    return [outbound.message for outbound in sender.sent]


def telegram_of(house: House) -> Chats:
    return Chats(house.stores.main, house.keys, house.clock, "telegram", house.wake)  # type: ignore[arg-type]  # as above


async def moves(house: House, code: str | None, person: Person) -> None:
    """By the code to the messenger, as its door does it."""
    assert await telegram_of(house).resume(code or "", person.address)
    await house.send(replace(person.starts(), topic=CARRIED_ON))
    house.clock.advance(seconds=2)
    await house.settle()


async def jana_says(house: House, person: Person, text: str) -> None:
    """A counsellor holds the chat and writes; nobody has fetched it yet."""
    fence = await claim(house, person)
    held = await conversation_of(house, person)
    sealed = house.keys.seal_queue(held.ref, encode_message(Message("counsellor", text)))
    added = await house.stores.main.write(
        lambda tx: outbox.add_counsellor(tx, held.id, sealed=sealed, fence=fence, now=house.clock())
    )
    assert added is not None


async def begins(house: House, person: Person) -> list[Message]:
    for inbound in (person.starts(), person.taps("start.hello.blackmail")):
        await house.send(inbound)
        house.clock.advance(seconds=2)
        await house.settle()
    return await shown(house)


def test_a_messenger_gets_the_link_below_the_words_about_who_reads_along(house: House, anna: Person) -> None:
    messages = house.run(begins(house, anna))
    [line] = [message for message in messages if message.code is not None]
    assert line.text == CHANNEL_LINE
    assert messages.index(line) < [message.text for message in messages].index("threat.safe.question")
    held = house.run(conversation_of(house, anna))
    told = house.holder.open_turns(house.stores, held.ref)
    assert line.code not in str(told), "a code is a secret of the person"


def test_the_page_of_the_link_asks_what_was_open(house: House, anna: Person) -> None:
    async def story() -> None:
        [line] = [message for message in await begins(house, anna) if message.code]
        assert await house.chats.resume(line.code or "", "a-page")
        await house.send(carried_on("a-page", house.clock()))
        await house.settle()
        rows = await house.fetch("a-page")
        assert [row.message.text for row in rows] == ["root.carried_on.private", "threat.safe.question"]
        assert [button.id for button in rows[-1].message.buttons][:2] == ["threat.safe.yes", "threat.safe.no"]
        page = Person(house.clock, address="a-page")
        assert (await house.talk(page.taps("threat.safe.yes")))[-1].message.text == "threat.meeting.question"

    house.run(story())


def test_a_link_that_led_elsewhere_is_soon_worth_nothing(house: House, anna: Person) -> None:
    async def story() -> None:
        [line] = [message for message in await begins(house, anna) if message.code]
        code = line.code or ""
        assert await house.chats.resume(code, "a-page")
        house.clock.advance(seconds=(WORN_OUT_AFTER - timedelta(minutes=1)).total_seconds())
        assert await house.chats.resume(code, "the-page-again"), "the answer to the first try may have been lost"
        house.clock.advance(minutes=2)
        assert not await house.chats.resume(code, "somebody-with-the-phone")

    house.run(story())


def test_a_code_used_within_the_web_chat_stays_good(house: House, mila: Person) -> None:
    async def story() -> None:
        await house.talk(mila.starts())
        code = await house.chats.fresh_code(mila.address)
        assert await house.chats.resume(code or "", "a-laptop")
        house.clock.advance(days=2)
        assert await house.chats.resume(code or "", "a-phone")

    house.run(story())


def test_a_code_the_bot_gives_in_the_web_chat_comes_with_the_words_about_it(house: House, mila: Person) -> None:
    async def story() -> None:
        await house.talk(mila.starts())
        offered = (await house.talk(mila.taps("root.human")))[-1].message.buttons
        [message] = [button.id for button in offered if button.id.endswith(".message")]
        for choice in (message, "about_you.phone_seen_ask.only_me"):
            await house.talk(mila.taps(choice))
        said = await house.talk(mila.says("bitte meldet euch"))
        assert [row.message.text for row in said if row.message.code] == ["human.message_taken.answer_code"]

    house.run(story())


def test_whoever_writes_in_the_messenger_again_is_answered_there(house: House, anna: Person) -> None:
    async def story() -> None:
        [line] = [message for message in await begins(house, anna) if message.code]
        assert await house.chats.resume(line.code or "", "a-page")
        await house.send(anna.taps("threat.safe.yes"))
        await house.settle()
        assert [message.text for message in await shown(house)] == ["threat.meeting.question"]
        assert await house.chats.find("a-page") is None, "the page learns that the chat goes on elsewhere"

    house.run(story())


def test_a_link_leads_back_to_the_messenger_one_came_from(house: House, anna: Person) -> None:
    async def story() -> None:
        [line] = [message for message in await begins(house, anna) if message.code]
        assert await house.chats.resume(line.code or "", "a-page")
        code = await house.chats.fresh_code("a-page")
        in_telegram = telegram_of(house)
        assert await in_telegram.resume(code or "", anna.address)
        assert await in_telegram.find(anna.address) is not None

    house.run(story())


def test_what_a_counsellor_wrote_follows_to_the_messenger(house: House, mila: Person, anna: Person) -> None:
    async def story() -> None:
        await house.talk(mila.starts())
        code = await house.chats.fresh_code(mila.address)
        await jana_says(house, mila, "Hallo, hier ist Jana")
        house.clock.advance(days=2)
        house.wake.notices.clear()
        await moves(house, code, anna)
        assert ("outbox", "") in house.wake.notices
        assert "Hallo, hier ist Jana" in [message.text for message in await shown(house, FakeSender([NotSent()]))]
        house.clock.advance(minutes=2)
        assert "Hallo, hier ist Jana" in [message.text for message in await shown(house)], "it is as new here"
        assert await house.chats.pending(mila.address) == []

    house.run(story())


def test_what_a_counsellor_wrote_follows_to_the_web_chat(house: House, anna: Person) -> None:
    async def story() -> None:
        [line] = [message for message in await begins(house, anna) if message.code]
        await jana_says(house, anna, "Hallo, hier ist Jana")
        assert await house.chats.resume(line.code or "", "a-page")
        assert texts(await house.fetch("a-page")) == ["Hallo, hier ist Jana"]
        assert await shown(house) == []

    house.run(story())


def test_what_waits_on_a_page_follows_who_writes_in_the_messenger_again(house: House, anna: Person) -> None:
    async def story() -> None:
        [line] = [message for message in await begins(house, anna) if message.code]
        assert await house.chats.resume(line.code or "", "a-page")
        await jana_says(house, Person(house.clock, address="a-page"), "Hallo, hier ist Jana")
        house.wake.notices.clear()
        await house.send(anna.says("bin wieder hier"))
        assert ("outbox", "") in house.wake.notices
        assert [message.text for message in await shown(house)] == ["Hallo, hier ist Jana"]

    house.run(story())


def test_what_waits_for_the_messenger_follows_who_writes_on_the_page_again(house: House, anna: Person) -> None:
    async def story() -> None:
        page = Person(house.clock)
        await house.talk(page.starts())
        await moves(house, await house.chats.fresh_code(page.address), anna)
        await shown(house)
        await jana_says(house, anna, "Hallo, hier ist Jana")
        ref = (await conversation_of(house, anna)).ref
        house.wake.notices.clear()
        await house.send(page.says("bin wieder hier"))
        assert ("web", ref) in house.wake.notices
        assert texts(await house.fetch(page.address)) == ["Hallo, hier ist Jana"]

    house.run(story())


def test_words_nobody_fetched_follow_and_the_open_question_is_asked_once(
    house: House, mila: Person, anna: Person
) -> None:
    async def story() -> None:
        await house.talk(mila.starts())
        code = await house.chats.fresh_code(mila.address)
        await house.send(mila.taps("start.hello.blackmail"))
        await house.settle()
        waiting = await house.chats.pending(mila.address)
        assert len(waiting) > 1 and waiting[-1].message.buttons
        await moves(house, code, anna)
        told = [message.text for message in await shown(house)]
        assert told[: len(waiting) - 1] == texts(waiting)[:-1]
        assert told.count(waiting[-1].message.text) == 1

    house.run(story())


def test_a_start_delivered_again_carries_on_as_the_first_one_did(house: House, mila: Person, anna: Person) -> None:
    async def story() -> None:
        await house.talk(mila.starts())
        await house.talk(mila.taps("start.hello.blackmail"))
        code = await house.chats.fresh_code(mila.address)
        assert await telegram_of(house).resume(code or "", anna.address), "then the process dies"
        await moves(house, code, anna)
        told = [message.text for message in await shown(house)]
        assert told[0].startswith("root.carried_on") and told[-1] == "threat.safe.question"

    house.run(story())


def test_a_link_in_a_messenger_is_good_for_an_hour(house: House, anna: Person) -> None:
    async def story() -> None:
        [line] = [message for message in await begins(house, anna) if message.code]
        house.clock.advance(seconds=(VALID_IN_MESSENGER - timedelta(minutes=3)).total_seconds())
        assert await house.chats.resume(line.code or "", "a-page")
        house.clock.advance(minutes=5)
        assert not await house.chats.resume(line.code or "", "another-page"), "a used one lives no longer for it"

    house.run(story())


def test_a_link_nobody_used_within_the_hour_is_worth_nothing(house: House, anna: Person) -> None:
    async def story() -> None:
        [line] = [message for message in await begins(house, anna) if message.code]
        house.clock.advance(seconds=(VALID_IN_MESSENGER + timedelta(minutes=1)).total_seconds())
        assert not await house.chats.resume(line.code or "", "a-page")

    house.run(story())
