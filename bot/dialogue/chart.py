"""Flows as parsed: frozen facts, everything a step needs already looked up.

Made by `parse.py`. Inherited transitions are merged into each state, targets are absolute, keys are whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Literal

from bot.dialogue.effects import Choice
from bot.dialogue.session import ChoiceId, FlowId, StateId

if TYPE_CHECKING:
    from bot.dialogue.walk import Walk

START: Final = FlowId("start")
ROOT: Final = FlowId("root")
SAFETY: Final = FlowId("safety")
Address = tuple[FlowId, StateId]
NOWHERE: Final[Address] = (FlowId(""), StateId(""))
HOME: Final[Address] = (START, StateId("menu"))
RATHER_NOT: Final = "rather_not"
"""What a skipped question holds; it counts as the slot's `skip`."""

Test = Callable[["Walk"], bool]
Select = Callable[["Walk"], str]


@dataclass(frozen=True, slots=True)
class Condition:
    """A guard as written: `all_of` clauses, each a list of literals of which one must hold."""

    clauses: tuple[tuple[str, ...], ...]
    test: Test = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Part:
    """One thing to say. Exactly one of `key`, `card`, `items` is set."""

    key: str = ""
    by: tuple[str, ...] = ()
    only: frozenset[str] = frozenset()
    """Values of the first selector that have a text of their own; empty: all have."""
    select: tuple[Select, ...] = field(default=(), repr=False, compare=False)
    card: Literal["", "suicide", "violence", "assault", "talk", "danger"] = ""
    items: bool = False
    paper: bool = False
    """The text is there to be taken along: copied, saved, filled in elsewhere."""
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class Do:
    """One order as written: `name` of the closed list, `arg` after the colon."""

    name: str
    arg: str | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """Where a transition leads. `goto`: same flow; `leave`: another flow instead of this one; `call`: and come back."""

    kind: Literal["goto", "leave", "call", "back", "again", "resume"]
    flow: FlowId = NOWHERE[0]
    state: StateId = NOWHERE[1]


@dataclass(frozen=True, slots=True)
class Transition:
    """`to` None: stay where one is, say nothing more. `own`: written in the state itself or its parents."""

    to: Target | None = None
    when: Condition | None = None
    do: tuple[Do, ...] = ()
    set: tuple[tuple[str, str], ...] = ()
    say: tuple[Part, ...] = ()
    own: bool = True


@dataclass(frozen=True, slots=True)
class ChoiceSpec:
    """One answer a state offers. `to` None: the state's `then`."""

    id: ChoiceId
    name: str
    label: str
    to: Target | None = None
    set: tuple[tuple[str, str], ...] = ()
    do: tuple[Do, ...] = ()
    when: Condition | None = None
    intents: tuple[str, ...] = ()
    prefer: bool = False


@dataclass(frozen=True, slots=True)
class PlanStep:
    """One step of a person's plan. Done when its subflow ends with `done`, or its state is left forward."""

    id: ChoiceId
    name: str
    label: str
    to: Target
    when: Condition | None = None

    @property
    def mark(self) -> str:
        """`flow.step`, as in `Session.done`."""
        flow, _, step = self.id.split(".")
        return f"{flow}.{step}"


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer as it is offered, made once: open, and ticked where it is a plan step."""

    when: Condition | None
    open: Choice
    mark: str | None = None
    ticked: Choice | None = None


@dataclass(frozen=True, slots=True)
class Region:
    """What happens on entering and leaving one state or compound parent; timers run while inside."""

    name: StateId
    enter: tuple[Do, ...] = ()
    exit: tuple[Do, ...] = ()
    timers: tuple[tuple[str, timedelta], ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """One place to be, everything inherited already merged in. `line` is where it stands in its file."""

    flow: FlowId
    name: StateId
    line: int = 0
    say: tuple[Part, ...] = ()
    ask: Part | None = None
    choices: tuple[ChoiceSpec, ...] = ()
    answers: str | None = None
    again: bool = False
    then: tuple[Transition, ...] = ()
    otherwise: tuple[Transition, ...] = ()
    accepts: frozenset[Literal["text", "files"]] = frozenset()
    on: Mapping[str, tuple[Transition, ...]] = field(default_factory=dict)
    regions: tuple[Region, ...] = ()
    """Compound parents, outermost first, then the state itself."""
    call: Target | None = None
    returns: Mapping[str, Target] = field(default_factory=dict)
    plan: tuple[PlanStep, ...] = ()
    items: bool = False
    guesses: bool = False
    final: str | None = None
    danger: Literal["open", "resolved"] | None = None
    ticks: str | None = None
    """The plan step that counts as done when this state is left forward."""
    waits: bool = False
    """The step ends here: a question, a plan or a list is open."""
    shown: tuple[Shown, ...] = ()
    """Plan steps, then choices."""
    always: tuple[Choice, ...] | None = None
    """All answers, when they are the same for everybody."""
    by_name: Mapping[str, ChoiceSpec | PlanStep] = field(default_factory=dict, repr=False)

    @property
    def offers(self) -> tuple[ChoiceSpec | PlanStep, ...]:
        """All answers there can be, plan steps first, as they are shown."""
        return (*self.plan, *self.choices)

    @property
    def where(self) -> str:
        """`flow.state`, as used in choice ids and findings."""
        return f"{self.flow}.{self.name}"


@dataclass(frozen=True, slots=True)
class Slot:
    """A remembered question. `skip`: what it counts as when skipped or never asked."""

    name: str
    id: str
    values: tuple[str, ...]
    skip: str
    skippable: bool = False
    sticky: bool = True
    resets: tuple[str, ...] = ()
    """Slots whose answers were about somebody or something else once this one changes."""


@dataclass(frozen=True, slots=True)
class Chart:
    """One flow."""

    flow: FlowId
    version: int
    initial: StateId
    states: Mapping[StateId, State]
    topic: str | None = None
    aliases: tuple[str, ...] = ()
    file: str = ""


@dataclass(frozen=True, slots=True)
class Charts:
    """All flows of this installation, with root and slots. Built once at start, shared by every turn."""

    flows: Mapping[FlowId, Chart]
    slots: Mapping[str, Slot]
    topics: Mapping[str, FlowId] = field(default_factory=dict)
    """Deep-link word (flow name, topic or alias, lower case) → flow."""
    states: Mapping[Address, State] = field(default_factory=dict)
    inherited: Mapping[str, tuple[Transition, ...]] = field(default_factory=dict)
    """Root's transitions, as every state has them."""
    home: Address = HOME
    """Where a person stands who stands nowhere else."""

    def state(self, flow: str, name: str) -> State | None:
        return self.states.get((FlowId(flow), StateId(name)))
