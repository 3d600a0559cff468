"""R11: the card from memory, without any database, at most once a minute per chat."""

from __future__ import annotations

from bot.channels.contract import Message
from bot.turns.emergency import EmergencyVoice

DE, NL, NL_AT_HOME = Message("bot", "de"), Message("bot", "nl"), Message("bot", "nl in NL")


class Seconds:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_card_of_the_language_and_country_else_the_one_that_fits_anywhere() -> None:
    voice = EmergencyVoice({("de", None): DE, ("nl", None): NL, ("nl", "NL"): NL_AT_HOME}, Seconds())
    assert voice.card("a", "nl", "NL") == NL_AT_HOME
    assert voice.card("b", "nl", "XX") == NL
    assert voice.card("c", "de") == DE


def test_once_a_minute_per_chat_and_no_chat_waits_for_another() -> None:
    seconds = Seconds()
    voice = EmergencyVoice({("de", None): DE}, seconds)
    assert voice.card("a", "de") == DE
    seconds.now = 59
    assert voice.card("a", "de") is None
    assert voice.card("b", "de") == DE
    seconds.now = 60
    assert voice.card("a", "de") == DE


def test_a_flood_of_chats_does_not_fill_the_memory() -> None:
    voice = EmergencyVoice({("de", None): DE}, Seconds())
    for n in range(120_000):
        assert voice.card(str(n), "de") == DE
    assert len(voice._last) <= 50_000
