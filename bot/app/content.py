"""Bringing flows, texts, contacts and facts together for the proof that they may go live."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from bot import config
from bot.dialogue.check import Content, check_all
from bot.dialogue.load import load_texts
from bot.directory import Directory, Facts
from bot.directory.check import check as check_directory
from bot.i18n import Catalogs
from bot.i18n.check import check as check_locales
from bot.i18n.check import references
from bot.understanding.intents import INTENTS

NOT_FLOWS: Final = frozenset({"directory.yaml", "facts.yaml"})
ADULT_FLOWS: Final = frozenset(
    {
        "root", "start", "safety", "about_you", "evidence", "human", "my_data", "steps",
        "someone", "friend", "school", "own_part", "real_image",
        "threat", "sextortion", "already_paid", "feedback", "follow_up",
        "police", "rights", "feelings", "protect", "glossary",
    }
)  # fmt: skip
"""Flows whose texts an adult in a caring role can reach (flows/README.md)."""
FIRST_LINE: Final = 1
"""The tier of contacts on emergency cards and in first answers."""
FACT: Final = re.compile(r"^fact:\s*(.+)$")


@dataclass(frozen=True, slots=True)
class Line:
    """One finding, ready to print."""

    severity: Literal["error", "warning"]
    text: str


def check_flows(settings: config.Settings, today: date) -> Iterator[Line]:
    """Flows, the texts they need, the contacts and facts those rest on."""
    content = gather(settings)
    files = {name: text for name, text in load_texts(settings.flows_dir).items() if name not in NOT_FLOWS}
    for flow in check_all(files, content):
        yield Line(flow.severity, str(flow))
    used = references(settings.locales_dir)
    for contact in check_directory(settings.flows_dir, today=today, placeholders=used.placeholders, facts=used.facts):
        yield Line(contact.severity, f"{contact.where}: {contact.what}")


def due(settings: config.Settings, today: date) -> Iterator[str]:
    """What nobody has looked at for 90 days, first-line contacts first."""
    directory = Directory.load(settings.flows_dir / "directory.yaml")
    for entry in directory.due(today):
        first = "first line, " if entry.tier == FIRST_LINE else ""
        yield f"{entry.id}: {first}last looked at {entry.verified_at} by {entry.verified_by}; {entry.source}"
    for fact in Facts.load(settings.flows_dir / "facts.yaml").due(today):
        yield f"{fact.id}: last looked at {fact.verified_at} by {fact.verified_by}; {fact.source}"


def stale_first_line(settings: config.Settings, today: date) -> tuple[str, ...]:
    """First-line contacts nobody has looked at for 90 days: a helpline in production must not show them unseen."""
    late = Directory.load(settings.flows_dir / "directory.yaml").due(today)
    return tuple(entry.id for entry in late if entry.tier == FIRST_LINE)


def check_texts(settings: config.Settings) -> Iterator[Line]:
    """All catalogues: complete as peers, fitting, fit to be read."""
    for text in check_locales(settings.locales_dir, settings.flows_dir):
        yield Line(text.severity, f"{text.where}: {text.rule}: {text.what}")


def gather(settings: config.Settings) -> Content:
    """Everything around the flows as plain data. Raises what the rooms raise for broken files."""
    catalogs = Catalogs.load(settings.locales_dir)
    directory = Directory.load(settings.flows_dir / "directory.yaml")
    facts = Facts.load(settings.flows_dir / "facts.yaml")
    texts: dict[str, dict[tuple[str, bool], str]] = {}
    cited: defaultdict[str, set[str]] = defaultdict(set)
    for language in ("de", "nl"):
        written = catalogs.raw("flows", language)
        texts[language] = {(text.key, text.adult): text.forms[0] for text in written if all(text.forms)}
        for text in written:
            for comment in text.comments:
                if found := FACT.match(comment.strip()):
                    cited[text.key].update(one for one in re.split(r"[,;\s]+", found[1]) if one)
    return Content(
        texts=texts,
        cited={key: frozenset(ids) for key, ids in cited.items()},
        showable=directory.placeholders(),
        facts=facts.showable_ids() | {entry.id for entry in directory if entry.showable},
        intents=INTENTS,
        adult_flows=ADULT_FLOWS,
    )
