"""One state of a flow: its fields, choices, plan and what it inherits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Final, cast

from bot.dialogue.chart import RATHER_NOT, ROOT, ChoiceSpec, PlanStep, Region, Shown, State, Target
from bot.dialogue.effects import Choice
from bot.dialogue.parse_words import (
    WORD,
    Rows,
    Scope,
    parse_on,
    parse_orders,
    parse_part,
    parse_parts,
    parse_set,
    parse_target,
    parse_transitions,
    parse_when,
    whole_key,
)
from bot.dialogue.session import ChoiceId

STATE_FIELDS: Final = frozenset(
    {
        "say", "ask", "choices", "answers", "again", "then", "otherwise", "accepts", "on", "enter", "exit", "timers",
        "call", "returns", "plan", "items", "guesses", "final", "initial", "states", "danger",
    }
)  # fmt: skip
REGION_FIELDS: Final = frozenset(
    {"initial", "states", "on", "accepts", "otherwise", "enter", "exit", "timers", "danger"}
)
CHOICE_FIELDS: Final = frozenset({"id", "label", "set", "to", "do", "when", "unless", "intents", "prefer"})
STEP_FIELDS: Final = frozenset({"step", "call", "to", "label", "when", "unless"})
DURATION: Final = re.compile(r"^([0-9]+)([smhd])$")
UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
SAME_WORD_INTENTS: Final = frozenset({"yes", "no", "unsure"})
RESERVED_IN_ROOT: Final = frozenset({"intent", "topic"})


@dataclass(frozen=True, slots=True)
class Heritage:
    """What a state gets from root, its flow and its compound parents."""

    on: Mapping[str, Rows] = field(default_factory=dict)
    otherwise: Rows = ()
    accepts: frozenset[Any] = frozenset()
    regions: tuple[Region, ...] = ()
    danger: str | None = None

    def beneath(self, scope: Scope, body: Mapping[str, Any], name: str) -> Heritage:
        """What children of this parent get."""
        if name:
            scope.unknown_fields("a compound state", body, REGION_FIELDS)
        own = parse_on(scope, body.get("on"), "on")
        return Heritage(
            on=merged(own, self.on),
            otherwise=parse_transitions(scope, body.get("otherwise"), "otherwise") or self.otherwise,
            accepts=parse_accepts(scope, body.get("accepts")) or self.accepts,
            regions=(*self.regions, parse_region(scope, body)) if name else self.regions,
            danger=body.get("danger", self.danger),
        )


def merged(own: Mapping[str, Rows], above: Mapping[str, Rows]) -> dict[str, Rows]:
    """Own rows first, then the parents'; rows behind one without a guard are never reached and left out."""
    result: dict[str, Rows] = dict(above)
    for event, rows in own.items():
        last = rows[-1] if rows else None
        result[event] = rows if last is not None and last.when is None else (*rows, *above.get(event, ()))
    return result


def parse_state(scope: Scope, body: Mapping[str, Any], above: Heritage) -> State:
    """One state without children."""
    scope.unknown_fields("a state", body, STATE_FIELDS)
    if scope.flow == ROOT and scope.state in RESERVED_IN_ROOT:
        scope.note("this name is taken by the buttons of guesses")
    plan = tuple(step for raw in _list(scope, body, "plan") if (step := parse_step(scope, raw)))
    answers = _slot(scope, body.get("answers"))
    choices = parse_choices(scope, body, answers)
    by_name: dict[str, ChoiceSpec | PlanStep] = {}
    both: tuple[ChoiceSpec | PlanStep, ...] = (*plan, *choices)
    for one in both:
        if one.name in by_name:
            scope.note(f"{one.name!r} is there twice", "choices")
        by_name[one.name] = one
    shown = tuple(map(_shown, both))
    varying = bool(plan) or body.get("items") or body.get("guesses") or any(one.when for one in shown)
    ask = parse_part(scope, body["ask"]) if "ask" in body else None
    accepts = parse_accepts(scope, body.get("accepts")) or above.accepts
    state = State(
        flow=scope.flow,
        name=scope.state,
        line=scope.line,
        say=parse_parts(scope, body.get("say")),
        ask=ask,
        choices=choices,
        answers=answers,
        again=body.get("again") is True,
        then=parse_transitions(scope, body.get("then"), "then", leads=True),
        otherwise=parse_transitions(scope, body.get("otherwise"), "otherwise", leads=True) or above.otherwise,
        accepts=accepts,
        on=merged(parse_on(scope, body.get("on"), "on"), above.on),
        regions=(*above.regions, parse_region(scope, body)),
        call=_call(scope, body["call"]) if "call" in body else None,
        returns=_returns(scope, body.get("returns")),
        plan=plan,
        items=body.get("items") is True,
        guesses=body.get("guesses") is True,
        final=str(body["final"]) if "final" in body else None,
        danger=_danger(scope, body.get("danger", above.danger)),
        waits=ask is not None or bool(body.get("accepts")),
        by_name=by_name,
        shown=shown,
        always=None if varying else tuple(one.open for one in shown),
    )
    _sound(scope, state)
    return state


def _shown(one: ChoiceSpec | PlanStep) -> Shown:
    if isinstance(one, ChoiceSpec):
        return Shown(one.when, Choice(one.id, one.label, prefer=one.prefer, intents=one.intents))
    return Shown(one.when, Choice(one.id, one.label), one.mark, Choice(one.id, one.label, done=True))


def _sound(scope: Scope, state: State) -> None:
    """Mistakes of a state as a whole."""
    ways = [
        name for name, there in (("a question", state.waits), ("call", state.call), ("final", state.final)) if there
    ]
    if len(ways) > 1:
        scope.note(f"a state has one of: {', '.join(ways)}")
    if (state.choices or state.plan or state.items or state.guesses) and state.ask is None:
        scope.note("a state with choices, plan, items or guesses has `ask`")
    if state.returns and state.call is None:
        scope.note("`returns` belongs to `call`", "returns")
    if state.then and state.then[-1].when is not None:
        scope.note("the last row of `then` has no `when`", "then")


def parse_region(scope: Scope, body: Mapping[str, Any]) -> Region:
    timers: list[tuple[str, timedelta]] = []
    for name, written in (body.get("timers") or {}).items():
        if found := DURATION.match(str(written)):
            timers.append((str(name), timedelta(**{UNITS[found[2]]: int(found[1])})))
        else:
            scope.note(f"a timer is written like 10m, not {written!r}", "timers")
    return Region(
        name=scope.state,
        enter=parse_orders(scope, body.get("enter"), "enter"),
        exit=parse_orders(scope, body.get("exit"), "exit"),
        timers=tuple(timers),
    )


def _call(scope: Scope, written: Any) -> Target | None:
    target = parse_target(scope, f"call:{str(written).removeprefix('call:')}", "call")
    if target is not None and target.flow == scope.flow:
        scope.note("a flow cannot call itself: go to the state instead", "call")
    return target


def _returns(scope: Scope, body: Any) -> dict[str, Target]:
    found = {str(result): parse_target(scope, to, "returns") for result, to in (body or {}).items()}
    return {result: target for result, target in found.items() if target is not None}


def parse_choices(scope: Scope, body: Mapping[str, Any], answers: str | None) -> tuple[ChoiceSpec, ...]:
    """The written choices; before them those of the slot, which a written one of the same id amends."""
    written: dict[str, ChoiceSpec] = {}
    for raw in _list(scope, body, "choices"):
        if (spec := parse_choice(scope, raw)) is not None:
            if spec.name in written:
                scope.note(f"choice {spec.name!r} is there twice", "choices")
            written[spec.name] = spec
    if answers is None:
        return tuple(written.values())
    slot = scope.slots[answers]
    values = (*slot.values, RATHER_NOT) if slot.skippable else slot.values
    found: list[ChoiceSpec] = []
    for value in values:
        own = written.pop(value, None)
        label = "slot.rather_not" if value == RATHER_NOT else f"slot.{answers}.{value}"
        base = own or ChoiceSpec(_id(scope, value), value, label)
        intents = base.intents or ((value,) if value in SAME_WORD_INTENTS else ())
        own_label = own.label if own and own.label != f"{scope.flow}.{scope.state}.{value}" else label
        found.append(replace(base, label=own_label, intents=intents, set=((answers, value), *base.set)))
    return (*found, *written.values())


def parse_choice(scope: Scope, raw: Any) -> ChoiceSpec | None:
    if not isinstance(raw, dict) or not WORD.match(str(raw.get("id", ""))):
        scope.note("a choice is {id, label?, set?, to?, do?, when?, intents?, prefer?}", "choices")
        return None
    scope.unknown_fields("a choice", raw, CHOICE_FIELDS)
    name = str(raw["id"])
    return ChoiceSpec(
        id=_id(scope, name),
        name=name,
        label=whole_key(scope, str(raw.get("label", name))),
        to=parse_target(scope, raw["to"], "choices") if "to" in raw else None,
        set=parse_set(scope, raw.get("set"), "choices"),
        do=parse_orders(scope, raw.get("do"), "choices"),
        when=parse_when(scope, raw),
        intents=tuple(map(str, raw.get("intents") or ())),
        prefer=raw.get("prefer") is True,
    )


def parse_step(scope: Scope, raw: Any) -> PlanStep | None:
    if not isinstance(raw, dict) or not WORD.match(str(raw.get("step", ""))) or ("to" in raw) == ("call" in raw):
        scope.note("a plan step is {step, call or to, label?, when?}", "plan")
        return None
    scope.unknown_fields("a plan step", raw, STEP_FIELDS)
    target = _call(scope, raw["call"]) if "call" in raw else parse_target(scope, raw["to"], "plan")
    if target is None:
        return None
    name = str(raw["step"])
    label = whole_key(scope, str(raw.get("label", name)))
    return PlanStep(_id(scope, name), name, label, target, parse_when(scope, raw))


def parse_accepts(scope: Scope, body: Any) -> frozenset[Any]:
    found = frozenset(map(str, body or ()))
    if found - {"text", "files"}:
        scope.note("`accepts` takes text and files", "accepts")
    return found & {"text", "files"}


def _id(scope: Scope, name: str) -> ChoiceId:
    return ChoiceId(f"{scope.flow}.{scope.state}.{name}")


def _list(scope: Scope, body: Mapping[str, Any], name: str) -> list[Any]:
    found = body.get(name)
    if found is not None and not isinstance(found, list):
        scope.note(f"`{name}` is a list", name)
        return []
    return found or []


def _slot(scope: Scope, name: Any) -> str | None:
    if name is not None and name not in scope.slots:
        scope.note(f"unknown slot {name!r}", "answers")
        return None
    return cast("str | None", name)


def _danger(scope: Scope, written: Any) -> Any:
    if written not in (None, "open", "resolved"):
        scope.note("`danger` is open or resolved", "danger")
        return None
    return written
