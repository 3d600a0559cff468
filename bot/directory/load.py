"""Read flows/directory.yaml and flows/facts.yaml; every mistake names entry and field."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date, time
from pathlib import Path
from typing import Final, Literal, TypeVar, cast, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from bot.directory.directory import DirectoryError
from bot.directory.entry import Confidence, Cost, Entry, OnHolidays, OpeningTimes, Rule, Weekday
from bot.directory.facts import Fact

T = TypeVar("T")

Loader: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
COUNTRIES: Final = ("DE", "NL", "BE", "AT", "CH", "EU")

ENTRY_FIELDS: Final = frozenset(f.name for f in fields(Entry)) - {"min_age", "max_age"} | {"ages"}
FACT_FIELDS: Final = frozenset(f.name for f in fields(Fact))


def load_entries(path: Path) -> tuple[Entry, ...]:
    """Raises DirectoryError; also when the file is missing or is not YAML."""
    return tuple(_entry(row) for row in _rows(path, "entries"))


def load_facts(path: Path) -> tuple[Fact, ...]:
    """Raises DirectoryError; also when the file is missing or is not YAML."""
    return tuple(_fact(row) for row in _rows(path, "facts"))


class _Row:
    """One mapping of the file, read field by field."""

    def __init__(self, data: Mapping[str, object], known: frozenset[str], where: str) -> None:
        self.where = where
        self._data = data
        if unknown := sorted(set(data) - known):
            raise DirectoryError(f"{where}: unknown field {', '.join(unknown)}")

    def need(self, field: str, read: Callable[[object], T]) -> T:
        if self._data.get(field) is None:
            raise DirectoryError(f"{self.where}: {field} is missing")
        return self._as(field, read, self._data[field])

    def get(self, field: str, read: Callable[[object], T], default: T) -> T:
        value = self._data.get(field)
        return default if value is None else self._as(field, read, value)

    def maybe(self, field: str, read: Callable[[object], T]) -> T | None:
        value = self._data.get(field)
        return None if value is None else self._as(field, read, value)

    def _as(self, field: str, read: Callable[[object], T], value: object) -> T:
        try:
            return read(value)
        except (TypeError, ValueError, KeyError, ZoneInfoNotFoundError) as error:
            raise DirectoryError(f"{self.where}: {field}: {error}") from None


def _rows(path: Path, top: str) -> Iterator[Mapping[str, object]]:
    try:
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=Loader)  # noqa: S506 – Loader is the safe one, in C
    except FileNotFoundError:
        raise DirectoryError(f"no file {path.name}") from None
    except yaml.YAMLError as error:
        raise DirectoryError(f"{path.name}: {error}") from error
    rows = document.get(top) if isinstance(document, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise DirectoryError(f"{path.name}: expected a list of mappings under {top}")
    yield from rows


def _entry(data: Mapping[str, object]) -> Entry:
    row = _Row(data, ENTRY_FIELDS, str(data.get("id", "an entry without id")))
    ages = row.maybe("ages", _ages) or (None, None)
    return Entry(
        id=row.need("id", _text),
        name=row.need("name", _text),
        country=row.need("country", lambda v: _one_of(v, COUNTRIES)),
        tier=row.need("tier", _number),
        audience=row.need("audience", _texts),
        topics=row.need("topics", _texts),
        min_age=ages[0],
        max_age=ages[1],
        phone=row.maybe("phone", _text),
        phone_alt=row.get("phone_alt", _texts, ()),
        url=row.maybe("url", _web),
        chat=row.maybe("chat", _web),
        hours=row.need("hours", _hours),
        cost=cast(Cost | None, row.maybe("cost", lambda v: _one_of(v, get_args(Cost)))),
        anonymous=row.get("anonymous", _flag, False),
        languages=row.get("languages", _texts, ()),
        interpreted=row.get("interpreted", _number, 0),
        source=row.maybe("source", _text),
        page_date=row.maybe("page_date", _text),
        verified_at=row.need("verified_at", _day),
        verified_by=row.need("verified_by", _text),
        confidence=row.need("confidence", _confidence),
        hours_confidence=row.need("hours_confidence", _confidence),
        notes=row.get("notes", _text, ""),
    )


def _fact(data: Mapping[str, object]) -> Fact:
    row = _Row(data, FACT_FIELDS, str(data.get("id", "a fact without id")))
    return Fact(
        id=row.need("id", _text),
        country=row.need("country", lambda v: _one_of(v, COUNTRIES)),
        statement=row.need("statement", _text),
        source=row.maybe("source", _text),
        page_date=row.maybe("page_date", _text),
        verified_at=row.need("verified_at", _day),
        verified_by=row.need("verified_by", _text),
        confidence=row.need("confidence", _confidence),
        confidence_note=row.get("confidence_note", _text, ""),
        internal=row.get("internal", _flag, False),
    )


def _hours(value: object) -> OpeningTimes:
    if not isinstance(value, dict):
        raise TypeError("expected zone, holidays and either always_open or rules")
    if unknown := sorted(set(value) - {"zone", "always_open", "holidays", "rules"}):
        raise ValueError(f"unknown field {', '.join(unknown)}")
    zone = _text(value["zone"])
    ZoneInfo(zone)
    return OpeningTimes(
        zone=zone,
        always_open=_flag(value.get("always_open", False)),
        holidays=cast(OnHolidays, _one_of(value.get("holidays", "unknown"), get_args(OnHolidays))),
        rules=tuple(_rule(rule) for rule in value.get("rules", ())),
    )


def _rule(value: Mapping[str, object]) -> Rule:
    opens, closes = _clock(value["open"]), _clock(value["close"])
    if closes != time(0) and closes <= opens:
        raise ValueError(f"closes before it opens: {opens}")
    channel = value.get("channel")
    return Rule(
        days=cast(tuple[Weekday, ...], tuple(_one_of(day, get_args(Weekday)) for day in _texts(value["days"]))),
        opens=opens,
        closes=closes,
        channel=None if channel is None else cast(Literal["phone", "chat"], _one_of(channel, ("phone", "chat"))),
    )


def _clock(value: object) -> time:
    return time(0) if value == "24:00" else time.fromisoformat(_text(value))


def _ages(value: object) -> tuple[int | None, int | None]:
    if not isinstance(value, dict) or set(value) - {"min", "max"}:
        raise ValueError("expected min and max")
    return value.get("min"), value.get("max")


def _one_of(value: object, allowed: Sequence[str]) -> str:
    if not isinstance(value, str) or value not in allowed:
        raise ValueError(f"{value!r} is none of {', '.join(allowed)}")
    return value


def _confidence(value: object) -> Confidence:
    return cast(Confidence, _one_of(value, get_args(Confidence)))


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise TypeError(f"expected a text in quotes, got {value!r}")
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError("expected a list")
    return tuple(_text(item) for item in value)


def _web(value: object) -> str:
    address = _text(value)
    if not address.startswith("https://"):
        raise ValueError("an address people are sent to starts with https://")
    return address


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"expected a number, got {value!r}")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"expected true or false, got {value!r}")
    return value


def _day(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(_text(value))
