"""Strategies: any event, any moment, as the shell could send them."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

from hypothesis import strategies as st

from bot.dialogue.chart import Charts
from bot.dialogue.events import (
    HANDOFF_CHANGES,
    Crisis,
    Event,
    FollowUpDue,
    HandoffChanged,
    ItemReceived,
    ItemRefused,
    MediaOffered,
    Moment,
    Started,
    Tapped,
    TextReceived,
    TimerFired,
    Understood,
)
from bot.dialogue.listen import ALWAYS
from bot.dialogue.session import KINDS, LEVELS
from bot.understanding.results import Intent
from tests.dialogue.person import NOON

OPEN = 1000
"""A tap of the n-th open choice is drawn as a number up to this; the test takes it modulo what is open."""


def moments() -> st.SearchStrategy[Moment]:
    return st.builds(
        Moment,
        at=st.just(NOON),
        holder=st.sampled_from(("bot", "waiting", "counsellor")),
        open=st.booleans(),
        staffed=st.booleans(),
        closes_at=st.one_of(st.none(), st.just(NOON + timedelta(minutes=20))),
        next_opening=st.just(NOON + timedelta(days=1)),
        items=st.sampled_from(((), ((1, "image"),), ((1, "image"), (3, "link")))),
        batch=st.sampled_from(((), (1,))),
        channel=st.sampled_from(("web", "telegram", "whatsapp")),
    )


def events(charts: Charts) -> st.SearchStrategy[Event | int]:
    """Any event; a number stands for a tap on an open choice."""
    ids = sorted(one.id for state in charts.states.values() for one in state.offers)
    taps = [
        *ids,
        *(f"root.{word}" for word in sorted(ALWAYS)),
        "root.topic.deepnude",
        "root.intent.police",
        "x.y.z",
        "",
    ]
    timers = sorted({name for state in charts.states.values() for one in state.regions for name, _ in one.timers})
    crisis = st.builds(
        Crisis, st.sampled_from(KINDS), st.sampled_from(LEVELS), st.sampled_from(("interrupt", "check_in"))
    )
    understood = st.builds(
        Understood,
        language=st.sampled_from((None, "de", "nl", "other")),
        crisis=st.one_of(st.none(), st.none(), crisis),
        intents=st.lists(
            st.tuples(st.sampled_from(get_args(Intent)), st.sampled_from((0.1, 0.5, 0.8, 1.0))), max_size=3
        ).map(tuple),
        answer=st.one_of(st.none(), st.sampled_from(ids)),
        formal=st.booleans(),
    )
    return st.one_of(
        st.integers(0, OPEN),
        st.integers(0, OPEN),
        st.builds(Started, st.sampled_from((None, "insta", "nonsense"))),
        st.builds(TextReceived, understood),
        st.builds(Tapped, st.sampled_from(taps)),
        st.builds(ItemReceived, st.integers(1, 9), st.just("image"), st.booleans()),
        st.builds(ItemRefused, st.sampled_from(("gate_closed", "too_large", "empty"))),
        st.builds(MediaOffered, st.sampled_from(("image", "voice", "unknown"))),
        st.builds(TimerFired, st.sampled_from((*timers, "unknown"))),
        st.builds(FollowUpDue),
        st.builds(HandoffChanged, st.sampled_from(sorted(HANDOFF_CHANGES))),
    )
