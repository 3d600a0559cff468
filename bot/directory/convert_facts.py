"""The statements of the fact base → flows/facts.yaml.

German, Austrian and Swiss rows carry ids; Dutch rows do not, so they get one from their section and their first words
(`NL-2e-melding`), fixed in `SLUGS` where first words would be a poor name. A statement that a newer fact base
words differently therefore keeps its id only through `SLUGS`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

HEADER: Final = """\
# Statements of law and service that texts rest on (`#. fact: DE-LAW-31` above a text in `locales/`).
# Made from the fact base by `python -m bot.directory.convert`. A text may rest on a statement that is confirmed or
# common-knowledge and not internal; internal ones steer the product and are never told to anybody.
"""

INTERNAL: Final = frozenset({"DE-SEX-06"})
"""Named internal by paths.md (Q12) though its row is not marked."""

_LEVEL: Final = re.compile(r"confirmed|common-knowledge|unverified")
_STOP_WORDS: Final = """
a an and any are art as at be by can could does for from has have if in into is it its may must no
not nobody of on or per so still that the their there they this to under was when where whether
which who with you your
"""
_STOP: Final = frozenset(_STOP_WORDS.split())

SLUGS: Final[Mapping[str, str]] = {
    "NL-1a-politie-emergency": "NL-1a-politie",
    "NL-1a-de-luisterlijn": "NL-1a-luisterlijn",
    "NL-1a-113-zelfmoordpreventie": "NL-1a-113",
    "NL-1a-centrum-seksueel-geweld": "NL-1a-csg",
    "NL-1b-helpwanted-offlimits": "NL-1b-helpwanted",
    "NL-1b-meldpunt-kinderporno-offlimits": "NL-1b-meldpunt",
    "NL-1b-take-down-ncmec": "NL-1b-takeitdown",
    "NL-1b-stop-now-offlimits": "NL-1b-stopitnow",
    "NL-2a-254ba-sr-making": "NL-2a-254ba",
    "NL-2a-covers-making-having": "NL-2a-254ba-scope",
    "NL-2a-252-sr-240b": "NL-2a-252",
    "NL-2a-18-consent-irrelevant": "NL-2a-under-18",
    "NL-2a-peers-sexting-between": "NL-2a-peers",
    "NL-2a-251-sr-pressing": "NL-2a-251",
    "NL-2a-rechtbank-amsterdam-2": "NL-2a-conviction-2023",
    "NL-2a-sextortion-article-own": "NL-2a-sextortion",
    "NL-2a-smaad-261-laster": "NL-2a-smaad-laster",
    "NL-2a-261-262-266": "NL-2a-klacht-three-months",
    "NL-2a-forwarding-counts-spreading": "NL-2a-forwarding",
    "NL-2a-12-prosecuted-12": "NL-2a-from-12",
    "NL-2a-ages-12-17": "NL-2a-youth-law",
    "NL-2b-since-november-2017": "NL-2b-halt",
    "NL-2b-halt-coercion-blackmail": "NL-2b-not-halt",
    "NL-2c-portretrecht-aw-21": "NL-2c-portretrecht",
    "NL-2c-onrechtmatige-daad-6": "NL-2c-onrechtmatige-daad",
    "NL-2c-kort-geding-demand": "NL-2c-kort-geding",
    "NL-2c-minor-cannot-normally": "NL-2c-minor-sues",
    "NL-2c-xai-x-judgment": "NL-2c-grok-order",
    "NL-2c-avg-whoever-makes": "NL-2c-avg-erasure",
    "NL-2c-dsa-16-notice": "NL-2c-dsa",
    "NL-2c-many-complaints-passed": "NL-2c-acm-passes-on",
    "NL-2c-acm-published-19": "NL-2c-trusted-flagger",
    "NL-2c-atkm-order-hosting": "NL-2c-atkm",
    "NL-2c-payment-firms-civil": "NL-2c-payment-firms",
    "NL-2d-eu-digital-omnibus": "NL-2d-eu-ban",
    "NL-2e-melding-telling-police": "NL-2e-melding",
    "NL-2e-aangifte-goes-online": "NL-2e-aangifte",
    "NL-2e-informatief-gesprek-first": "NL-2e-informatief-gesprek",
    "NL-2e-sextortion-deepnude-aangifte": "NL-2e-online",
    "NL-2e-afraid-aangifte-carry": "NL-2e-other-address",
    "NL-2e-victims-violent-sexual": "NL-2e-lawyer",
    "NL-2e-minors-anybody-report": "NL-2e-minors",
    "NL-2e-boy-girl-first": "NL-2e-talk-first",
    "NL-3-helpwanted-make-screenshots": "NL-3-helpwanted-record",
    "NL-3-amsterdam-police-snapchat": "NL-3-snapchat",
    "NL-3-zebra-save-whatever": "NL-3-zebra",
    "NL-3-whatsapp-reporting-passes": "NL-3-whatsapp",
    "NL-3-whatsapp-chat-exporteren": "NL-3-whatsapp-export",
    "NL-3-meldpunt-handles-only": "NL-3-meldpunt",
    "NL-3-take-down-never": "NL-3-takeitdown",
    "NL-3-screenshots-welcome-only": "NL-3-screenshots",
    "NL-3-tell-minor-keep": "NL-3-send-nobody",
    "NL-3-never-advise-delete": "NL-3-never-delete",
    "NL-3-images-minors-arrived": "NL-3-arrived-unwanted",
    "NL-3-ask-platform-username": "NL-3-ask-for",
    "NL-4-instagram-facebook-threads": "NL-4-instagram",
    "NL-4-snapchat-press-hold": "NL-4-snapchat",
    "NL-4-snapchat-bans-sexual": "NL-4-snapchat-own-case",
    "NL-4-tiktok-delen-arrow": "NL-4-tiktok",
    "NL-4-whatsapp-chat-meer": "NL-4-whatsapp",
    "NL-4-telegram-tap-android": "NL-4-telegram",
    "NL-4-x-grok-report": "NL-4-grok",
    "NL-4-discord-discord-com": "NL-4-discord",
    "NL-4-reddit-takes-part": "NL-4-reddit",
    "NL-4-google-search-form": "NL-4-google",
    "NL-4-porn-sites-aylo": "NL-4-porn-sites",
    "NL-4-hosting-provider-meldpunt": "NL-4-hosts",
    "NL-4-take-down-works": "NL-4-takeitdown",
    "NL-4-stopncii-adults-facebook": "NL-4-stopncii",
    "NL-4-name-trap-us": "NL-4-name-trap",
    "NL-4-trusted-route-platform": "NL-4-helpwanted-contacts",
    "NL-5a-never-pay-send": "NL-5a-never-pay",
    "NL-5a-offlimits-contact-cut": "NL-5a-offlimits",
    "NL-5a-threat-mails-claiming": "NL-5a-webcam-bluff",
    "NL-5a-police-message-doubters": "NL-5a-doubters",
    "NL-5a-already-paid-stop": "NL-5a-already-paid",
    "NL-5a-meeting-person-demanded": "NL-5a-meeting",
    "NL-5b-school-plan-come": "NL-5b-school-plan",
    "NL-5b-pupils-do-forward": "NL-5b-pupils",
    "NL-5b-staff-should-collect": "NL-5b-staff",
    "NL-5b-parents-blame-taking": "NL-5b-parents",
    "NL-5c-say-plainly-punishable": "NL-5c-punishable",
    "NL-5c-stop-once-do": "NL-5c-stop",
    "NL-5c-tell-adult-write": "NL-5c-tell-adult",
    "NL-5c-having-image-itself": "NL-5c-do-not-wipe",
    "NL-5c-minor-suspect-right": "NL-5c-lawyer",
    "NL-5c-lighter-cases-end": "NL-5c-halt",
    "NL-6a-victims-think-i": "NL-6a-not-stupid",
    "NL-6a-shame-blame-offer": "NL-6a-no-shame",
    "NL-6a-shares-nude-asking": "NL-6a-not-asking-for-it",
    "NL-6a-fake-image-real": "NL-6a-fake-real-harm",
    "NL-6a-say-beelden-van": "NL-6a-words",
    "NL-6b-113-s-advice": "NL-6b-safe-messaging",
    "NL-6b-asking-openly-about": "NL-6b-ask-openly",
    "NL-6b-referral-line-since": "NL-6b-referral-line",
    "NL-B2-minor-file-complaint": "NL-B2-minor-alone",
    "NL-B2-law-4-2020": "NL-B2-law",
    "NL-B2-images-minors-count": "NL-B2-minors",
    "NL-B1-politie-101-emergency": "NL-B1-police",
}
"""Automatic id → the id we use."""


@dataclass(frozen=True, slots=True)
class _Row:
    section: str
    title: str
    cells: tuple[str, ...]
    head: tuple[str, ...]


def facts_document(directory: Path, verified_at: str, verified_by: str) -> tuple[str, dict[str, object]]:
    """Header and content of facts.yaml. Raises ValueError when two statements would get the same id."""
    facts = [
        *_german(directory / "germany.md"),
        *_numbered(directory / "germany.md", "DE"),
        *_dutch(directory / "netherlands.md"),
        *_numbered(directory / "netherlands.md", "NL"),
        *_alpine(directory / "austria-switzerland.md"),
    ]
    seen: set[str] = set()
    for fact in facts:
        if fact["id"] in seen:
            raise ValueError(f"two statements named {fact['id']}")
        seen.add(str(fact["id"]))
        fact["verified_at"], fact["verified_by"] = verified_at, verified_by
    return HEADER, {"facts": facts}


def _german(path: Path) -> Iterator[dict[str, object]]:
    for row in _table_rows(path):
        if not re.fullmatch(r"[A-Z]{3}-[A-Z0-9]+", row.cells[0]):
            continue
        *said, source, page_date, confidence = row.cells[1:]
        internal = "[INTERNAL]" in row.title or any("[INTERNAL]" in cell for cell in row.cells)
        yield _fact(f"DE-{row.cells[0]}", "DE", said, source, page_date, confidence, internal=internal)


def _alpine(path: Path) -> Iterator[dict[str, object]]:
    for row in _table_rows(path):
        country = row.cells[0][:2]
        if country in ("AT", "CH"):
            *said, source, page_date, confidence = row.cells[1:]
            yield _fact(row.cells[0], country, said, source, page_date, confidence, internal=False)


def _dutch(path: Path) -> Iterator[dict[str, object]]:
    for row in _table_rows(path):
        if len(row.head) < 3 or row.head[-1] != "Confidence" or not row.head[-2].startswith("Source"):
            continue
        *said, source, confidence = row.cells
        country = "BE" if row.section.startswith("B") else "NL"
        name = said[0] + " " + said[1] if row.head[0] == "Platform" else said[0]
        yield _fact(_dutch_id(row.section, name), country, said, source, "", confidence, internal=False)
    for section, line in _dutch_lines(path):
        found = _LEVEL.search(line)
        level = found[0] if found else "common-knowledge"
        yield _fact(_dutch_id(section, line), "NL", [line], f"fact base, section {section}", "", level, internal=False)


def _numbered(path: Path, country: str) -> Iterator[dict[str, object]]:
    """The summary in section 0 ("NL 0.4") and the German recipe 3.2, which paths.md cites; derived from the rows."""
    number = 0
    section = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if heading := _heading(line):
            section, number = heading[0], 0
        elif section in ("0", "3.2") and (found := re.match(r"(?:\d+\.|-) (.+)", line)):
            number += 1
            source = f"fact base, section {section}"
            fact_id = f"{country}-{section}-{number}"
            yield _fact(fact_id, country, [found[1]], source, "", "common-knowledge (derived)", internal=False)


def _dutch_id(section: str, said: str) -> str:
    plain = unicodedata.normalize("NFKD", said.replace("`", "")).encode("ascii", "ignore").decode().lower()
    words = [word for word in re.findall(r"[a-z0-9]+", plain) if word not in _STOP]
    automatic = f"NL-{section}-{'-'.join(words[:3])}"
    return SLUGS.get(automatic, automatic)


def _fact(
    fact_id: str, country: str, said: list[str], source: str, page_date: str, confidence: str, *, internal: bool
) -> dict[str, object]:
    level = _LEVEL.search(confidence)
    if level is None:
        raise ValueError(f"{fact_id}: no confidence in {confidence!r}")
    dated = re.search(r"\(([^()]*\d{4}[^()]*)\)\s*$", source)
    fact: dict[str, object] = {
        "id": fact_id,
        "country": country,
        "statement": ": ".join(_plain(cell) for cell in said if cell not in ("-", "–", "")),
        "source": None if source in ("-", "–", "none", "") else source,
        "page_date": page_date if page_date not in ("-", "–", "") else dated and dated[1],
        "confidence": level[0],
        "confidence_note": confidence if confidence != level[0] else None,
        "internal": internal or fact_id in INTERNAL or None,
    }
    return {field: value for field, value in fact.items() if value is not None}


def _plain(cell: str) -> str:
    return cell.replace("**", "").replace("`", "").strip()


def _table_rows(path: Path) -> Iterator[_Row]:
    section = title = ""
    head: tuple[str, ...] = ()
    for line in path.read_text(encoding="utf-8").splitlines():
        if heading := _heading(line):
            section, title = heading
        elif line.startswith("|"):
            cells = tuple(cell.strip() for cell in line.strip().strip("|").split(" | "))
            if set(line) <= set("|- "):
                continue
            if cells[0] in ("ID", "Fact", "Who", "Platform", "Rule", "Level", "Time", "Belief"):
                head = cells
            elif len(cells) == len(head):
                yield _Row(section, title, cells, head)
        else:
            head = head if line.strip() else ()


def _dutch_lines(path: Path) -> Iterator[tuple[str, str]]:
    """The lists and paragraphs of sections 3 and 5, which paths.md cites like rows ("NL 5c")."""
    section = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if heading := _heading(line):
            section = heading[0]
        elif section in ("3", "5a", "5b", "5c") and (found := re.match(r"(?:- )?([A-Z].*)", line)):
            yield section, found[1]


def _heading(line: str) -> tuple[str, str] | None:
    """("2e", title) for a heading; one without a number stays in the section above it and is reported as that."""
    if not (found := re.match(r"#{2,3} (?:Appendix )?(\d+(?:\.\d+)?[a-e]?|B\d?)?\.?:? ?(.*)", line)):
        return None
    return (found[1] or "3", found[2]) if "helpline take in" in line or found[1] else ("", found[2])
