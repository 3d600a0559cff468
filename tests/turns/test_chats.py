"""What a page that fetches its answers may know and do."""

from __future__ import annotations

import asyncio

from sqlalchemy import select

from bot.db.tables import outbox
from bot.turns import codes
from tests.turns.conftest import House, Person, claim, conversation_of


def payloads(house: House) -> list[bytes | None]:
    return list(asyncio.run(house.stores.main.read(lambda tx: tx.execute(select(outbox.c.payload)).scalars().all())))


def test_rows_come_again_until_they_are_acknowledged_and_then_hold_nothing(house: House, mila: Person) -> None:
    async def story() -> None:
        await house.send(mila.starts())
        await house.settle()
        first = await house.chats.pending(mila.address)
        assert await house.chats.pending(mila.address) == first
        await house.chats.acknowledge(mila.address, [row.row for row in first])
        assert await house.chats.pending(mila.address) == []

    house.run(story())
    assert set(payloads(house)) == {None}


def test_s49_an_open_question_that_was_not_acknowledged_is_there_after_a_reload(house: House, mila: Person) -> None:
    async def story() -> None:
        await house.send(mila.starts())
        await house.settle()
        *said, question = await house.chats.pending(mila.address)
        await house.chats.acknowledge(mila.address, [row.row for row in said])
        assert await house.chats.pending(mila.address) == [question]
        assert question.message.buttons

    house.run(story())


def test_nobody_can_acknowledge_what_belongs_to_another_chat(house: House, mila: Person) -> None:
    other = Person(house.clock)

    async def story() -> None:
        await house.send(mila.starts(), other.starts())
        await house.settle()
        hers = await house.chats.pending(mila.address)
        await house.chats.acknowledge(other.address, [row.row for row in hers])
        assert await house.chats.pending(mila.address) == hers
        assert await house.chats.pending("nobody") == []
        assert await house.chats.find("nobody") is None

    house.run(story())


def test_a_damaged_row_is_left_out_and_the_others_arrive(house: House, mila: Person) -> None:
    async def story() -> None:
        await house.send(mila.starts())
        await house.settle()
        rows = await house.chats.pending(mila.address)
        broken = outbox.update().where(outbox.c.id == rows[0].row).values(payload=b"v1.x.damaged")
        await house.stores.main.write(lambda tx: tx.execute(broken))
        assert await house.chats.pending(mila.address) == rows[1:]

    house.run(story())


def test_a_resume_code_opens_the_same_conversation_under_a_new_address(house: House, mila: Person) -> None:
    async def story() -> None:
        await house.talk(mila.starts())
        before = await conversation_of(house, mila)
        code = await house.chats.fresh_code(mila.address)
        assert code is not None
        typed = code.lower().replace("-", " ").replace("0", "o")
        assert await house.chats.resume(typed, "new-page")
        assert await house.chats.find("new-page") == before.ref
        assert await house.chats.find(mila.address) is None
        assert await house.chats.resume(code, "new-page"), "delivered again it changes nothing"
        await house.chats.fresh_code("new-page")
        assert not await house.chats.resume(code, "third-page")
        assert not await house.chats.resume("not a code", "third-page")
        assert await house.chats.fresh_code("nobody") is None

    house.run(story())


def test_resume_codes_have_eighty_bits_and_expire_with_the_session(house: House, mila: Person) -> None:
    assert len(codes.ALPHABET) == 32 and codes.LETTERS * 5 >= 80
    assert len({codes.fresh() for _ in range(1000)}) == 1000

    async def story() -> None:
        await house.talk(mila.starts())
        code = await house.chats.fresh_code(mila.address)
        house.clock.advance(days=31)
        assert not await house.chats.resume(code or "", "new-page")

    house.run(story())


def test_answers_from_before_a_takeover_are_never_shown_after_it(house: House, mila: Person) -> None:
    async def story() -> None:
        await house.send(mila.starts())
        await house.settle()
        assert await house.chats.pending(mila.address)
        await claim(house, mila)
        assert await house.chats.pending(mila.address) == []

    house.run(story())
