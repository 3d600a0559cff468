"""Opening hours of each language team: weekly wall-clock hours, minus holidays, minus closures.

Wall-clock times belong to the zone; every instant that leaves this room is UTC, so durations stay true across
a change of the clocks (R13).

    HoursError   a setting that cannot be meant: unknown zone or day, a span that ends before it starts
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Final, Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.hours.calendar import is_holiday, require_known

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: Final[tuple[Weekday, ...]] = get_args(Weekday)

SEARCH_DAYS: Final = 366
"""How far ahead the next opening is looked for; a helpline closed for longer says so without a day."""
KEPT_DAYS: Final = 2_000
"""Days remembered before the memory is emptied; a turn needs two or three."""
AFTERNOON: Final = (time(15), time(19))
FRIDAY: Final = 4


class HoursError(ValueError):
    """The settings of the opening hours do not make sense; the message names the setting."""


@dataclass(frozen=True, slots=True)
class Span:
    """From `opens` up to, not including, `closes`; local wall time, 24:00 is `time(0)` as an end."""

    opens: time
    closes: time

    @classmethod
    def parse(cls, said: str) -> Span:
        """ "09:00-21:00" → Span. Raises HoursError."""
        opens, dash, closes = said.partition("-")
        try:
            start = time.fromisoformat(opens.strip())
            end = time(0) if closes.strip() == "24:00" else time.fromisoformat(closes.strip())
        except ValueError:
            raise HoursError(f"not a span of hours: {said!r}") from None
        if not dash or (end != time(0) and end <= start):
            raise HoursError(f"a span ends after it starts, on the same day: {said!r}")
        return cls(start, end)


@dataclass(frozen=True, slots=True)
class Closure:
    """Days on which one team (None: all) is not here, both ends included; `text` is told to people as it is."""

    team: str | None
    first_day: date
    last_day: date
    text: str | None = None


@dataclass(frozen=True, slots=True)
class TeamHours:
    """What to say about one team at one instant. Times are aware UTC.

    `closes_at` is set when open. `next_opening` is the next time the door opens after `at`, also when open
    now; None if none within a year. `closure_text` is set on a day with a closure that has a text.
    """

    open: bool
    closes_at: datetime | None
    next_opening: datetime | None
    closure_text: str | None = None


class OpeningHours:
    """The helpline's hours. Immutable apart from its memory of days already worked out."""

    def __init__(
        self,
        *,
        zone: str,
        weekly: Mapping[Weekday, Sequence[str]],
        calendars: Mapping[str, Sequence[str]],
        closures: Iterable[Closure] = (),
    ) -> None:
        """`weekly`: spans per day ("09:00-21:00"); `calendars`: holiday tables per team ("DE-NW", "NL").

        Raises HoursError.
        """
        try:
            self._zone = ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError):
            raise HoursError(f"unknown time zone: {zone!r}") from None
        if unknown := sorted(set(weekly) - set(WEEKDAYS)):
            raise HoursError(f"unknown weekday: {', '.join(unknown)}")
        self.zone = zone
        self._weekly = weekly
        self._spans = {day: _in_order(weekly.get(day, ())) for day in WEEKDAYS}
        self._calendars = {team: tuple(names) for team, names in calendars.items()}
        self._closures = tuple(closures)
        self._days: dict[tuple[str, date], tuple[tuple[datetime, datetime], ...]] = {}

    def with_closures(self, closures: Iterable[Closure]) -> OpeningHours:
        """The same hours with other closures (a supervisor changed them)."""
        return OpeningHours(zone=self.zone, weekly=self._weekly, calendars=self._calendars, closures=closures)

    @property
    def teams(self) -> tuple[str, ...]:
        return tuple(self._calendars)

    def check_calendars(self) -> None:
        """Raises HoursError for a holiday table nobody has; costs the import of the tables."""
        for name in (name for names in self._calendars.values() for name in names):
            try:
                require_known(name)
            except KeyError:
                raise HoursError(f"unknown holiday calendar: {name!r}") from None

    def status(self, team: str, at: datetime) -> TeamHours:
        """Are people of this team here at `at` (aware), until when, and when next?

        Raises HoursError for an unknown team.
        """
        if team not in self._calendars:
            raise HoursError(f"unknown team: {team!r}")
        today = at.astimezone(self._zone).date()
        closes_at: datetime | None = None
        for n in range(-1, SEARCH_DAYS + 1):
            for opens, closes in self._on(team, today + timedelta(days=n)):
                if opens <= at < closes or opens == closes_at:
                    closes_at = closes
                elif opens > at:
                    return TeamHours(closes_at is not None, closes_at, opens, self._closure_text(team, today))
        return TeamHours(closes_at is not None, closes_at, None, self._closure_text(team, today))

    def afternoon(self, team: str, at: datetime) -> datetime | None:
        """The first moment from `at` on that is a weekday afternoon (15 to 19 h) with people of this team here, in
        UTC: when a check-in may be sent (`paths.md` section 6). None if there is none within a year."""
        today = at.astimezone(self._zone).date()
        for day in (today + timedelta(days=n) for n in range(SEARCH_DAYS)):
            if day.weekday() > FRIDAY:
                continue
            first, last = (self._utc(day, wall) for wall in AFTERNOON)
            for opens, closes in self._on(team, day):
                begins = max(at.astimezone(UTC), opens, first)
                if begins < min(closes, last):
                    return begins
        return None

    def days_on(self, at: datetime, days: int) -> datetime:
        """Midnight, in UTC, at the start of the local day that many days after `at`."""
        return self._utc(at.astimezone(self._zone).date() + timedelta(days=days), time(0))

    def _on(self, team: str, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """The open spans of one local day as UTC instants; worked out once per day."""
        found = self._days.get((team, day))
        if found is None:
            if len(self._days) >= KEPT_DAYS:
                self._days.clear()
            found = self._days[team, day] = () if self._away(team, day) else self._instants(day)
        return found

    def _instants(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        return tuple(
            (self._utc(day, span.opens), self._utc(day + timedelta(days=span.closes == time(0)), span.closes))
            for span in self._spans[WEEKDAYS[day.weekday()]]
        )

    def _utc(self, day: date, wall: time) -> datetime:
        """A time the clocks skip is taken as if they had not been changed yet; of a doubled one the first counts."""
        return datetime.combine(day, wall, self._zone).astimezone(UTC)

    def _away(self, team: str, day: date) -> bool:
        if any(self._covers(closure, team, day) for closure in self._closures):
            return True
        return any(is_holiday(name, day) for name in self._calendars[team])

    def _closure_text(self, team: str, day: date) -> str | None:
        texts = (c.text for c in self._closures if self._covers(c, team, day))
        return next((text for text in texts if text), None)

    @staticmethod
    def _covers(closure: Closure, team: str, day: date) -> bool:
        return closure.team in (None, team) and closure.first_day <= day <= closure.last_day


def _in_order(said: Sequence[str]) -> tuple[Span, ...]:
    spans = tuple(sorted((Span.parse(s) for s in said), key=lambda span: span.opens))
    for before, after in pairwise(spans):
        if before.closes == time(0) or after.opens < before.closes:
            raise HoursError(f"spans of one day overlap: {', '.join(said)}")
    return spans
