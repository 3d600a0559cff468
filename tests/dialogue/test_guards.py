"""Guards and selectors: the unknown takes the safer branch."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.config import ROOT
from bot.dialogue.chart import Charts
from bot.dialogue.events import Event, ItemReceived, MediaOffered, Moment, Started
from bot.dialogue.guards import GUARDS, SELECTORS, UnknownGuard, condition, selector
from bot.dialogue.load import load_charts
from bot.dialogue.session import Danger
from bot.dialogue.step import begin
from bot.dialogue.walk import Walk
from tests.dialogue.person import NOON, Person


def walk(person: Person, slots: dict[str, str] | None = None, event: Event | None = None, **moment: object) -> Walk:
    session = replace(person.session, slots=slots or {})
    return Walk(person.charts, session, replace(person.moment, **moment), event)


@pytest.mark.parametrize(
    ("guard", "slots", "holds"),
    [
        ("minor", {}, True),
        ("minor", {"age": "rather_not"}, True),
        ("minor", {"age": "18_25"}, False),
        ("minor_in_picture", {}, True),
        ("minor_in_picture", {"age_picture": "unsure"}, True),
        ("minor_in_picture", {"age_picture": "rather_not", "age": "26_plus"}, True),
        ("minor_in_picture", {"age_picture": "18_plus"}, False),
        ("minor_in_picture", {"age_picture": "18_plus", "age": "14_17"}, True),
        ("minor_in_picture", {"age_picture": "18_plus", "age": "14_17", "about": "me"}, True),
        ("minor_in_picture", {"age_picture": "18_plus", "age": "14_17", "about": "friend"}, False),
        ("child", {"age": "12_13"}, True),
        ("child", {}, False),
        ("not_safe", {}, True),
        ("not_safe", {"safe": "unsure"}, True),
        ("not_safe", {"safe": "yes"}, False),
        ("others_see_phone", {}, True),
        ("others_see_phone", {"phone_seen": "only_me"}, False),
        ("home_unsafe", {"adult_near": "home_unsafe"}, True),
        ("caring_role", {"about": "pupils"}, True),
        ("age.14_17", {"age": "rather_not"}, True),
        ("age.14_17", {}, False),
        ("age.answered", {"age": "rather_not"}, True),
        ("country.DE or country.NL", {"country": "NL"}, True),
        (["minor", "not child"], {"age": "under_12"}, False),
        ("in_danger", {}, False),
        ("private_channel", {}, True),
        ("reply_window", {}, False),
    ],
)
def test_guard(person: Person, small: Charts, guard: object, slots: dict[str, str], holds: bool) -> None:
    when = condition(guard, small.slots)
    assert when.test(walk(person, slots)) is holds
    assert condition(guard, small.slots, unless=True).test(walk(person, slots)) is not holds or isinstance(guard, list)


def test_events_can_be_asked_about(person: Person, small: Charts) -> None:
    assert condition("repeated", small.slots).test(walk(person, event=ItemReceived(1, "image", repeated=True)))
    assert condition("media.voice", small.slots).test(walk(person, event=MediaOffered("voice")))


def test_danger_counts_until_resolved_and_strained_closes_no_path(person: Person, small: Charts) -> None:
    at = walk(person)
    at.danger = Danger("suicide", "B", NOON)
    assert condition(["in_danger", "danger.suicide", "danger.B", "was_in_danger"], small.slots).test(at)
    at.danger = Danger("suicide", "B", NOON, resolved=True)
    assert condition(["not in_danger", "not danger.suicide", "was_in_danger"], small.slots).test(at)
    at.danger = Danger("panic", "C", NOON)
    assert condition(["not in_danger", "danger.panic"], small.slots).test(at)


def test_closing_soon_is_half_an_hour(person: Person) -> None:
    for minutes, soon in ((30, True), (31, False)):
        at = person.moment.at + timedelta(minutes=minutes)
        assert GUARDS["closing_soon"](walk(person, open=True, closes_at=at)) is soon


@pytest.mark.parametrize(
    ("name", "slots", "value"),
    [
        ("country", {}, "unknown"),
        ("country", {"country": "rather_not"}, "unknown"),
        ("service_country", {"country": "other"}, "DE"),
        ("service_country", {"country": "AT"}, "AT"),
        ("country_known", {"country": "other"}, "unknown"),
        ("minor", {}, "minor"),
        ("picture", {}, "minor"),
        ("age", {}, "14_17"),
        ("age", {"age": "26_plus"}, "26_plus"),
        ("human", {}, "closed"),
    ],
)
def test_selector(person: Person, small: Charts, name: str, slots: dict[str, str], value: str) -> None:
    assert selector(name, small.slots)[1](walk(person, slots)) == value


@pytest.mark.parametrize(("channel", "kind"), [("web", "private"), ("telegram", "cloud"), ("whatsapp", "messenger")])
def test_who_can_read_along_is_known_for_every_channel(person: Person, small: Charts, channel: str, kind: str) -> None:
    assert selector("channel_kind", small.slots)[1](walk(person, channel=channel)) == kind


def test_a_conversation_that_goes_on_elsewhere_is_no_beginning(person: Person, small: Charts) -> None:
    when = condition("carried_on", small.slots)
    assert when.test(walk(person, event=Started(None, carried_on=True)))
    assert not when.test(walk(person, event=Started("insta")))


def test_every_selector_gives_one_of_its_values(person: Person, small: Charts) -> None:
    for name in (*SELECTORS, *small.slots):
        values, select = selector(name, small.slots)
        assert select(walk(person)) in values


@pytest.mark.parametrize("written", ["nope", "age.100", "gone.x", "danger.D", "", [], ["minor", 3], None, "not nope"])
def test_unknown_guards_are_refused(small: Charts, written: object) -> None:
    with pytest.raises(UnknownGuard):
        condition(written, small.slots)


def test_what_was_answered_about_somebody_else_is_forgotten_with_them() -> None:
    """A friend's picture of 18 or over says nothing about the writer's own."""
    charts = load_charts(ROOT / "flows")
    moment = Moment(at=NOON)
    held = Walk(charts, begin(charts, "de", moment), moment, None)
    for slot, value in (("about", "friend"), ("age_picture", "18_plus"), ("country", "DE"), ("about", "friend")):
        held.set_slot(slot, value)
    assert held.slots["age_picture"] == "18_plus"
    held.set_slot("about", "me")
    assert held.slots == {"about": "me", "country": "DE"}
