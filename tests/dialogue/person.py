"""A person in front of the engine: taps, writes, waits; the session is saved and read back between any two events."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.dialogue.chart import Charts
from bot.dialogue.codec import decode, encode
from bot.dialogue.effects import Effect, Order, Say, ShowCard
from bot.dialogue.events import (
    Crisis,
    Event,
    HandoffChanged,
    Moment,
    Started,
    Tapped,
    TextReceived,
    TimerFired,
    Understood,
)
from bot.dialogue.session import ChoiceId, Session
from bot.dialogue.step import begin, step

NOON = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)


class Person:
    """`effects` are those of the last event; `seen` the keys of the last event, in order."""

    def __init__(self, charts: Charts, **moment: Any) -> None:
        self.charts = charts
        self.moment = Moment(at=NOON, **moment)
        self.session: Session = begin(charts, "de", self.moment)
        self.effects: tuple[Effect, ...] = ()

    def does(self, event: Event) -> Person:
        after, self.effects = step(self.charts, self.session, event, self.moment)
        self.session = decode(encode(after), self.charts)
        assert self.session == after
        self.wait(seconds=30)
        return self

    def wait(self, **by: float) -> Person:
        self.moment = replace(self.moment, at=self.moment.at + timedelta(**by))
        return self

    def starts(self, topic: str | None = None) -> Person:
        return self.does(Started(topic))

    def taps(self, *choices: str) -> Person:
        for choice in choices:
            self.does(Tapped(ChoiceId(choice)))
        return self

    def writes(self, intent: str | None = None, score: float = 0.9, **understood: Any) -> Person:
        intents = ((intent, score),) if intent else ()
        return self.does(TextReceived(Understood(intents=intents, **understood)))

    def in_crisis(self, kind: Any, level: Any, reaction: Any = "interrupt") -> Person:
        return self.does(TextReceived(Understood(crisis=Crisis(kind, level, reaction))))

    def hears(self, change: Any) -> Person:
        return self.does(HandoffChanged(change))

    def fires(self, timer: str) -> Person:
        return self.does(TimerFired(timer))

    @property
    def seen(self) -> list[str]:
        return [effect.key for effect in self.effects if isinstance(effect, Say)]

    @property
    def cards(self) -> list[str]:
        return [effect.kind for effect in self.effects if isinstance(effect, ShowCard)]

    @property
    def orders(self) -> list[str]:
        return [f"{one.name}:{one.arg}" if one.arg else one.name for one in self.effects if isinstance(one, Order)]

    @property
    def offered(self) -> list[str]:
        last = next((one for one in reversed(self.effects) if isinstance(one, Say) and one.choices), None)
        return [choice.id for choice in last.choices] if last else []

    @property
    def stack(self) -> list[str]:
        return [f"{frame.flow}.{frame.state}" for frame in self.session.stack]
