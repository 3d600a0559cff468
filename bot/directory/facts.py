"""Statements of law and service that texts rest on (flows/facts.yaml)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.directory.directory import DUE_AFTER, DirectoryError
from bot.directory.entry import Confidence


@dataclass(frozen=True, slots=True)
class Fact:
    """One statement of the fact base. `internal` steers the product and is never told to anybody.

    `confidence_note` is the fact base's own remark on how far the confidence reaches.
    """

    id: str
    country: str
    statement: str
    confidence: Confidence
    internal: bool
    verified_at: date
    verified_by: str
    source: str | None = None
    page_date: str | None = None
    confidence_note: str = ""

    @property
    def showable(self) -> bool:
        """May a text that people read rest on it?"""
        return not self.internal and self.confidence != "unverified"


class Facts:
    """All statements by id."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        """Raises DirectoryError when an id is there twice."""
        self._facts: dict[str, Fact] = {}
        for fact in facts:
            if fact.id in self._facts:
                raise DirectoryError(f"{fact.id}: there twice")
            self._facts[fact.id] = fact

    @classmethod
    def load(cls, path: Path) -> Facts:
        """Read flows/facts.yaml. Raises DirectoryError naming the fact and the field."""
        from bot.directory.load import load_facts

        return cls(load_facts(path))

    def __len__(self) -> int:
        return len(self._facts)

    def find(self, fact_id: str) -> Fact | None:
        return self._facts.get(fact_id)

    def showable(self, fact_id: str) -> bool:
        """False also for an id nobody has."""
        fact = self._facts.get(fact_id)
        return fact is not None and fact.showable

    def showable_ids(self) -> frozenset[str]:
        """What texts may rest on."""
        return frozenset(fact.id for fact in self._facts.values() if fact.showable)

    def due(self, today: date) -> tuple[Fact, ...]:
        """Showable statements nobody has looked at for 90 days."""
        return tuple(f for f in self._facts.values() if f.showable and today - f.verified_at > DUE_AFTER)
