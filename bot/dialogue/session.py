"""What one run through the flows remembers: enumerated values only, never a word the person typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Final, Literal, NewType, get_args

FlowId = NewType("FlowId", str)
StateId = NewType("StateId", str)
ChoiceId = NewType("ChoiceId", str)
"""`flow.state.choice` – the meaning of a button, stable across messages and restarts."""

Language = Literal["de", "nl"]
Holder = Literal["bot", "waiting", "counsellor", "closed"]
CrisisKind = Literal[
    "suicide",
    "self_harm",
    "violence",
    "meeting",
    "assault",
    "other_at_risk",
    "coercion",
    "unsafe_home",
    "panic",
]
CrisisLevel = Literal["A", "B", "C"]
KINDS: Final[tuple[CrisisKind, ...]] = get_args(CrisisKind)
"""Most acute first."""
LEVELS: Final[tuple[CrisisLevel, ...]] = get_args(CrisisLevel)

EMPTY: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Frame:
    """One flow in progress. `version` is the version of the chart this frame was entered under.

    `via` says by which of its ways out this frame called the flow above it: `then.<row>`, `plan.<step>`,
    `call`, or "" when it just comes back to its question.
    """

    flow: FlowId
    version: int
    state: StateId
    via: str = ""


@dataclass(frozen=True, slots=True)
class Danger:
    """A crisis that was noticed (`paths.md` section 2): the most acute level and kind so far.

    `resolved` turns true when the ending rule of its kind is met; the card is repeated at the
    latest every third message until then (`since_card` counts the person's messages).
    """

    kind: CrisisKind
    level: CrisisLevel
    noticed_at: datetime
    since_card: int = 0
    resolved: bool = False


@dataclass(frozen=True, slots=True)
class Session:
    """Everything the engine knows about one conversation. Enumerated values and counters only (S33: class C2).

    `stack` is never empty; its last frame is the flow in front. `trail` is the back-stack of that
    walk, newest last. `slots` holds answers to the questions of `flows/slots.yaml`. `done` and
    `skipped` hold ticked plan steps as `flow.step`. `answered` is the last choice taken, so a double
    press means nothing new. `misses` counts not-understood texts in a row. `timers` are the names
    of timers now running. `awaiting` says what the current state can take besides choices.
    """

    language: Language
    stack: tuple[Frame, ...]
    slots: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    adult_form: bool = False
    trail: tuple[tuple[Frame, ...], ...] = ()
    done: frozenset[str] = frozenset()
    skipped: frozenset[str] = frozenset()
    answered: ChoiceId | None = None
    misses: int = 0
    timers: frozenset[str] = frozenset()
    awaiting: frozenset[Literal["text", "files"]] = frozenset()
    picked: int | None = None
    danger: Danger | None = None
    quick_exit: bool = False
    started_at: datetime | None = None
    last_at: datetime | None = None
    asked_wellbeing_at: datetime | None = None
    extra: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
