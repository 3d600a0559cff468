"""Flow files → charts. Every mistake is collected with file, line, state and what was expected.

Inheritance is resolved here, once: a step never looks further than one state.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from bot.dialogue.chart import HOME, ROOT, Address, Chart, Charts, Slot, State, Transition
from bot.dialogue.parse_state import Heritage, parse_state
from bot.dialogue.parse_words import Outline, Scope, parse_on
from bot.dialogue.session import FlowId, StateId
from bot.dialogue.yaml_text import BadYaml, Document, read

SLOTS_FILE: Final = "slots.yaml"
NOT_FLOWS: Final = frozenset({"directory.yaml", "facts.yaml"})
"""Files of the same folder that other rooms read."""
FLOW_FIELDS: Final = frozenset(
    {"flow", "version", "topic", "aliases", "initial", "states", "on", "accepts", "otherwise"}
)
SLOT_FIELDS: Final = frozenset({"id", "values", "skip", "skippable", "sticky", "resets"})
NAME: Final = re.compile(r"^[a-z0-9_]+$")
VALUE: Final = re.compile(r"^[A-Za-z0-9_]+$")


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake in content: where it is and what was expected. `state` is "" when it is about the file."""

    file: str
    line: int
    state: str
    what: str

    def __str__(self) -> str:
        where = f" state {self.state}" if self.state else ""
        return f"{self.file}:{self.line}{where}: {self.what}"


class FlowErrors(ValueError):
    """The flow files hold mistakes; the process must not start with them. Lists them all."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes = mistakes


def parse_charts(texts: Mapping[str, str]) -> Charts:
    """All flows of an installation from file name → text. Raises FlowErrors."""
    charts, mistakes = read_charts(texts)
    if mistakes:
        raise FlowErrors(mistakes)
    return charts


def read_charts(texts: Mapping[str, str]) -> tuple[Charts, tuple[Mistake, ...]]:
    """As `parse_charts`, but hands back what could be read beside the mistakes."""
    reader = _Reader()
    documents = {
        name: document
        for name, text in sorted(texts.items())
        if name not in NOT_FLOWS and (document := reader.document(name, text)) is not None
    }
    slots = reader.slots(documents.pop(SLOTS_FILE, None))
    flows = {name: document for name, document in documents.items() if reader.head_is_sound(name, document)}
    outlines = {
        outline.flow: outline for name, document in flows.items() if (outline := reader.outline(name, document))
    }
    charts = _assemble(reader, flows, outlines, slots)
    return charts, tuple(sorted(reader.mistakes, key=lambda mistake: (mistake.file, mistake.line)))


class _Reader:
    """Collects mistakes while the files are read."""

    def __init__(self) -> None:
        self.mistakes: list[Mistake] = []

    def note(self, file: str, line: int, state: str, what: str) -> None:
        mistake = Mistake(file, line, state, what)
        if mistake not in self.mistakes:
            self.mistakes.append(mistake)

    def document(self, name: str, text: str) -> Document | None:
        try:
            return read(text)
        except BadYaml as error:
            self.note(name, error.line, "", error.what)
            return None

    def slots(self, document: Document | None) -> dict[str, Slot]:
        if document is None:
            return {}
        found: dict[str, Slot] = {}
        for name, fields in document.data.items():
            line = document.lines.get(name, 1)
            if not isinstance(fields, dict) or not isinstance(fields.get("values"), list) or "skip" not in fields:
                self.note(SLOTS_FILE, line, name, "a slot has `values` (a list) and `skip`")
                continue
            for field in sorted(fields.keys() - SLOT_FIELDS):
                self.note(SLOTS_FILE, line, name, f"unknown field {field!r}")
            values = tuple(map(str, fields["values"]))
            for value in (name, *values):
                if not VALUE.match(value):
                    self.note(SLOTS_FILE, line, name, f"{value!r} is no name")
            found[name] = Slot(
                name=name,
                id=str(fields.get("id", "")),
                values=values,
                skip=str(fields["skip"]),
                skippable=fields.get("skippable") is True,
                sticky=fields.get("sticky") is not False,
                resets=tuple(map(str, fields.get("resets") or ())),
            )
        return found

    def head_is_sound(self, file: str, document: Document) -> bool:
        data = document.data
        before = len(self.mistakes)
        for field in sorted(data.keys() - FLOW_FIELDS):
            self.note(file, document.lines.get(field, 1), "", f"unknown field {field!r}")
        if data.get("flow") != file.removesuffix(".yaml"):
            self.note(file, 1, "", "`flow` is the name of the file")
        if not isinstance(data.get("version"), int):
            self.note(file, 1, "", "`version` is a whole number")
        if not isinstance(data.get("states", {}), dict) or (not data.get("states") and data.get("flow") != ROOT):
            self.note(file, 1, "", "`states` is a mapping of states")
        return len(self.mistakes) == before

    def outline(self, file: str, document: Document) -> Outline | None:
        """The names of a flow's states, and to which leaf each leads."""
        leaves: dict[str, StateId] = {}

        def collect(states: Mapping[str, Any], path: str) -> None:
            for name, body in states.items():
                line = document.lines.get(f"{path}.{name}", 1)
                if not NAME.match(str(name)):
                    self.note(file, line, str(name), "state names are a-z, 0-9 and _")
                if name in leaves:
                    self.note(file, line, name, "state names are unique within a flow")
                leaves[name] = StateId(name)
                if isinstance(body, dict) and isinstance(body.get("states"), dict):
                    collect(body["states"], f"{path}.{name}.states")
                    leaves[name] = self._initial(file, line, body, leaves, name)

        collect(document.data.get("states") or {}, "states")
        flow = FlowId(document.data["flow"])
        initial = (
            StateId("")
            if flow == ROOT and "initial" not in document.data
            else self._initial(file, 1, document.data, leaves, "")
        )
        return Outline(flow, document.data["version"], initial, leaves)

    def _initial(
        self, file: str, line: int, body: Mapping[str, Any], leaves: Mapping[str, StateId], name: str
    ) -> StateId:
        inside = _names(body)
        initial = str(body.get("initial"))
        if initial not in inside:
            self.note(file, line, name, "`initial` names one of the `states`")
            return StateId(next(iter(inside), name))
        return leaves.get(initial, StateId(initial))


def _names(body: Mapping[str, Any]) -> list[str]:
    """All states inside, at any depth."""
    found: list[str] = []
    for name, inner in (body.get("states") or {}).items():
        found.append(str(name))
        if isinstance(inner, dict):
            found += _names(inner)
    return found


def _assemble(
    reader: _Reader, documents: Mapping[str, Document], outlines: Mapping[FlowId, Outline], slots: Mapping[str, Slot]
) -> Charts:
    scopes = {
        document.data["flow"]: Scope(reader.note, file, document.lines, FlowId(document.data["flow"]), outlines, slots)
        for file, document in documents.items()
    }
    root = Heritage()
    if (scope := scopes.get(ROOT)) is not None:
        body = next(document.data for document in documents.values() if document.data["flow"] == ROOT)
        rows = parse_on(scope, body.get("on"), "on")
        root = Heritage(on={event: tuple(replace(row, own=False) for row in own) for event, own in rows.items()})
    charts: dict[FlowId, Chart] = {}
    for file, document in documents.items():
        scope, data = scopes[document.data["flow"]], document.data
        above = root if scope.flow == ROOT else root.beneath(scope, data, "")
        states = _ticked({state.name: state for state in _states(scope, data.get("states") or {}, above, "states")})
        outline = outlines[scope.flow]
        charts[scope.flow] = Chart(
            flow=scope.flow,
            version=outline.version,
            initial=outline.initial,
            states=states,
            topic=data.get("topic"),
            aliases=tuple(data.get("aliases") or ()),
            file=file,
        )
    return _charts(charts, slots, root.on)


def _states(scope: Scope, bodies: Mapping[str, Any], above: Heritage, path: str) -> list[State]:
    found: list[State] = []
    for name, body in bodies.items():
        here = f"{path}.{name}"
        inside = scope.at(StateId(name), here)
        if not isinstance(body, dict):
            inside.note("a state is a mapping")
            continue
        if isinstance(body.get("states"), dict):
            own = above.beneath(inside, body, name)
            found += _states(scope, body["states"], own, f"{here}.states")
        else:
            found.append(parse_state(inside, body, above))
    return found


def _ticked(states: dict[StateId, State]) -> dict[StateId, State]:
    """Tell each state that is a plan step of its own flow which step it ticks."""
    for state in list(states.values()):
        for step in state.plan:
            if step.to.kind == "goto" and step.to.state in states:
                states[step.to.state] = replace(states[step.to.state], ticks=step.mark)
    return states


def _charts(
    flows: Mapping[FlowId, Chart], slots: Mapping[str, Slot], inherited: Mapping[str, tuple[Transition, ...]]
) -> Charts:
    topics: dict[str, FlowId] = {}
    for chart in flows.values():
        for word in (chart.topic, *chart.aliases):
            if word:
                topics.setdefault(str(word).lower(), chart.flow)
    states: dict[Address, State] = {
        (chart.flow, name): state for chart in flows.values() for name, state in chart.states.items()
    }
    home = HOME
    if home not in states and flows:
        start = flows.get(HOME[0]) or next(iter(flows.values()))
        home = (start.flow, start.initial)
    return Charts(flows=flows, slots=slots, topics=topics, states=states, inherited=inherited, home=home)
