"""The contact list: what may be shown, when somebody answers, what a mistake in the file says."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from bot.directory import Directory, DirectoryError, UnknownPlaceholder
from bot.directory.check import check
from bot.directory.load import Loader

BERLIN = ZoneInfo("Europe/Berlin")
NOT_SHOWN = [
    "de-nora-app", "de-116000", "eu-appeals-centre", "nl-fraudehelpdesk", "nl-meldknop",
    "nl-qpido", "be-nupraatikerover", "nl-kinderombudsman", "nl-school-veiligheid", "nl-ouders-onderwijs",
    "de-kinderschutzhotline", "de-ubskm",
]  # fmt: skip
WITHOUT_HOURS = [
    "nl-helpwanted", "nl-fier-chat", "nl-slachtofferhulp", "nl-jouwggd", "de-elterntelefon",
    "de-hateaid", "de-jugendnotmail", "de-juuuport", "be-awel", "be-1712",
    "nl-meld-misdaad-anoniem",
]  # fmt: skip


def wall(*when: int) -> datetime:
    return datetime(*when, tzinfo=BERLIN)


@pytest.fixture(scope="module")
def as_written(flows_dir: Path):
    return yaml.load((flows_dir / "directory.yaml").read_text(), Loader=Loader)


@pytest.fixture
def document(as_written):
    return deepcopy(as_written)


@pytest.fixture
def write(tmp_path: Path):
    def _write(document, name="directory.yaml"):
        path = tmp_path / name
        path.write_text(json.dumps(document, default=str))
        return path

    return _write


def entry(document, entry_id):
    return next(e for e in document["entries"] if e["id"] == entry_id)


@pytest.mark.parametrize("entry_id", NOT_SHOWN)
def test_what_section_7_does_not_show_is_not_shown(directory, entry_id):
    assert not directory.showable(entry_id)
    stem = entry_id.replace("-", "_")
    assert not [name for name in directory.placeholders() if name.startswith(f"{stem}_")]


@pytest.mark.parametrize("entry_id", WITHOUT_HOURS)
def test_what_section_7_shows_without_hours_is_never_open_now(directory, entry_id):
    assert directory.showable(entry_id)
    assert f"{entry_id.replace('-', '_')}_hours" not in directory.placeholders()
    for hour in range(0, 168, 5):
        at = datetime(2026, 11, 23, tzinfo=UTC) + timedelta(hours=hour)
        assert directory.answers_at(entry_id, at) == "unknown"


def test_numbers_that_section_7_leaves_out_are_gone(directory):
    assert directory.get("nl-politie").cost is None
    for without_number in ("nl-juridisch-loket", "nl-stopitnow", "de-krisenchat", "de-zebra"):
        assert directory.get(without_number).phone is None


def test_every_entry_names_who_looked_and_when(directory):
    assert {(e.verified_at, e.verified_by) for e in directory} == {(date(2026, 11, 21), "fact base")}


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (wall(2026, 11, 23, 13, 59), "closed"),
        (wall(2026, 11, 23, 14, 0), "open"),
        (wall(2026, 11, 23, 19, 59), "open"),
        (wall(2026, 11, 23, 20, 0), "closed"),
        (wall(2026, 11, 22, 15, 0), "closed"),  # Sunday
        (wall(2026, 12, 25, 15, 0), "unknown"),  # Friday, Christmas
        (wall(2026, 12, 25, 12, 0), "closed"),
        (wall(2027, 3, 27, 14, 0), "open"),  # Saturday before the clocks change
        (wall(2027, 3, 28, 14, 0), "closed"),
    ],
)
def test_116111_answers_at_the_minute(directory, at, expected):
    assert directory.answers_at("de-nummer-gegen-kummer", at) == expected


@pytest.mark.parametrize(
    ("entry_id", "at", "expected"),
    [
        ("de-hilfe-telefon-missbrauch", wall(2026, 11, 23, 13, 59), "open"),
        ("de-hilfe-telefon-missbrauch", wall(2026, 11, 23, 14, 0), "closed"),
        ("de-hilfe-telefon-missbrauch", wall(2026, 11, 24, 14, 59), "closed"),
        ("de-hilfe-telefon-missbrauch", wall(2026, 11, 24, 19, 59), "open"),
        ("de-weisser-ring", wall(2026, 12, 25, 7, 0), "open"),
        ("de-weisser-ring", wall(2026, 12, 25, 22, 0), "closed"),
        ("de-zebra", wall(2026, 12, 25, 12, 0), "closed"),
        ("nl-kindertelefoon", wall(2026, 12, 25, 11, 0), "open"),
        ("nl-veilig-thuis", wall(2026, 12, 25, 3, 0), "open"),
        ("nl-luisterlijn", wall(2026, 12, 25, 3, 0), "open"),
    ],
)
def test_opening_hours_of_the_card(directory, entry_id, at, expected):
    assert directory.answers_at(entry_id, at) == expected


def test_placeholders_give_values(directory):
    assert directory.value("de_110_phone", "de") == "110"
    assert directory.value("nl_helpwanted_url", "nl") == "https://www.helpwanted.nl"
    assert directory.value("int_take_it_down_url", "de") == "https://takeitdown.ncmec.org"
    assert directory.value("de_nummer_gegen_kummer_hours", "de") == "Mo–Sa 14:00–20:00"
    assert directory.value("de_hilfe_telefon_missbrauch_hours", "nl") == "ma, wo, vr 9:00–14:00; di, do 15:00–20:00"
    assert directory.value("nl_113_hours", "nl") == "24/7"


@pytest.mark.parametrize("name", ["de_nora_app_url", "de_110_url", "nl_helpwanted_hours", "position", ""])
def test_a_value_that_may_not_be_shown_raises(directory, name):
    with pytest.raises(UnknownPlaceholder):
        directory.value(name, "de")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"phon": "110"}, "unknown field phon"),
        ({"name": None}, "name is missing"),
        ({"confidence": "sure"}, "confidence"),
        ({"phone": 110}, "phone"),
        ({"url": "http://example.com"}, "https"),
        ({"country": "XX"}, "country"),
        ({"verified_at": "yesterday"}, "verified_at"),
        ({"tier": True}, "tier"),
        ({"anonymous": "yes"}, "anonymous"),
        ({"ages": {"from": 3}}, "ages"),
        ({"hours": {"always_open": True}}, "hours"),
        ({"hours": {"zone": "Europe/Atlantis"}}, "hours"),
        ({"hours": {"zone": "Europe/Berlin", "holidays": "maybe"}}, "hours"),
        (
            {"hours": {"zone": "Europe/Berlin", "rules": [{"days": ["mo"], "open": "09:00", "close": "10:00"}]}},
            "hours",
        ),
        (
            {"hours": {"zone": "Europe/Berlin", "rules": [{"days": ["mon"], "open": "10:00", "close": "09:00"}]}},
            "closes before",
        ),
    ],
)
def test_a_mistake_names_entry_and_field(document, write, change, said):
    entry(document, "de-110").update(change)
    with pytest.raises(DirectoryError, match=f"^de-110: .*{said}"):
        Directory.load(write(document))


def test_an_id_twice_is_refused(document, write):
    document["entries"].append(dict(entry(document, "de-110")))
    with pytest.raises(DirectoryError, match="de-110: there twice"):
        Directory.load(write(document))


@pytest.mark.parametrize("change", [{"confidence": "unverified"}, {"id": "de-krisenchat-2"}])
def test_the_process_refuses_to_start_without_a_line_of_an_emergency_card(document, write, change):
    entry(document, "de-krisenchat").update(change)
    with pytest.raises(DirectoryError, match="de-krisenchat"):
        Directory.load(write(document))


@pytest.mark.parametrize("text", ["", "entries: 3", "entries: [1]", "a: [b", "[]"])
def test_a_file_that_is_no_list_of_entries_is_refused(tmp_path, text):
    path = tmp_path / "directory.yaml"
    path.write_text(text)
    with pytest.raises(DirectoryError):
        Directory.load(path)
    with pytest.raises(DirectoryError, match="no file"):
        Directory.load(tmp_path / "nowhere.yaml")


# --- facts ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fact_id",
    [
        "DE-LAW-31",
        "DE-EVI-04",
        "DE-HSH-01",
        "DE-CON-25",
        "NL-2e-melding",
        "NL-2a-254ba",
        "NL-5c-stop",
        "AT-02",
        "CH-01",
    ],
)
def test_statements_texts_rest_on_are_there(facts, fact_id):
    assert facts.showable(fact_id)


@pytest.mark.parametrize("fact_id", ["DE-LAW-08", "DE-STO-02", "DE-SEX-06", "DE-FLX-05", "NL-2e-online"])
def test_internal_and_unverified_statements_are_not_told(facts, fact_id):
    assert facts.find(fact_id) is not None
    assert not facts.showable(fact_id)


def test_the_day_belongs_to_the_statement(facts):
    strafantrag = facts.find("DE-LAW-31")
    assert strafantrag.page_date == "2026-04-29"
    assert "3 months" in strafantrag.statement
    assert strafantrag.source.startswith("https://www.gesetze-im-internet.de/")


# --- the check ------------------------------------------------------------------------------------------------------


def rules_of(findings):
    return [(f.severity, f.where) for f in findings]


def test_a_fresh_directory_has_no_findings(flows_dir):
    assert check(flows_dir, today=date(2026, 11, 22)) == ()


def test_what_nobody_looked_at_for_90_days_is_a_warning(flows_dir):
    assert check(flows_dir, today=date(2027, 2, 19)) == ()
    due = check(flows_dir, today=date(2027, 2, 20))
    assert {f.severity for f in due} == {"warning"}
    assert "de-110" in {f.where for f in due}


def test_planted_an_unverified_number_in_a_text(flows_dir):
    used = [("flows/de:1 a.b", "de_nora_app_url"), ("flows/de:2 a.c", "position"), ("flows/de:3 a.d", "de_110_phone")]
    assert rules_of(check(flows_dir, today=date(2026, 11, 22), placeholders=used)) == [("error", "flows/de:1 a.b")]


def test_planted_a_text_on_a_statement_that_is_missing_internal_or_unverified(flows_dir):
    cited = [("a", "DE-LAW-99"), ("b", "DE-LAW-08"), ("c", "DE-FLX-05"), ("d", "DE-LAW-31"), ("e", "nl-helpwanted")]
    found = check(flows_dir, today=date(2026, 11, 22), facts=cited)
    assert rules_of(found) == [("error", "a"), ("error", "b"), ("error", "c")]
    assert ["no fact" in found[0].what, "internal" in found[1].what, "unverified" in found[2].what] == [True] * 3


def test_a_broken_file_is_one_finding(tmp_path):
    (finding,) = check(tmp_path, today=date(2026, 11, 22))
    assert finding.severity == "error"


def test_our_own_texts_rest_on_facts_and_on_contacts_that_may_be_shown(flows_dir):
    from bot.i18n.check import references

    used = references(flows_dir.parent / "locales")
    found = check(flows_dir, today=date(2026, 11, 22), placeholders=used.placeholders, facts=used.facts)
    assert found == ()
