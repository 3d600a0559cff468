"""What a step ought to bring: the engine asked directly, with what is true in the house at this moment.

Texts are compared with their catalogue entries, placeholders standing for anything; buttons by id and order.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from string import Formatter
from typing import Final

from bot.channels.contract import ChannelName
from bot.db import cases, conversations, evidence, staff
from bot.db.conversations import Conversation
from bot.db.store import Transaction
from bot.dialogue.effects import Choice, Effect, Order, RaiseAlert, Say, ShowCard, ShowItems
from bot.dialogue.events import Event, HandoffChanged, Moment, Tapped, TextReceived, TimerFired
from bot.dialogue.session import Language, Session
from bot.dialogue.step import begin, trace
from bot.turns.events import heard
from bot.turns.memory import recall
from bot.turns.render import label
from tests.simulators.telegram import Shown
from tests.stories.house import House
from tests.transcripts.player import line

RESERVED: Final = frozenset({"stop_or_exit", "delete_my_data", "emergency"})
ANYTHING: Final = ".*"
PLAIN: Final = 0.95


@dataclass(frozen=True)
class Standing:
    """Where somebody stands: what the next event meets."""

    conversation: Conversation | None
    session: Session
    moment: Moment

    @property
    def at(self) -> str:
        front = self.session.stack[-1]
        return f"{front.flow}.{front.state}"


@dataclass
class Wanted:
    """One message that has to come. `text` is a pattern; `data` the callback data of its buttons, in order."""

    text: str
    data: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    card: bool = False

    def fits(self, shown: Shown) -> bool:
        pressed = [(label, data) for label, data in shown.buttons if "." in data]
        return (
            re.fullmatch(self.text, shown.text, re.DOTALL) is not None
            and tuple(data for _, data in pressed) == self.data
            and all(re.fullmatch(want, label) for want, (label, _) in zip(self.labels, pressed, strict=True))
            and (not self.card or re.search(r"\d{3}|https://", shown.text) is not None)
        )


@dataclass(frozen=True)
class Brought:
    """What the engine says about one event: the messages, the lines of a story, and where it leads."""

    wanted: list[Wanted]
    lines: list[str]
    there: Standing
    effects: tuple[Effect, ...] = field(default=(), repr=False)

    @property
    def at(self) -> str:
        return self.there.at


async def standing(house: House, address: str, language: Language, channel: ChannelName | None = None) -> Standing:
    """Read as a turn would read it. `channel`: another one than the house's."""
    channel = channel or house.channel
    lookup = house.keys.lookup(channel, address)
    now = house.clock()

    def look(tx: Transaction) -> Standing:
        found = conversations.find_by_lookups(tx, [lookup]).get(lookup)
        place = None if found is None else found.conversation
        spoken: Language = language if place is None else place.language  # type: ignore[assignment]  # de or nl
        session = None if place is None else recall(house.keys, house.known.charts, place)
        moment = _moment(house, tx, place, spoken if session is None else session.language, channel)
        return Standing(place, session or begin(house.known.charts, spoken, moment), moment)

    assert now == house.clock()
    return await house.place.stores.main.read(look)


def _moment(house: House, tx: Transaction, place: Conversation | None, language: str, channel: ChannelName) -> Moment:
    now = house.clock()
    hours = house.known.hours.status(language, now)
    listed = [] if place is None else evidence.held(tx, place.id)
    return Moment(
        at=now,
        holder="bot" if place is None else place.holder,
        open=hours.open,
        staffed=hours.open and staff.staffed(tx, language, now),
        closes_at=hours.closes_at,
        next_opening=hours.next_opening,
        position=cases.position(tx, place.id) if place is not None and place.holder == "waiting" else None,
        items=tuple((item.number, item.kind) for item in listed if item.number is not None),
        batch=evidence.newest_batch(listed),
        channel=channel,
    )


def understood(house: House, here: Standing, text: str) -> TextReceived:
    return TextReceived(heard(house.known, here.session, here.moment, text))


def brings(house: House, here: Standing, event: Event) -> Brought:
    """One event, decided by the engine; nothing is changed."""
    if here.moment.holder == "counsellor" and not _still_ours(event):
        return Brought([], [], here)
    after, effects, _ = trace(house.known.charts, here.session, event, here.moment)
    there = replace(here, session=after)
    own = isinstance(event, TimerFired | HandoffChanged)
    wanted = [] if own and after.quick_exit else messages(house, after, effects, here)
    return Brought(wanted, [line(one) for one in effects], there, effects)


def messages(house: House, after: Session, effects: Sequence[Effect], here: Standing) -> list[Wanted]:
    """Every message these effects become on this messenger."""
    said: list[Wanted] = []
    for effect in effects:
        match effect:
            case Say(key, choices, values):
                count = values.get("count")
                number = count if isinstance(count, int) else None
                template = house.known.catalogs.text(key, after.language, after.adult_form, count=number)
                labels = tuple(_label(house, after, one) for one in choices)
                if _too_long(house, after, choices):
                    typed = "\n".join(f"{n}\\. {label}" for n, label in enumerate(labels, start=1))
                    said.append(Wanted(f"{pattern(template)}\n\n{typed}"))
                else:
                    said.append(Wanted(pattern(template), tuple(one.id for one in choices), labels))
            case ShowItems():
                said.append(Wanted(".+"))
            case ShowCard() if said and not said[-1].data and not said[-1].card:
                said[-1].text, said[-1].card = f"{said[-1].text}\n\n.+", True
            case ShowCard():
                said.append(Wanted(".+", card=True))
            case Order(name="give_resume_code") if said:
                url = re.escape(f"{house.settings.public.url}/#code=")
                said[-1].text += f"\n\n{url}[0-9A-Za-z-]+"
            case _:
                pass
    urgent = any(isinstance(one, ShowCard | RaiseAlert) for one in effects)
    asking = [one for one in said if one.data]
    kept = [one for one in said if urgent or one not in asking[:-1]]
    return [in_one(kept)] if house.limits.joins and kept else kept


def in_one(wanted: Sequence[Wanted]) -> Wanted:
    """Where few messages are said for many, all of them as one: every word in its order, every button in its order."""
    return Wanted(
        r"\s+".join(_loose(one.text) for one in wanted if one.text),
        tuple(data for one in wanted for data in one.data),
        tuple(label for one in wanted for label in one.labels),
        any(one.card for one in wanted),
    )


def _loose(text: str) -> str:
    """A pattern whose spaces and line breaks may be any."""
    return re.sub(r"(?:\\?\s)+", r"\\s+", text)


def pattern(template: str) -> str:
    """A catalogue text as a pattern."""
    parts = (re.escape(literal) + (ANYTHING if name is not None else "") for literal, name, _, _ in _parsed(template))
    return "".join(parts).strip()


def _parsed(template: str) -> list[tuple[str, str | None, str | None, str | None]]:
    return list(Formatter().parse(template))


def _label(house: House, after: Session, choice: Choice) -> str:
    words = pattern(house.known.catalogs.text(choice.label, after.language, after.adult_form))
    return f"✓ {words}" if choice.done else words


def _too_long(house: House, after: Session, choices: Sequence[Choice]) -> bool:
    """Labels the messenger has no room for: they are numbered lines there."""
    limits = house.limits
    longest = max((len(label(house.known, one, after)) for one in choices), default=0)
    return longest > limits.list_label_max or len(choices) > limits.list_max


def _still_ours(event: Event) -> bool:
    match event:
        case HandoffChanged():
            return True
        case Tapped(choice=choice):
            return choice.startswith("my_data.") or choice.rpartition(".")[2] in {"stop", "delete", "emergency"}
        case TextReceived(understood=meant):
            return any(name in RESERVED and score >= PLAIN for name, score in meant.intents[:1])
        case _:
            return False
