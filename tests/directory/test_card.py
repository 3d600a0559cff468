"""The emergency card against the table of paths.md 2.3, and what must hold for everybody at any hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from bot.directory import CardKind
from bot.directory.card_table import keys

BERLIN = ZoneInfo("Europe/Berlin")
KINDS = get_args(CardKind)
COUNTRIES = ["DE", "NL", "BE", "AT", "CH", "other", "unknown", None]
KNOWN = ("DE", "NL", "BE", "AT", "CH")
LANGUAGES = ["de", "nl", "en"]
AGES = ["under_12", "12_13", "14_17", "18_25", "26_plus", None]
EMERGENCY = {"110", "112", "117", "144", "101"}

WEDNESDAY_AFTERNOON = datetime(2026, 11, 25, 15, 30, tzinfo=BERLIN)
WEDNESDAY_NIGHT = datetime(2026, 11, 25, 23, 30, tzinfo=BERLIN)
SUNDAY = datetime(2026, 11, 22, 15, 30, tzinfo=BERLIN)
TUESDAY_AFTERNOON = datetime(2026, 11, 24, 16, 0, tzinfo=BERLIN)


def phones(lines):
    return [line.phone or line.entry_id for line in lines]


def ask(directory, kind, country, at, language=None, age="14_17", adult=False):
    language = language or {"NL": "nl", "BE": "nl"}.get(country, "de")
    return directory.card(kind, country=country, language=language, age=age, caring_adult=adult, at=at)


@pytest.mark.parametrize(
    ("kind", "country", "at", "expected"),
    [
        ("suicide", "DE", WEDNESDAY_AFTERNOON, ["112", "0800 1110111", "de-krisenchat", "116111"]),
        ("suicide", "DE", WEDNESDAY_NIGHT, ["112", "0800 1110111", "de-krisenchat"]),
        ("suicide", "DE", SUNDAY, ["112", "0800 1110111", "de-krisenchat"]),
        ("violence", "DE", WEDNESDAY_AFTERNOON, ["110", "116016", "de-krisenchat", "116006"]),
        ("violence", "DE", WEDNESDAY_NIGHT, ["110", "116016", "de-krisenchat"]),
        ("assault", "DE", TUESDAY_AFTERNOON, ["110", "112", "0800 2255530", "de-krisenchat"]),
        ("assault", "DE", WEDNESDAY_AFTERNOON, ["110", "112", "116016", "de-krisenchat"]),
        ("talk", "DE", WEDNESDAY_AFTERNOON, ["116111", "0800 1110111", "112"]),
        ("talk", "DE", SUNDAY, ["de-krisenchat", "0800 1110111", "116111", "112"]),
        ("suicide", "NL", WEDNESDAY_AFTERNOON, ["112", "113", "0800-0432"]),
        ("violence", "NL", WEDNESDAY_NIGHT, ["112", "0800-2000", "0900-8844"]),
        ("assault", "NL", WEDNESDAY_NIGHT, ["112", "0800-0188", "020-2615275"]),
        ("talk", "NL", WEDNESDAY_AFTERNOON, ["0800-0432", "113", "112"]),
        ("talk", "NL", WEDNESDAY_NIGHT, ["088-0767000", "113", "0800-0432", "112"]),
        ("suicide", "BE", SUNDAY, ["112", "1813", "102"]),
        ("violence", "BE", SUNDAY, ["101", "112", "116000"]),
        ("assault", "BE", SUNDAY, ["112", "be-zsg", "116000"]),
        ("talk", "BE", SUNDAY, ["116000", "102", "112"]),
        ("suicide", "AT", SUNDAY, ["112", "147", "142"]),
        ("violence", "AT", SUNDAY, ["112", "147"]),
        ("assault", "AT", SUNDAY, ["112", "147"]),
        ("suicide", "CH", SUNDAY, ["144", "147", "143"]),
        ("violence", "CH", SUNDAY, ["117", "147"]),
        ("assault", "CH", SUNDAY, ["117", "144", "147"]),
    ],
)
def test_the_card_says_what_the_table_says(directory, kind, country, at, expected):
    assert phones(ask(directory, kind, country, at)) == expected


def test_unknown_country_gets_112_and_labelled_lines_of_the_languages_main_country(directory):
    german = ask(directory, "suicide", None, SUNDAY)
    assert phones(german) == ["112", "0800 1110111", "de-krisenchat"]
    assert [line.country for line in german] == [None, "DE", "DE"]
    dutch = ask(directory, "violence", "unknown", SUNDAY, language="nl")
    assert phones(dutch) == ["112", "0800-2000", "0900-8844"]
    assert [line.country for line in dutch] == [None, "NL", "NL"]


def test_147_always_carries_its_country(directory):
    for country, kind in product(("AT", "CH"), KINDS):
        assert all(line.country == country for line in ask(directory, kind, country, SUNDAY) if line.phone == "147")


def test_adults_over_25_see_no_line_for_young_people(directory):
    assert phones(ask(directory, "talk", "DE", WEDNESDAY_AFTERNOON, age="26_plus")) == ["0800 1110111", "112"]
    for kind, country in product(KINDS, ("DE", "NL")):
        shown = {line.entry_id for line in ask(directory, kind, country, WEDNESDAY_AFTERNOON, age="26_plus")}
        assert not shown & {"de-krisenchat", "de-nummer-gegen-kummer", "nl-kindertelefoon"}


def test_kindertelefoon_is_for_8_to_18(directory):
    for age, seen in (("under_12", True), ("14_17", True), (None, True), ("18_25", False)):
        lines = ask(directory, "suicide", "NL", WEDNESDAY_AFTERNOON, age=age)
        assert ("0800-0432" in phones(lines)) is seen


def test_caring_adults_get_their_own_lines(directory):
    for kind in ("suicide", "violence", "talk"):
        parent = ask(directory, kind, "DE", WEDNESDAY_AFTERNOON, adult=True)
        assert "0800 1110550" in phones(parent)
        assert "de-krisenchat" not in phones(parent)
    (line,) = (x for x in ask(directory, "talk", "DE", WEDNESDAY_AFTERNOON, adult=True) if x.phone == "0800 1110550")
    assert line.note == "card.note.hours_on_site"
    assert {"113", "0800-2000"} <= set(phones(ask(directory, "suicide", "NL", SUNDAY, adult=True)))


def test_a_closed_line_follows_with_its_next_opening_but_never_alone(directory):
    night = ask(directory, "violence", "DE", WEDNESDAY_NIGHT, age="26_plus")
    assert phones(night) == ["110", "116016", "116006"]
    assert night[-1].note == "card.note.opens"
    assert night[-1].opens_at == datetime(2026, 11, 26, 7, tzinfo=BERLIN)


def test_on_a_public_holiday_only_lines_that_surely_answer_count_as_open(directory):
    unity_day = datetime(2028, 10, 3, 15, 30, tzinfo=BERLIN)
    assert "116111" not in phones(ask(directory, "suicide", "DE", unity_day))
    assert "116006" in phones(ask(directory, "violence", "DE", unity_day))
    kings_day = datetime(2027, 4, 27, 15, 30, tzinfo=BERLIN)
    assert "0800-0432" in phones(ask(directory, "suicide", "NL", kings_day))


def test_a_holiday_of_one_german_land_is_enough_to_doubt(directory):
    """A caller may be in any Land: 31 October is a holiday in nine of them."""
    reformation_day = datetime(2028, 10, 31, 15, 30, tzinfo=BERLIN)
    assert directory.answers_at("de-nummer-gegen-kummer", reformation_day) == "unknown"


def hours_of_a_week_and_holidays():
    monday = datetime(2026, 11, 23, tzinfo=UTC)
    yield from (monday + timedelta(hours=n) for n in range(168))
    for day in ((2026, 12, 25), (2027, 4, 27), (2028, 10, 3), (2027, 3, 28), (2027, 10, 31)):
        yield from (datetime(*day, hour, tzinfo=UTC) for hour in range(0, 24, 3))


HOURS = tuple(hours_of_a_week_and_holidays())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("country", COUNTRIES)
def test_every_card_at_every_hour_holds_what_a_life_may_depend_on(directory, kind, country):
    languages = ["de"] if country in KNOWN else LANGUAGES
    for language, age, adult, at in product(languages, AGES, (False, True), HOURS):
        lines = ask(directory, kind, country, at, language=language, age=age, adult=adult)
        case = (kind, country, language, age, adult, at, phones(lines))
        assert 1 <= len(lines) <= 4, case
        assert sum(not line.more for line in lines) <= 3 or lines[0].country is None, case
        assert EMERGENCY & {line.phone for line in lines}, case
        assert any(directory.answers_at(line.entry_id, at) == "open" for line in lines), case
        if kind != "talk" or country not in KNOWN:
            assert lines[0].phone in EMERGENCY, case
            assert directory.get(lines[0].entry_id).hours.always_open, case
        for line in lines:
            assert directory.showable(line.entry_id), case
            assert line.phone or line.url, case
            assert line.opens_at is None or line.opens_at > at, case
            if line.opens_at is None and line.note not in ("card.note.hours_on_site", "card.note.english"):
                assert directory.answers_at(line.entry_id, at) == "open", case
            if country in ("AT", "CH"):
                assert not (line.phone or "").startswith(("0800", "116")), case
        assert len({line.entry_id for line in lines}) == len(lines), case


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("country", KNOWN)
def test_where_the_country_is_known_the_language_changes_no_number(directory, kind, country):
    for age, adult, at in product((*AGES, "rather_not"), (False, True), HOURS[::11]):
        german = ask(directory, kind, country, at, language="de", age=age, adult=adult)
        for language in ("nl", "en"):
            assert ask(directory, kind, country, at, language=language, age=age, adult=adult) == german


def test_r11_cards_from_memory_need_no_time_and_hold_always(directory):
    for (country, language), lines in directory.static_cards().items():
        assert 2 <= len(lines) <= 4, (country, language)
        assert lines[0].phone in EMERGENCY
        assert all(directory.get(line.entry_id).hours.always_open for line in lines)
    assert phones(directory.card_from_memory("de")) == ["112", "110", "0800 1110111", "de-krisenchat"]
    assert phones(directory.card_from_memory("nl", "NL")) == ["112", "113", "0800-2000"]
    assert directory.card_from_memory("tr")[0].phone == "112"
    assert directory.card_from_memory("de", "other")[0].phone == "112"


def test_a_card_is_made_in_well_under_a_millisecond_of_work(directory):
    """It is on board of every message that needs it: no file, no parsing, no table of holidays twice."""
    import cProfile
    import pstats

    ask(directory, "suicide", "DE", WEDNESDAY_AFTERNOON)
    profile = cProfile.Profile()
    profile.runcall(ask, directory, "suicide", "DE", WEDNESDAY_AFTERNOON)
    assert pstats.Stats(profile).total_calls < 600


def test_the_keys_a_card_needs_are_listed(directory):
    seen = set()
    for kind, country, adult, at in product(KINDS, COUNTRIES, (False, True), HOURS[::7]):
        for language in LANGUAGES:
            for line in ask(directory, kind, country, at, language=language, adult=adult):
                seen |= {line.note} if line.note else set()
                seen |= {f"card.country.{line.country}"} if line.country else set()
    assert seen <= keys()
