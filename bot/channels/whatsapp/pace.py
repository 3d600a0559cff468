"""How fast we may talk on WhatsApp: one message per six seconds and person with a burst, eighty calls a second (R9).

Meta counts up to 45 messages at once to one person and then wants silence until they are paid back (`limits.json`); we
stay well below that, so that an emergency always finds room.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from bot.channels.pace import Pace, Rates

PER_PERSON: Final = 6.0
BURST: Final = 15
TOTAL: Final = 1 / 70  # below the 80 a second a number has to begin with
TOTAL_BURST: Final = 5
URGENT_BURST: Final = 60
RATES: Final = Rates(PER_PERSON, BURST, TOTAL, TOTAL_BURST, URGENT_BURST)


def pace(now: Callable[[], float], sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> Pace:
    """One number's pace in one process. `now` is monotonic, in seconds."""
    return Pace(RATES, now, sleep)
