"""A flow played in words, without a database: what a person would read, and what the house would be ordered to do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from bot.channels.contract import CardLine, ChannelName, Message
from bot.dialogue.effects import CancelTimer, Effect, Order, RaiseAlert, SetTimer
from bot.dialogue.events import (
    HANDOFF_CHANGES,
    Event,
    FollowUpDue,
    HandoffChanged,
    ItemReceived,
    MediaOffered,
    Moment,
    Started,
    Tapped,
    TextReceived,
    TimerFired,
)
from bot.dialogue.session import ChoiceId, Frame, Language, Session
from bot.dialogue.step import begin, question, trace
from bot.turns.events import heard
from bot.turns.knowledge import Knowledge
from bot.turns.render import Listener, joined, messages

HELP: Final = (
    "a number or any words: what the person does",
    ":start [topic] · :file · :picture – outside an evidence step · :timer name · :check-in – the agreed one is due",
    f":{' · :'.join(sorted(HANDOFF_CHANGES))}",
    ":wait 10m (s m h d) · :open · :closed · :staffed · :here – where one stands and what is remembered · :quit",
)
_WAIT: Final = re.compile(r"(\d{1,4})([smhd])")
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class BadLine(ValueError):
    """A line of the player that means nothing; the text says what it may be."""


@dataclass
class Play:
    """One conversation in memory. Nothing is stored or sent; texts are not kept."""

    knowledge: Knowledge
    language: Language
    channel: ChannelName
    now: datetime
    staffed: bool = False
    open_now: bool | None = None
    """None: as the opening hours say."""
    session: Session = field(init=False)
    items: int = field(init=False, default=0)
    buttons: tuple[str, ...] = field(init=False, default=())

    def __post_init__(self) -> None:
        self.session = begin(self.knowledge.charts, self.language, self.moment())

    def moment(self) -> Moment:
        hours = self.knowledge.hours.status(self.language, self.now)
        is_open = hours.open if self.open_now is None else self.open_now
        return Moment(
            at=self.now,
            open=is_open,
            staffed=is_open and self.staffed,
            closes_at=hours.closes_at,
            next_opening=hours.next_opening,
            items=tuple((number, "image") for number in range(1, self.items + 1)),
            channel=self.channel,
        )

    def at(self, flow: str, state: str) -> Iterator[str]:
        """Stand at this state and see its question. Raises KeyError: there is none of that name."""
        found = self.knowledge.charts.state(flow, state)
        if found is None:
            raise KeyError(f"{flow}/{state}")
        version = self.knowledge.charts.flows[found.flow].version
        self.session = replace(self.session, stack=(Frame(found.flow, version, found.name),))
        yield from self._shown(question(self.knowledge.charts, self.session, self.moment()), ())

    def line(self, typed: str) -> Iterator[str]:
        """Do what one line says and show what comes of it. Raises BadLine."""
        typed = typed.strip()
        if not typed.startswith(":"):
            yield from self.happens(self._said(typed))
            return
        word, _, rest = typed[1:].partition(" ")
        match word:
            case "open" | "closed" | "staffed":
                self.open_now, self.staffed = word != "closed", word == "staffed"
            case "wait" if found := _WAIT.fullmatch(rest):
                self.now += timedelta(**{_UNITS[found[2]]: int(found[1])})
            case "here":
                yield from self._here()
            case _:
                yield from self.happens(self._event(word, rest))

    def happens(self, event: Event) -> Iterator[str]:
        """One event, and what a person and the house would see of it."""
        after, effects, entered = trace(self.knowledge.charts, self.session, event, self.moment())
        self.session = after
        yield from self._shown(effects, entered)
        self.now += timedelta(seconds=20)

    def _said(self, typed: str) -> Event:
        if typed.isascii() and typed.isdigit() and 0 < int(typed) <= len(self.buttons):
            return Tapped(ChoiceId(self.buttons[int(typed) - 1]))
        return TextReceived(heard(self.knowledge, self.session, self.moment(), typed))

    def _event(self, word: str, rest: str) -> Event:
        match word:
            case "start":
                return Started(rest or None)
            case "file":
                self.items += 1
                return ItemReceived(self.items, "image")
            case "picture":
                return MediaOffered("image")
            case "timer":
                return TimerFired(rest)
            case "check-in":
                return FollowUpDue()
            case change if change in HANDOFF_CHANGES:
                return HandoffChanged(change)  # type: ignore[arg-type]  # the set is made of the type's words
        raise BadLine("\n".join(HELP))

    def _shown(self, effects: Sequence[Effect], entered: Sequence[str]) -> Iterator[str]:
        listener = Listener(
            self.session, self.moment(), self.knowledge.capabilities[self.channel], code="000-000-000-000"
        )
        for message in joined(messages(self.knowledge, listener, effects), listener.capabilities):
            yield from _message(message)
            self.buttons = tuple(button.id for button in message.buttons) or self.buttons
        for effect in effects:
            if (order := _order(effect)) is not None:
                yield f"   ⚙ {order}"
        yield f"   · {' → '.join(entered) or self._front()}"

    def _front(self) -> str:
        frame = self.session.stack[-1]
        return f"{frame.flow}.{frame.state}"

    def _here(self) -> Iterator[str]:
        yield f"   · {' > '.join(f'{frame.flow}.{frame.state}' for frame in self.session.stack)}"
        for name, value in self.session.slots.items():
            yield f"   · {name}: {value}"
        if self.session.done:
            yield f"   · done: {', '.join(sorted(self.session.done))}"


def _message(message: Message) -> Iterator[str]:
    mark = "📄 " if message.paper else ""
    lines = f"{mark}{message.text}".split("\n") if message.text else []
    yield from (f"│ {line}" for line in lines)
    yield from (f"│   {_card(line)}" for line in message.card)
    if message.code is not None:
        yield f"│   {message.code}"
    for number, button in enumerate(message.buttons, start=1):
        yield f"│   [{number}] {button.label}"
    yield ""


def _card(line: CardLine) -> str:
    return " · ".join(part for part in (line.name, line.phone, line.note, line.url) if part)


def _order(effect: Effect) -> str | None:
    match effect:
        case Order(name, arg):
            return name if arg is None else f"{name} {arg}"
        case RaiseAlert(kind, level):
            return f"alert {kind} {level}"
        case SetTimer(name, after):
            return f"timer {name} in {after}"
        case CancelTimer(name):
            return f"timer {name} off"
        case _:
            return None
