"""What is wrong or due in directory.yaml and facts.yaml, and whether texts rest on what may be told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from bot.directory.directory import Directory, DirectoryError
from bot.directory.entry import Entry
from bot.directory.facts import Facts


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing an author must change (`error`) or look at again (`warning`)."""

    severity: Literal["error", "warning"]
    where: str
    what: str


def check(
    flows_dir: Path,
    *,
    today: date,
    placeholders: Iterable[tuple[str, str]] = (),
    facts: Iterable[tuple[str, str]] = (),
) -> tuple[Finding, ...]:
    """Both files, and the references of all texts: `(where, name)` of every directory placeholder and fact used.

    References come from `bot.i18n.check.references`. A file that cannot be read is one finding.
    """
    try:
        directory = Directory.load(flows_dir / "directory.yaml")
        statements = Facts.load(flows_dir / "facts.yaml")
    except DirectoryError as error:
        return (Finding("error", "flows", str(error)),)
    return (
        *_values(directory, placeholders),
        *_statements(directory, statements, facts),
        *(Finding("warning", e.id, _due(e)) for e in directory.due(today)),
        *(Finding("warning", f.id, f"not looked at since {f.verified_at}") for f in statements.due(today)),
    )


def is_directory_placeholder(name: str) -> bool:
    """Does this name mean a contact (and not a value the flow provides, like `{position}`)?"""
    stem, _, field = name.rpartition("_")
    country, _, rest = stem.partition("_")
    return field in ("phone", "url", "chat", "name", "hours") and country in _COUNTRIES and bool(rest)


_COUNTRIES = frozenset(("de", "nl", "be", "at", "ch", "int", "eu"))


def _values(directory: Directory, used: Iterable[tuple[str, str]]) -> Iterable[Finding]:
    known = directory.placeholders()
    for where, name in used:
        if is_directory_placeholder(name) and name not in known:
            yield Finding("error", where, f"{{{name}}} is not a value that may be shown")


def _statements(directory: Directory, facts: Facts, used: Iterable[tuple[str, str]]) -> Iterable[Finding]:
    for where, fact_id in used:
        if directory.showable(fact_id):
            continue
        fact = facts.find(fact_id)
        if fact is None:
            yield Finding("error", where, f"no fact {fact_id}")
        elif not fact.showable:
            why = "internal" if fact.internal else "unverified"
            yield Finding("error", where, f"fact {fact_id} is {why}: no text may rest on it")


def _due(entry: Entry) -> str:
    line = ", on an emergency card or in the first line" if entry.tier == 1 else ""
    return f"not looked at since {entry.verified_at}{line}"
