"""How fast the staff bot may talk: 20 messages a minute in a group, one a second elsewhere, edits included.

Source: core.telegram.org/bots/faq, "My bot is hitting limits" (read 2026-11-21). What Telegram itself asks for with 429
is kept too. Nothing waits here: what may not go now stays where it is and is looked at again.
"""

from __future__ import annotations

from collections import defaultdict, deque
from datetime import datetime, timedelta
from typing import Final

GROUP: Final = (20, timedelta(minutes=1))
PRIVATE: Final = (3, timedelta(seconds=3))  # short bursts pass
FIRST_PAUSE: Final = timedelta(seconds=2)
LONGEST_PAUSE: Final = timedelta(minutes=1)


class Pace:
    """One bot's pace; chats with a negative id are groups."""

    def __init__(self) -> None:
        self._sent: defaultdict[int, deque[datetime]] = defaultdict(deque)
        self._held: dict[int, datetime] = {}
        self._all_held: datetime | None = None
        self._pause = FIRST_PAUSE

    def may(self, chat: int, now: datetime) -> bool:
        """Whether one more call may go to this chat now."""
        held = [until for until in (self._all_held, self._held.get(chat)) if until is not None]
        if any(now < until for until in held):
            return False
        most, window = GROUP if chat < 0 else PRIVATE
        sent = self._sent[chat]
        while sent and now - sent[0] >= window:
            sent.popleft()
        return len(sent) < most

    def took(self, chat: int, now: datetime) -> None:
        """A call went out."""
        self._sent[chat].append(now)

    def hold(self, chat: int, until: datetime) -> None:
        """Telegram wants this chat left alone."""
        self._held[chat] = until

    def away(self, now: datetime) -> None:
        """Telegram does not answer: nobody is called for a while, longer each time."""
        self._all_held = now + self._pause
        self._pause = min(self._pause * 2, LONGEST_PAUSE)

    def back(self) -> None:
        """It answers."""
        self._all_held = None
        self._pause = FIRST_PAUSE
