"""The one door of the engine: `step(charts, session, event, moment) -> (session, effects)`. Pure.

Errors: DialogueError
  └ IllegalEvent – an event that cannot happen to this session (the session stays exactly as it was).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final, assert_never

from bot.dialogue.chart import ROOT, START, Charts
from bot.dialogue.effects import Choice, Effect, Order, Say
from bot.dialogue.events import (
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
)
from bot.dialogue.listen import handle, hear, start, unheard
from bot.dialogue.moves import ask, present_card, show_card
from bot.dialogue.moves import open_choices as choices_of
from bot.dialogue.press import press
from bot.dialogue.session import Frame, Language, Session
from bot.dialogue.walk import Walk

TRAIL_MAX: Final = 20
"""Steps back that are remembered."""
CARD_EVERY: Final = 3
"""The emergency card is shown at the latest with every third message of a person in danger (paths.md 2.2)."""
AWAY: Final = timedelta(hours=8)
"""After this long a person is welcomed back before anything else."""
DOUBLE_PRESS: Final = timedelta(seconds=2)
"""The same answer again within this time is the same press."""
FILE_EVENTS: Final = {ItemReceived: "item", ItemRefused: "item_refused", MediaOffered: "media"}


class DialogueError(Exception):
    """Parent of everything this room raises while a conversation runs."""


class IllegalEvent(DialogueError):
    """The event is none of the closed list, or the session does not fit these charts.

    Happens only when a caller skipped `codec.decode` or built an event by hand. Nothing was changed.
    """


def begin(charts: Charts, language: Language, moment: Moment) -> Session:  # noqa: ARG001 - the moment is part of the door: a start may depend on it
    """A conversation before its first event: standing at the start flow, nothing said yet."""
    chart = charts.flows.get(START) or charts.flows[charts.home[0]]
    frame = Frame(chart.flow, chart.version, chart.initial)
    return Session(language=language, stack=(frame,))


def step(charts: Charts, session: Session, event: Event, moment: Moment) -> tuple[Session, tuple[Effect, ...]]:
    """Decide what one event changes and orders. At most one `Say` has choices, and it is the last thing said.

    The order of effects is the order of deeds. A double press returns the same session and nothing.
    Raises IllegalEvent and leaves the session as it was.
    """
    return _decide(_walk(charts, session, event, moment), event)


def trace(
    charts: Charts, session: Session, event: Event, moment: Moment
) -> tuple[Session, tuple[Effect, ...], tuple[str, ...]]:
    """As `step`, and the states (`flow.state`) that were entered on the way: for playing and proving flows."""
    walk = _walk(charts, session, event, moment)
    after, effects = _decide(walk, event)
    return after, effects, tuple(state.where for state in walk.entered)


def open_choices(charts: Charts, session: Session, moment: Moment) -> tuple[Choice, ...]:
    """The answers open now, as the last question showed them."""
    walk = _walk(charts, session, None, moment)
    return choices_of(walk, walk.state)


def answers(charts: Charts, session: Session, moment: Moment) -> tuple[Choice, ...]:
    """What a typed text may mean (`Understood.answer`): the open answers, and every item of a long evidence list."""
    walk = _walk(charts, session, None, moment)
    return choices_of(walk, walk.state, all_items=True)


def question(charts: Charts, session: Session, moment: Moment) -> tuple[Effect, ...]:
    """The current question once more, without any event: after a reload, or when a counsellor has gone."""
    walk = _walk(charts, session, None, moment)
    ask(walk)
    return tuple(effect for effect in walk.effects if isinstance(effect, Say))


def _walk(charts: Charts, session: Session, event: Event | None, moment: Moment) -> Walk:
    if not session.stack:
        raise IllegalEvent("the stack of a session is never empty")
    walk = Walk(charts, session, moment, event)
    front = session.stack[-1]
    state = charts.states.get((front.flow, front.state))
    if state is None:
        raise IllegalEvent(f"no such state: {front.flow}.{front.state}")
    walk.regions = state.regions
    return walk


def _decide(walk: Walk, event: Event) -> tuple[Session, tuple[Effect, ...]]:
    match event:
        case TimerFired():
            return _fired(walk, event)
        case HandoffChanged():
            return _unasked(walk, f"handoff.{event.change}")
        case FollowUpDue():
            if not walk.quick_exit and handle(walk, "follow_up"):
                walk.last_at = walk.moment.at  # the person was asked something: what they answer is no return
            return _finish(walk)
        case Tapped() if _pressed_twice(walk, event):
            return walk.session, ()
        case Started() | TextReceived() | Tapped() | ItemReceived() | ItemRefused() | MediaOffered():
            return _person(walk, event)
        case _ as never:
            raise IllegalEvent(f"no event of this room: {type(never).__name__}")


def _person(
    walk: Walk, event: Started | TextReceived | Tapped | ItemReceived | ItemRefused | MediaOffered
) -> tuple[Session, tuple[Effect, ...]]:
    """Something the person did: it ends a quick exit, and may follow an absence.

    After a quick exit the next word counts as a return: somebody else may hold the phone now, so the topic only
    comes back after a tap (paths.md 1.7).
    """
    away = walk.quick_exit or (walk.last_at is not None and walk.moment.at - walk.last_at >= AWAY)
    walk.started_at = walk.started_at or walk.moment.at
    walk.last_at = walk.moment.at
    if walk.quick_exit:
        walk.quick_exit = False
        walk.effects.append(Order("allow_writing"))
    match event:
        case TextReceived():
            hear(walk, event.understood, away=away)
        case Tapped():
            press(walk, event.choice, away=away)
        case _ if away and handle(walk, "returned"):
            pass
        case Started():
            start(walk)
        case ItemReceived() | ItemRefused() | MediaOffered():
            if not handle(walk, FILE_EVENTS[type(event)]):
                unheard(walk)
        case _ as never:
            assert_never(never)
    _repeat_card(walk)
    return _finish(walk)


def _fired(walk: Walk, event: TimerFired) -> tuple[Session, tuple[Effect, ...]]:
    """A timer that was cancelled meanwhile means nothing."""
    if event.name not in walk.timers:
        return walk.session, ()
    walk.timers = walk.timers - {event.name}
    return _unasked(walk, f"timer.{event.name}")


def _unasked(walk: Walk, event: str) -> tuple[Session, tuple[Effect, ...]]:
    """The bot's own account. After a quick exit nothing is said, and nobody is led to a question never seen."""
    if not walk.quick_exit:
        handle(walk, event)
    return _finish(walk)


def _pressed_twice(walk: Walk, event: Tapped) -> bool:
    if event.choice != walk.answered:
        return False
    again = event.choice.startswith((f"{ROOT}.", f"{walk.state.where}."))
    last = walk.last_at
    return not again or (last is not None and walk.moment.at - last <= DOUBLE_PRESS)


def _repeat_card(walk: Walk) -> None:
    """Count the person's messages since the card; with the third it comes again, before the question."""
    danger = walk.danger
    if danger is None or not walk.in_danger:
        return
    if not walk.card_shown and not walk.quick_exit and danger.since_card + 1 >= CARD_EVERY:
        last = walk.effects.pop() if walk.effects and isinstance(walk.effects[-1], Say) else None
        show_card(walk, present_card(walk))
        if last is not None:
            walk.effects.append(last)
    walk.danger = replace(danger, since_card=0 if walk.card_shown else danger.since_card + 1)


def _finish(walk: Walk) -> tuple[Session, tuple[Effect, ...]]:
    origin = walk.origin
    if origin is not None and not walk.first and walk.moved(origin):
        walk.trail = (*walk.trail[-(TRAIL_MAX - 1) :], origin)
    return walk.session_now(), tuple(walk.effects)
