"""Texts by key, language and form of address; values into texts; days and times as people say them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.i18n import BadTemplate, CatalogError, Catalogs, MissingText, fill, names
from bot.i18n.dates import Dates

LOCALES = Path(__file__).parents[2] / "locales"
HEAD = (
    'msgid ""\nmsgstr ""\n"Language: de\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
)
BODY = """\
#. fact: DE-LAW-31
msgid "a.body"
msgstr "Du bist nicht allein, {name}."

msgctxt "adult"
msgid "a.body"
msgstr "Sie sind nicht allein, {name}."

msgid "a.plain"
msgstr "Ja"

#, fuzzy
msgid "a.fuzzy"
msgstr "geraten"

msgid "a.empty"
msgstr ""

msgid "a.count"
msgid_plural "a.count"
msgstr[0] "ein Beweis"
msgstr[1] "{count} Beweise"
"""


@pytest.fixture
def catalogs(tmp_path: Path) -> Catalogs:
    path = tmp_path / "de" / "LC_MESSAGES" / "flows.po"
    path.parent.mkdir(parents=True)
    path.write_text(HEAD + BODY)
    return Catalogs.load(tmp_path, ("flows", "de"))


def test_a_text_by_key_and_form_of_address(catalogs):
    assert catalogs.text("a.body", "de") == "Du bist nicht allein, {name}."
    assert catalogs.text("a.body", "de", adult=True) == "Sie sind nicht allein, {name}."
    assert catalogs.text("a.plain", "de", adult=True) == "Ja"


@pytest.mark.parametrize("key", ["a.nothing", "a.fuzzy", "a.empty", ""])
def test_a_text_that_is_missing_guessed_or_empty_raises(catalogs, key):
    with pytest.raises(MissingText):
        catalogs.text(key, "de")
    assert not catalogs.has(key, "de")


def test_plural_forms_follow_the_count(catalogs):
    assert [catalogs.text("a.count", "de", count=n) for n in (0, 1, 2)] == [
        "{count} Beweise",
        "ein Beweis",
        "{count} Beweise",
    ]


def test_a_missing_or_broken_file_raises(catalogs, tmp_path):
    with pytest.raises(CatalogError):
        catalogs.text("a.body", "nl")
    with pytest.raises(CatalogError):
        Catalogs.load(tmp_path, ("flows", "nl"))
    broken = tmp_path / "nl" / "LC_MESSAGES" / "flows.po"
    broken.parent.mkdir(parents=True)
    broken.write_text(HEAD + "msgid oops\nthis is no catalogue\n")
    with pytest.raises(CatalogError):
        Catalogs.load(tmp_path, ("flows", "nl"))


def test_the_check_sees_everything_as_written(catalogs):
    raw = {(text.key, text.adult): text for text in catalogs.raw("flows", "de")}
    assert raw["a.fuzzy", False].fuzzy
    assert raw["a.body", False].comments == ("fact: DE-LAW-31",)
    assert catalogs.languages("flows") == ("de",)
    assert catalogs.keys("flows", "de") == {"a.body", "a.plain", "a.count"}


# --- values ---------------------------------------------------------------------------------------------------------


def test_values_are_put_in_and_nothing_is_evaluated():
    assert fill("Ruf {de_110_phone} an, {n}. {{so}}", {"de_110_phone": "110", "n": 2}) == "Ruf 110 an, 2. {so}"
    assert fill("{a}", {"a": "{b}", "b": "no"}) == "{b}"
    assert names("{b} {a} {b}") == {"a", "b"}


@pytest.mark.parametrize("template", ["{}", "{0}", "{a.b}", "{a[0]}", "{a!r}", "{a:>9}", "{a", "}", "{A}", "{ a }"])
def test_braces_with_more_than_a_name_are_refused(template):
    with pytest.raises(BadTemplate):
        fill(template, {"a": 1, "A": 1, "0": 1, "": 1, " a ": 1})


def test_a_value_nobody_gave_is_refused():
    with pytest.raises(BadTemplate, match="next_opening"):
        fill("{next_opening}", {"closes_at": "21 Uhr"})


@given(st.text())
def test_any_text_is_filled_or_refused_cleanly(template):
    try:
        assert isinstance(fill(template, {}), str)
    except BadTemplate:
        pass


# --- days and times -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def dates() -> Dates:
    return Dates(Catalogs.load(LOCALES), "Europe/Berlin")


SATURDAY_NIGHT = datetime(2026, 11, 21, 22, 30, tzinfo=UTC)
MONDAY_NINE = datetime(2026, 11, 23, 8, tzinfo=UTC)


def test_the_next_opening_is_a_weekday_and_a_time(dates):
    assert dates.day_and_time(MONDAY_NINE, "de", now=SATURDAY_NIGHT) == "Montag um 9 Uhr"
    assert dates.day_and_time(MONDAY_NINE, "nl", now=SATURDAY_NIGHT) == "maandag om 9 uur"
    assert dates.day_and_time(MONDAY_NINE, "en", now=SATURDAY_NIGHT) == "Monday at 09:00"
    half_past = MONDAY_NINE + timedelta(minutes=30)
    assert dates.day_and_time(half_past, "de", now=SATURDAY_NIGHT) == "Montag um 9:30 Uhr"
    assert dates.day_and_time(half_past, "nl", now=SATURDAY_NIGHT) == "maandag om 9.30 uur"


def test_never_tomorrow_by_habit(dates):
    sunday_night = SATURDAY_NIGHT + timedelta(days=1)
    assert dates.day_and_time(MONDAY_NINE, "de", now=sunday_night) == "Montag um 9 Uhr"


def test_more_than_six_days_away_carries_the_date(dates):
    at = datetime(2027, 1, 4, 8, tzinfo=UTC)
    assert dates.day_and_time(at, "de", now=at - timedelta(days=6)) == "Montag um 9 Uhr"
    assert dates.day_and_time(at, "de", now=at - timedelta(days=7)) == "Montag, 4. Januar, um 9 Uhr"
    assert dates.day_and_time(at, "nl", now=at - timedelta(days=11)) == "maandag 4 januari om 9 uur"


def test_the_day_is_the_day_in_the_helplines_zone(dates):
    """23:30 UTC on Saturday is Sunday in Berlin; six days later is Saturday, not Friday."""
    late = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    assert dates.day_and_time(datetime(2026, 11, 28, 22, 0, tzinfo=UTC), "de", now=late) == "Samstag um 23 Uhr"
    assert "November" in dates.day_and_time(datetime(2026, 11, 28, 23, 0, tzinfo=UTC), "de", now=late)


def test_summer_time_is_said_by_the_wall_clock(dates):
    assert dates.time(datetime(2026, 7, 1, 19, tzinfo=UTC), "de") == "21 Uhr"
    assert dates.time(datetime(2026, 12, 1, 20, 15, tzinfo=UTC), "nl") == "21.15 uur"


def test_a_receipt_has_date_and_minute(dates):
    at = datetime(2026, 11, 21, 19, 14, tzinfo=UTC)
    assert dates.stamp(at, "de") == "21.11.2026, 20:14"
    assert dates.stamp(at, "nl") == "21-11-2026 20:14"
