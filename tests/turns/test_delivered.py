"""What stands in a messenger's chat: buttons that were answered go, traces are taken back (S57)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

import pytest

from bot.channels.contract import Button, Message, Outbound, OutboxClass, RetryAfter, SendOutcome, Sent, Uncertain
from bot.db import conversations, delivered, outbox
from bot.db.outbox import NewRow
from bot.db.store import Transaction
from bot.turns import outbox as relaying
from bot.turns.payload import encode_message
from tests.turns.conftest import PUSH, FakeSender, House, Person, conversation_of
from tests.turns.relaying import drain, meet, queue, relay_of, send_all, states, until

TAKES_BACK: Final = replace(PUSH, takes_back=timedelta(hours=48))
QUESTION: Final = Message("bot", "Frage", (Button("start.ja", "Ja"),))


def numbering() -> FakeSender:
    return FakeSender([Sent(str(100 + n)) for n in range(50)], capabilities=TAKES_BACK)


async def say(house: House, person: Person, message: Message, klass: OutboxClass = "flow") -> None:
    held = await conversation_of(house, person)

    def put(tx: Transaction) -> None:
        rows = [NewRow(klass, message.speaker, house.keys.seal_queue(held.ref, encode_message(message)))]
        outbox.add(tx, held.id, fence=held.fence, rows=rows, now=house.clock())

    await house.stores.main.write(put)


def test_buttons_go_with_the_answer_once_and_stay_while_we_only_tell_something(house: House, anna: Person) -> None:
    numbered = numbering()

    async def story() -> None:
        await meet(house, anna)
        await say(house, anna, QUESTION)
        await say(house, anna, Message("notice", "Noch zwei vor dir."))
        await say(house, anna, Message("bot", "Bist du noch da?"), klass="self_started")
        await say(house, anna, Message("bot", "Verstanden."))
        await say(house, anna, QUESTION)
        await say(house, anna, QUESTION)
        await say(house, anna, Message("counsellor", "Hallo, ich bin da."))
        await say(house, anna, Message("counsellor", "Wie geht es dir?"))
        await send_all(house, numbered)
        assert len(numbered.sent) == 8
        assert numbered.tidied == [(("100",), ()), (("104",), ()), (("105",), ())]

    house.run(story())


def test_buttons_stay_known_until_a_message_has_arrived(house: House, anna: Person) -> None:
    numbered = numbering()
    numbered.outcomes[1:2] = [RetryAfter(timedelta(seconds=5)), Uncertain(), Sent("101")]

    async def story() -> None:
        await meet(house, anna)
        await say(house, anna, QUESTION)
        await say(house, anna, QUESTION)
        await say(house, anna, QUESTION)
        tidied = []
        for _ in range(6):
            await send_all(house, numbered)
            house.clock.advance(seconds=10)
            tidied.append(list(numbered.tidied))
        assert [len(each) for each in tidied] == [0, 0, 2, 2, 2, 2]
        assert numbered.tidied == [(("100",), ()), (("101",), ())]

    house.run(story())


@pytest.mark.parametrize("goodbye", [Message("bot", "Tschüss.", leave=True), Message("bot", "Weg.", clear=True)])
def test_s57_what_both_wrote_in_two_days_is_taken_back_once(house: House, anna: Person, goodbye: Message) -> None:
    numbered = numbering()

    async def story() -> None:
        await meet(house, anna)
        await say(house, anna, Message("bot", "vor drei Tagen"))
        await send_all(house, numbered)
        house.clock.advance(days=3)
        await house.send(replace(anna.says("hallo"), removable="55"))
        house.clock.advance(seconds=2)
        await house.settle()
        await drain(house)
        await say(house, anna, Message("bot", "eben"))
        await send_all(house, numbered)
        await say(house, anna, goodbye)
        await say(house, anna, goodbye)
        await send_all(house, numbered)
        assert numbered.tidied == [((), ("55", "101")), ((), ("102",))]

    house.run(story())


def test_s57_what_stays_in_the_chat_is_tried_again_with_the_next_message(house: House, anna: Person) -> None:
    numbered = numbering()
    numbered.stays = {"100", "101"}

    async def story() -> None:
        await meet(house, anna)
        for message in (QUESTION, Message("bot", "Gut."), Message("bot", "Tschüss.", leave=True)):
            await say(house, anna, message)
        await send_all(house, numbered)
        numbered.stays = {"101"}
        for _ in range(3):
            await say(house, anna, Message("bot", "Weg.", leave=True))
        await send_all(house, numbered)
        assert numbered.tidied == [
            (("100",), ()),
            ((), ("100", "101")),
            ((), ("100", "101", "102")),
            ((), ("101", "103")),
            ((), ("101", "104")),
        ]

    house.run(story())


def test_tidying_that_breaks_or_hangs_neither_loses_nor_repeats_nor_holds_back_a_message(
    house: House, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message is noted before; the next one of the chat leaves meanwhile, and the process may end."""
    monkeypatch.setattr(relaying, "DRAIN_SECONDS", 0.1)

    class Hanging(FakeSender):
        async def tidy(self, address: str, retire: Sequence[str], take_back: Sequence[str]) -> frozenset[str]:
            self.tidied.append((tuple(retire), tuple(take_back)))
            if len(self.tidied) == 1:
                raise RuntimeError
            await asyncio.Event().wait()
            return frozenset()

    hanging = Hanging([Sent(str(100 + n)) for n in range(50)], capabilities=TAKES_BACK)

    async def story() -> None:
        await meet(house, anna)
        await say(house, anna, QUESTION)
        for _ in range(3):
            await say(house, anna, Message("bot", "Gut."))
        stop = asyncio.Event()
        running = asyncio.create_task(relay_of(house, hanging).run(stop))
        await until(lambda: len(hanging.tidied) == 3)
        stop.set()
        await asyncio.wait_for(running, 5)
        assert hanging.tidied == [(("100",), ())] * 3
        assert len(hanging.sent) == 4

    house.run(story())
    assert states(house)[-4:] == [("sent", None)] * 4


def test_a_trace_nobody_can_read_holds_back_nothing(house: House, anna: Person) -> None:
    numbered = numbering()

    async def story() -> None:
        await meet(house, anna)
        await say(house, anna, QUESTION)
        await send_all(house, numbered)
        held = await conversation_of(house, anna)

        def put(tx: Transaction) -> None:
            address = conversations.current_address(tx, held.id)
            assert address is not None
            delivered.add(tx, address.id, b"v1.gone.xxxx", buttons=True, now=house.clock())

        await house.stores.main.write(put)
        await say(house, anna, Message("bot", "112"), klass="emergency")
        assert (await send_all(house, numbered))[-1] == "112"
        assert numbered.tidied == [(("100",), ())], "and the others go"

    house.run(story())
    assert states(house)[-1] == ("sent", None)


def test_what_came_into_the_chat_while_a_message_was_on_its_way_keeps_its_buttons(house: House, anna: Person) -> None:
    """An emergency overtakes an answer that hangs; the answer, once it has arrived, is the older one."""
    on_its_way, go_on = asyncio.Event(), asyncio.Event()

    class Slow(FakeSender):
        async def send(self, outbound: Outbound) -> SendOutcome:
            if not outbound.urgent:
                on_its_way.set()
                await go_on.wait()
            return await super().send(outbound)

    slow = Slow([Sent("100"), Sent("101")], capabilities=TAKES_BACK)

    async def story() -> None:
        await meet(house, anna)
        await say(house, anna, Message("bot", "Gut."))
        first = asyncio.create_task(relay_of(house, slow).work())
        await on_its_way.wait()
        house.clock.advance(seconds=5)
        await say(house, anna, QUESTION, klass="emergency")
        await relay_of(house, slow).work()
        go_on.set()
        await first
        assert len(slow.sent) == 2 and slow.tidied == []

    house.run(story())


def test_s50_after_delete_all_the_goodbye_reaches_the_address_and_old_rows_are_refused(
    house: House, anna: Person
) -> None:
    numbered = numbering()

    async def story() -> None:
        await house.send(anna.starts())
        await house.settle()
        await send_all(house, numbered)
        old = await conversation_of(house, anna)
        await queue(house, anna, "from before")
        await house.talk(anna.taps("root.delete"))
        numbered.sent.clear()
        await house.send(anna.taps("my_data.delete.now"))
        await house.settle()
        sent = await send_all(house, numbered)
        assert (await conversation_of(house, anna)).id != old.id
        assert "from before" not in sent and sent
        assert {outbound.address for outbound in numbered.sent} == {anna.address}
        assert [outbound.message.clear for outbound in numbered.sent][-1]
        assert "100" in numbered.tidied[-1][1], "what was said before goes from the screen"
        await house.send(anna.says("hallo"))
        house.clock.advance(seconds=2)
        await house.settle()
        assert len(await send_all(house, numbered)) > len(sent), "the person can begin anew"

    house.run(story())
    assert ("refused", "gone") in states(house)
