"""`locales check` fails for each mistake, planted one at a time; a clean house has no findings."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.i18n import CatalogError
from bot.i18n.check import check, references
from bot.i18n.rules import load_rules

ROOT = Path(__file__).parents[2]


def test_a_clean_house_has_no_findings(house):
    assert house.findings() == ()


@pytest.mark.parametrize("language", ["de", "nl"])
@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("address", "Schau auf example.com nach."),
        ("address", "Schau auf https://example.invalid nach."),
        ("number", "Wähle 110."),
        ("number", "Wähle 0800 111 0 111."),
        ("number", "Bel 0900-8844."),
        ("markup", "Das ist <b>wichtig</b>."),
        ("markup", "Das ist **wichtig**."),
        ("placeholders", "Wir sind da."),
        ("placeholders", "Wir sind da: {closes_at}."),
        ("placeholders", "Wir sind da: {next_opening!r}."),
        ("too_long", "Wort. {next_opening} " + "Wort. " * 110),
    ],
)
def test_planted_what_no_text_may_hold(plant, language, rule, text):
    assert rule in plant(language, {"start.hello.question": text}).rules()


@pytest.mark.parametrize(
    "text", ["Bis 2027 gilt das, 24 Stunden am Tag: {next_opening}.", "Um 9:30 oder 21 Uhr: {next_opening}."]
)
def test_years_times_and_small_numbers_are_no_phone_numbers(plant, text):
    assert plant("de", {"start.hello.question": text}).rules() == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Beruhig dich erst mal."),
        ("de", "Beruhige dich."),
        ("de", "Warum hast du das geschickt?"),
        ("de", "Du hättest das nicht schicken sollen."),
        ("de", "Das ist ja nur ein Fake."),
        ("de", "Du bist selbst schuld."),
        ("de", "Das ist Kinderpornografie."),
        ("de", "Wir versprechen dir, dass alles gelöscht wird."),
        ("de", "Das wird garantiert gelöscht."),
        ("de", "Du musst jetzt deine Eltern informieren."),
        ("de", "Du musst zur Polizei."),
        ("de", "Das ist erlaubt."),
        ("de", "Schick uns das Bild."),
        ("nl", "Doe eens rustig."),
        ("nl", "Waarom heb je dat gestuurd?"),
        ("nl", "Je had het niet moeten sturen."),
        ("nl", "Het is maar nep."),
        ("nl", "Dat is wraakporno."),
        ("nl", "Hij heeft zelfmoord gepleegd."),
        ("nl", "We beloven dat het weggaat."),
        ("nl", "Je moet het aan je ouders vertellen."),
        ("nl", "Dat is niet strafbaar."),
    ],
)
def test_planted_banned_phrases(plant, language, text):
    assert plant(language, {"start.hello.body": text}).rules() == ["banned"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Es ist nicht deine Schuld."),
        ("de", "Niemand kann versprechen, dass alles verschwindet."),
        ("de", "Du musst es deinen Eltern nicht sagen."),
        ("de", "Du musst nicht zur Polizei."),
        ("de", "Du darfst zur Polizei gehen."),
        ("nl", "Het is niet jouw schuld."),
        ("nl", "Niemand kan dat beloven."),
        ("nl", "Je moet niet naar de politie, het mag."),
    ],
)
def test_honest_sentences_are_not_banned(plant, language, text):
    assert plant(language, {"start.hello.body": text}).rules() == []


def test_planted_a_missing_text_in_either_language(plant, house):
    plant("de", {"start.new": "Neu"})
    assert [(f.rule, f.where, f.what) for f in house.findings()] == [("missing", "flows/nl", "start.new")]
    plant("de", {})
    plant("nl", {"start.new": "Nieuw"})
    assert [(f.rule, f.where) for f in house.findings()] == [("missing", "flows/de")]


def test_planted_a_key_a_chart_needs(house):
    found = house.findings(keys=["start.hello.body", "start.hello.hours.open"])
    assert [(f.rule, f.where, f.what) for f in found] == [
        ("missing", "flows/de", "start.hello.hours.open"),
        ("missing", "flows/nl", "start.hello.hours.open"),
    ]


def test_planted_a_value_nobody_provides(house):
    assert house.findings(provided=["next_opening"]) == ()
    found = house.findings(provided=["closes_at"])
    assert {(f.rule, f.what) for f in found} == {("placeholders", "nobody provides {next_opening}")}


def test_planted_an_office_text(plant):
    office = "Zur Geltendmachung zivilrechtlicher Unterlassungsansprüche ist anwaltliche Beratung empfehlenswert."
    assert plant("de", {"start.hello.body": office}, {"start.hello.body": office}).rules() == ["hard_to_read"] * 2


def test_a_paper_may_be_long_and_speaks_to_somebody_else(house, plant):
    chart = (house.flows / "start.yaml").read_text()
    (house.flows / "start.yaml").write_text(chart.replace("say: [body,", "say: [{key: body, paper: true},"))
    long = "Sehr geehrte Damen und Herren, ich melde Ihnen: […] " * 20
    plant("de", {"start.hello.body": long}, {"start.hello.body": long})
    assert house.findings() == ()
    plant("de", {"start.hello.body": long * 2}, {"start.hello.body": long})
    assert house.rules() == ["too_long"]


def test_planted_a_formal_variant_that_is_missing_or_says_du(plant):
    assert plant("de", {}, {"start.hello.body": None}).rules() == ["no_adult_form"]
    assert plant("de", {}, {"start.hello.body": "Gut, dass du schreibst."}).rules() == ["address_form"]
    plant("de", {})
    assert plant("nl", {}, {"start.hello.body": "Goed dat je schrijft."}).rules() == ["address_form"]


def test_planted_a_formal_word_in_a_text_for_young_people(plant, house):
    plant("de", {"start.hello.body": "Gut, dass Sie schreiben."})
    assert house.rules("warning") == ["address_form"]
    plant("de", {"start.hello.body": "Sie können das löschen. Dann sind sie weg."})
    assert house.rules("warning") == []


def test_planted_other_values_in_the_formal_variant(plant):
    assert plant("de", {}, {"start.hello.question": "Möchten Sie anfangen?"}).rules() == ["placeholders"]
    plant("de", {})
    assert plant("nl", {}, {"start.hello.question": "Wilt u beginnen?"}).rules() == ["placeholders"]


def test_an_adult_may_get_another_contact_and_a_language_its_own_page(plant, house):
    """The Elterntelefon instead of 116111; the Dutch page of one tool. A contact only one language has is a mistake."""
    mine = {"start.hello.body": "Hier: {de_nummer_gegen_kummer_phone} {int_take_it_down_url}"}
    formal = {"start.hello.body": "Hier: {de_elterntelefon_phone} {int_take_it_down_url}"}
    plant("de", mine, formal)
    theirs = {"start.hello.body": "Hier: {de_nummer_gegen_kummer_phone} {nl_takeitdown_url}"}
    plant("nl", theirs, formal)
    assert house.rules() == []
    plant("nl", theirs, {"start.hello.body": "Hier: {int_take_it_down_url}"})
    assert house.rules() == ["placeholders"]
    plant("nl", {"start.hello.body": "Hier: {nl_takeitdown_url}"}, formal)
    assert house.rules() == ["placeholders"]


def test_states_only_adults_come_to_are_formal_without_a_variant(plant, house):
    plant("de", {"parent.first.first": "Gut, dass Sie schreiben."})
    plant("nl", {"parent.first.first": "Goed dat u schrijft."})
    assert house.findings() == ()
    plant("nl", {"parent.first.first": "Goed dat je schrijft."})
    assert house.rules() == ["address_form"]


def test_words_in_quotation_marks_are_said_to_somebody_else(plant, house):
    plant("de", {}, {"start.hello.body": "Sagen Sie: „Ich bin für dich da.“"})
    assert house.rules() == []


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ('msgid "start.other"\nmsgstr "Noch einmal"\n', "duplicate"),
        ('#~ msgid "start.old"\n#~ msgstr "Alt"\n', "obsolete"),
        ('#, fuzzy\nmsgid "start.guess"\nmsgstr "Geraten"\n', "fuzzy"),
        ('msgid "start.empty"\nmsgstr ""\n', "empty"),
    ],
)
def test_planted_what_tools_leave_behind(plant, more, rule):
    assert rule in plant("de", {}, more=more).rules()


def test_planted_labels_that_do_not_fit_the_narrowest_channel(plant, house):
    plant("de", {"start.other": "Ä" * 25})
    assert house.rules() == ["label_too_long"]
    plant("de", {"start.other": "Ä" * 21})
    assert (house.rules(), house.rules("warning")) == ([], ["label_too_long"])
    plant("de", {"start.plan.police": "Ä" * 23})
    assert house.rules() == ["label_too_long"]
    plant("de", {"start.plan.police": "Ä" * 22})
    assert (house.rules(), house.rules("warning")) == ([], [])


def test_planted_a_sentence_nobody_reads_in_a_panic(plant, house):
    plant("de", {"start.hello.body": "Du " + "und " * 15 + "Punkt."})
    assert house.rules("warning") == ["long_sentence"]
    plant("de", {"start.hello.body": "Du bist da. " * 21})
    assert house.rules("warning") == ["too_many_words"]


def test_planted_a_catalogue_that_is_missing_or_broken(house):
    house.path("nl").unlink()
    assert [(f.rule, f.where) for f in house.findings()] == [("catalogue", "flows/nl")]
    house.path("nl").write_text("no catalogue at all\n")
    assert "catalogue" in [f.rule for f in house.findings()]


def test_english_may_hold_a_part_but_nothing_more(house):
    head = house.path("en", "web").read_text()
    house.path("en").write_text(head + 'msgid "start.hello.body"\nmsgstr "Good that you write."\n')
    assert house.findings() == ()
    house.path("en").write_text(head + 'msgid "start.only_english"\nmsgstr "Hello."\n')
    assert [(f.rule, f.where) for f in house.findings()] == [("missing", "flows/de")]


def test_the_desk_is_complete_in_three_languages(house):
    path = house.path("de", "desk")
    path.write_text(path.read_text() + 'msgid "queue.title"\nmsgstr "Warteschlange"\n')
    assert sorted((f.rule, f.where) for f in house.findings()) == [("missing", "desk/en"), ("missing", "desk/nl")]


def test_references_name_what_texts_rest_on(plant, house):
    plant("de", {}, more='#. fact: DE-LAW-31, DE-EVI-04\nmsgid "start.law"\nmsgstr "Drei Monate. {de_110_phone}"\n')
    found = references(house.locales)
    assert [fact for _, fact in found.facts] == ["DE-LAW-31", "DE-EVI-04"]
    assert "de_110_phone" in {name for _, name in found.placeholders}
    assert all(where.startswith("flows/de") for where, _ in found.facts)


@pytest.mark.parametrize("text", ["", "text_max: 1\n", "text_max: [", "banned: {de: [{says: '(', why: x}]}"])
def test_broken_rules_are_named(tmp_path, text):
    path = tmp_path / "rules.yaml"
    path.write_text(text)
    with pytest.raises(CatalogError, match=r"rules\.yaml"):
        load_rules(path)


def test_our_own_catalogues_have_no_errors():
    found = [f for f in check(ROOT / "locales", ROOT / "flows") if f.severity == "error"]
    assert found == []


def test_a_key_stands_in_the_file_of_its_flow(house):
    """A folder of files is one catalogue: each flow's texts in its own file, what several share in `words.po`."""
    before = house.rules()
    for language in ("de", "nl"):
        whole = house.path(language)
        folder = whole.parent / "flows"
        folder.mkdir()
        head = house.path(language, "web").read_text()
        entries = whole.read_text().removeprefix(head)
        whole.unlink()
        (folder / "start.po").write_text(head + entries)
        (folder / "words.po").write_text(head)
        (folder / "safety.po").write_text(head)
    assert house.rules() == before
    (folder / "safety.po").write_text(head + '\nmsgid "start.other"\nmsgstr "Other"\n')
    (folder / "words.po").write_text(head + '\nmsgid "safety.other"\nmsgstr "Other"\n')
    wrong = [f.where.rpartition(":")[0] for f in house.findings() if f.rule == "wrong_file"]
    assert wrong == ["flows/nl/safety", "flows/nl/words"]
