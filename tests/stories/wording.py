"""Words for a meaning: what people really write, found among the sentences the understanding is tested with.

Some walks hold meanings that no sentence has at that place (a panic at its worst, a topic that is also an open answer).
For those the understanding is taught one made-up word per meaning, and for those only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

import yaml

from bot.config import ROOT
from bot.dialogue.session import ChoiceId, Language
from bot.dialogue.terms import WORDS
from bot.i18n import Catalogs
from bot.understanding.understand import Crisis, Understanding, understand

CORPUS: Final = ROOT / "bot" / "understanding" / "corpus"
NOTHING: Final = ("qwert", "asdf", "yxcv")
LABELLED: Final = frozenset({"assault", "suicide", "self_harm"})
"""Crises the corpus has a word for; all others are `danger_now` there."""
FOREIGN: Final = ("can i write in english please", "do you have someone who speaks turkish")

BETWEEN: Final[Mapping[tuple[str, ...], tuple[str, ...]]] = {
    ("police", "hash_tools", "de"): ("anzeige erstatten und fingerabdruck",),
    ("police", "hash_tools", "nl"): ("aangifte doen en vingerafdruk",),
}
"""What may mean one thing or another."""


def words_for(meant: Mapping[str, Any], language: Language, catalogs: Catalogs) -> Iterator[str]:
    """Texts that may mean this, the likeliest first. The engine tells which one does."""
    if "says" in meant:
        yield meant["says"]
    if meant.get("term"):
        asks = {"de": "was ist {}", "nl": "wat is {}"}[language]
        yield from (asks.format(word.strip()) for word in WORDS[meant["term"]].split(","))
    yield from BETWEEN.get((*(meant.get("intents") or ()), language), ())
    if meant.get("answer"):
        yield from _labels(ChoiceId(meant["answer"]), language, catalogs)
    if meant.get("language") == "other":
        yield from FOREIGN
    crisis = meant.get("crisis")
    if crisis:
        yield from sentences(language, about=crisis[0] if crisis[0] in LABELLED else "danger_now")
    for intent in meant.get("intents") or ():
        yield from sentences(language, intent=intent, about="none")
    if not meant.get("intents") and not crisis:
        yield from NOTHING


class Taught:
    """The understanding with some words more. `teach` gives the word for a meaning."""

    def __init__(self) -> None:
        self._known: dict[str, Understanding] = {}

    def teach(self, meant: Mapping[str, Any], language: Language) -> str:
        crisis = meant.get("crisis")
        word = f"wort{len(self._known)}xyz"
        self._known[word] = Understanding(
            language=language,
            crisis=None if crisis is None else Crisis(*crisis),
            intents=tuple((meant.get("intents") or {}).items()),
            answer=meant.get("answer"),
        )
        return word

    def __call__(self, text: str, **asked: Any) -> Understanding:
        return self._known.get(text) or understand(text, **asked)


def sentences(language: Language, *, intent: str | None = None, about: str | None = None) -> Iterator[str]:
    """Lines of the corpus with this intent, or labelled with this crisis."""
    for row in _scenarios(language):
        if intent is not None and row.get("intent") != intent:
            continue
        if about is not None and row["crisis"] != about:
            continue
        for one in row["lines"].splitlines():
            if one.strip() and "\\" not in one:
                yield one.strip()


@cache
def _scenarios(language: Language) -> tuple[dict[str, Any], ...]:
    files = sorted((CORPUS / language).glob("*.yaml"))
    return tuple(row for file in files for row in yaml.load(file.read_text(), Loader=yaml.CSafeLoader))


def _labels(choice: ChoiceId, language: Language, catalogs: Catalogs) -> Iterator[str]:
    keys = (key for key in catalogs.keys("flows", language) if key == choice)
    for key in keys:
        yield catalogs.text(key, language)
