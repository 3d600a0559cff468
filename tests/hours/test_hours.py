"""When people are here: zones, changes of the clocks, holidays, closures (R13)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.config import Hours
from bot.hours import Closure, HoursError, OpeningHours, Span

BERLIN = ZoneInfo("Europe/Berlin")
MINUTE = timedelta(minutes=1)
WORKDAYS = {day: ["09:00-21:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
CALENDARS = {"de": ["DE-NW"], "nl": ["NL"]}

# Sources: facts/germany.md OPS-03 and facts/netherlands.md section 7 for the rules; weekdays only.
# The Dutch table counts Good Friday (Algemene termijnenwet, as the `holidays` package reads it).
NRW_WEEKDAY_HOLIDAYS = {
    2026: ["01-01", "04-03", "04-06", "05-01", "05-14", "05-25", "06-04", "12-25"],
    2027: ["01-01", "03-26", "03-29", "05-06", "05-17", "05-27", "11-01"],
    2028: ["04-14", "04-17", "05-01", "05-25", "06-05", "06-15", "10-03", "11-01", "12-25", "12-26"],
    2029: ["01-01", "03-30", "04-02", "05-01", "05-10", "05-21", "05-31", "10-03", "11-01", "12-25", "12-26"],
    2030: ["01-01", "04-19", "04-22", "05-01", "05-30", "06-10", "06-20", "10-03", "11-01", "12-25", "12-26"],
    2031: ["01-01", "04-11", "04-14", "05-01", "05-22", "06-02", "06-12", "10-03", "12-25", "12-26"],
}
NL_WEEKDAY_HOLIDAYS = {
    2026: ["01-01", "04-03", "04-06", "04-27", "05-14", "05-25", "12-25"],
    2027: ["01-01", "03-26", "03-29", "04-27", "05-06", "05-17"],
    2028: ["04-14", "04-17", "04-27", "05-25", "06-05", "12-25", "12-26"],
    2029: ["01-01", "03-30", "04-02", "04-27", "05-10", "05-21", "12-25", "12-26"],
    2030: ["01-01", "04-19", "04-22", "05-30", "06-10", "12-25", "12-26"],
    2031: ["01-01", "04-11", "04-14", "05-22", "06-02", "12-25", "12-26"],
}
DST_DATES = [
    *(date(2026, 3, 29), date(2026, 10, 25), date(2027, 3, 28), date(2027, 10, 31)),
    *(date(2028, 3, 26), date(2028, 10, 29), date(2029, 3, 25), date(2029, 10, 28)),
    *(date(2030, 3, 31), date(2030, 10, 27), date(2031, 3, 30), date(2031, 10, 26)),
]


def make(weekly=WORKDAYS, closures=()):
    return OpeningHours(zone="Europe/Berlin", weekly=weekly, calendars=CALENDARS, closures=closures)


def wall(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), BERLIN).astimezone(UTC)


def free_days(team: str) -> set[date]:
    table = NRW_WEEKDAY_HOLIDAYS if team == "de" else NL_WEEKDAY_HOLIDAYS
    return {date.fromisoformat(f"{year}-{day}") for year, days in table.items() for day in days}


def days_from(first: date, last: date):
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


@pytest.mark.parametrize("team", ["de", "nl"])
def test_r13_every_day_of_six_years_opens_and_closes_to_the_minute(team):
    """±2 minutes of 9:00 and 21:00 on every day 2026–2031: holidays, clock changes, 24 and 31 December."""
    hours = make()
    free = free_days(team)
    for day in days_from(date(2026, 1, 1), date(2031, 12, 31)):
        works = day.weekday() < 5 and day not in free
        for offset in range(-2, 3):
            for hour, inside in ((9, offset >= 0), (21, offset < 0)):
                at = wall(day, hour) + offset * MINUTE
                assert hours.status(team, at).open is (works and inside), (day, hour, offset)


@pytest.mark.parametrize("team", ["de", "nl"])
def test_r13_closing_and_next_opening_are_right_on_every_day_of_six_years(team):
    hours = make()
    free = free_days(team)
    openings = [
        wall(d, 9) for d in days_from(date(2026, 1, 1), date(2031, 12, 31)) if d.weekday() < 5 and d not in free
    ]
    todays = iter(openings)
    coming = next(todays)
    for day in days_from(date(2026, 1, 1), date(2031, 12, 20)):
        noon = wall(day, 12)
        opened = wall(day, 9) in openings
        while coming <= noon:
            coming = next(todays)
        found = hours.status(team, noon)
        assert found.next_opening == coming, day
        assert found.closes_at == (wall(day, 21) if opened else None), day


@pytest.mark.parametrize("day", DST_DATES, ids=str)
def test_r13_the_monday_after_the_clocks_changed_still_opens_at_nine(day):
    """The night before is 11 or 13 hours long; the door opens by the wall clock."""
    before = day - timedelta(days=2)
    closed = make().status("de", wall(before, 21))
    monday = day + timedelta(days=1)
    expected = wall(monday, 9) if monday not in free_days("de") else wall(monday + timedelta(days=1), 9)
    assert closed.next_opening == expected
    length = expected - wall(before, 21)
    assert length % timedelta(days=1) == timedelta(hours=11 if day.month == 3 else 13)


def test_r13_a_door_open_around_the_clock_counts_the_hour_that_is_missing_or_double():
    always = make(weekly={day: ["00:00-24:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")})
    spring = always.status("de", wall(date(2026, 3, 28), 12))
    assert spring.open
    night = make(weekly={"sun": ["00:00-24:00"]})
    found = night.status("de", wall(date(2026, 3, 29), 0))
    assert found.closes_at - wall(date(2026, 3, 29), 0) == timedelta(hours=23)
    found = night.status("de", wall(date(2026, 10, 25), 0))
    assert found.closes_at - wall(date(2026, 10, 25), 0) == timedelta(hours=25)


def test_r13_kings_day_moves_to_saturday_in_2031():
    hours = make(weekly={day: ["09:00-21:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")})
    assert not hours.status("nl", wall(date(2031, 4, 26), 12)).open
    assert hours.status("nl", wall(date(2031, 4, 27), 12)).open
    assert hours.status("de", wall(date(2031, 4, 26), 12)).open


def test_christmas_and_new_years_eve_are_ordinary_days_unless_closed():
    assert make().status("de", wall(date(2026, 12, 24), 12)).open
    assert make().status("nl", wall(date(2026, 12, 31), 12)).open


def test_reformation_day_closes_only_where_it_is_a_holiday():
    lower_saxony = OpeningHours(zone="Europe/Berlin", weekly=WORKDAYS, calendars={"de": ["DE-NI"]})
    assert not lower_saxony.status("de", wall(date(2028, 10, 31), 12)).open
    assert make().status("de", wall(date(2028, 10, 31), 12)).open


def test_saturday_night_names_monday():
    found = make().status("de", wall(date(2026, 11, 21), 23))
    assert (found.open, found.closes_at, found.next_opening) == (False, None, wall(date(2026, 11, 23), 9))


def test_two_spans_a_day_close_for_lunch():
    hours = make(weekly={"mon": ["14:00-18:00", "09:00-12:00"]})
    morning = hours.status("de", wall(date(2026, 11, 23), 10))
    assert (morning.closes_at, morning.next_opening) == (wall(date(2026, 11, 23), 12), wall(date(2026, 11, 23), 14))
    assert not hours.status("de", wall(date(2026, 11, 23), 12)).open


def test_open_over_midnight_closes_when_the_last_span_ends():
    hours = make(weekly={"mon": ["20:00-24:00"], "tue": ["00:00-02:00"]})
    found = hours.status("de", wall(date(2026, 11, 23), 23))
    assert found.closes_at == wall(date(2026, 11, 24), 2)
    late = hours.status("de", wall(date(2026, 11, 24), 1))
    assert (late.open, late.closes_at) == (True, wall(date(2026, 11, 24), 2))


def test_a_closure_of_one_team_leaves_the_other_open():
    closure = Closure("nl", date(2026, 11, 23), date(2026, 11, 24), "Teamdag")
    hours = make(closures=[closure])
    nl = hours.status("nl", wall(date(2026, 11, 23), 12))
    assert (nl.open, nl.closure_text, nl.next_opening) == (False, "Teamdag", wall(date(2026, 11, 25), 9))
    de = hours.status("de", wall(date(2026, 11, 23), 12))
    assert (de.open, de.closure_text) == (True, None)


def test_a_closure_for_all_and_taking_it_back():
    hours = make()
    closed = hours.with_closures([Closure(None, date(2026, 12, 24), date(2026, 12, 31))])
    assert not closed.status("de", wall(date(2026, 12, 28), 12)).open
    assert hours.status("de", wall(date(2026, 12, 28), 12)).open
    assert closed.with_closures([]).status("nl", wall(date(2026, 12, 28), 12)).open


def test_a_helpline_that_never_opens_has_no_next_opening():
    found = make(weekly={}).status("de", wall(date(2026, 11, 23), 12))
    assert (found.open, found.next_opening) == (False, None)


def test_the_settings_as_they_come_are_accepted():
    section = Hours()
    hours = OpeningHours(
        zone=section.zone,
        weekly=section.weekly,
        calendars={"de": section.de.calendars, "nl": section.nl.calendars},
    )
    hours.check_calendars()
    assert hours.status("nl", wall(date(2026, 11, 25), 20, 10)).open


@pytest.mark.parametrize("said", ["09:00", "9-21", "21:00-09:00", "09:00-25:00", "09:00-09:00", "", "x-y"])
def test_a_span_that_cannot_be_meant_is_refused(said):
    with pytest.raises(HoursError):
        Span.parse(said)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"zone": "Europe/Atlantis"}, "time zone"),
        ({"weekly": {"monday": ["09:00-21:00"]}}, "weekday"),
        ({"weekly": {"mon": ["09:00-12:00", "11:00-14:00"]}}, "overlap"),
    ],
)
def test_wrong_settings_are_named(change, named):
    given = {"zone": "Europe/Berlin", "weekly": WORKDAYS, "calendars": CALENDARS} | change
    with pytest.raises(HoursError, match=named):
        OpeningHours(**given)


def test_an_unknown_calendar_and_an_unknown_team_are_named():
    hours = OpeningHours(zone="Europe/Berlin", weekly=WORKDAYS, calendars={"de": ["DE-XX"]})
    with pytest.raises(HoursError, match="DE-XX"):
        hours.check_calendars()
    with pytest.raises(HoursError, match="fr"):
        make().status("fr", wall(date(2026, 11, 23), 12))


def test_a_turn_asks_without_working_the_days_out_again():
    """Called in every turn: a second question about the same days reads them from memory."""
    hours = make()
    at = wall(date(2026, 11, 21), 23)
    hours.status("de", at)
    remembered = dict(hours._days)
    for _ in range(100):
        hours.status("de", at)
    assert hours._days == remembered


def test_an_afternoon_is_a_weekday_from_three_to_seven_with_people_here() -> None:
    hours = make()
    friday, monday = date(2026, 11, 27), date(2026, 11, 30)
    assert hours.afternoon("de", wall(friday, 9)) == wall(friday, 15)
    assert hours.afternoon("de", wall(friday, 16, 20)) == wall(friday, 16, 20)
    assert hours.afternoon("de", wall(friday, 19)) == wall(monday, 15)
    assert hours.afternoon("de", wall(date(2026, 12, 24), 20)) == wall(date(2026, 12, 28), 15)  # Christmas on a Friday


def test_an_afternoon_keeps_to_the_hours_of_the_team() -> None:
    late = make({"mon": ["17:00-20:00"], "tue": ["09:00-15:00"]})
    monday = date(2026, 11, 30)
    assert late.afternoon("nl", wall(monday, 8)) == wall(monday, 17)
    assert late.afternoon("nl", wall(monday, 19)) == wall(monday + timedelta(days=7), 17)
    assert make({"sat": ["09:00-21:00"]}).afternoon("de", wall(monday, 8)) is None


@pytest.mark.parametrize("day", DST_DATES)
def test_days_on_start_at_local_midnight(day: date) -> None:
    assert make().days_on(wall(day, 23, 30), 1) == wall(day + timedelta(days=1), 0)
