"""WhatsApp from the first word to the last: people by their id, the window, lost answers, files, moved numbers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.channels.contract import Message
from bot.channels.whatsapp.window import EARLY, WINDOW
from bot.db import cases, conversations, dead_letters, evidence, outbox, windows
from bot.db.store import Transaction
from bot.db.tables import addresses, inbox
from bot.db.tables import conversations as talks
from bot.db.tables import outbox as rows
from bot.handoff.rules import Claimed
from bot.server_keys import DeskKeys
from bot.turns.payload import encode_message
from tests.simulators.whatsapp import Person
from tests.simulators.whatsapp.platform import Fault
from tests.stories.whatsapp_house import WhatsAppHouse, whatsapp_helpline
from tests.turns.conftest import COUNSELLOR

TO_THE_GATE = ("evidence.what_for.yes", "evidence.collect.file", "evidence.gate.clean")
JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000")


@dataclass
class Scene:
    house: WhatsAppHouse
    runner: asyncio.Runner

    def settles(self) -> None:
        self.runner.run(self.house.settle())

    def hears(self, act: Callable[[], object]) -> None:
        act()
        self.settles()

    def read(self, job: Callable[[Transaction], Any]) -> Any:
        return self.runner.run(self.house.place.stores.main.read(job))

    def write(self, job: Callable[[Transaction], Any]) -> Any:
        return self.runner.run(self.house.place.stores.main.write(job))

    def states(self) -> list[tuple[str, str | None]]:
        found = self.read(lambda tx: tx.execute(select(rows.c.state, rows.c.reason).order_by(rows.c.id)).all())
        return [(row[0], row[1]) for row in found]

    def conversation(self, person: Person) -> Any:
        lookup = self.house.keys.lookup("whatsapp", person.user_id)
        return self.read(lambda tx: conversations.find_by_lookups(tx, [lookup])[lookup])

    def is_taken(self, person: Person) -> int:
        """A counsellor takes the chat; the fence."""

        def take(tx: Transaction) -> int:
            from bot.db.tables import staff

            if not tx.execute(select(staff.c.id)).first():
                tx.execute(
                    staff.insert().values(
                        id=COUNSELLOR, ref="a" * 32, handle="jana", role="counsellor", languages="de", active=True,
                        created_at=self.house.clock(),
                    )
                )  # fmt: skip
            found = self.conversation_in(tx, person)
            _, case = cases.open_case(
                tx, found.conversation.id, ref="b" * 32, language="de", channel="whatsapp", now=self.house.clock()
            )
            taken = cases.claim(tx, case, COUNSELLOR, self.house.clock())
            assert isinstance(taken, Claimed)
            return taken.fence

        return int(self.write(take))

    def conversation_in(self, tx: Transaction, person: Person) -> Any:
        lookup = self.house.keys.lookup("whatsapp", person.user_id)
        return conversations.find_by_lookups(tx, [lookup])[lookup]

    def answers(self, person: Person, text: str, fence: int) -> None:
        """The counsellor writes."""
        keys = DeskKeys.load(self.house.settings.secrets)
        payload = encode_message(Message("counsellor", text))

        def put(tx: Transaction) -> Any:
            found = self.conversation_in(tx, person).conversation
            sealed = keys.seal_for_public(payload, row=found.ref)
            return outbox.add_counsellor(tx, found.id, sealed=sealed, fence=fence, now=self.house.clock())

        assert self.write(put) == "whatsapp"


@pytest.fixture
def scene(tmp_path: Path, sqlite_at_head: tuple[Path, Path]) -> Iterator[Scene]:
    with whatsapp_helpline(tmp_path / "data", sqlite_at_head) as (house, runner):
        yield Scene(house, runner)
        assert house.platform.broken == []


@pytest.fixture
def knocking(tmp_path: Path, sqlite_at_head: tuple[Path, Path]) -> Iterator[Scene]:
    """A house whose template is approved and wanted."""
    with whatsapp_helpline(tmp_path / "data", sqlite_at_head, knock=True) as (house, runner):
        for language in ("de", "nl"):
            house.platform.templates["answer_waits", language] = {"status": "APPROVED", "name": "answer_waits"}
        yield Scene(house, runner)
        assert house.platform.broken == []


# --- talking ----------------------------------------------------------------------------------------------------------


def test_somebody_without_a_number_is_greeted_and_answered(scene: Scene) -> None:
    mila = scene.house.platform.person()
    scene.hears(lambda: mila.says("hallo"))
    greeting = mila.last()
    assert greeting.by == "bot" and greeting.buttons
    sent = [call for call in scene.house.platform.calls if call.body.get("type")]
    assert all(call.body["recipient"] == mila.user_id and "to" not in call.body for call in sent)
    scene.hears(lambda: mila.taps(greeting.buttons[0][0]))
    assert mila.last().by == "bot" and mila.last() != greeting
    assert {state for state, _ in scene.states()} == {"sent"}, "the platform has said so"
    assert scene.house.platform.seen, "blue ticks"


def test_what_is_said_in_one_breath_is_one_message(scene: Scene) -> None:
    mila = scene.house.platform.person()
    scene.hears(lambda: mila.says("hallo"))
    assert len([shown for shown in mila.chat if shown.by == "bot"]) == 1


def test_typed_numbers_and_words_work_as_buttons_do(scene: Scene) -> None:
    tapping, typing, counting = [scene.house.platform.person() for _ in range(3)]
    for person in (tapping, typing, counting):
        scene.hears(lambda person=person: person.says("hallo"))  # type: ignore[misc]
    label = tapping.last().buttons[0][0]
    scene.hears(lambda: tapping.taps(label))
    scene.hears(lambda: typing.says(label))
    scene.hears(lambda: counting.says("1"))
    assert tapping.last().text == typing.last().text == counting.last().text


def test_a_crisis_is_answered_at_once_with_numbers(scene: Scene) -> None:
    mila = scene.house.platform.person()
    scene.hears(lambda: mila.says("ich will nicht mehr leben"))
    assert mila.heard(lambda shown: "112" in shown.text or "116" in shown.text or "0800" in shown.text)


def test_delivered_again_in_another_order_it_is_answered_once(scene: Scene) -> None:
    mila, noor = scene.house.platform.person(), scene.house.platform.person(country="NL")
    scene.house.platform.batch = 10
    mila.says("hallo")
    noor.says("hallo")
    scene.settles()
    shown = [len(person.chat) for person in (mila, noor)]
    for body in reversed(list(scene.house.platform.delivered)):
        assert scene.runner.run(scene.house.door._door.take(body))
    scene.house.clock.advance(minutes=5)
    scene.settles()
    assert [len(person.chat) for person in (mila, noor)] == shown
    assert noor.last().text != mila.last().text, "by the country of the id: Dutch"


# --- who it is --------------------------------------------------------------------------------------------------------


def test_who_moves_to_another_number_stays_in_the_same_conversation(scene: Scene) -> None:
    mila = scene.house.platform.person(number=True)
    scene.hears(lambda: mila.says("hallo"))
    before = scene.conversation(mila).conversation.id
    mila.moves_to("49000000777")
    scene.settles()
    scene.hears(lambda: mila.says("hallo nochmal"))
    assert scene.conversation(mila).conversation.id == before
    assert mila.last().by == "bot"
    assert scene.read(lambda tx: len(tx.execute(select(talks.c.id)).all())) == 1


def test_known_by_a_number_then_by_an_id_and_never_inherited(scene: Scene) -> None:
    platform = scene.house.platform
    mila = platform.person(number=True)
    assert mila.number is not None
    old = {"id": "wamid.old", "timestamp": str(int(scene.house.clock().timestamp())), "type": "text"}
    with platform.lock:
        mila.wrote_at = scene.house.clock()
        platform.tells({"messages": [{**old, "text": {"body": "hallo"}, "from": mila.number}]})
    scene.settles()
    assert mila.last().by == "bot", "reached by the number"
    scene.hears(lambda: mila.says("da bin ich"))
    assert scene.read(lambda tx: len(tx.execute(select(talks.c.id)).all())) == 1
    stranger = platform.person()
    stranger.number = mila.number
    mila.number = None
    scene.hears(lambda: stranger.says("hallo"))
    assert scene.read(lambda tx: len(tx.execute(select(talks.c.id)).all())) == 2, "a number passes to strangers"
    assert scene.read(lambda tx: len(tx.execute(select(addresses.c.id)).all())) == 2, "no number is kept beside an id"


# --- lost answers (R8) ------------------------------------------------------------------------------------------------


def test_r8_no_second_copy_when_the_status_came(scene: Scene) -> None:
    mila = scene.house.platform.person()
    scene.house.platform.faults.append(Fault("lost", 1))
    scene.hears(lambda: mila.says("hallo"))
    assert len([shown for shown in mila.chat if shown.by == "bot"]) == 1
    scene.house.clock.advance(minutes=2)
    scene.settles()
    assert len([shown for shown in mila.chat if shown.by == "bot"]) == 1
    assert scene.states() == [("sent", "uncertain")]


def test_r8_without_a_status_it_is_repeated_after_thirty_seconds_and_not_before(scene: Scene) -> None:
    mila = scene.house.platform.person()
    scene.house.platform.faults.append(Fault("quiet", 1))
    scene.hears(lambda: mila.says("hallo"))
    scene.house.clock.advance(seconds=26)
    scene.settles()
    assert len([shown for shown in mila.chat if shown.by == "bot"]) == 1
    scene.house.clock.advance(seconds=10)
    scene.settles()
    assert len([shown for shown in mila.chat if shown.by == "bot"]) == 2


def test_what_fails_afterwards_is_sent_again_or_told(scene: Scene) -> None:
    mila = scene.house.platform.person()
    scene.house.platform.late_failures[mila.user_id] = 131016
    scene.hears(lambda: mila.says("hallo"))
    scene.house.clock.advance(seconds=15)
    scene.settles()
    assert mila.last().by == "bot"
    scene.house.platform.late_failures[mila.user_id] = 131026
    scene.hears(lambda: mila.says("hallo?"))
    assert ("refused", "gone") in scene.states()


@pytest.mark.parametrize("code", [131016, 130429, 190, 368])
def test_what_was_surely_not_taken_is_sent_once_it_can_be(scene: Scene, code: int) -> None:
    mila = scene.house.platform.person()
    scene.house.platform.faults.append(Fault("error", 2, 400 if code != 131016 else 503, code))
    scene.hears(lambda: mila.says("hallo"))
    for _ in range(8):
        scene.house.clock.advance(seconds=30)
        scene.settles()
    assert [shown.by for shown in mila.chat] == ["person", "bot"]


def test_the_pair_limit_silences_one_person_only(scene: Scene) -> None:
    mila, noor = scene.house.platform.person(), scene.house.platform.person()
    scene.house.platform.faults.append(Fault("error", 1, 400, 131056))
    scene.hears(lambda: mila.says("hallo"))
    scene.hears(lambda: noor.says("hallo"))
    assert (mila.last().by, noor.last().by) == ("person", "bot")
    scene.house.clock.advance(seconds=5)
    scene.settles()
    assert mila.last().by == "bot"


# --- the window (R15) -------------------------------------------------------------------------------------------------

OPEN = WINDOW - EARLY


@pytest.mark.parametrize(("after", "arrives"), [(OPEN - timedelta(seconds=1), True), (OPEN, False)])
def test_r15_a_late_answer_arrives_or_waits_and_is_never_lost(scene: Scene, after: timedelta, arrives: bool) -> None:
    mila = scene.house.platform.person()
    scene.hears(lambda: mila.says("hallo"))
    wrote = mila.wrote_at
    assert wrote is not None
    fence = scene.is_taken(mila)
    scene.house.clock.now = wrote + after
    scene.answers(mila, "Hallo, hier ist Jana.", fence)
    scene.settles()
    assert mila.heard(lambda shown: "Jana" in shown.text) == arrives
    place = scene.conversation(mila).conversation.id
    assert scene.read(lambda tx: outbox.not_delivered(tx, place)) == ([] if arrives else [("held", "window_closed")])
    scene.house.clock.advance(hours=60)
    scene.hears(lambda: mila.says("ok"))
    assert [shown.text for shown in mila.chat if "Jana" in shown.text] == ["🧑 Hallo, hier ist Jana."]


def test_r15_what_waited_comes_before_what_is_said_now(scene: Scene) -> None:
    mila = scene.house.platform.person()
    scene.hears(lambda: mila.says("hallo"))
    fence = scene.is_taken(mila)
    scene.house.clock.advance(hours=30)
    for text in ("eins", "zwei"):
        scene.answers(mila, text, fence)
    scene.settles()
    mila.says("ok")
    scene.answers(mila, "drei", fence)
    scene.settles()
    assert [shown.text for shown in mila.chat if shown.by == "bot"][-3:] == ["🧑 eins", "🧑 zwei", "🧑 drei"]


def test_r15_meta_s_own_word_closes_the_window_too(scene: Scene) -> None:
    mila = scene.house.platform.person()
    scene.house.platform.faults.append(Fault("error", 1, 400, 131047))
    scene.hears(lambda: mila.says("hallo"))
    assert ("held", "window_closed") in scene.states()
    scene.hears(lambda: mila.says("hallo?"))
    assert mila.last().by == "bot"
    assert "held" not in {state for state, _ in scene.states()}


def test_r15_a_template_says_that_something_waits_and_nothing_else(knocking: Scene) -> None:
    mila = knocking.house.platform.person()
    knocking.hears(lambda: mila.says("hallo"))
    fence = knocking.is_taken(mila)
    knocking.house.clock.advance(hours=30)
    for text in ("eins", "zwei"):
        knocking.answers(mila, text, fence)
        knocking.settles()
    assert [shown.text for shown in mila.chat][-1] == "[answer_waits de]"
    assert len([shown for shown in mila.chat if shown.kind == "template"]) == 1, "once"
    knocking.hears(mila.answers_template)
    assert [shown.text for shown in mila.chat if shown.by == "bot"][-2:] == ["🧑 eins", "🧑 zwei"]


def test_r15_who_wants_quiet_is_not_knocked_at(knocking: Scene) -> None:
    mila = knocking.house.platform.person()
    knocking.hears(lambda: mila.says("hallo"))
    fence = knocking.is_taken(mila)
    place = knocking.conversation(mila).conversation.id
    knocking.write(lambda tx: tx.execute(talks.update().where(talks.c.id == place).values(silent=True)))
    knocking.house.clock.advance(hours=30)
    knocking.answers(mila, "eins", fence)
    knocking.settles()
    assert not [shown for shown in mila.chat if shown.kind == "template"]


def test_r15_the_window_is_known_by_the_minute(scene: Scene) -> None:
    mila = scene.house.platform.person()
    scene.house.clock.advance(seconds=37)
    scene.hears(lambda: mila.says("hallo"))
    place = scene.conversation(mila).conversation.id
    until = scene.read(lambda tx: windows.open_until(tx, place))
    assert mila.wrote_at is not None
    assert until == (mila.wrote_at + OPEN).replace(second=0), "never later than ten minutes early"


# --- files ------------------------------------------------------------------------------------------------------------


def test_a_file_nobody_asked_for_is_not_fetched(scene: Scene) -> None:
    mila = scene.house.platform.person()
    scene.hears(lambda: mila.says("hallo"))
    scene.hears(lambda: mila.sends_file(JPEG))
    assert not [call for call in scene.house.platform.calls if call.method == "GET"]
    assert mila.last().by == "bot"


# --- what cannot be read ----------------------------------------------------------------------------------------------


def test_s47_one_item_of_nobody_is_one_dead_letter(scene: Scene) -> None:
    platform = scene.house.platform
    platform.batch = 50
    people = [platform.person() for _ in range(5)]
    for person in people:
        person.says("hallo")
    platform.tells({"messages": [{"id": "wamid.kaputt", "type": "text", "text": {"body": "x"}}]})
    scene.settles()
    assert all(person.last().by == "bot" for person in people)
    assert scene.read(dead_letters.count_open) == 1
    assert scene.read(lambda tx: tx.execute(select(inbox.c.id)).first()) is None


def test_a_file_through_the_open_gate_is_sealed_and_deleted_at_meta(scene: Scene) -> None:
    mila = scene.house.platform.person()
    scene.hears(lambda: mila.says("hallo"))
    for tap in ("evidence.media_picture.chat", *TO_THE_GATE):
        if tap.startswith("evidence.media"):
            scene.hears(lambda: mila.sends_file(JPEG))  # offered before the gate: asked what it shows
        scene.hears(lambda tap=tap: mila.taps(data=tap))  # type: ignore[misc]
    scene.hears(lambda: mila.sends_file(JPEG + b"x" * 2_000, caption="der chat"))
    scene.hears(lambda: mila.sends_file(b"PK\x03\x04" + b"x" * 900, "document", "application/zip", filename="a.zip"))
    place = scene.conversation(mila).conversation.id
    kept = scene.read(lambda tx: evidence.held(tx, place))
    assert [(item.number, item.kind, item.state) for item in kept] == [(1, "image", "held")]
    early, photo, wrong = scene.house.platform.media.values()
    assert (early.deleted, photo.deleted, wrong.deleted) == (False, True, True)
    gets = [call.path for call in scene.house.platform.calls if call.method == "GET"]
    assert len(gets) == 2, "the one before the gate was never asked for"
