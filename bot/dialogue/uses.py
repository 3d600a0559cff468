"""Which catalogue keys the charts need, where, and as what: every variant spelt out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Final, Literal

from bot.dialogue.chart import ROOT, Charts, Condition, Part, State
from bot.dialogue.guards import selector
from bot.dialogue.listen import COURTESIES
from bot.dialogue.moves import ITEM_LABEL
from bot.dialogue.session import StateId

EVERYWHERE: Final = State(ROOT, StateId(""))
"""Stands for all states where something is inherited from root."""


@dataclass(frozen=True, slots=True)
class Use:
    """A key as one place needs it. `given`: what is certain when it is said (`picture=adult`, guards as written)."""

    key: str
    kind: Literal["text", "paper", "label"]
    state: State
    given: frozenset[str] = frozenset()


def uses(charts: Charts) -> Iterator[Use]:
    """All keys of all states; root's transitions count once, at root."""
    seen: set[int] = set()
    for row in (row for rows in charts.inherited.values() for row in rows):
        for part in row.say:
            yield from _part(charts, EVERYWHERE, part, row.when)
    for state in charts.states.values():
        for part in (*state.say, *((state.ask,) if state.ask else ())):
            yield from _part(charts, state, part)
        for row in (*state.then, *state.otherwise, *(row for rows in state.on.values() for row in rows if row.own)):
            for part in row.say:
                if id(part) not in seen:
                    seen.add(id(part))
                    yield from _part(charts, state, part, row.when)
        yield from (Use(one.label, "label", state) for one in state.offers)
        if state.items:
            yield Use(ITEM_LABEL, "label", state)
        if state.guesses:
            yield from (Use(label, "label", state) for label in guess_labels(charts))


def keys(charts: Charts) -> frozenset[str]:
    """Every key that must be in the catalogues of both languages."""
    return frozenset(use.key for use in uses(charts))


def guess_labels(charts: Charts) -> frozenset[str]:
    """Labels of all guesses there can be: intents any state answers, flows a deep link can name."""
    events = {event for state in charts.states.values() for event in state.on if event.startswith("intent.")}
    intents = {event for event in events if event.removeprefix("intent.") not in COURTESIES}
    return frozenset(intents | {f"topic.{flow}" for flow in charts.topics.values()})


def literals(when: Condition | None) -> frozenset[str]:
    """What holds for certain under a guard: its clauses of one literal."""
    return frozenset(clause[0] for clause in when.clauses if len(clause) == 1) if when else frozenset()


def _part(charts: Charts, state: State, part: Part, when: Condition | None = None) -> Iterator[Use]:
    if not part.key:
        return
    given = literals(part.when) | literals(when)
    kind: Literal["text", "paper"] = "paper" if part.paper else "text"
    if not part.by:
        yield Use(part.key, kind, state, given)
        return
    values = [selector(name, charts.slots)[0] for name in part.by]
    if part.only:
        yield Use(f"{part.key}.else", kind, state, given)
        values[0] = tuple(value for value in values[0] if value in part.only)
    for suffix in product(*values):
        told = {f"{name}={value}" for name, value in zip(part.by, suffix, strict=True)}
        yield Use(".".join((part.key, *suffix)), kind, state, given | told)
