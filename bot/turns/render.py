"""What the dialogue wants said → messages in words, within a channel's limits. Asks capabilities, never its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from bot.channels.contract import Button, Capabilities, CardLine, Message
from bot.dialogue.effects import Choice, Effect, Order, Say, ShowCard, ShowItems
from bot.dialogue.events import Moment
from bot.dialogue.session import Session
from bot.directory import Line
from bot.i18n import fill, names
from bot.i18n.dates import Dates
from bot.turns.carry_out import FOLLOW_UP_DAYS, follow_up_at
from bot.turns.knowledge import Knowledge

ITEM_LINE: Final = "evidence.list.line"
ITEM_KIND: Final = "evidence.kind"
FAILED: Final = "turn.failed"
FROM_MEMORY: Final = "turn.from_memory"
CARD_COUNTRY: Final = "card.country"
LIST_OPENER: Final = "channel.list_opener"
TOO_MANY: Final = "door.too_many"
ONLY_PRIVATE: Final = "door.only_private"
KEYS: Final = frozenset({ITEM_LINE, FAILED, FROM_MEMORY, LIST_OPENER, TOO_MANY, ONLY_PRIVATE})
"""Texts this room and the doors say on their own; the check of the catalogues wants them complete."""


@dataclass(frozen=True, slots=True)
class ListedItem:
    """One line of the evidence list as a person may see it."""

    number: int
    kind: str
    received: str


@dataclass(frozen=True, slots=True)
class Listener:
    """Whom the words are for: forms, limits, and what is true for this person at this moment."""

    session: Session
    moment: Moment
    capabilities: Capabilities
    items: tuple[ListedItem, ...] = ()
    code: str | None = field(default=None, repr=False)

    @property
    def language(self) -> str:
        return self.session.language


def messages(knowledge: Knowledge, listener: Listener, effects: Sequence[Effect]) -> list[Message]:
    """The messages of one step, in order, already split and with buttons where the channel has them. What may become
    one message (`joined`) is told once it is clear which question stays."""
    said: list[Message] = []
    for effect in effects:
        match effect:
            case Say():
                said.append(_say(knowledge, listener, effect))
            case ShowItems():
                said.append(Message("bot", _items(knowledge, listener)))
            case ShowCard():
                _attach(said, _card(knowledge, listener, effect))
            case Order(name="give_resume_code") if said and listener.code is not None:
                said[-1] = replace(said[-1], code=listener.code)  # below the words that announce it
            case _:
                pass
    limits = listener.capabilities
    return [piece for message in said for piece in split(message, limits.room(len(message.buttons)))]


def card_lines(
    knowledge: Knowledge, lines: Sequence[Line], language: str, *, adult: bool, moment: Moment
) -> tuple[CardLine, ...]:
    """A card from the directory, with the words of the catalogue."""

    def note(line: Line) -> str | None:
        parts = []
        if line.country is not None:
            parts.append(knowledge.catalogs.text(f"{CARD_COUNTRY}.{line.country}", language, adult))
        if line.note is not None:
            opens = {}
            if line.opens_at is not None:
                opens["opens"] = knowledge.dates.day_and_time(line.opens_at, language, now=moment.at)
            parts.append(fill(knowledge.catalogs.text(line.note, language, adult), opens))
        return " · ".join(parts) or None

    return tuple(CardLine(line.name, line.phone, line.url, note(line)) for line in lines)


def label(knowledge: Knowledge, choice: Choice, session: Session) -> str:
    """The words on a button; a ticked step of the plan is marked."""
    template = knowledge.catalogs.text(choice.label, session.language, session.adult_form)
    words = fill(template, {"n": choice.number})
    return f"✓ {words}" if choice.done else words


def split(message: Message, most: int) -> list[Message]:
    """Cut a text that is too long for the channel at a paragraph, else at a space; what belongs to the question
    (buttons, card, upload) stays with the last piece."""
    pieces = []
    rest = message.text
    while len(rest) > most:
        cut = max(rest.rfind("\n\n", 0, most), rest.rfind("\n", 0, most))
        cut = cut if cut > most // 3 else rest.rfind(" ", 0, most)
        cut = cut if cut > 0 else most
        pieces.append(Message(message.speaker, rest[:cut].rstrip()))
        rest = rest[cut:].lstrip()
    return [*pieces, replace(message, text=rest)]


def joined(said: Sequence[Message], limits: Capabilities) -> list[Message]:
    """Plain words before a message become its beginning, as far as there is room and where the channel wants it."""
    few: list[Message] = []
    for message in said:
        before = few[-1] if few and limits.joins else None
        if before is not None and _plain(before) and before.speaker == message.speaker and not message.paper:
            text = f"{before.text}\n\n{message.text}" if message.text else before.text
            if len(text) + _length(message.card) <= limits.room(len(message.buttons)):
                few[-1] = replace(message, text=text)
                continue
        few.append(message)
    return few


def _length(card: tuple[CardLine, ...]) -> int:
    """Characters of a card written out under the words, line breaks counted."""
    fields = (part for line in card for part in (line.name, line.phone, line.note, line.url) if part)
    return sum(len(part) + 2 for part in fields)


def _plain(message: Message) -> bool:
    return message == Message(message.speaker, message.text)


# --- one message ----------------------------------------------------------------------------------------------------


def _say(knowledge: Knowledge, listener: Listener, say: Say) -> Message:
    adult = listener.session.adult_form
    count = say.values.get("count")
    template = knowledge.catalogs.text(
        say.key, listener.language, adult, count=count if isinstance(count, int) else None
    )
    text = fill(template, _values(knowledge, listener, names(template), say.values))
    if not say.choices:
        return Message("bot", text, paper=say.paper)
    labels = [label(knowledge, choice, listener.session) for choice in say.choices]
    upload = "files" in listener.session.awaiting
    if _fit(listener.capabilities, labels):
        buttons = tuple(Button(choice.id, words) for choice, words in zip(say.choices, labels, strict=True))
        as_list = not _as_buttons(listener.capabilities, labels)
        opener = knowledge.catalogs.text(LIST_OPENER, listener.language, adult) if as_list else None
        return Message("bot", text, buttons, upload=upload, opener=opener)
    typed = "\n".join(f"{n}. {words}" for n, words in enumerate(labels, start=1))
    return Message("bot", f"{text}\n\n{typed}", upload=upload)


def _fit(limits: Capabilities, labels: Sequence[str]) -> bool:
    as_list = len(labels) <= limits.list_max and max(map(len, labels)) <= limits.list_label_max
    return as_list or _as_buttons(limits, labels)


def _as_buttons(limits: Capabilities, labels: Sequence[str]) -> bool:
    return len(labels) <= limits.buttons_max and max(map(len, labels)) <= limits.button_label_max


def _values(
    knowledge: Knowledge, listener: Listener, wanted: frozenset[str], given: Mapping[str, str | int]
) -> dict[str, str | int]:
    """Only what the text asks for; looking up the rest would cost more than the text."""
    return {name: given[name] if name in given else _value(knowledge, listener, name) for name in wanted}


def _value(knowledge: Knowledge, listener: Listener, name: str) -> str | int:
    found = _VALUES.get(name)
    if found is not None:
        return found(knowledge, listener)
    return knowledge.directory.value(name, listener.language)


def _opening(knowledge: Knowledge, listener: Listener) -> str:
    at = listener.moment.next_opening
    return "" if at is None else _dates(knowledge).day_and_time(at, listener.language, now=listener.moment.at)


def _closing(knowledge: Knowledge, listener: Listener) -> str:
    at = listener.moment.closes_at
    return "" if at is None else _dates(knowledge).time(at, listener.language)


def _dates(knowledge: Knowledge) -> Dates:
    return knowledge.dates


def _follow_up(arg: str) -> Callable[[Knowledge, Listener], str]:
    def said(knowledge: Knowledge, listener: Listener) -> str:
        at = follow_up_at(knowledge.hours, listener.language, FOLLOW_UP_DAYS[arg], listener.moment.at)
        return "" if at is None else knowledge.dates.day_and_time(at, listener.language, now=listener.moment.at)

    return said


_VALUES: Final[Mapping[str, Callable[[Knowledge, Listener], str | int]]] = {
    "next_opening": _opening,
    "closes_at": _closing,
    "position": lambda _, listener: listener.moment.position or 1,
    "count": lambda _, listener: len(listener.moment.items),
    "n": lambda _, listener: max((number for number, _ in listener.moment.items), default=0),
    "retention_days": lambda knowledge, _: knowledge.retention_days,
    "backup_days": lambda knowledge, _: knowledge.backup_days,
    "operator": lambda knowledge, _: knowledge.operator,
    "follow_up_next_day": _follow_up("next_day"),
    "follow_up_two_days": _follow_up("two_days"),
    "privacy_url": lambda knowledge, listener: f"{knowledge.public_url}/privacy?lang={listener.language}",
    "code": lambda _, listener: listener.code or "",
}


def _items(knowledge: Knowledge, listener: Listener) -> str:
    text = knowledge.catalogs.text
    adult = listener.session.adult_form
    line = text(ITEM_LINE, listener.language, adult)
    return "\n".join(
        fill(
            line,
            {
                "n": item.number,
                "kind": text(f"{ITEM_KIND}.{item.kind}", listener.language, adult),
                "received": item.received,
            },
        )
        for item in listener.items
    )


def _card(knowledge: Knowledge, listener: Listener, effect: ShowCard) -> tuple[CardLine, ...]:
    slots = listener.session.slots
    lines = knowledge.directory.card(
        effect.kind,
        country=slots.get("country"),
        language=listener.language,
        age=slots.get("age"),
        caring_adult=effect.adult,
        at=listener.moment.at,
    )
    return card_lines(knowledge, lines, listener.language, adult=listener.session.adult_form, moment=listener.moment)


def _attach(said: list[Message], card: tuple[CardLine, ...]) -> None:
    """A card belongs under the words that lead to it; alone only when there are none or they already ask something."""
    if said and not (said[-1].buttons or said[-1].card or said[-1].paper):
        said[-1] = replace(said[-1], card=card)
    else:
        said.append(Message("bot", "", card=card))
