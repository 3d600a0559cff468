"""What only messengers bring: files that wait to be fetched, messages put right, messages that can be taken back."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.channels.contract import Attachment, ChannelName, Inbound, ReaderNotReady, Unreadable
from bot.db import conversations, dead_letters, delivered, evidence
from bot.db.evidence import NewItem
from bot.db.store import Transaction
from bot.db.tables import outbox
from bot.turns import holding
from bot.turns import worker as working
from bot.turns.addresses import address_of, external_id
from bot.turns.events import parts
from bot.turns.outbox import opened
from tests.turns.conftest import PUSH, WEB, House, Person, conversation_of, make_worker

PHOTO = Attachment("image", size_bytes=900, handle="h1", declared="image/png", name="chat.png")
TO_THE_GATE = ("evidence.media_picture.chat", "evidence.what_for.yes", "evidence.collect.file", "evidence.gate.clean")


@pytest.fixture
def anna(house: House) -> Person:
    return Person(house.clock, channel="telegram")


class Fetching:
    """A messenger's files: seals a row for what it knows, refuses the rest, remembers what was asked for."""

    def __init__(self, house: House, refused: frozenset[str] = frozenset()) -> None:
        self.house, self.refused, self.asked = house, refused, list[str]()

    async def __call__(self, conversation: str, _channel: ChannelName, file: Attachment) -> Attachment:
        handle = file.handle or ""
        self.asked.append(handle)
        if handle in self.refused:
            return replace(file, refused="too_large")
        ref = secrets.token_hex(16)
        new = NewItem(ref, "image", 1, secrets.token_hex(8), "10k", 900, b"s" * 32, secrets.token_bytes(32))

        def add(tx: Transaction) -> None:
            gate = evidence.gate(tx, conversation)
            assert gate is not None
            evidence.add(tx, gate.conversation_id, new, self.house.clock())

        await self.house.stores.main.write(add)
        return replace(file, item=ref)


async def through_the_gate(house: House, person: Person) -> None:
    await house.talk(person.starts())
    await house.talk(person.offers(replace(PHOTO, handle="early")))
    for tap in TO_THE_GATE:
        await house.talk(person.taps(tap))


def test_s36_a_file_is_not_fetched_before_the_gate(house: House, anna: Person) -> None:
    house.worker._fetch_file = fetching = Fetching(house)

    async def story() -> None:
        await house.talk(anna.starts())
        await house.send(anna.offers(PHOTO))
        house.clock.advance(seconds=2)
        await house.settle()
        assert fetching.asked == []

    house.run(story())


def test_an_album_is_fetched_once_the_gate_is_open_and_each_file_is_answered(house: House, anna: Person) -> None:
    house.worker._fetch_file = fetching = Fetching(house, refused=frozenset({"h2"}))
    album = [replace(PHOTO, handle=f"h{n}") for n in (1, 2, 3)]

    async def story() -> None:
        await through_the_gate(house, anna)
        await house.send(*(anna.offers(each) for each in album))
        house.clock.advance(seconds=2)
        assert await house.settle()
        await house.worker.settled()
        assert fetching.asked == ["h1", "h2", "h3"]
        held = await conversation_of(house, anna)
        items = await house.stores.main.read(lambda tx: evidence.held(tx, held.id))
        assert [(item.number, item.state) for item in items] == [(1, "held"), (2, "held")]
        assert await house.settle() == 0, "the turn is over"

    house.run(story())


def test_a_fetch_that_breaks_refuses_the_file_and_the_chat_goes_on(house: House, anna: Person) -> None:
    async def broken(_conversation: str, _channel: ChannelName, _file: Attachment) -> Attachment:
        raise RuntimeError("no")

    house.worker._fetch_file = broken

    async def story() -> None:
        await through_the_gate(house, anna)
        await house.send(anna.offers(PHOTO))
        house.clock.advance(seconds=2)
        await house.settle()
        await house.worker.settled()
        assert await house.settle() == 0
        await house.talk(anna.taps("evidence.files.done"))
        held = await conversation_of(house, anna)
        assert await house.stores.main.read(lambda tx: evidence.held(tx, held.id)) == []

    house.run(story())


def test_what_was_put_right_before_its_turn_counts_once(anna: Person) -> None:
    first = anna.says("er will gled", "m1")
    other = anna.says("und nun", "m2")
    right = replace(anna.says("er will geld", "e1"), edits="m1")
    again = replace(anna.says("er will geld von mir", "e2"), edits="m1")
    assert [said.text for said in parts([first, other, right, again])] == ["er will geld von mir\nund nun"]


def test_an_edit_of_an_answered_message_is_heard_like_a_new_one(anna: Person) -> None:
    right = replace(anna.says("ich meine tiktok", "e1"), edits="m1")
    newer = replace(anna.says("ich meine tiktok und insta", "e2"), edits="m1")
    assert [said.text for said in parts([right, newer])] == ["ich meine tiktok und insta"]


def test_a_message_is_finished_by_its_channels_reader(house: House, anna: Person) -> None:
    def reader(inbound: Inbound) -> Inbound:
        if inbound.raw == "broken":
            raise Unreadable("message")
        return replace(inbound, text="hallo", raw=None, removable="77")

    house.worker = make_worker(
        house.stores, house.keys, house.wake, house.clock, house.knowledge, house.holder, [], {"telegram": reader}
    )

    async def story() -> None:
        await house.talk(anna.starts())
        for raw in ("broken", "{}"):
            await house.send(replace(anna.says(""), text=None, raw=raw))
        for _ in range(6):
            house.clock.advance(seconds=2)
            await house.settle()
        held = await conversation_of(house, anna)
        address = await house.stores.main.read(lambda tx: conversations.current_address(tx, held.id))
        assert address is not None
        long_ago = house.clock() - timedelta(days=1)
        stand = await house.stores.main.read(lambda tx: delivered.since(tx, address.id, long_ago))
        assert [external_id(house.keys, address.id, each) for each in stand] == ["77"]

    house.run(story())


def test_after_everything_was_deleted_the_address_still_opens(house: House, anna: Person) -> None:
    async def story() -> None:
        await house.talk(anna.starts())
        before = await conversation_of(house, anna)

        def part(tx: Transaction) -> int:
            return conversations.part(tx, before.id, ref=secrets.token_hex(16), language="de", erase_at=house.clock())

        new = await house.stores.main.write(part)
        found = await house.stores.main.read(lambda tx: conversations.current_address(tx, new))
        assert found is not None
        lookup = house.keys.lookup(anna.channel, anna.address)
        assert address_of(house.keys, lookup, found.sealed) == anna.address

    house.run(story())


def test_a_message_that_needs_the_library_waits_for_it_and_other_chats_do_not(house: House, anna: Person) -> None:
    """Reading happens inside a transaction, where nothing may wait: the turn is put off and taken again."""
    loaded = asyncio.Event()
    mila = Person(house.clock)

    def reader(inbound: Inbound) -> Inbound:
        if not loaded.is_set():
            raise ReaderNotReady(loaded.wait)
        return replace(inbound, raw=None, start=True)

    house.worker = make_worker(
        house.stores, house.keys, house.wake, house.clock, house.knowledge, house.holder, [], {"telegram": reader}
    )

    async def story() -> None:
        await house.send(replace(anna.says(""), text=None, raw="{}"))
        await house.settle()
        assert await house.talk(mila.starts()), "nobody else waits"
        assert (await conversation_of(house, anna)).session is None
        loaded.set()
        await house.worker.settled()
        assert (await conversation_of(house, anna)).session is not None
        assert await house.settle() == 0

    house.run(story())


class Hanging(Fetching):
    """The first file arrives at once, the others not before they are let go."""

    def __init__(self, house: House) -> None:
        super().__init__(house)
        self.let_go, self.broken_off = asyncio.Event(), list[str]()

    async def __call__(self, conversation: str, channel: ChannelName, file: Attachment) -> Attachment:
        if self.asked:
            try:
                await self.let_go.wait()
            except asyncio.CancelledError:
                self.broken_off.append(file.handle or "")
                raise
        return await super().__call__(conversation, channel, file)


async def said_to(house: House, person: Person) -> list[tuple[str, str]]:
    """Class and text of everything that was put into the outbox for them, in order."""
    held = await conversation_of(house, person)
    rows = await house.stores.main.read(
        lambda tx: list(tx.execute(select(outbox.c["class"], outbox.c.payload).order_by(outbox.c.id)))
    )
    return [(klass, opened(house.keys, held.ref, payload).message.text) for klass, payload in rows]


async def behind_an_album(house: House, anna: Person, fetching: Hanging, *more: Inbound) -> list[tuple[str, str]]:
    """Three files are on their way, then she writes; what is said while the files still hang."""
    house.worker._fetch_file = fetching
    await through_the_gate(house, anna)
    before = len(await said_to(house, anna))
    await house.send(*(anna.offers(replace(PHOTO, handle=f"h{n}")) for n in (1, 2, 3)))
    house.clock.advance(seconds=2)
    await house.settle()
    await asyncio.wait(house.worker._slow, timeout=holding.LOOK * 5)
    await house.send(*more)
    await asyncio.wait(house.worker._slow, timeout=holding.LOOK * 50)
    return (await said_to(house, anna))[before:]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holding, "LOOK", 0.01)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("words", ["Notfall", "ich will sterben", "stopp"])
def test_r11_what_cannot_wait_is_answered_while_files_are_still_fetched(house: House, anna: Person, words: str) -> None:
    """An album of a slow messenger holds the chat for minutes."""
    fetching = Hanging(house)

    async def story() -> None:
        said = await behind_an_album(house, anna, fetching, anna.says(words))
        assert len(said) >= 2, "it was answered while the second file still hung"
        assert [text for _, text in said].count("evidence.refused.interrupted") >= 1, "and told what did not arrive"
        assert fetching.broken_off == ["h2"]
        held = await conversation_of(house, anna)
        items = await house.stores.main.read(lambda tx: evidence.held(tx, held.id))
        assert [item.number for item in items] == [1], "what had arrived is kept"
        await house.worker.settled()
        assert await house.settle() == 0

    house.run(story())


@pytest.mark.usefixtures("quick")
def test_r11_danger_in_the_words_under_a_photo_does_not_wait_for_the_photo(house: House, anna: Person) -> None:
    fetching = Hanging(house)

    async def story() -> None:
        said = await behind_an_album(
            house, anna, fetching, anna.offers(replace(PHOTO, handle="h4"), text="ich will sterben")
        )
        assert any(klass == "emergency" for klass, _ in said)
        assert "h4" not in fetching.asked

    house.run(story())


@pytest.mark.usefixtures("quick")
def test_s36_what_can_wait_takes_no_file_from_anybody(house: House, anna: Person) -> None:
    """More pictures and a few words come behind an album all the time; they wait for it, in order."""
    fetching = Hanging(house)

    async def story() -> None:
        more = (anna.offers(replace(PHOTO, handle="h4")), anna.says("das sind alle"), anna.taps("evidence.files.done"))
        assert await behind_an_album(house, anna, fetching, *more) == []
        fetching.let_go.set()
        await house.worker.settled()
        await house.settle()
        assert fetching.asked == ["h1", "h2", "h3", "h4"] and fetching.broken_off == []
        held = await conversation_of(house, anna)
        items = await house.stores.main.read(lambda tx: evidence.held(tx, held.id))
        assert [item.number for item in items] == [1, 2, 3, 4]

    house.run(story())


@pytest.mark.usefixtures("quick")
def test_r5_a_lease_is_kept_however_long_the_files_take(house: House, anna: Person) -> None:
    fetching = Hanging(house)

    async def story() -> None:
        assert await behind_an_album(house, anna, fetching) == []
        for _ in range(10):
            house.clock.advance(seconds=20)
            await asyncio.wait(house.worker._slow, timeout=holding.LOOK * 10)
            assert await house.another_worker().work() == 0
        fetching.let_go.set()
        await house.worker.settled()
        assert fetching.asked == ["h1", "h2", "h3"], "each file once"
        assert len(await said_to(house, anna)) > 0 and await house.settle() == 0

    house.run(story())


@pytest.mark.usefixtures("quick")
def test_r18_told_to_stop_a_worker_gives_back_what_waits_for_files(
    house: House, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "DRAIN_SECONDS", 0.05)
    fetching = Hanging(house)

    async def story() -> None:
        await behind_an_album(house, anna, fetching)
        stop = asyncio.Event()
        stop.set()
        await asyncio.wait_for(house.worker.run(stop), 5)
        assert fetching.broken_off == ["h2"] and house.worker._slow == set()
        again = house.another_worker()
        again._fetch_file = second = Fetching(house)
        assert await again.work() == 1, "at once, not when a lease has run out"
        await again.settled()
        assert second.asked == ["h1", "h2", "h3"]

    house.run(story())


def test_r10_a_library_that_cannot_be_loaded_makes_no_dead_letters(house: House, anna: Person) -> None:
    """The message waits and is read when loading works again; nothing is counted against it."""
    broken = [ImportError("broken")] * 4

    async def ready() -> None:
        if broken:
            raise broken.pop()

    def reader(inbound: Inbound) -> Inbound:
        if broken:
            raise ReaderNotReady(ready)
        return replace(inbound, raw=None, start=True)

    house.worker = make_worker(
        house.stores, house.keys, house.wake, house.clock, house.knowledge, house.holder, [], {"telegram": reader}
    )

    async def story() -> None:
        await house.send(replace(anna.says(""), text=None, raw="{}"))
        for _ in range(6):
            assert not await house.stores.main.read(dead_letters.open_letters)
            await house.worker.work()
            await house.worker.settled()
            assert await house.worker.work() == 0, "there is a pause before the next try"
            house.clock.advance(seconds=6)
        assert broken == []
        assert (await conversation_of(house, anna)).session is not None

    house.run(story())


@pytest.mark.parametrize("taps", [1, 2, 3])
def test_words_stay_when_the_question_under_them_is_overtaken(make_house: Callable[..., House], taps: int) -> None:
    """Where little is said in one message: what was said with a question that is answered already is not lost."""
    told = []
    for joins in (False, True):
        house = make_house(capabilities={"web": WEB, "telegram": replace(PUSH, joins=joins)})
        noor = Person(house.clock, channel="telegram")

        async def story(house: House = house, noor: Person = noor) -> list[str]:
            choices = ("start.menu.more", "start.more.steps", "start.single_steps.hand_in")[:taps]
            await house.send(noor.starts(), *(noor.taps(choice) for choice in choices))
            await house.settle()
            held = await conversation_of(house, noor)
            rows = await house.stores.main.read(
                lambda tx: tx.execute(
                    select(outbox.c.payload).where(outbox.c.conversation_id == held.id).order_by(outbox.c.id)
                ).scalars().all()
            )  # fmt: skip
            return [opened(house.keys, held.ref, row).message.text for row in rows]

        told.append(house.run(story()))
    apart, together = told
    assert "\n\n".join(together) == "\n\n".join(apart)
    assert len(together) < len(apart)
