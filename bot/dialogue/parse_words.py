"""The words states are made of: targets, transitions, guards, orders, parts. An unknown one is a mistake, no guess."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, cast

from bot.dialogue.chart import NOWHERE, RATHER_NOT, ROOT, Condition, Do, Part, Slot, Target, Transition
from bot.dialogue.effects import ORDER_NAMES
from bot.dialogue.events import HANDOFF_CHANGES
from bot.dialogue.guards import UnknownGuard, both, condition, selector
from bot.dialogue.orders import ARGUMENTS, NAMED, SESSION_ORDERS
from bot.dialogue.session import FlowId, StateId

TRANSITION_FIELDS: Final = frozenset({"to", "do", "set", "say", "when", "unless"})
PART_FIELDS: Final = frozenset({"key", "by", "for", "when", "unless", "card", "items", "paper"})
CARDS: Final = frozenset({"suicide", "violence", "assault", "talk", "danger"})
PLAIN_EVENTS: Final = frozenset(
    {
        "text", "item", "item_refused", "media", "human", "back", "restart", "language", "delete", "stop", "emergency",
        "help", "crisis", "check_in", "returned", "started", "stale", "other_language",
        "my_data", "german", "dutch", "follow_up",
        "not_understood.1", "not_understood.2", "not_understood.3",
        *(f"handoff.{change}" for change in HANDOFF_CHANGES),
    }
)  # fmt: skip
WORD: Final = re.compile(r"^[A-Za-z0-9_]+$")


@dataclass(frozen=True, slots=True)
class Outline:
    """A flow's states by name, compound ones with the leaf they lead to."""

    flow: FlowId
    version: int
    initial: StateId
    leaves: Mapping[str, StateId]


@dataclass(frozen=True, slots=True)
class Scope:
    """Where the parser stands: file, flow, state; and what it may refer to."""

    report: Callable[[str, int, str, str], None]
    file: str
    lines: Mapping[str, int]
    flow: FlowId
    outlines: Mapping[FlowId, Outline]
    slots: Mapping[str, Slot]
    state: StateId = NOWHERE[1]
    path: str = ""

    def at(self, state: StateId, path: str) -> Scope:
        return replace(self, state=state, path=path)

    @property
    def line(self) -> int:
        return self.lines.get(self.path, 1)

    def note(self, what: str, field_name: str = "") -> None:
        line = self.lines.get(f"{self.path}.{field_name}" if self.path else field_name, self.line)
        self.report(self.file, line, self.state, what)

    def unknown_fields(self, what: str, body: Mapping[str, Any], known: frozenset[str]) -> None:
        for name in sorted(map(str, body.keys() - known)):
            self.note(f"unknown field {name!r} in {what}; known: {', '.join(sorted(known))}", name)


Rows = tuple[Transition, ...]


def parse_on(scope: Scope, body: Any, field_name: str) -> dict[str, Rows]:
    found: dict[str, Rows] = {}
    if body is not None and not isinstance(body, dict):
        scope.note("`on` is a mapping of events", field_name)
        return found
    for event, rows in (body or {}).items():
        head, _, tail = str(event).partition(".")
        if event in PLAIN_EVENTS or (head in ("timer", "intent") and WORD.match(tail)):
            found[event] = parse_transitions(scope, rows, field_name)
        else:
            scope.note(f"unknown event {event!r}", f"{field_name}.{event}")
    return found


def parse_transitions(scope: Scope, body: Any, field_name: str, *, leads: bool = False) -> Rows:
    """A target, one transition or a list of them. `leads`: each must have `to`."""
    if body is None:
        return ()
    rows: list[Transition] = []
    for raw in body if isinstance(body, list) else [body]:
        written = {"to": raw} if isinstance(raw, str) else raw
        if not isinstance(written, dict):
            scope.note("a transition is a target or {to, do, set, say, when}", field_name)
            continue
        scope.unknown_fields("a transition", written, TRANSITION_FIELDS)
        if leads and "to" not in written:
            scope.note("each row leads somewhere: `to` is missing", field_name)
        rows.append(
            Transition(
                to=parse_target(scope, written["to"], field_name) if "to" in written else None,
                when=parse_when(scope, written),
                do=parse_orders(scope, written.get("do"), field_name),
                set=parse_set(scope, written.get("set"), field_name),
                say=parse_parts(scope, written.get("say")),
            )
        )
    return tuple(rows)


def parse_target(scope: Scope, written: Any, field_name: str) -> Target | None:
    """`name` · `flow:name/state` · `call:name/state` · back · again · resume."""
    if written in ("back", "again", "resume"):
        return Target(written)
    kind, colon, address = str(written).partition(":")
    if not colon:
        bare = Target("call" if scope.flow == ROOT and not scope.state else "goto", scope.flow, StateId(kind))
        return _resolved(scope, bare, field_name)
    if kind not in ("flow", "call"):
        scope.note(f"unknown target {written!r}: a state, flow:…, call:…, back, again or resume", field_name)
        return None
    flow, _, state = address.partition("/")
    return _resolved(scope, Target("leave" if kind == "flow" else "call", FlowId(flow), StateId(state)), field_name)


def _resolved(scope: Scope, target: Target, field_name: str) -> Target | None:
    outline = scope.outlines.get(target.flow)
    if outline is None:
        scope.note(f"unknown target: there is no flow {target.flow!r}", field_name)
        return None
    if not target.state:
        return replace(target, state=outline.initial)
    if target.state not in outline.leaves:
        scope.note(f"unknown target: flow {target.flow} has no state {target.state!r}", field_name)
        return None
    return replace(target, state=outline.leaves[target.state])


def parse_orders(scope: Scope, body: Any, field_name: str) -> tuple[Do, ...]:
    orders: list[Do] = []
    for written in [body] if isinstance(body, str) else body or ():
        name, colon, arg = str(written).partition(":")
        if name not in ORDER_NAMES and name not in SESSION_ORDERS:
            scope.note(f"unknown order {name!r}", field_name)
        elif name in ARGUMENTS and arg not in ARGUMENTS[name]:
            scope.note(f"order {name} takes one of: {', '.join(sorted(ARGUMENTS[name]))}", field_name)
        elif (name in NAMED) != bool(colon) and name not in ARGUMENTS:
            scope.note(f"order {name} takes {'a name' if name in NAMED else 'no argument'}", field_name)
        else:
            orders.append(Do(name, arg or None))
    return tuple(orders)


def parse_parts(scope: Scope, body: Any) -> tuple[Part, ...]:
    rows = body if isinstance(body, list) else [body] if body is not None else []
    return tuple(part for raw in rows if (part := parse_part(scope, raw)) is not None)


def parse_part(scope: Scope, raw: Any) -> Part | None:
    """A key, or a mapping with key, card or items."""
    written = {"key": raw} if isinstance(raw, str) else raw
    if not isinstance(written, dict):
        scope.note("a part is a key or a mapping", "say")
        return None
    scope.unknown_fields("a part", written, PART_FIELDS)
    card = str(written.get("card", ""))
    if card and card not in CARDS:
        scope.note(f"unknown card {card!r}; known: {', '.join(sorted(CARDS))}", "say")
    if sum(bool(written.get(one)) for one in ("key", "card", "items")) != 1:
        scope.note("a part has one of key, card, items", "say")
        return None
    if "paper" in written and not written.get("key"):
        scope.note("a paper is a text: it has a key", "say")
    by = [written["by"]] if isinstance(written.get("by"), str) else list(written.get("by") or ())
    only = frozenset(map(str, written.get("for") or ()))
    part = Part(
        key=whole_key(scope, str(written["key"])) if "key" in written else "",
        by=tuple(by),
        only=only,
        card=cast(Any, card),
        items=written.get("items") is True,
        paper=written.get("paper") is True,
        when=parse_when(scope, written),
    )
    return _selected(scope, part)


def _selected(scope: Scope, part: Part) -> Part:
    try:
        found = [selector(name, scope.slots) for name in part.by]
    except UnknownGuard as error:
        scope.note(str(error), "say")
        return part
    if part.only and (not found or part.only - set(found[0][0])):
        scope.note("`for` names values of the first selector in `by`", "say")
    return replace(part, select=tuple(select for _, select in found))


def whole_key(scope: Scope, key: str) -> str:
    return key if "." in key else f"{scope.flow}.{scope.state}.{key}"


def parse_set(scope: Scope, body: Any, field_name: str) -> tuple[tuple[str, str], ...]:
    rows: list[tuple[str, str]] = []
    for name, value in (body or {}).items():
        slot = scope.slots.get(name)
        if slot is None:
            scope.note(f"unknown slot {name!r}", field_name)
        elif value not in slot.values and value not in (slot.skip, RATHER_NOT):
            scope.note(f"slot {name} has no value {value!r}; it has {', '.join(slot.values)}", field_name)
        else:
            rows.append((name, str(value)))
    return tuple(rows)


def parse_when(scope: Scope, written: Mapping[str, Any]) -> Condition | None:
    try:
        when = condition(written["when"], scope.slots) if "when" in written else None
        unless = condition(written["unless"], scope.slots, unless=True) if "unless" in written else None
    except UnknownGuard as error:
        scope.note(str(error))
        return None
    return both(when, unless)
