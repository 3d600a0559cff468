"""The voice that still works when nothing else does: emergency contacts from memory, no database (R11)."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final, Literal

from bot.channels.contract import Message

VoiceLanguage = Literal["de", "nl", "en"]
EVERY: Final = timedelta(minutes=1)
REMEMBERED: Final = 50_000


class EmergencyVoice:
    """Answers while the store is away: at most once a minute per chat, the same words for everyone."""

    def __init__(
        self, cards: Mapping[tuple[VoiceLanguage, str | None], Message], now: Callable[[], float] = time.monotonic
    ) -> None:
        """`cards` by language and country; country None is the one that fits anywhere and must exist per language."""
        self._cards = dict(cards)
        self._now = now
        self._last: dict[str, float] = {}

    def card(self, chat: str, language: VoiceLanguage, country: str | None = None) -> Message | None:
        """The emergency message, or None when this chat had it less than a minute ago.

        `chat` is any stable name of the chat; it is kept in memory only.
        """
        now = self._now()
        if now - self._last.get(chat, float("-inf")) < EVERY.total_seconds():
            return None
        if len(self._last) >= REMEMBERED:
            self._last.clear()
        self._last[chat] = now
        return self.message(language, country)

    def message(self, language: VoiceLanguage, country: str | None = None) -> Message:
        """The same without counting: for a page that shows it on its own."""
        return self._cards.get((language, country)) or self._cards[language, None]
