"""Words within a channel's limits: buttons, a typed list where there are none, long texts in pieces."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.contract import Button, Capabilities, Message
from bot.dialogue.effects import Choice, Say, ShowCard, ShowItems
from bot.dialogue.events import Moment
from bot.dialogue.session import ChoiceId
from bot.dialogue.step import begin
from bot.turns.render import ListedItem, Listener, joined, messages, split
from tests.turns.conftest import CHARTS, House

WIDE = Capabilities("web", "pull", 8_000, 30, 80, 100, 80)
NARROW = Capabilities("whatsapp", "push", 1_024, 3, 20, 10, 24)
NOBODY = replace(NARROW, buttons_max=0, list_max=0)


def listener(house: House, limits: Capabilities = WIDE, **more: Any) -> Listener:
    moment = Moment(at=house.clock(), **more)
    return Listener(begin(CHARTS, "de", moment), moment, limits)


def choices(*labels: str) -> tuple[Choice, ...]:
    return tuple(Choice(ChoiceId(f"f.s.{label}"), label) for label in labels)


def test_a_question_has_its_buttons(house: House) -> None:
    [message] = messages(house.knowledge, listener(house), [Say("q", choices("yes", "no"))])
    assert message.buttons == (Button("f.s.yes", "yes"), Button("f.s.no", "no"))


def test_a_ticked_step_is_marked(house: House) -> None:
    done = Choice(ChoiceId("f.s.a"), "a", done=True)
    [message] = messages(house.knowledge, listener(house), [Say("q", (done,))])
    assert message.buttons[0].label == "✓ a"


def test_where_buttons_do_not_fit_the_answers_are_a_numbered_list_to_type(house: House) -> None:
    long = "a label that is longer than any"
    for limits, offered in ((NOBODY, ("yes", "no")), (NARROW, (long,)), (NARROW, tuple(f"c{n}" for n in range(11)))):
        [message] = messages(house.knowledge, listener(house, limits), [Say("q", choices(*offered))])
        assert not message.buttons
        assert message.text.split("\n\n")[1] == "\n".join(f"{n}. {label}" for n, label in enumerate(offered, 1))


def test_a_card_stands_under_the_words_that_lead_to_it(house: House) -> None:
    said = messages(house.knowledge, listener(house), [Say("first"), ShowCard("suicide"), Say("q", choices("yes"))])
    assert [message.text for message in said] == ["first", "q"]
    assert said[0].card and not said[1].card
    alone = messages(house.knowledge, listener(house), [ShowCard("talk")])
    assert alone[0].card


def test_where_each_message_is_paid_for_what_is_said_in_one_breath_is_one(house: House) -> None:
    limits = replace(NARROW, text_max=2_000, question_max=20, joins=True)
    said = [Say("one"), Say("two"), ShowCard("talk"), Say("three"), Say("q", choices("yes"))]

    def few(said: list[Any], limits: Any = limits) -> list[Message]:
        return joined(messages(house.knowledge, listener(house, limits), said), limits)

    shown = few(said)
    assert [(message.text, len(message.buttons)) for message in shown] == [("one\n\ntwo", 0), ("three\n\nq", 1)]
    assert shown[0].card
    long = [Say("a" * 15), Say("b" * 15), Say("c" * 15, choices("yes"))]
    shown = few(long)
    assert [message.text for message in shown] == ["a" * 15 + "\n\n" + "b" * 15, "c" * 15], "no room above the button"
    tight = replace(limits, text_max=20)
    assert few([Say("one"), Say("two"), ShowCard("talk")], tight)[0].text == "one"
    papers = [Say("first"), Say("notice", paper=True), Say("last")]
    assert [m.text for m in few(papers)] == ["first", "notice", "last"]
    human, bot = Message("counsellor", "one"), Message("bot", "two")
    assert joined([human, bot], limits) == [human, bot], "nobody's words become another's"


def test_a_paper_stays_by_itself(house: House) -> None:
    """A card that follows gets a message of its own, so that nothing but the paper is copied."""
    said = messages(house.knowledge, listener(house), [Say("notice", paper=True), ShowCard("talk")])
    assert [(message.paper, bool(message.card)) for message in said] == [(True, False), (False, True)]


def test_the_evidence_list_shows_number_kind_and_minute_only(make_house: Callable[..., House]) -> None:
    house = make_house()
    item = ListedItem(3, "image", "25.11.2026, 12:00")
    [message] = messages(house.knowledge, replace(listener(house), items=(item,)), [ShowItems()])
    assert message.text == "evidence.list.line"


def test_values_are_filled_from_the_moment(make_house: Callable[..., House]) -> None:
    from bot.config import ROOT
    from tests.turns.conftest import KeysAsTexts

    class Worded(KeysAsTexts):
        def text(self, key: str, *rest: Any, **more: Any) -> str:
            wanted = "{next_opening}|{closes_at}|{position}|{count}|{retention_days}|{operator}|{de_112_phone}"
            return wanted if key == "all" else super().text(key, *rest, **more)

    house = make_house(catalogs=Worded(ROOT / "locales"))
    opening = datetime.fromisoformat("2026-11-30T08:00:00+00:00")
    closing = datetime.fromisoformat("2026-11-25T20:00:00+00:00")
    who = listener(house, open=True, next_opening=opening, closes_at=closing, position=2, items=((1, "image"),))
    [message] = messages(house.knowledge, who, [Say("all")])
    assert message.text == "Montag um 9 Uhr|21 Uhr|2|1|30|Testhilfe|112"


@given(st.text(alphabet="ab \n", max_size=300), st.integers(5, 40))
def test_splitting_loses_no_word_and_keeps_the_question_last(text: str, most: int) -> None:
    whole = Message("bot", text, (Button("a", "a"),))
    pieces = split(whole, most)
    assert all(len(piece.text) <= most for piece in pieces)
    assert "".join("".join(piece.text.split()) for piece in pieces) == "".join(text.split())
    assert [bool(piece.buttons) for piece in pieces] == [False] * (len(pieces) - 1) + [True]
