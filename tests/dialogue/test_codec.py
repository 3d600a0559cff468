"""A session outlives the process that made it, and the flows it was made with."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.chart import Charts
from bot.dialogue.codec import UnreadableSession, decode, encode
from bot.dialogue.events import Tapped
from bot.dialogue.parse import parse_charts
from bot.dialogue.session import ChoiceId, Danger, FlowId, Frame, StateId
from bot.dialogue.step import step
from tests.dialogue.person import Person
from tests.dialogue.small import PATH, SMALL


@pytest.fixture
def far(person: Person) -> Person:
    """Somebody deep inside, with every field of the session in use."""
    person.taps("start.menu.path", "path.age.14_17", "path.safe.yes", "path.plan.later", "path.here.plan")
    person.taps("path.plan.block", "path.block.ok", "path.plan.police").in_crisis("suicide", "A")
    person.session = replace(person.session, picked=3, adult_form=True, quick_exit=True, misses=2)
    return person


def test_every_field_survives(far: Person) -> None:
    assert decode(encode(far.session), far.charts) == far.session


def test_s33_only_names_and_numbers_are_written(far: Person) -> None:
    """Class C2: enumerated values only."""
    words = set(json.dumps(json.loads(encode(far.session))).replace('"', " ").replace(",", " ").split())
    assert len(encode(far.session)) < 1500
    assert words


@pytest.mark.parametrize(
    ("gone", "lands"),
    [("  block:\n", "plan"), ("  box:\n", "plan")],
)
def test_state_that_is_gone_becomes_the_plan(person: Person, gone: str, lands: str) -> None:
    name = gone.strip().strip(":")
    person.taps("start.menu.path", "path.age.14_17", "path.safe.yes", f"path.plan.{name}")
    changed = parse_charts(
        {**SMALL, "path.yaml": PATH.replace(name, f"new_{name}").replace("version: 3", "version: 4")}
    )
    after = decode(encode(person.session), changed)
    assert after.stack == (Frame(FlowId("path"), 4, StateId(lands)),)
    assert after.slots == person.session.slots
    assert step(changed, after, Tapped(ChoiceId("path.plan.later")), person.moment)[0].stack[-1].state == "here"


def test_flow_that_is_gone_leaves_the_stack(person: Person, small: Charts) -> None:
    person.taps("start.menu.path").writes("police")
    without = Charts(
        flows={name: chart for name, chart in small.flows.items() if name != "police"},
        slots=small.slots,
        states={place: state for place, state in small.states.items() if place[0] != "police"},
    )
    assert [frame.flow for frame in decode(encode(person.session), without).stack] == ["path"]


def test_nothing_left_means_the_start_menu(person: Person) -> None:
    lost = replace(person.session, stack=(Frame(FlowId("gone"), 1, StateId("x")),), slots={"age": "14_17"})
    after = decode(encode(lost), person.charts)
    assert (after.stack, after.slots) == ((Frame(FlowId("start"), 1, StateId("menu")),), {"age": "14_17"})


def test_answer_that_is_no_longer_offered_counts_as_skipped(person: Person) -> None:
    old = replace(person.session, slots={"age": "15", "gone": "x"})
    assert decode(encode(old), person.charts).slots == {"age": "rather_not", "gone": "x"}


def test_places_on_the_trail_that_are_gone_are_forgotten(person: Person) -> None:
    place = (Frame(FlowId("path"), 1, StateId("gone")),)
    kept = (Frame(FlowId("path"), 1, StateId("plan")),)
    after = decode(encode(replace(person.session, trail=(place, kept))), person.charts)
    assert after.trail == (kept,)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b'{"v":2}',
        b'{"v":1}',
        b'{"v":1,"language":"fr","stack":[]}',
        b"\xff",
        b'{"v":1,"language"',
    ],
)
def test_damaged_or_newer_bytes_are_refused(small: Charts, data: bytes) -> None:
    with pytest.raises(UnreadableSession):
        decode(data, small)


@given(data=st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with pytest.raises(UnreadableSession):
        decode(data, parse_charts(SMALL))


def test_danger_and_times_keep_their_zone(person: Person) -> None:
    at = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)
    after = decode(encode(replace(person.session, danger=Danger("violence", "A", at, 2, True))), person.charts)
    assert after.danger == Danger("violence", "A", at, 2, True)
