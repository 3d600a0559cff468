"""Finds stories that together enter every state. `python -m tests.transcripts.walks` writes them."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count
from typing import Any, Final

from bot.config import ROOT
from bot.dialogue.chart import Charts, State
from bot.dialogue.events import Moment
from bot.dialogue.load import load_charts
from bot.dialogue.moves import ITEM
from bot.dialogue.session import KINDS, Session
from bot.dialogue.step import begin, open_choices, trace
from tests.transcripts.player import FOLDER, PAUSE, duration, event_of, moment_of, play, write

PROFILES: Final[tuple[dict[str, Any], ...]] = (
    {},
    {"open": True, "staffed": True},
    {"open": True, "staffed": True, "closing": True, "channel": "whatsapp"},
    {"open": True, "channel": "telegram"},
    {"items": 2},
    {"items": 2, "batch": True, "open": True, "staffed": True},
    {"holder": "waiting", "open": True, "staffed": True},
    {"holder": "counsellor", "open": True, "staffed": True},
)
LIMIT: Final = 15000
"""Steps tried per profile."""
HUB: Final = ("start", "menu")
"""What works everywhere is tried from here only."""


@dataclass(frozen=True, slots=True)
class Place:
    session: Session
    moment: Moment
    steps: tuple[dict[str, Any], ...]


def search(charts: Charts) -> dict[str, list[dict[str, Any]]]:
    """Flow → stories that enter its states, none twice for the same reason."""
    missing = {state.where for state in charts.states.values()}
    found: list[tuple[str, dict[str, Any], tuple[dict[str, Any], ...]]] = []
    for profile in PROFILES:
        for new, place in _explore(charts, profile, missing):
            found.append((new.partition(".")[0], profile, place.steps))
    told: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for flow, profile, steps in found:
        if not any(_begins(other, steps) and other is not steps and same == profile for _, same, other in found):
            story: dict[str, Any] = {"story": f"a walk to {_goal(steps)}"}
            told[flow].append(
                {**story, **({"moment": profile} if profile else {}), "steps": [dict(one) for one in steps]}
            )
    return dict(told)


def _begins(longer: tuple[Any, ...], shorter: tuple[Any, ...]) -> bool:
    return len(longer) > len(shorter) and longer[: len(shorter)] == shorter


def _goal(steps: tuple[dict[str, Any], ...]) -> str:
    return str(next(iter(steps[-1].values())) or "the start")


def _explore(charts: Charts, profile: dict[str, Any], missing: set[str]) -> Iterator[tuple[str, Place]]:
    moment = moment_of(profile)
    order = count()
    heap = [(0, next(order), Place(begin(charts, "de", moment), moment, ()))]
    known: set[object] = set()
    tried = 0
    while heap and missing and tried < LIMIT:
        rank, _, place = heapq.heappop(heap)
        for step in _steps(charts, place):
            tried += 1
            later = replace(place.moment, at=place.moment.at + (duration(step["wait"]) if "wait" in step else PAUSE))
            after, _, entered = trace(charts, place.session, event_of(step), later)
            here = Place(after, later, (*place.steps, step))
            new = missing & set(entered)
            missing -= new
            if new:
                yield sorted(new)[0], here
            key = _key(charts, after)
            if key not in known:
                known.add(key)
                heapq.heappush(heap, (rank + 1 if not new else max(rank - 8, 0), next(order), here))


def _key(charts: Charts, session: Session) -> object:
    asked = _guarded(charts)
    return (
        tuple((frame.flow, frame.state) for frame in session.stack),
        frozenset((name, value) for name, value in session.slots.items() if name in asked),
        session.danger and (session.danger.kind, session.danger.level, session.danger.resolved),
        frozenset(name for name in session.extra if name.startswith("guess.")),
    )


_GUARDED: dict[int, frozenset[str]] = {}


def _guarded(charts: Charts) -> frozenset[str]:
    """Slots some transition or answer asks about."""
    if id(charts) not in _GUARDED:
        whens = [
            one.when
            for state in charts.states.values()
            for one in (*state.then, *state.offers, *(row for rows in state.on.values() for row in rows))
        ]
        told = [one for when in whens if when for clause in when.clauses for one in clause]
        _GUARDED[id(charts)] = frozenset(one.removeprefix("not ").partition(".")[0] for one in told)
    return _GUARDED[id(charts)]


def _steps(charts: Charts, place: Place) -> Iterator[dict[str, Any]]:
    if not place.steps:
        yield {"start": None}
        yield {"start": "insta"}
        yield {"start": "protect"}
        yield {"type": {"intents": {"smalltalk_or_offtopic": 0.9}}}
        for intent in ("deepnude_of_me", "sextortion", "already_paid", "know_someone_affected", "i_made_or_shared_it"):
            yield {"type": {"intents": {intent: 0.9}}}
        return
    front = place.session.stack[-1]
    state = charts.states[front.flow, front.state]
    choices = open_choices(charts, place.session, place.moment)
    if state.answers is not None and state.answers not in _guarded(charts):
        choices = (choices[0], choices[-1])
    yield from ({"tap": one.id} for one in choices if ITEM not in one.id or one.id.endswith(f"{ITEM}1"))
    if state.otherwise or "text" in state.accepts:
        yield {"type": {"intents": {"smalltalk_or_offtopic": 0.9}}}
    if "files" in state.accepts:
        yield {"item": 1}
        yield {"refused": "wrong_type"}
    yield from ({"fire": name} for name in sorted(place.session.timers))
    yield from _own(state)
    if "follow_up.agreed" in place.session.done:
        yield {"due": "check_in"}
    if (front.flow, front.state) == HUB:
        yield from _everywhere(charts, state)
    elif (front.flow, front.state) in (("school_staff", "plan"), ("own_part", "got_plan")):
        yield {"type": {"intents": {"evidence_send": 0.9}}}
        yield {"type": {"intents": {"prevention": 0.9}}}
    elif front.state == "suicide":
        yield {"wait": "9h", "type": {}}
    elif place.session.misses:
        yield {"type": {}}


def _own(state: State) -> Iterator[dict[str, Any]]:
    """Events this state answers in its own way."""
    for event, rows in state.on.items():
        if not rows[0].own:
            continue
        head, _, tail = event.partition(".")
        if head == "handoff":
            yield {"handoff": tail}
        elif head == "intent":
            yield {"type": {"intents": {tail: 0.9}}}
        elif event in ("human", "emergency", "help", "delete", "restart", "language", "back"):
            yield {"tap": f"root.{event}"}
        elif event == "media":
            yield {"offered": "image"}
        elif event == "not_understood.1":
            yield {"type": {}}


def _everywhere(charts: Charts, state: State) -> Iterator[dict[str, Any]]:
    for event in state.on:
        head, _, tail = event.partition(".")
        if head == "intent":
            yield {"type": {"intents": {tail: 0.9}}}
        elif head == "handoff":
            yield {"handoff": tail}
    yield from ({"tap": f"root.{word}"} for word in ("human", "emergency", "help", "delete", "restart", "language"))
    yield from ({"type": {"crisis": [kind, level, "interrupt"]}} for kind in KINDS for level in ("A", "B"))
    yield {"type": {"crisis": ["panic", "C", "interrupt"]}}
    yield {"type": {"crisis": ["suicide", "B", "check_in"]}}
    yield {"type": {}}
    yield {"type": {"intents": {"police": 0.4, "hash_tools": 0.3}}}
    yield {"type": {"language": "other"}}
    yield {"wait": "9h", "type": {}}
    yield from ({"offered": kind} for kind in ("image", "voice"))


def main() -> None:
    charts = load_charts(ROOT / "flows")
    for old in FOLDER.glob("*/walks.yaml"):
        old.unlink()
    for flow, told in search(charts).items():
        for story in told:
            for step, seen in zip(story["steps"], play(charts, story, "de"), strict=True):
                step.update(see=seen.see, at=seen.at)
        write(FOLDER / flow / "walks.yaml", told)


if __name__ == "__main__":
    main()
