"""How many messages a whole path costs: on WhatsApp each is billed, and the person has to read them.

A journey presses a path's link, answers each question with the answer that goes on, takes every step of the plan once
and then leaves by "later", to the end of the feedback. Of all answers that go on, the one not taken yet comes first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.channels.contract import ChannelName
from bot.dialogue.chart import ROOT, SAFETY
from bot.dialogue.effects import Effect
from bot.dialogue.events import Moment, Started, Tapped
from bot.dialogue.session import ChoiceId, Language, Session
from bot.dialogue.step import begin, open_choices, step
from bot.turns.knowledge import Knowledge
from bot.turns.render import Listener, joined, messages

WELLBEING: Final = (SAFETY, "wellbeing_ask")
"""The question every path asks; its "no" goes on."""
MOST_ANSWERS: Final = 120
"""A journey that is longer goes in circles."""
ENDS: Final = frozenset({("feedback", "pause"), ("start", "menu")})
"""Where a path is over: the break after it, or the menu for what is a step of other paths."""
FORWARD: Final = ("done", "yes", "on", "no", "nothing", "only_me")
"""Names of answers that go on without a detour, the best first; none is taken that means danger."""
AWAY: Final = frozenset({"human", "later", "delete", "back", "more", "rather_not"})
"""Names of answers that leave a path."""


@dataclass(frozen=True, slots=True)
class Journey:
    """`answers`: what the person pressed; `messages`: what it cost; `whole`: the end was reached."""

    flow: str
    language: Language
    answers: int
    messages: int
    whole: bool


def journey(knowledge: Knowledge, flow: str, language: Language, channel: ChannelName, now: datetime) -> Journey:
    """The longest straight way through one path."""
    moment = Moment(at=now, channel=channel, next_opening=knowledge.hours.status(language, now).next_opening)
    session = begin(knowledge.charts, language, moment)
    session, effects = step(knowledge.charts, session, Started(flow), moment)
    taken: list[ChoiceId] = []
    cost = _billed(knowledge, session, moment, effects)
    while len(taken) < MOST_ANSWERS and _place(session) not in ENDS:
        choice = _next(knowledge, session, moment, taken, flow)
        if choice is None:
            break
        taken.append(choice)
        moment = Moment(at=moment.at + timedelta(minutes=1), channel=channel, next_opening=moment.next_opening)
        session, effects = step(knowledge.charts, session, Tapped(choice), moment)
        cost += _billed(knowledge, session, moment, effects)
    return Journey(flow, language, len(taken), cost, _place(session) in ENDS)


def _place(session: Session) -> tuple[str, str]:
    return session.stack[-1].flow, session.stack[-1].state


def _next(
    knowledge: Knowledge, session: Session, moment: Moment, taken: Sequence[ChoiceId], flow: str
) -> ChoiceId | None:
    state = knowledge.charts.states[session.stack[-1].flow, session.stack[-1].state]
    steps = {step.id for step in state.plan}
    choices = open_choices(knowledge.charts, session, moment)
    if asked_for := [choice.id for choice in choices if choice.id == f"{ROOT}.topic.{flow}"]:
        return asked_for[0]
    if undone := [choice.id for choice in choices if choice.id in steps and not choice.done and choice.id not in taken]:
        return undone[0]
    names = {choice.id.rpartition(".")[2]: choice.id for choice in choices if choice.id not in steps}
    if steps:
        return names.get("later", names.get("done"))
    fresh = [name for name in (*FORWARD, *names) if name in names and name not in AWAY and names[name] not in taken]
    known = [name for name in (*FORWARD, *names) if name in names and name != "back"]
    return next((names[name] for name in (*fresh, *known) if _calm(knowledge, session, moment, names[name])), None)


def _calm(knowledge: Knowledge, session: Session, moment: Moment, choice: ChoiceId) -> bool:
    """Does this answer lead on without a danger?"""
    after, _ = step(knowledge.charts, session, Tapped(choice), moment)
    into_safety = after.stack[-1].flow == SAFETY and _place(after) != WELLBEING
    return after.danger is None and not into_safety


def _billed(knowledge: Knowledge, session: Session, moment: Moment, effects: Sequence[Effect]) -> int:
    limits = knowledge.capabilities[moment.channel]
    shown = messages(knowledge, Listener(session, moment, limits), effects)
    return len(joined(shown, limits))
