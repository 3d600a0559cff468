"""Rules of tone and length as data: locales/rules.yaml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.i18n.errors import CatalogError


@dataclass(frozen=True, slots=True)
class Banned:
    """Words nobody in need should read, and why."""

    pattern: re.Pattern[str]
    why: str


@dataclass(frozen=True, slots=True)
class Address:
    """What gives away du / je and Sie / u."""

    informal: re.Pattern[str]
    formal: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Rules:
    """Limits are characters, `words_max` and `sentence_max` are words, `ease_min` is a score (`readable.py`).

    `hard_to_read`: texts that may score less, with the reason.
    """

    text_max: int
    paper_max: int
    words_max: int
    sentence_max: int
    ease_min: int
    hard_to_read: Mapping[str, str]
    label_max: int
    button_max: int
    done_mark: int
    adult_flows: frozenset[str]
    only_adults: re.Pattern[str]
    contact: re.Pattern[str]
    same_contact: Mapping[str, str]
    address: Mapping[str, Address]
    banned: Mapping[str, tuple[Banned, ...]]

    def adult_reaches(self, key: str) -> bool:
        """Can an adult in a caring role meet this text?"""
        return key.partition(".")[0] in self.adult_flows

    def for_adults(self, key: str, *, formal: bool) -> bool:
        """Is this text read by adults alone: a formal variant, or one of a state only they come to?"""
        return formal or self.only_adults.match(key) is not None

    def alike(self, name: str) -> str:
        """One name for a contact that has an entry per language; other placeholders as they are."""
        stem, _, field = name.rpartition("_")
        return f"{self.same_contact[stem]}_{field}" if stem in self.same_contact else name


def load_rules(path: Path) -> Rules:
    """Raises CatalogError when the file is missing, incomplete, or holds a pattern that is none."""
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        return Rules(
            **{name: int(data[name]) for name in _LIMITS},
            hard_to_read=dict(data["hard_to_read"]),
            adult_flows=frozenset(data["adult_reaches"]),
            only_adults=re.compile(data["adults_only"]),
            contact=re.compile(data["contact"]),
            same_contact=dict(data["same_contact"]),
            address={
                language: Address(re.compile(forms["informal"], re.IGNORECASE), re.compile(forms["formal"]))
                for language, forms in data["address"].items()
            },
            banned={
                language: tuple(Banned(re.compile(one["says"], re.IGNORECASE), one["why"]) for one in said)
                for language, said in data["banned"].items()
            },
        )
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError, re.error) as error:
        raise CatalogError(f"{path.name}: {type(error).__name__}: {error}") from error


_LIMITS = ("text_max", "paper_max", "words_max", "sentence_max", "ease_min", "label_max", "button_max", "done_mark")
