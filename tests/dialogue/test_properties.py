"""For any sequence of events, in the real flows: the engine ends its step, forgets nothing, and leaves nobody alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.config import ROOT
from bot.dialogue.chart import Charts
from bot.dialogue.codec import decode, encode
from bot.dialogue.effects import Effect, Order, Say, ShowCard
from bot.dialogue.events import Event, Moment, Tapped
from bot.dialogue.load import load_charts
from bot.dialogue.moves import MAX_HOPS
from bot.dialogue.parse import parse_charts
from bot.dialogue.session import ChoiceId, Session
from bot.dialogue.step import TRAIL_MAX, begin, open_choices, step, trace
from tests.dialogue.events_any import events, moments
from tests.dialogue.small import SMALL

REAL = load_charts(ROOT / "flows")
CHARTS = {"real": REAL, "small": parse_charts(SMALL)}
PAUSES = st.sampled_from((1, 30, 700, 9 * 3600))
HUMAN = {"request_human", "take_message", "open_case"}


def meant(charts: Charts, session: Session, moment: Moment, event: Event | int) -> Event:
    if not isinstance(event, int):
        return event
    choices = open_choices(charts, session, moment)
    return Tapped(choices[event % len(choices)].id if choices else ChoiceId("nothing.is.open"))


def fits(effects: tuple[Effect, ...], session: Session) -> None:
    asking = [place for place, one in enumerate(effects) if isinstance(one, Say) and one.choices]
    said = [place for place, one in enumerate(effects) if isinstance(one, Say | ShowCard)]
    assert len(asking) <= 1
    assert asking == [] or asking[-1] == said[-1]
    assert len(session.stack) <= len(REAL.flows)
    assert len(session.trail) <= TRAIL_MAX
    assert len(encode(session)) < 8000


@pytest.mark.parametrize("name", CHARTS)
@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_sequence_of_events_ends_each_step_and_survives_saving(name: str, data: st.DataObject) -> None:
    charts = CHARTS[name]
    moment = data.draw(moments())
    session = begin(charts, data.draw(st.sampled_from(("de", "nl"))), moment)
    for drawn, pause in data.draw(st.lists(st.tuples(events(charts), PAUSES), max_size=25)):
        moment = replace(moment, at=moment.at + timedelta(seconds=pause))
        session = decode(encode(session), charts)
        event = meant(charts, session, moment, drawn)
        after, effects, entered = trace(charts, session, event, moment)
        assert len(entered) <= MAX_HOPS
        fits(effects, after)
        assert decode(encode(after), charts) == after
        assert step(charts, session, event, moment) == (after, effects)
        session = after
        reaches_help(charts, session, moment)


def reaches_help(charts: Charts, session: Session, moment: Moment) -> None:
    """Emergency numbers with one input, a counsellor or the message box with two."""
    later = replace(moment, at=moment.at + timedelta(seconds=5))
    after, effects = step(charts, session, Tapped(ChoiceId("root.emergency")), later)
    assert any(isinstance(one, ShowCard) for one in effects), session.stack
    after, effects = step(charts, session, Tapped(ChoiceId("root.human")), later)
    if ordered(effects) or moment.holder in ("waiting", "counsellor"):
        return
    soon = replace(later, at=later.at + timedelta(seconds=5))
    second = [step(charts, after, Tapped(one.id), soon) for one in open_choices(charts, after, soon)]
    near = any(ordered(effects) or "text" in end.awaiting or asks_q14(end) for end, effects in second)
    assert near or "text" in after.awaiting, after.stack


def ordered(effects: tuple[Effect, ...]) -> bool:
    return any(isinstance(one, Order) and one.name in HUMAN for one in effects)


def asks_q14(session: Session) -> bool:
    """Who sees this phone is asked, once, before anything can be written to it (paths.md 5.19)."""
    front = session.stack[-1]
    return (front.flow, front.state) == ("about_you", "phone_seen_ask") and session.stack[-2].flow == "human"


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_open_danger_never_goes_more_than_three_messages_without_the_card(data: st.DataObject) -> None:
    moment = data.draw(moments())
    session = begin(REAL, "de", moment)
    without = 0
    for drawn in data.draw(st.lists(events(REAL), max_size=30)):
        moment = replace(moment, at=moment.at + timedelta(seconds=30))
        before, event = session, meant(REAL, session, moment, drawn)
        session, effects = step(REAL, session, event, moment)
        danger = session.danger
        calm = danger is None or danger.resolved or danger.level == "C" or session.quick_exit
        if calm or any(isinstance(one, ShowCard) for one in effects):
            without = 0
        elif session.last_at != before.last_at:
            without += 1
        assert without < 3


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_after_stop_nothing_is_said_until_the_person_writes(data: st.DataObject) -> None:
    moment = data.draw(moments())
    session = begin(REAL, "de", moment)
    for drawn in data.draw(st.lists(events(REAL), max_size=20)):
        moment = replace(moment, at=moment.at + timedelta(seconds=30))
        before, event = session, meant(REAL, session, moment, drawn)
        session, effects = step(REAL, session, event, moment)
        if before.quick_exit and session.quick_exit and session.last_at == before.last_at:
            assert not [one for one in effects if isinstance(one, Say | ShowCard)]


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_same_event_same_answer(data: st.DataObject) -> None:
    moment = data.draw(moments())
    drawn = data.draw(st.lists(events(REAL), max_size=8))
    ends = []
    for _ in range(2):
        session = begin(REAL, "nl", moment)
        for event in drawn:
            session, _ = step(REAL, session, meant(REAL, session, moment, event), moment)
        ends.append(session)
    assert ends[0] == ends[1]
