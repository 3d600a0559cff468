"""S58: the words for list, delete, human, stop and language work in both languages, with and without a slash."""

from __future__ import annotations

import pytest

from bot.understanding.understand import understand

WORDS = {
    "my_data": ["/daten", "/gegevens", "meine daten", "mijn gegevens"],
    "delete_my_data": ["/loeschen", "/löschen", "/wissen", "löschen", "wissen", "alles löschen", "wis alles"],
    "talk_to_human": ["/mensch", "/mens", "mensch", "mens"],
    "stop_or_exit": ["/stop", "stopp", "stop"],
    "language_switch": ["/sprache", "/taal", "nederlands", "deutsch"],
    "help": ["/hilfe", "/help", "hilfe"],
    "emergency": ["notfall", "noodgeval", "112"],
}


@pytest.mark.parametrize(("intent", "word"), [(intent, word) for intent, words in WORDS.items() for word in words])
@pytest.mark.parametrize("language", ["de", "nl"])
def test_s58_the_same_words_work_everywhere(intent: str, word: str, language: str) -> None:
    found = understand(word, choices=(), language=language, country=None)  # type: ignore[arg-type]
    assert found.intents and found.intents[0][0] == intent, found.intents[:2]
    assert found.intents[0][1] >= 0.9
