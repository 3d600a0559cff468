"""The contact list: look up, fill placeholders, make cards.

DirectoryError          something in the file is not as it must be
└─ UnknownPlaceholder   a text asks for a value that no showable entry has
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from babel.dates import format_time, get_day_names

from bot.directory import card as cards
from bot.directory import card_table
from bot.directory.entry import WEEKDAYS, Answers, Entry, answers_at
from bot.directory.line import CardKind, Line

DUE_AFTER: Final = timedelta(days=90)
"""A fact not looked at for this long is due (design.md section 4)."""


class DirectoryError(Exception):
    """directory.yaml or facts.yaml is wrong: a field missing, a word unknown, a card without its number."""


class UnknownPlaceholder(DirectoryError):
    """A text names a contact or a field that may not be shown, or that does not exist."""


class Directory:
    """All contacts of the fact base. Immutable; safe to share between threads."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        """Raises DirectoryError when an id is there twice or a card names an entry that may not be shown."""
        self._entries: dict[str, Entry] = {}
        for entry in entries:
            if entry.id in self._entries:
                raise DirectoryError(f"{entry.id}: there twice")
            self._entries[entry.id] = entry
        if absent := sorted(e for e in card_table.entries() if not self.showable(e)):
            raise DirectoryError(f"an emergency card names what cannot be shown: {', '.join(absent)}")
        self._placeholders = dict(self._named())
        self._from_memory = cards.from_memory(self._entries)

    @classmethod
    def load(cls, path: Path) -> Directory:
        """Read flows/directory.yaml. Raises DirectoryError naming entry and field."""
        from bot.directory.load import load_entries

        return cls(load_entries(path))

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries.values())

    def get(self, entry_id: str) -> Entry:
        """Raises DirectoryError for an id nobody has."""
        try:
            return self._entries[entry_id]
        except KeyError:
            raise DirectoryError(f"no entry {entry_id}") from None

    def showable(self, entry_id: str) -> bool:
        """May a person see this entry? False also for an id nobody has."""
        return entry_id in self._entries and self._entries[entry_id].showable

    def placeholders(self) -> frozenset[str]:
        """Every name a text may use in braces: `<id with _ for ->_<phone|url|chat|name|hours>`, showable ones only."""
        return frozenset(self._placeholders)

    def value(self, placeholder: str, language: str) -> str:
        """What the placeholder stands for. `language` matters for `…_hours` (weekdays). Raises UnknownPlaceholder."""
        try:
            entry, field = self._placeholders[placeholder]
        except KeyError:
            raise UnknownPlaceholder(placeholder) from None
        if field == "hours":
            return _hours_text(entry, language)
        return str(getattr(entry, field))

    def answers_at(self, entry_id: str, at: datetime) -> Answers:
        """Does somebody answer there now: open, closed, or unknown (then never called open)."""
        return answers_at(self.get(entry_id), at)

    def card(
        self,
        kind: CardKind,
        *,
        country: str | None,
        language: str,
        age: str | None = None,
        caring_adult: bool = False,
        at: datetime,
    ) -> tuple[Line, ...]:
        """The emergency card for this person now; see `bot.directory.card.card`."""
        return cards.card(
            self._entries,
            kind,
            country=country,
            language=language,
            age=age,
            caring_adult=caring_adult,
            at=at,
        )

    def card_from_memory(self, language: str, country: str | None = None) -> tuple[Line, ...]:
        """The card that is always true, made when the process started (R11)."""
        spoken = language if (None, language) in self._from_memory else cards.OTHER
        return self._from_memory.get((country, spoken)) or self._from_memory[None, spoken]

    def static_cards(self) -> Mapping[tuple[str | None, str], tuple[Line, ...]]:
        """All cards from memory by (country or None, language)."""
        return self._from_memory

    def due(self, today: date) -> tuple[Entry, ...]:
        """Showable entries nobody has looked at for 90 days, first-line entries first."""
        late = [e for e in self._entries.values() if e.showable and today - e.verified_at > DUE_AFTER]
        return tuple(sorted(late, key=lambda e: (e.tier, e.id)))

    def _named(self) -> Iterator[tuple[str, tuple[Entry, str]]]:
        for entry in self._entries.values():
            if not entry.showable:
                continue
            stem = entry.id.replace("-", "_")
            for field in ("name", "phone", "url", "chat"):
                if getattr(entry, field):
                    yield f"{stem}_{field}", (entry, field)
            if entry.hours_showable:
                yield f"{stem}_hours", (entry, "hours")


def _hours_text(entry: Entry, language: str) -> str:
    """Weekdays and times from CLDR, "24/7" where somebody always answers; no words of our own."""
    if entry.hours.always_open:
        return "24/7"
    names = get_day_names("abbreviated", "stand-alone", locale=language)
    parts = []
    for rule in entry.hours.rules:
        days = [WEEKDAYS.index(day) for day in rule.days]
        run = len(days) > 2 and days == list(range(days[0], days[-1] + 1))
        said = f"{names[days[0]]}–{names[days[-1]]}" if run else ", ".join(names[d] for d in days)
        opens, closes = (format_time(t, "H:mm", locale=language) for t in (rule.opens, rule.closes))
        parts.append(f"{said} {opens}–{closes}")
    return "; ".join(parts)
