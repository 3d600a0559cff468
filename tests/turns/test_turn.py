"""A whole turn against a real store: decided once, all or nothing, sealed."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import func, select, update

from bot.channels.contract import Attachment
from bot.db import cases, evidence, inbox
from bot.db import conversations as people
from bot.db.evidence import NewItem
from bot.db.store import Transaction
from bot.db.tables import cases as cases_table
from bot.db.tables import consents, conversations, outbox, timers, transcript
from bot.turns import turn as turn_module
from bot.turns.before import Prepared
from bot.turns.memory import recall
from bot.turns.payload import encode_internal
from tests.turns.conftest import CHARTS, COUNSELLOR, House, Person, claim, conversation_of, texts


def rows_of(house: House, table: Any) -> list[Any]:
    return asyncio.run(house.stores.main.read(lambda tx: list(tx.execute(select(table)).all())))


def entries(house: House) -> list[dict[str, Any]]:
    [ref] = house.holder.identities
    return house.holder.open_turns(house.stores, ref)


async def tell(house: House, person: Person, change: Any) -> None:
    held = await conversation_of(house, person)

    def put(tx: Transaction) -> None:
        inbox.store_internal(tx, held.id, house.keys.seal_queue(held.ref, encode_internal(change)), house.clock())

    await house.stores.main.write(put)
    await house.settle()


def test_first_contact_is_answered_and_names_what_it_answers(house: House, mila: Person) -> None:
    async def story() -> None:
        start = mila.starts()
        await house.send(start)
        assert await house.settle() == 1
        rows = await house.fetch(mila.address)
        assert rows[-1].answers == (start.external_id,)
        assert rows[-1].message.buttons
        assert ("web", (await conversation_of(house, mila)).ref) in house.wake.notices

    house.run(story())


def test_both_sides_of_a_turn_are_one_sealed_envelope(house: House, mila: Person) -> None:
    house.run(house.talk(mila.starts()))
    rows = house.run(house.talk(mila.taps("start.menu.more")))
    sealed = rows_of(house, transcript)
    assert [row.seq for row in sealed] == [1, 2]
    said = entries(house)
    assert said[-2]["from"] == "person" or said[-1]["text"] == rows[-1].message.text
    assert {"from": "person", "text": "start.menu.more.label"} not in said
    assert said[-1]["buttons"] == [button.label for button in rows[-1].message.buttons]


def test_r2_a_turn_that_dies_in_the_middle_leaves_nothing_and_is_taken_again(
    house: House, mila: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    class PowerCut(Exception):
        pass

    steps = ["outbox.add", "transcript.add", "conversations.save", "inbox.finish", "conversations.give_back"]
    house.run(house.talk(mila.starts()))
    before = (rows_of(house, conversations)[0].session, len(rows_of(house, outbox)), len(rows_of(house, transcript)))
    house.run(house.send(mila.taps("start.menu.human")))
    for step in steps:
        module, name = step.split(".")
        with monkeypatch.context() as patched:

            def cut(*_: Any, **__: Any) -> None:
                raise PowerCut

            patched.setattr(getattr(turn_module, module), name, cut)
            with pytest.raises(PowerCut):
                [leased] = house.run(_lease(house))
                house.run(house.worker._take(leased, "t", Prepared()))
        after = (rows_of(house, conversations)[0].session, len(rows_of(house, outbox)), len(rows_of(house, transcript)))
        assert after == before, step
        assert len(rows_of(house, cases_table)) == 0
        house.clock.advance(seconds=31)
    house.run(house.settle())
    assert house.run(house.fetch(mila.address))
    assert len(rows_of(house, transcript)) == before[2] + 1


async def _lease(house: House) -> list[people.Leased]:
    now = house.clock()
    from bot.turns.worker import LEASE

    return await house.stores.main.write(
        lambda tx: people.lease_due(tx, token="t", now=now, until=now + LEASE, limit=9)
    )


def test_a_question_that_is_overtaken_in_its_turn_is_not_asked(house: House, mila: Person) -> None:
    house.run(house.talk(mila.starts()))
    rows = house.run(house.talk(mila.says("hm"), mila.taps("start.menu.more")))
    assert sum(bool(row.message.buttons) for row in rows) == 1
    assert len(rows[-1].answers) == 2


def test_crisis_answer_is_class_emergency_and_alerts(house: House, mila: Person) -> None:
    house.run(house.talk(mila.starts()))
    house.run(house.send(mila.says("ich will nicht mehr leben")))
    house.run(house.settle())
    assert {row._mapping["class"] for row in rows_of(house, outbox) if row.state == "ready"} == {"emergency"}
    [case] = rows_of(house, cases_table)
    assert case.urgent and case.summary
    assert ("desk", case.ref) in house.wake.notices


def test_s33_timer_names_do_not_tell_the_flow(house: House, mila: Person) -> None:
    house.run(house.talk(mila.starts()))
    house.run(house.talk(mila.says("ich will nicht mehr leben")))
    for row in rows_of(house, timers):
        assert b"safety" not in row.payload
        bytes.fromhex(row.name)


# --- a counsellor speaks ---------------------------------------------------------------------------------


def test_while_a_counsellor_speaks_the_bot_is_silent_and_the_desk_is_told(house: House, mila: Person) -> None:
    async def story() -> None:
        await house.talk(mila.starts())
        await claim(house, mila)
        house.wake.notices.clear()
        assert await house.talk(mila.says("ich weiss nicht weiter")) == []
        assert any(topic == "desk" and ref for topic, ref in house.wake.notices)

    house.run(story())
    assert entries(house)[-1]["text"] == "ich weiss nicht weiter"
    assert rows_of(house, cases_table)[0].unread


def test_danger_while_a_counsellor_speaks_alarms_and_the_bot_stays_silent(house: House, mila: Person) -> None:
    async def story() -> None:
        await house.talk(mila.starts())
        await claim(house, mila)
        assert await house.talk(mila.says("ich will nicht mehr leben")) == []

    house.run(story())
    assert rows_of(house, cases_table)[0].urgent


@pytest.mark.parametrize("word", ["stopp", "alles löschen", "112"])
def test_reserved_words_work_while_a_counsellor_speaks(house: House, mila: Person, word: str) -> None:
    async def story() -> None:
        await house.talk(mila.starts())
        await claim(house, mila)
        assert await house.talk(mila.says(word))

    house.run(story())


def test_joining_and_return_are_one_line_each_and_marked_as_notice(house: House, mila: Person) -> None:
    async def story() -> None:
        await house.talk(mila.starts())
        fence = await claim(house, mila)
        await tell(house, mila, "joined")
        [joined] = await house.fetch(mila.address)
        assert (joined.message.speaker, joined.message.text) == ("notice", "root.joined")
        case = await house.stores.main.read(lambda tx: tx.execute(select(cases_table.c.ref)).scalar_one())
        await house.stores.main.write(lambda tx: cases.hand_back(tx, case, COUNSELLOR, fence, to="bot"))
        await tell(house, mila, "returned")
        back = await house.fetch(mila.address)
        assert back[0].message.text == "root.handed_back"
        assert await house.talk(mila.says("hallo"))

    house.run(story())


def test_r16_an_answer_decided_before_the_takeover_is_refused_after_it(house: House, mila: Person) -> None:
    async def story() -> None:
        await house.talk(mila.starts())
        await house.send(mila.taps("start.menu.more"))
        await house.settle()
        await claim(house, mila)
        assert await house.fetch(mila.address) == []
        await tell(house, mila, "joined")
        assert texts(await house.fetch(mila.address)) == ["root.joined"]

    house.run(story())
    assert {row.reason for row in rows_of(house, outbox) if row.state == "refused"} == {"stale"}


# --- evidence --------------------------------------------------------------------------------------------


def arrive(house: House, person: Person, ref: str) -> None:
    """A file lies sealed in the vault, as `UploadDesk` leaves it."""
    held = house.run(conversation_of(house, person))
    item = NewItem(ref, "image", 1, "0" * 32, "100k", 5_000, b"s" * 32, ref.encode())
    asyncio.run(house.stores.main.write(lambda tx: evidence.add(tx, held.id, item, house.clock())))


def test_a_sealed_file_gets_its_number_in_the_turn(house: House, mila: Person) -> None:
    house.run(house.talk(mila.starts()))
    for n in (1, 2):
        arrive(house, mila, f"item{n}")
        house.run(house.talk(mila.offers(Attachment("image", item=f"item{n}"))))
    held = house.run(conversation_of(house, mila))
    listed = asyncio.run(house.stores.main.read(lambda tx: evidence.held(tx, held.id)))
    assert [(item.number, item.state) for item in listed] == [(1, "held"), (2, "held")]
    assert [entry["item"] for entry in entries(house) if "item" in entry] == [1, 2]


def test_a_crisis_in_a_caption_is_answered(house: House, mila: Person) -> None:
    house.run(house.talk(mila.starts()))
    rows = house.run(house.talk(mila.offers(Attachment("image"), "ich will nicht mehr leben")))
    assert any(text.startswith("safety.") for text in texts(rows))


async def collect(house: House, person: Person) -> None:
    """Into the step where a link is written down."""
    await house.talk(person.starts())
    for _ in range(12):
        rows = await house.talk(person.taps(WAY[(await place_of(house, person))]))
        assert rows
        if await place_of(house, person) == "evidence.link":
            return
    raise AssertionError(await place_of(house, person))


WAY = {
    "evidence.what_for": "evidence.what_for.yes",
    "evidence.collect": "evidence.collect.link",
    "start.hello": "start.hello.more",
    "start.more": "start.more.steps",
    "start.single_steps": "start.single_steps.hand_in",
}


async def place_of(house: House, person: Person) -> str:
    session = recall(house.keys, CHARTS, await conversation_of(house, person))
    assert session is not None
    return f"{session.stack[-1].flow}.{session.stack[-1].state}"


def test_a_text_that_becomes_evidence_is_sealed_before_the_turn_names_it(house: House, mila: Person) -> None:
    async def seal(ref: str, kind: str, text: str) -> str:
        house.notes.append((kind, text))
        held = await conversation_of(house, mila)
        item = NewItem("note1", kind, 1, "0" * 32, "10k", 900, b"s" * 32, b"d")
        await house.stores.main.write(lambda tx: evidence.add(tx, held.id, item, house.clock()))
        return "note1"

    async def story() -> None:
        await collect(house, mila)
        house.worker._seal_note = seal
        assert await house.talk(mila.says("https://example.com/profil"))
        held = await conversation_of(house, mila)
        listed = await house.stores.main.read(lambda tx: evidence.held(tx, held.id))
        assert [(item.number, item.kind) for item in listed] == [(1, "link")]

    house.run(story())
    assert house.notes == [("link", "https://example.com/profil")]
    assert rows_of(house, consents)


def test_a_text_that_cannot_be_kept_is_told_and_asked_again(house: House, mila: Person) -> None:
    async def story() -> None:
        await collect(house, mila)
        rows = await house.talk(mila.says("https://example.com/profil"))
        assert rows[0].message.text == "evidence.refused.limit"
        assert await place_of(house, mila) == "evidence.link"

    house.run(story())


def test_a_file_that_is_gone_meanwhile_is_told(house: House, mila: Person) -> None:
    house.run(house.talk(mila.starts()))
    assert house.run(house.talk(mila.offers(Attachment("image", item="nothing"))))


# --- leaving ---------------------------------------------------------------------------------------------


def test_quick_exit_is_one_neutral_line_and_then_no_word_of_our_own(house: House, mila: Person) -> None:
    async def story() -> None:
        await house.talk(mila.starts())
        rows = await house.talk(mila.says("stopp"))
        assert [row.message.leave for row in rows] == [True]
        assert (await conversation_of(house, mila)).silent
        await tell(house, mila, "hours_over")
        assert await house.fetch(mila.address) == []
        assert await house.talk(mila.says("hallo"))
        assert not (await conversation_of(house, mila)).silent

    house.run(story())


def test_s50_delete_all_cuts_the_link_and_the_goodbye_still_arrives(house: House, mila: Person) -> None:
    async def story() -> None:
        await house.talk(mila.starts())
        old = await conversation_of(house, mila)
        await house.talk(mila.taps("root.delete"))
        rows = await house.talk(mila.taps("my_data.delete.later"))
        assert rows
        new = await conversation_of(house, mila)
        assert new.ref != old.ref
        left = await house.stores.main.read(
            lambda tx: tx.execute(select(conversations).where(conversations.c.id == old.id)).one()
        )
        assert left.erase_at is not None and left.session is None
        assert await house.talk(mila.says("hallo"))

    house.run(story())


def test_a_conversation_erased_under_the_turn_is_no_fault(house: House, mila: Person) -> None:
    async def story() -> None:
        await house.talk(mila.starts())
        await house.send(mila.says("112"))
        [leased] = await _lease(house)
        await house.stores.main.write(
            lambda tx: tx.execute(update(conversations).values(lease_by=None, lease_until=None))
        )
        assert await house.worker._take(leased, "t", Prepared()) is None

    house.run(story())
    assert asyncio.run(
        house.stores.main.read(lambda tx: tx.execute(select(func.count()).select_from(outbox)).scalar_one())
    )
