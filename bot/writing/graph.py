"""One flow as places and ways between them, and as Mermaid text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal

from bot.dialogue.chart import ROOT, Charts, Condition, State, Target
from bot.dialogue.session import FlowId

Kind = Literal["question", "silence", "words", "end", "flow"]
Way = Literal["leads", "answer", "step", "calls", "event"]

ANYWHERE: Final = "(anywhere here)"
SEVERAL: Final = 3
"""An event that more states than this answer alike is drawn once: it was written for their parent."""

_MERMAID: Final = {
    "question": ("([", "])"),
    "silence": ("((", "))"),
    "words": ("[", "]"),
    "end": ("[[", "]]"),
    "flow": ("{{", "}}"),
}
"""How Mermaid draws each kind (mermaid.js.org/syntax/flowchart.html)."""
_ARROW: Final = {"leads": "-->", "answer": "-->", "step": "==>", "calls": "-.->", "event": "-.->"}


@dataclass(frozen=True, slots=True)
class Place:
    """A state of the flow, or another flow it goes to. `first`: where the flow begins."""

    id: str
    kind: Kind
    first: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """`label`: the answer, step, event or guard that takes this way; empty where there is no choice."""

    start: str
    end: str
    way: Way
    label: str = ""


@dataclass(frozen=True, slots=True)
class Graph:
    flow: str
    places: tuple[Place, ...]
    edges: tuple[Edge, ...]


def graph(charts: Charts, flow: str) -> Graph:
    """What a flow's own file says; what every state inherits from root is drawn with root only.

    Raises KeyError: no such flow.
    """
    chart = charts.flows[FlowId(flow)]
    edges = _once(dict.fromkeys(edge for state in chart.states.values() for edge in _edges(state)))
    if flow == ROOT:
        edges = tuple(_inherited(charts))
    own = [Place(ANYWHERE, "silence")] if any(edge.start == ANYWHERE for edge in edges) else []
    own += [Place(state.name, _kind(state), state.name == chart.initial) for state in chart.states.values()]
    names = {place.id for place in own}
    others = dict.fromkeys(edge.end for edge in edges if edge.end not in names)
    return Graph(flow, (*own, *(Place(name, "flow") for name in others)), edges)


def mermaid(drawn: Graph) -> str:
    """As a Mermaid flowchart, for documents that show it."""
    number = {place.id: f"s{n}" for n, place in enumerate(drawn.places)}
    lines = ["flowchart TD"]
    for place in drawn.places:
        left, right = _MERMAID[place.kind]
        lines.append(f'    {number[place.id]}{left}"{place.id}"{right}')
    for edge in drawn.edges:
        label = f'|"{edge.label}"|' if edge.label else ""
        lines.append(f"    {number[edge.start]} {_ARROW[edge.way]}{label} {number[edge.end]}")
    return "\n".join(lines) + "\n"


def _inherited(charts: Charts) -> Iterator[Edge]:
    for event, rows in charts.inherited.items():
        for row in rows:
            if row.to is not None and row.to.kind not in ("again", "back", "resume"):
                yield Edge(ANYWHERE, f"{row.to.flow}/{row.to.state}", "event", event)


def _once(edges: Iterable[Edge]) -> tuple[Edge, ...]:
    """Inherited events leave one place, "anywhere here", and not every state."""
    shared = Counter((edge.end, edge.label) for edge in edges if edge.way == "event")
    often = {which for which, times in shared.items() if times > SEVERAL}
    drawn = (
        replace(edge, start=ANYWHERE) if edge.way == "event" and (edge.end, edge.label) in often else edge
        for edge in edges
    )
    return tuple(dict.fromkeys(drawn))


def _kind(state: State) -> Kind:
    if state.final is not None:
        return "end"
    if not state.waits:
        return "words"
    return "question" if state.offers or state.items else "silence"


def _edges(state: State) -> Iterator[Edge]:
    for step in state.plan:
        yield _edge(state, step.to, "step", step.name)
    for choice in state.choices:
        if choice.to is not None:
            yield _edge(state, choice.to, "answer", choice.name)
    if state.call is not None:
        yield _edge(state, state.call, "calls", "")
    for result, target in state.returns.items():
        yield _edge(state, target, "leads", result)
    for row in (*state.then, *state.otherwise):
        if row.to is not None:
            yield _edge(state, row.to, "leads", _guard(row.when))
    for event, rows in state.on.items():
        for row in rows:
            if row.own and row.to is not None and row.to.kind not in ("again", "back", "resume"):
                yield _edge(state, row.to, "event", event)


def _edge(state: State, target: Target, way: Way, label: str) -> Edge:
    if target.kind in ("again", "back", "resume"):
        return Edge(state.name, state.name if target.kind == "again" else f"({target.kind})", way, label)
    here = target.flow == state.flow
    end = str(target.state) if here else f"{target.flow}/{target.state}"
    return Edge(state.name, end, "calls" if target.kind == "call" and way == "leads" else way, label)


def _guard(when: Condition | None) -> str:
    return "" if when is None else ", ".join(" or ".join(clause) for clause in when.clauses)
