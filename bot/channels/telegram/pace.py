"""How fast we may talk on Telegram: about one message a second in one chat, thirty a second in total (R9).

Telegram publishes no exact numbers (core.telegram.org/bots/faq, "My bot is hitting limits", read 2026-11-21); what it
says with 429 counts, and silences that one chat only.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from bot.channels.pace import Pace, Rates

PER_CHAT: Final = 1.0  # seconds between two messages
BURST: Final = 3  # messages that pass at once after a pause
TOTAL: Final = 1 / 27  # seconds between two calls; with TOTAL_BURST never more than 30 in any second
TOTAL_BURST: Final = 3
URGENT_BURST: Final = 27
RATES: Final = Rates(PER_CHAT, BURST, TOTAL, TOTAL_BURST, URGENT_BURST)


def pace(now: Callable[[], float], sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> Pace:
    """One bot's pace in one process. `now` is monotonic, in seconds."""
    return Pace(RATES, now, sleep)
