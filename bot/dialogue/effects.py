"""What the engine orders the shell to do: imperatives, carried out by `turns/carry_out.py` in order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal, get_args

from bot.dialogue.session import EMPTY, ChoiceId, CrisisKind, CrisisLevel


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer a person can give. `label` is a catalogue key, `number` fills `{n}` in it where the label has one.

    `done`: a plan step already ticked. `prefer`: shown as the main button. `intents`: names from the
    understanding room that mean this answer.
    """

    id: ChoiceId
    label: str
    number: int | None = None
    done: bool = False
    prefer: bool = False
    intents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Say:
    """One message to the person. `key` is final (variants by country, age … are already resolved).

    With `choices` it is the question that waits for an answer; at most one such message per step, the last.
    `paper`: a ready-made text to copy or save; it never asks.
    """

    key: str
    choices: tuple[Choice, ...] = ()
    values: Mapping[str, str | int] = field(default_factory=lambda: EMPTY)
    paper: bool = False


@dataclass(frozen=True, slots=True)
class ShowCard:
    """The emergency card of this kind for the person's country, language, age and the present time (`paths.md` 2.3)."""

    kind: Literal["suicide", "violence", "assault", "talk"]
    adult: bool = False


@dataclass(frozen=True, slots=True)
class ShowItems:
    """The list of evidence held: number, kind, minute – never content, never a file name."""


@dataclass(frozen=True, slots=True)
class RaiseAlert:
    """Counsellors are told at any hour: kind and level, no text. Opens a case and puts it first in the queue."""

    kind: CrisisKind
    level: CrisisLevel


@dataclass(frozen=True, slots=True)
class SetTimer:
    """`TimerFired(name)` after this long, unless cancelled. Setting a running timer moves it."""

    name: str
    after: timedelta


@dataclass(frozen=True, slots=True)
class CancelTimer:
    name: str


OrderName = Literal[
    "open_case",  # arg: human | message | evidence | crisis
    "request_human",  # into the queue (opens a case if none)
    "leave_queue",
    "take_message",  # this turn's text is the message that is read first at opening
    "record_consent",  # arg: yes | no – to keeping evidence
    "start_batch",  # the media gate was confirmed for a new batch
    "seal_item",  # this turn's text is an evidence item; arg: link | handle | payment | time | note
    "lock_batch",  # newest batch unreadable until answered
    "unlock_batch",
    "erase_batch",  # newest batch gone at once, unseen
    "erase_item",  # session.picked
    "erase_later",  # delete all: link cut now, keys destroyed after 24 h
    "erase_now",  # delete all: keys destroyed at once
    "quick_exit",  # no message on the bot's own account until the person writes again
    "allow_writing",  # the person is back: quick_exit is over
    "request_export",  # a counsellor is asked for the police package
    "follow_up",  # arg: next_day | two_days – one check-in, on a weekday afternoon when people are there
    "cancel_follow_up",
    "give_resume_code",  # a fresh code is shown once, below the words before it; in a messenger as a link
    "count",  # arg: name of a daily counter, no person in it
]
ORDER_NAMES: frozenset[str] = frozenset(get_args(OrderName))


@dataclass(frozen=True, slots=True)
class Order:
    """A named order without data of its own; `arg` is one of the enumerated words in the comment beside its name."""

    name: OrderName
    arg: str | None = None


Effect = Say | ShowCard | ShowItems | RaiseAlert | SetTimer | CancelTimer | Order
