from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.i18n.check import Finding, check

ROOT = Path(__file__).parents[2]

FLOW = """\
flow: start
version: 1
initial: hello
on:
  stop: {say: [start.stopped]}
states:
  hello:
    say: [body, {key: hours, by: open}, {key: country, by: [country, open], for: [DE]}]
    ask: question
    choices:
      - {id: yes_please, to: plan}
      - {id: other, label: start.other, to: plan, say: [start.other_said]}
  plan:
    ask: question
    plan:
      - {step: police, to: hello}
    choices:
      - {id: a, to: hello}
      - {id: b, to: hello}
      - {id: c, to: hello}
  safe:
    answers: safe
    ask: question
"""
SLOTS = 'safe: {id: Q1, values: ["yes", "no", unsure], skip: unsure}\n'

HEAD = (
    'msgid ""\nmsgstr ""\n"Language: {}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
)
GERMAN = {
    "start.hello.body": "Gut, dass du schreibst.",
    "start.hello.question": "Magst du anfangen? Wir sind da: {next_opening}.",
    "start.hello.yes_please": "Ja, gerne",
    "start.other": "Etwas anderes",
    "start.plan.police": "Zur Polizei gehen",
}
GERMAN_ADULT = {
    "start.hello.body": "Gut, dass Sie schreiben.",
    "start.hello.question": "Möchten Sie anfangen? Wir sind da: {next_opening}.",
}
DUTCH = {
    "start.hello.body": "Goed dat je schrijft.",
    "start.hello.question": "Wil je beginnen? We zijn er: {next_opening}.",
    "start.hello.yes_please": "Ja, graag",
    "start.other": "Iets anders",
    "start.plan.police": "Naar de politie",
}
DUTCH_ADULT = {
    "start.hello.body": "Goed dat u schrijft.",
    "start.hello.question": "Wilt u beginnen? We zijn er: {next_opening}.",
}


@dataclass
class House:
    """A small helpline: one flow, two languages, and the real rules."""

    locales: Path
    flows: Path

    def path(self, language: str, domain: str = "flows") -> Path:
        return self.locales / language / "LC_MESSAGES" / f"{domain}.po"

    def write(self, language: str, texts: dict[str, str], adult: dict[str, str], more: str = "") -> None:
        entries = [f'msgid "{key}"\nmsgstr "{text}"\n' for key, text in texts.items()]
        entries += [f'msgctxt "adult"\nmsgid "{key}"\nmsgstr "{text}"\n' for key, text in adult.items()]
        self.path(language).write_text(HEAD.format(language) + "\n".join(entries) + "\n" + more)

    def findings(self, **given: list[str]) -> tuple[Finding, ...]:
        return check(self.locales, self.flows, **given)

    def rules(self, severity: str = "error") -> list[str]:
        return [finding.rule for finding in self.findings() if finding.severity == severity]


@pytest.fixture
def house(tmp_path: Path) -> House:
    made = House(tmp_path / "locales", tmp_path / "flows")
    made.flows.mkdir()
    (made.flows / "start.yaml").write_text(FLOW)
    (made.flows / "slots.yaml").write_text(SLOTS)
    for language in ("de", "nl", "en"):
        made.path(language).parent.mkdir(parents=True)
        shutil.copy(ROOT / "locales" / language / "LC_MESSAGES" / "dates.po", made.path(language, "dates"))
        for domain in ("web", "pages", "desk"):
            made.path(language, domain).write_text(HEAD.format(language))
    shutil.copy(ROOT / "locales" / "rules.yaml", made.locales / "rules.yaml")
    made.write("de", GERMAN, GERMAN_ADULT)
    made.write("nl", DUTCH, DUTCH_ADULT)
    return made


@pytest.fixture
def plant(house: House) -> Callable[..., House]:
    """Change one text of the small helpline: `plant("de", {"start.other": "…"})`."""

    def _plant(
        language: str, change: dict[str, str], adult: dict[str, str | None] | None = None, more: str = ""
    ) -> House:
        texts, formal = (GERMAN, GERMAN_ADULT) if language == "de" else (DUTCH, DUTCH_ADULT)
        forms = {key: text for key, text in (formal | (adult or {})).items() if text is not None}
        house.write(language, texts | change, forms, more)
        return house

    return _plant
