"""How plain the texts are, measured."""

from __future__ import annotations

from statistics import median

import pytest

from bot.config import ROOT
from bot.i18n import Catalogs
from bot.i18n.readable import reading_ease, syllable_count
from bot.i18n.rules import load_rules

SYLLABLES = {
    "de": {
        "Haus": 1,
        "Schule": 2,
        "Mädchen": 2,
        "Häuser": 2,
        "Liebe": 2,
        "gehen": 2,
        "Boot": 1,
        "Sicherheit": 3,
        "Ei": 1,
    },
    "nl": {
        "huis": 1,
        "school": 1,
        "mooie": 2,
        "leeuw": 1,
        "ouders": 2,
        "politie": 3,
        "gegevens": 3,
        "ideeën": 3,
        "je": 1,
    },
}
MEDIAN = 65
"""The least, over all texts to young people (issue: plain language)."""


@pytest.mark.parametrize("language", ["de", "nl"])
def test_syllables(language: str) -> None:
    assert {word: syllable_count(word.lower(), language) for word in SYLLABLES[language]} == SYLLABLES[language]


def test_the_formulas_on_sentences_counted_by_hand() -> None:
    assert reading_ease("Du bist nicht schuld. Das war die Person.", "de") == pytest.approx(180 - 4 - 58.5 * 9 / 8)
    assert reading_ease("Het is niet jouw schuld.", "nl") == pytest.approx(206.84 - 0.93 * 5 - 77 * 5 / 5)


def test_values_count_for_nothing_and_no_words_have_no_score() -> None:
    assert reading_ease("Ruf an: {de_112_phone}.", "de") == reading_ease("Ruf an:", "de")
    assert reading_ease("{code}", "nl") is None


def test_an_office_text_scores_low_and_a_plain_one_high() -> None:
    office = "Zur Geltendmachung zivilrechtlicher Unterlassungsansprüche ist anwaltliche Beratung empfehlenswert."
    assert (reading_ease(office, "de") or 0) < 0
    assert (reading_ease("Das ist nicht deine Schuld. Du darfst Hilfe holen.", "de") or 0) > 80


@pytest.mark.parametrize("language", ["de", "nl"])
def test_texts_to_young_people_are_plain(language: str) -> None:
    texts = [text for text in Catalogs(ROOT / "locales").raw("flows", language) if not text.adult]
    scores = [ease for text in texts for form in text.forms if (ease := reading_ease(form, language)) is not None]
    assert median(scores) >= MEDIAN


def test_every_text_that_may_be_hard_exists() -> None:
    catalogs = Catalogs(ROOT / "locales")
    known = catalogs.keys("flows", "de") | catalogs.keys("flows", "nl")
    assert set(load_rules(ROOT / "locales" / "rules.yaml").hard_to_read) <= known
