"""One step in progress: the session as it is so far, the moment, the event, and what was ordered.

Mutable and private to one call of `step`; guards and selectors read it, `moves.py` writes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final, Literal

from bot.dialogue.chart import Charts, Region, State
from bot.dialogue.effects import Effect
from bot.dialogue.events import Event, Moment
from bot.dialogue.session import EMPTY, KINDS, ChoiceId, CrisisKind, Danger, Frame, Language, Session

WELLBEING_PAUSE: Final = timedelta(minutes=10)
"""At most one question about dark thoughts in this time (paths.md 2.4)."""
TOPIC: Final = "topic."
"""In `Session.extra`: topics of the flows visited, the newest with the highest number."""
CHECK_IN: Final = "check_in"
"""In `Session.extra`: the place in KINDS of the danger the last check-in asked about."""
EMPTY_COUNTS: Final[Mapping[str, int]] = MappingProxyType({})
CardKind = Literal["suicide", "violence", "assault", "talk"]


class Walk:
    """Fields are named as in `Session`; `effects` grows while the step runs."""

    __slots__ = (
        "adult_form",
        "answered",
        "asked_wellbeing_at",
        "card_shown",
        "charts",
        "danger",
        "done",
        "effects",
        "entered",
        "event",
        "extra",
        "first",
        "language",
        "last_at",
        "misses",
        "moment",
        "origin",
        "picked",
        "quick_exit",
        "regions",
        "session",
        "skipped",
        "slots",
        "stack",
        "started_at",
        "timers",
        "trail",
    )

    def __init__(self, charts: Charts, session: Session, moment: Moment, event: Event | None) -> None:
        self.charts = charts
        self.session = session
        self.moment = moment
        self.event = event
        self.effects: list[Effect] = []
        self.entered: list[State] = []
        self.card_shown = False
        self.first = session.started_at is None
        self.language: Language = session.language
        self.stack: list[Frame] = list(session.stack)
        self.slots = session.slots
        self.adult_form = session.adult_form
        self.trail = session.trail
        self.done = session.done
        self.skipped = session.skipped
        self.answered: ChoiceId | None = session.answered
        self.misses = session.misses
        self.timers = session.timers
        self.picked = session.picked
        self.danger: Danger | None = session.danger
        self.quick_exit = session.quick_exit
        self.started_at: datetime | None = session.started_at
        self.last_at: datetime | None = session.last_at
        self.asked_wellbeing_at: datetime | None = session.asked_wellbeing_at
        self.extra = session.extra
        self.regions: tuple[Region, ...] = ()
        """What of the flow in front is entered; its exit orders run when it is left."""
        self.origin: tuple[Frame, ...] | None = session.stack
        """Where the person stood; goes on the trail when the step ends elsewhere. None: it must not."""

    @property
    def state(self) -> State:
        frame = self.stack[-1]
        return self.charts.states[frame.flow, frame.state]

    def moved(self, origin: tuple[Frame, ...]) -> bool:
        """Whether the person now stands elsewhere than there."""
        if len(origin) != len(self.stack):
            return True
        return any(old.state != new.state or old.flow != new.flow for old, new in zip(origin, self.stack, strict=True))

    @property
    def in_danger(self) -> bool:
        """A serious danger is open. Level C (strained) closes no path."""
        return self.danger is not None and not self.danger.resolved and self.danger.level != "C"

    @property
    def danger_kind(self) -> CrisisKind | None:
        """The open danger, else what the last check-in asked about."""
        if self.danger is not None and not self.danger.resolved:
            return self.danger.kind
        asked = self.extra.get(CHECK_IN)
        return None if asked is None else KINDS[asked % len(KINDS)]

    @property
    def wellbeing_asked(self) -> bool:
        asked = self.asked_wellbeing_at
        return asked is not None and self.moment.at - asked < WELLBEING_PAUSE

    def value(self, slot: str) -> str | None:
        """The answer given, skipped ones as the slot's `skip`; None when never asked."""
        held = self.slots.get(slot)
        return self.charts.slots[slot].skip if held == "rather_not" else held

    def set_slot(self, slot: str, value: str) -> None:
        """Remember an answer; what was answered about somebody else is forgotten with it."""
        before = self.slots.get(slot)
        gone = self.charts.slots[slot].resets if before not in (None, value) else ()
        self.slots = {name: held for name, held in self.slots.items() if name not in gone} | {slot: value}

    @property
    def adult(self) -> bool:
        """Spoken to as an adult in a caring role."""
        return self.adult_form or self.slots.get("about") in ("my_child", "pupils")

    def set_danger(self, *, resolved: bool) -> None:
        if self.danger is not None:
            self.danger = replace(self.danger, resolved=resolved)

    def note_topic(self, topic: str) -> None:
        """Remember what the person came for, newest highest."""
        newest = max((rank for name, rank in self.extra.items() if name.startswith(TOPIC)), default=0)
        self.extra = {**self.extra, f"{TOPIC}{topic}": newest + 1}

    def forget(self) -> None:
        """Drop the answers and the way here; language, danger and quick exit stay."""
        self.slots = EMPTY
        self.extra = EMPTY_COUNTS
        self.done = self.skipped = frozenset()
        self.trail = ()
        self.origin = None
        self.picked = self.answered = None
        self.adult_form = False

    def session_now(self) -> Session:
        """The session this walk has come to."""
        return Session(
            language=self.language,
            stack=tuple(self.stack),
            slots=self.slots,
            adult_form=self.adult_form,
            trail=self.trail,
            done=self.done,
            skipped=self.skipped,
            answered=self.answered,
            misses=self.misses,
            timers=self.timers,
            awaiting=self.state.accepts,
            picked=self.picked,
            danger=self.danger,
            quick_exit=self.quick_exit,
            started_at=self.started_at,
            last_at=self.last_at,
            asked_wellbeing_at=self.asked_wellbeing_at,
            extra=self.extra,
        )
