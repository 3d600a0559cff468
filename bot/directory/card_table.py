"""The table of paths.md section 2.3 (read 2026-11-21) as data: country × kind → lines in order.

A `Slot` is one line; its picks are alternatives, the first that fits wins ("…, else …"). Age limits are facts
of the entries, opening times too; only what is special about a pick on a card stands here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.directory.line import CardKind


@dataclass(frozen=True, slots=True)
class Pick:
    """`without_hours`: named although nobody knows whether it answers now; always after those that do.

    `link`: the address is shown beside the number; an entry without a number always shows it.
    """

    entry: str
    note: str | None = None
    without_hours: bool = False
    link: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """`more`: the "also" of the table, shown beyond the third line and only while it answers."""

    picks: tuple[Pick, ...]
    more: bool = False


Row = tuple[Slot, ...]


def _one(entry: str, note: str | None = None, *, more: bool = False) -> Slot:
    return Slot((Pick(entry, note and f"card.note.{note}"),), more=more)


def _hourless(entry: str) -> Slot:
    return Slot((Pick(entry, "card.note.hours_on_site", without_hours=True, link=True),))


def _first_of(*picks: tuple[str, str | None]) -> Slot:
    return Slot(tuple(Pick(entry, note and f"card.note.{note}") for entry, note in picks))


_113: Final = Slot((Pick("nl-113", "card.note.free_no_name", link=True),))
_KRISENCHAT: Final = _one("de-krisenchat", "chat_to_25")
_SEELSORGE: Final = _one("de-telefonseelsorge", "always_free")
_ASSAULT_LINE: Final = _first_of(
    ("de-hilfe-telefon-missbrauch", "free_no_name"), ("de-hilfetelefon-116016", "women_helpers")
)
_AT_147: Final = _first_of(("at-147", "always_free"), ("at-142", "always_free"))
_CH_147: Final = _first_of(("ch-147", "always_free"), ("ch-143", "always"))

YOUNG: Final[Mapping[str, Mapping[CardKind, Row]]] = {
    "DE": {
        "suicide": (_one("de-112"), _SEELSORGE, _KRISENCHAT, _one("de-nummer-gegen-kummer", "free_no_name", more=True)),
        "violence": (
            _one("de-110"),
            _one("de-hilfetelefon-116016", "women_helpers"),
            _KRISENCHAT,
            _one("de-weisser-ring", "free_no_name", more=True),
        ),
        "assault": (_one("de-110"), _one("de-112"), _ASSAULT_LINE, _one("de-krisenchat", "also_boys", more=True)),
        "talk": (
            _first_of(("de-nummer-gegen-kummer", "free_no_name"), ("de-krisenchat", "chat_to_25")),
            _SEELSORGE,
            _one("de-112", "if_danger", more=True),
        ),
    },
    "NL": {
        "suicide": (_one("nl-112"), _113, _one("nl-kindertelefoon", "ages_8_18")),
        "violence": (_one("nl-112"), _one("nl-veilig-thuis", "always_free"), _one("nl-politie", "no_hurry")),
        "assault": (_one("nl-112"), _one("nl-csg", "always_free"), _hourless("nl-helpwanted")),
        "talk": (
            _first_of(("nl-kindertelefoon", "ages_8_18"), ("nl-luisterlijn", "call_rate")),
            _one("nl-113", "if_dark"),
            _one("nl-112", "if_danger", more=True),
        ),
    },
    "BE": {
        "suicide": (_one("be-112"), _one("be-zelfmoordlijn", "always_free"), _hourless("be-awel")),
        "violence": (_one("be-politie-101"), _one("be-112"), _one("be-child-focus", "always_free")),
        "assault": (_one("be-112"), _one("be-zsg", "care_centres"), _one("be-child-focus", "always_free")),
        "talk": (
            _one("be-child-focus", "always_free"),
            _hourless("be-awel"),
            _one("be-112", "if_danger", more=True),
        ),
    },
    "AT": {
        "suicide": (_one("at-112"), _one("at-147", "always_free"), _one("at-142", "always_free")),
        "violence": (_one("at-112"), _AT_147),
        "assault": (_one("at-112"), _AT_147),
        "talk": (
            _one("at-147", "always_free"),
            _one("at-142", "always_free"),
            _one("at-112", "if_danger", more=True),
        ),
    },
    "CH": {
        "suicide": (_one("ch-144"), _one("ch-147", "always_free"), _one("ch-143", "always")),
        "violence": (_one("ch-117"), _CH_147),
        "assault": (_one("ch-117"), _one("ch-144"), _CH_147),
        "talk": (
            _one("ch-147", "always_free"),
            _one("ch-143", "always"),
            _one("ch-144", "if_danger", more=True),
        ),
    },
}
"""Young people and affected adults. In "just talk" the emergency number stands last: nobody there is in danger now."""

CARING: Final[Mapping[str, Mapping[CardKind, Row]]] = {
    "DE": {
        "suicide": (_one("de-112"), _SEELSORGE, _hourless("de-elterntelefon")),
        "violence": (
            _one("de-110"),
            _one("de-hilfetelefon-116016", "women_helpers"),
            _hourless("de-elterntelefon"),
            _one("de-weisser-ring", "free_no_name", more=True),
        ),
        "assault": (_one("de-110"), _one("de-112"), _ASSAULT_LINE),
        "talk": (_SEELSORGE, _hourless("de-elterntelefon"), _one("de-112", "if_danger", more=True)),
    },
    "NL": {
        "suicide": (_one("nl-112"), _one("nl-113", "also_worried"), _one("nl-veilig-thuis", "always_free")),
        "violence": (_one("nl-112"), _one("nl-veilig-thuis", "always_free"), _one("nl-politie", "no_hurry")),
        "assault": (_one("nl-112"), _one("nl-csg", "always_free"), _one("nl-veilig-thuis", "always_free")),
        "talk": (
            _one("nl-113", "also_worried"),
            _one("nl-veilig-thuis", "always_free"),
            _one("nl-112", "if_danger", more=True),
        ),
    },
}
"""Parents, carers, teachers ("adults in a caring role"); other countries as for young people."""

OTHER_LANGUAGE: Final[Row] = (
    _one("de-hilfetelefon-116016", "many_languages"),
    Slot((Pick("nl-helpwanted", "card.note.english", without_hours=True, link=True),)),
)
"""After 112, for somebody who writes neither German nor Dutch and whose country is unknown (paths.md 1.7)."""

FROM_MEMORY: Final[Mapping[str, Row]] = {
    "DE": (_one("de-112"), _one("de-110"), _SEELSORGE, _one("de-krisenchat", "chat_to_25", more=True)),
    "NL": (_one("nl-112"), _113, _one("nl-veilig-thuis", "always_free")),
    "BE": (_one("be-112"), _one("be-zelfmoordlijn", "always_free"), _one("be-child-focus", "always_free")),
    "AT": (_one("at-112"), _one("at-147", "always_free"), _one("at-142", "always_free")),
    "CH": (_one("ch-144"), _one("ch-117"), _one("ch-147", "always_free")),
}
"""For the answer when nothing can be stored or read (R11): only lines that always answer, whatever the danger."""

MAIN_COUNTRY: Final[Mapping[str, str]] = {"de": "DE", "nl": "NL"}
ANYWHERE: Final[Mapping[str, str]] = {"de": "at-112", "nl": "nl-112"}
"""The entry whose name for 112 belongs to no country's fire brigade or police."""


def entries() -> frozenset[str]:
    """Every entry a card can name: a missing safety number is found at start, not at night."""
    rows = [row for table in (YOUNG, CARING) for kinds in table.values() for row in kinds.values()]
    rows += [*FROM_MEMORY.values(), OTHER_LANGUAGE]
    return frozenset(pick.entry for row in rows for slot in row for pick in slot.picks) | set(ANYWHERE.values())


def keys() -> frozenset[str]:
    """Every key of `flows` a card can need, besides the countries' names."""
    rows = [row for table in (YOUNG, CARING) for kinds in table.values() for row in kinds.values()]
    rows += [*FROM_MEMORY.values(), OTHER_LANGUAGE]
    notes = {pick.note for row in rows for slot in row for pick in slot.picks if pick.note}
    return frozenset(notes | {"card.note.opens", "card.note.everywhere"} | {f"card.country.{c}" for c in YOUNG})
