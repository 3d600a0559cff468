"""Fact base → flows/directory.yaml: `python -m bot.directory.convert ../shared/facts flows`.

The three contact lists have three shapes; the product has one. What the fact base says in prose (age limits, days
off) and what paths.md section 7 overrides stands here as data, with its source, so that a newer fact base can be
converted again. `convert_facts.py` does the same for the statements.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import yaml

from bot.directory.convert_facts import facts_document
from bot.directory.load import load_entries, load_facts

if TYPE_CHECKING:
    from _typeshed import SupportsItems

VERIFIED_AT: Final = "2026-11-21"
VERIFIED_BY: Final = "fact base"

LISTS: Final = ("germany-contacts.yaml", "netherlands-contacts.yaml", "austria-switzerland-contacts.yaml")

ZONES: Final = {
    "DE": "Europe/Berlin",
    "NL": "Europe/Amsterdam",
    "BE": "Europe/Brussels",
    "AT": "Europe/Vienna",
    "CH": "Europe/Zurich",
}
DAYS: Final = {"mo": "mon", "tu": "tue", "we": "wed", "th": "thu", "fr": "fri", "sa": "sat", "su": "sun"}

AGES: Final[Mapping[str, Mapping[str, int]]] = {
    "de-krisenchat": {"max": 25},  # list, notes: up to age 25
    "de-nummer-gegen-kummer": {"max": 25},  # paths.md 1.7: not for 26+
    "de-jugendnotmail": {"min": 10, "max": 19},  # list, notes
    "de-u25": {"max": 24},  # list, notes: under 25
    "de-zebra-cybergrooming": {"max": 13},  # list, notes: under-14 victims
    "de-hilfetelefon-maenner": {"min": 18},  # list, notes: adult men
    "nl-kindertelefoon": {"min": 8, "max": 18},  # list, notes
    "nl-ease": {"min": 12, "max": 25},  # list, notes
    "ch-147": {"max": 25},  # austria-switzerland.md CH-02
    "int-stopncii": {"min": 18},  # list, notes
    "nl-stopncii": {"min": 18},  # list, notes
}

ON_HOLIDAYS: Final[Mapping[str, str]] = {
    "nl-kindertelefoon": "open",  # list, hours: 365 days a year
    "nl-vertrouwensinspecteur": "closed",  # list, hours: working days
}

CORRECTIONS: Final[Mapping[str, Mapping[str, object]]] = {
    # paths.md section 7: no word on the charge of 0900-8844
    "nl-politie": {"cost": None},
    # paths.md section 7: number conflict, site only
    "nl-juridisch-loket": {"phone": None},
    # list, notes: the German-language path is unverified; the tool's own start page lets people choose
    "int-take-it-down": {"url": "https://takeitdown.ncmec.org", "country": "EU"},
    "int-stopncii": {"country": "EU"},
    # list, notes: path of the chat is unverified
    "de-juuuport": {"chat": "https://www.juuuport.de"},
    # list, notes: not for a person in need of help, send people to 0800 2255530
    "de-ubskm": {"audience": ["professional"]},
}

COSTS: Final = (  # first that matches the words of the lists
    (re.compile(r"unknown|check before"), None),
    (re.compile(r"^free-landline$"), "free_landline"),
    (re.compile(r"call rate|call charge"), "call_rate"),
    (re.compile(r"insurance"), "insurance"),
    (re.compile(r"^free\b"), "free"),
)

HEADER: Final = """\
# Contacts: numbers, addresses, opening hours. The only place where they stand.
# Made from the fact base by `python -m bot.directory.convert`; corrections go into bot/directory/convert.py, or, when
# the fact base is no longer the source, into this file – with a fresh verified_at and the name of who looked.
#
# Shown to people only if confidence is confirmed or common-knowledge; hours only if hours_confidence is confirmed, or
# always_open and common-knowledge. hours: local wall time of `zone`; holidays: open | closed | unknown;
# neither always_open nor rules = not known. tier: 1 emergency card, 2 first line, 3 later step.
"""


def directory_document(facts: Path) -> dict[str, object]:
    """All three lists in the product's one schema."""
    return {"entries": [_entry(contact) for name in LISTS for contact in _contacts(facts / name)]}


def _contacts(path: Path) -> Iterator[dict[str, object]]:
    yield from yaml.safe_load(path.read_text(encoding="utf-8"))["contacts"]


def _entry(contact: Mapping[str, object]) -> dict[str, object]:
    entry_id, country = str(contact["id"]), str(contact["country"])
    languages = [str(language) for language in cast(list[object], contact["languages"])]
    interpreters = [m for language in languages if (m := re.match(r"plus (\d+) with interpreters", language))]
    alternative = contact.get("phone_alt") or []
    entry: dict[str, object] = {
        "id": entry_id,
        "name": contact["name"],
        "country": country,
        "tier": contact.get("tier", _tier(entry_id, country)),
        "audience": contact["audience"],
        "topics": [str(topic).replace("_", "-") for topic in cast(list[object], contact["topics"])],
        "ages": AGES.get(entry_id),
        "phone": contact["phone"],
        "phone_alt": [alternative] if isinstance(alternative, str) else alternative,
        "url": contact["url"],
        "chat": contact["chat_url"],
        "hours": _hours(contact, country),
        "cost": _cost(contact["cost"]),
        "anonymous": contact["anonymous"],
        "languages": [language for language in languages if not language.startswith("plus ")],
        "interpreted": int(interpreters[0][1]) if interpreters else None,
        "source": contact["source_url"],
        "page_date": None if contact["checked"] is None else str(contact["checked"]),
        "verified_at": VERIFIED_AT,
        "verified_by": VERIFIED_BY,
        "confidence": contact["confidence"],
        "hours_confidence": contact["hours_confidence"],
        "notes": contact.get("notes"),
    }
    entry.update(CORRECTIONS.get(entry_id, {}))
    return {field: value for field, value in entry.items() if value not in (None, [])}


def _hours(contact: Mapping[str, object], country: str) -> dict[str, object]:
    """German list: a mapping with rules; Dutch list: `always_open` beside a list of rules; both may be null."""
    given = contact.get("opening_hours")
    always = bool(contact.get("always_open"))
    holidays = ON_HOLIDAYS.get(str(contact["id"]), "unknown")
    rules: list[Mapping[str, object]] = []
    if isinstance(given, dict):
        always = given["always_open"]
        holidays = given["public_holidays"]
        rules = given["rules"]
    elif isinstance(given, list):
        rules = given
    hours: dict[str, object] = {"zone": ZONES[country]}
    if always:
        hours["always_open"] = True
    hours["holidays"] = "open" if always else holidays
    if rules:
        hours["rules"] = [_rule(rule) for rule in rules]
    return hours


def _rule(rule: Mapping[str, object]) -> dict[str, object]:
    days = [DAYS.get(str(day), str(day)) for day in cast(list[object], rule["days"])]
    out: dict[str, object] = {"days": days, "open": rule["open"], "close": rule["close"]}
    if "channel" in rule:
        out["channel"] = rule["channel"]
    return out


def _cost(said: object) -> str | None:
    return next((cost for pattern, cost in COSTS if said is not None and pattern.search(str(said))), None)


def _tier(entry_id: str, country: str) -> int:
    """The Dutch list has no tiers: what paths.md 2.3 puts on a card is 1, the rest of the first line 2."""
    if entry_id in FIRST_LINE:
        return 1
    return 2 if entry_id in ("nl-fier-chat", "nl-slachtofferhulp", "be-1712") or country == "BE" else 3


FIRST_LINE: Final = frozenset((
    "nl-112", "nl-113", "nl-politie", "nl-helpwanted", "nl-csg",
    "nl-kindertelefoon", "nl-luisterlijn", "nl-veilig-thuis", "be-112", "be-politie-101",
    "be-child-focus", "be-awel", "be-zelfmoordlijn", "be-zsg",
))  # fmt: skip


class _Dumper(yaml.SafeDumper):
    """Short lists on one line, as the authors wrote them."""

    def represent_sequence(
        self, tag: str, sequence: Iterable[Any], flow_style: bool | None = None
    ) -> yaml.SequenceNode:
        items = list(sequence)
        short = all(isinstance(item, str) for item in items)
        return super().represent_sequence(tag, items, flow_style=short or flow_style)

    def represent_mapping(
        self, tag: str, mapping: SupportsItems[Any, Any] | Iterable[Any], flow_style: bool | None = None
    ) -> yaml.MappingNode:
        short = isinstance(mapping, dict) and ("close" in mapping or set(mapping) <= {"min", "max"})
        return super().represent_mapping(tag, mapping, flow_style=short or flow_style)

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        del indentless
        super().increase_indent(flow, False)


def write(path: Path, header: str, top: str, document: Mapping[str, object]) -> None:
    """One blank line between entries, so that a changed number is a small diff."""
    body = yaml.dump(document, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=118)
    first, *rest = body.split("\n  - id:")
    if first.strip() != f"{top}:":
        raise ValueError(f"expected a list under {top}")
    path.write_text(header + "\n" + first + "\n  - id:" + "\n\n  - id:".join(rest), encoding="utf-8")


def main(argv: list[str]) -> int:
    """Write both files and read them back; exit code 2 for a wrong call."""
    if len(argv) != 2:
        sys.stderr.write("usage: python -m bot.directory.convert FACTS_DIR FLOWS_DIR\n")
        return 2
    source, target = Path(argv[0]), Path(argv[1])
    write(target / "directory.yaml", HEADER, "entries", directory_document(source))
    header, document = facts_document(source, VERIFIED_AT, VERIFIED_BY)
    write(target / "facts.yaml", header, "facts", document)
    entries, facts = load_entries(target / "directory.yaml"), load_facts(target / "facts.yaml")
    sys.stdout.write(f"{len(entries)} entries, {len(facts)} facts\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
