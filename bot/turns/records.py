"""What is sealed about a turn: the transcript's entries and the summary card. The desk reads both formats."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final, TypedDict

from bot.cases.summary import Risk, Summary
from bot.cases.summary import encode as encode_summary
from bot.channels.contract import CardLine, Message
from bot.db.evidence import Item
from bot.dialogue.chart import Charts
from bot.dialogue.events import Event, ItemRefused, MediaOffered, Moment
from bot.dialogue.session import Session
from bot.dialogue.summary import summarise
from bot.turns.events import Said
from bot.turns.knowledge import Knowledge
from bot.turns.render import ListedItem

VERSION: Final = 1


class Entry(TypedDict, total=False):
    """One line of the talk. `from`: person, bot, counsellor or notice; `at` ISO; `item` an evidence number;
    `media` what was offered and not fetched."""

    speaker: str
    at: str
    text: str
    buttons: list[str]
    card: list[str]
    item: int
    media: str


def of_person(said: Said, event: Event | None, tapped: str | None, item: int | None, now: datetime) -> Iterator[Entry]:
    """What the person wrote, tapped or sent; nothing for what the house did by itself."""
    if said.own:
        return
    text = tapped or said.text or ""
    entry = Entry(speaker="person", at=now.isoformat(), text=text)
    if item is not None:
        entry["item"] = item
    if isinstance(event, MediaOffered):
        entry["media"] = event.kind
    if text or item is not None or isinstance(event, MediaOffered | ItemRefused):
        yield entry


def of_bot(message: Message, now: datetime) -> Entry:
    """What was answered, in the words the person saw. A resume code is a secret of the person and stays out."""
    text = message.text.replace(message.code, "…") if message.code else message.text
    entry = Entry(speaker=message.speaker, at=now.isoformat(), text=text)
    if message.buttons:
        entry["buttons"] = [button.label for button in message.buttons]
    if message.card:
        entry["card"] = [_line(line) for line in message.card]
    return entry


def encode(entries: Sequence[Entry]) -> bytes:
    """The body of a transcript envelope."""
    plain: list[dict[str, Any]] = []
    for entry in entries:
        fields = dict(entry)
        plain.append({"from": fields.pop("speaker"), **fields})
    return json.dumps({"v": VERSION, "entries": plain}, separators=(",", ":")).encode()


def listed(knowledge: Knowledge, items: Sequence[Item], language: str) -> tuple[ListedItem, ...]:
    """The evidence list as the person may see it: number, kind, minute (S58)."""
    return tuple(
        ListedItem(item.number, item.kind, knowledge.dates.stamp(item.received_at, language))
        for item in items
        if item.number is not None
    )


def summary(charts: Charts, session: Session, moment: Moment) -> bytes:
    """The summary card as the desk decodes it (`bot.cases.summary`), from what the dialogue says about itself."""
    card: dict[str, Any] = summarise(charts, session, moment)
    danger = session.danger
    steps: dict[str, str] = card["steps"]
    return encode_summary(
        Summary(
            topic=card["wants"],
            wants=card["last_button"],
            language=session.language,
            adult_form=session.adult_form,
            slots=card["answers"],
            asked=tuple(card["not_answered"]),
            risk=None if danger is None else Risk(danger.kind, danger.level, danger.noticed_at, danger.resolved),
            place=card["now_at"],
            done=_with(steps, "done"),
            skipped=_with(steps, "skipped"),
            open=_with(steps, "open"),
            items=dict(Counter(kind for _, kind in moment.items)),
            channel=moment.channel,
            silent=session.quick_exit,
            promised=None if moment.open else moment.next_opening,
        )
    )


def _with(steps: dict[str, str], progress: str) -> tuple[str, ...]:
    return tuple(step for step, held in steps.items() if held == progress)


def _line(line: CardLine) -> str:
    return " · ".join(part for part in (line.name, line.phone, line.url, line.note) if part)
