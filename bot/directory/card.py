"""The emergency card: who answers now for this country, language, age and hour (paths.md 2.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from bot.directory import card_table as table
from bot.directory.card_table import Pick, Row, Slot
from bot.directory.entry import Entry, answers_at, next_opening
from bot.directory.line import OLDEST, UNKNOWN_AGE, CardKind, Line

LINES: Final = 3
"""At most three lines …"""
LINES_WITH_MORE: Final = 4
"""… plus "more" (paths.md 2.3)."""


OTHER: Final = "en"
"""Stands for every language but German and Dutch in the cards from memory."""


def card(
    entries: Mapping[str, Entry],
    kind: CardKind,
    *,
    country: str | None,
    language: str,
    age: str | None,
    caring_adult: bool,
    at: datetime,
) -> tuple[Line, ...]:
    """The lines for this person at this instant: one to four, an emergency number always among them.

    `country` is a value of question Q5 or None; anything we have no contacts for gets 112 and lines that carry
    their country's name. `age` is a value of Q3 or None. A line that is closed follows with its next
    opening where there is room, never alone.
    """
    oldest = OLDEST.get(age or UNKNOWN_AGE, OLDEST[UNKNOWN_AGE])
    if caring_adult:
        oldest = OLDEST["26_plus"]
    if country is not None and country in table.YOUNG:
        rows = table.CARING if caring_adult and country in table.CARING else table.YOUNG
        return _choose(entries, rows[country][kind], oldest, at, named=country in ("AT", "CH"))
    main = table.MAIN_COUNTRY.get(language)
    if main is None:
        row: Row = table.OTHER_LANGUAGE
    else:
        row = (table.CARING if caring_adult else table.YOUNG)[main][kind]
    lines = _choose(entries, row, oldest, at, named=True)
    return _anywhere(entries, language, lines)


def from_memory(entries: Mapping[str, Entry]) -> dict[tuple[str | None, str], tuple[Line, ...]]:
    """Cards for every country (None = unknown) and language that hold at any time of any year (R11)."""
    cards: dict[tuple[str | None, str], tuple[Line, ...]] = {}
    for language in (*table.MAIN_COUNTRY, OTHER):
        for country, row in table.FROM_MEMORY.items():
            cards[country, language] = _always(entries, row, named=country in ("AT", "CH"))
        main = table.MAIN_COUNTRY.get(language)
        lines = _always(entries, table.FROM_MEMORY[main] if main else table.OTHER_LANGUAGE, named=True)
        cards[None, language] = _anywhere(entries, language, lines)
    return cards


def _choose(entries: Mapping[str, Entry], row: Row, oldest: int, at: datetime, *, named: bool) -> tuple[Line, ...]:
    lines: list[Line] = []
    hourless: list[Line] = []
    waiting: list[tuple[datetime, Entry]] = []
    for slot in row:
        for pick in _fitting(entries, slot, oldest):
            entry = entries[pick.entry]
            if answers_at(entry, at) == "open":
                lines.append(_line(entry, pick, named=named, more=slot.more))
                break
            if pick.without_hours:
                hourless.append(_line(entry, pick, named=named))
                break
            if opens := next_opening(entry, at):
                waiting.append((opens, entry))
    now = [line for line in lines if not line.more] + hourless
    also = [line for line in lines if line.more]
    if len(now) < LINES and waiting:
        opens, entry = min(waiting, key=lambda pair: pair[0])
        now.append(_line(entry, Pick(entry.id, "card.note.opens"), named=named, opens_at=opens))
    return tuple((now[:LINES] + also)[:LINES_WITH_MORE])


def _fitting(entries: Mapping[str, Entry], slot: Slot, oldest: int) -> Iterator[Pick]:
    for pick in slot.picks:
        entry = entries[pick.entry]
        if entry.showable and (entry.max_age is None or oldest <= entry.max_age):
            yield pick


def _always(entries: Mapping[str, Entry], row: Row, *, named: bool) -> tuple[Line, ...]:
    picked = ((slot, slot.picks[0], entries[slot.picks[0].entry]) for slot in row)
    return tuple(
        _line(entry, pick, named=named, more=slot.more)
        for slot, pick, entry in picked
        if entry.hours_showable and entry.hours.always_open
    )


def _anywhere(entries: Mapping[str, Entry], language: str, lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """112 first, then the others with their country's name."""
    everywhere = entries[table.ANYWHERE.get(language, table.ANYWHERE["nl"])]
    first = _line(everywhere, Pick(everywhere.id, "card.note.everywhere"), named=False)
    rest = tuple(line for line in lines if line.phone != everywhere.phone)
    return (first, *rest)[:LINES_WITH_MORE]


def _line(entry: Entry, pick: Pick, *, named: bool, more: bool = False, opens_at: datetime | None = None) -> Line:
    return Line(
        entry_id=entry.id,
        name=entry.name,
        phone=entry.phone,
        url=(entry.chat or entry.url) if pick.link or not entry.phone else None,
        note=pick.note,
        country=entry.country if named and entry.phone != "112" else None,
        opens_at=opens_at,
        more=more,
    )
