"""One contact and when somebody answers there. An entry is a fact with a source and a day it was checked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from bot.directory.holiday import is_holiday

Answers = Literal["open", "closed", "unknown"]
"""Whether somebody answers: `unknown` is never sorted as open (paths.md section 7)."""

Confidence = Literal["confirmed", "common-knowledge", "unverified"]
OnHolidays = Literal["open", "closed", "unknown"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Cost = Literal["free", "free_landline", "call_rate", "insurance"]

WEEKDAYS: Final[tuple[Weekday, ...]] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SEARCH_DAYS: Final = 21
"""How far ahead an opening is looked for; longer than any run of holidays with a weekend on each side."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Open on these weekdays from `opens` up to, not including, `closes` (local wall time; `time(0)` = midnight)."""

    days: tuple[Weekday, ...]
    opens: time
    closes: time
    channel: Literal["phone", "chat"] | None = None


@dataclass(frozen=True, slots=True)
class OpeningTimes:
    """When a service answers, in its own zone. No rules and not always open: nobody knows."""

    zone: str
    always_open: bool = False
    holidays: OnHolidays = "unknown"
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One service as the fact base knows it.

    `page_date` is what the page showed (reduced precision possible), `verified_at` the day somebody of us
    last looked, `verified_by` who. `min_age` and `max_age` are whole years, inclusive.
    """

    id: str
    name: str
    country: str
    tier: int
    audience: tuple[str, ...]
    topics: tuple[str, ...]
    hours: OpeningTimes
    confidence: Confidence
    hours_confidence: Confidence
    verified_at: date
    verified_by: str
    phone: str | None = None
    phone_alt: tuple[str, ...] = ()
    url: str | None = None
    chat: str | None = None
    min_age: int | None = None
    max_age: int | None = None
    cost: Cost | None = None
    anonymous: bool = False
    languages: tuple[str, ...] = ()
    interpreted: int = 0
    source: str | None = None
    page_date: str | None = None
    notes: str = ""

    @property
    def showable(self) -> bool:
        """May a person see it? Confirmed or common knowledge, and not a desk for professionals only."""
        return self.confidence != "unverified" and self.audience != ("professional",)

    @property
    def hours_showable(self) -> bool:
        """Only confirmed hours are told, or "always" where that is common knowledge (paths.md section 7)."""
        known = self.hours.always_open or bool(self.hours.rules)
        trusted = self.hours_confidence == "confirmed" or (
            self.hours.always_open and self.hours_confidence == "common-knowledge"
        )
        return self.showable and known and trusted


def answers_at(entry: Entry, at: datetime) -> Answers:
    """Does somebody answer there at this instant (aware)? Hours we may not tell are `unknown`.

    On a public holiday – of the country or of any of its regions, because callers are everywhere –
    a service that does not say what it does then is `unknown` in its usual hours.
    """
    if not entry.hours_showable:
        return "unknown"
    if entry.hours.always_open:
        return "open"
    local = at.astimezone(ZoneInfo(entry.hours.zone))
    if not any(_covers(rule, local) for rule in _rules(entry)):
        return "closed"
    if entry.hours.holidays == "open" or not is_holiday(entry.country, local.date()):
        return "open"
    return entry.hours.holidays


def next_opening(entry: Entry, at: datetime) -> datetime | None:
    """The next instant (UTC) at which this entry surely opens; None if not known or always open."""
    if not entry.hours_showable or entry.hours.always_open:
        return None
    zone = ZoneInfo(entry.hours.zone)
    first = at.astimezone(zone).date()
    starts = (
        datetime.combine(day, rule.opens, zone).astimezone(UTC)
        for day in (first + timedelta(days=n) for n in range(SEARCH_DAYS))
        for rule in _rules(entry)
        if WEEKDAYS[day.weekday()] in rule.days
        and (entry.hours.holidays == "open" or not is_holiday(entry.country, day))
    )
    return min((start for start in starts if start > at), default=None)


def _rules(entry: Entry) -> tuple[Rule, ...]:
    """The rules of the door we name: the telephone if there is one."""
    wanted = "phone" if entry.phone else "chat"
    return tuple(rule for rule in entry.hours.rules if rule.channel in (None, wanted))


def _covers(rule: Rule, local: datetime) -> bool:
    if WEEKDAYS[local.weekday()] not in rule.days:
        return False
    now = local.time()
    return rule.opens <= now and (now < rule.closes or rule.closes == time(0))
