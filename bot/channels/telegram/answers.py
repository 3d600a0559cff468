"""What an answer of a Bot API server proves, by its HTTP status: one rule for every call that is made over httpx.

    429                     not done; the server says how long to wait
    400, 403, 413           never will be: it is about this message or this chat
    any other 4xx, 503      surely not done, and nothing said about the message: token, second poller, server away
    everything else         perhaps done: 500 ends calls under way at a restart, a gateway knows nothing (as `send.py`)
A request that never left is in `NEVER_LEFT`; any other fault of the connection proves nothing.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Final

import httpx

from bot.channels.contract import NotSent, Refused, RetryAfter, Uncertain

NEVER_LEFT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
TOKEN_REFUSED: Final = frozenset({401, 404})
"""A token that was revoked; one that never was one (tdlib/telegram-bot-api, read 2026-11-22)."""
MOST_DELAY: Final = 3_600
ANSWER_BYTES: Final = 100_000


def proven(status: int, body: bytes) -> RetryAfter | Refused | NotSent | Uncertain:
    """What became of a call that was answered with anything but success."""
    match status:
        case 429:
            return RetryAfter(timedelta(seconds=_retry_after(body[:ANSWER_BYTES])))
        case 400:
            return Refused("invalid")
        case 403:
            return Refused("blocked")
        case 413:
            return Refused("too_long")
        case _ if 400 <= status < 500 or status == 503:
            return NotSent()
        case _:
            return Uncertain()


def _retry_after(body: bytes) -> int:
    try:
        seconds = json.loads(body)["parameters"]["retry_after"]
    except (ValueError, RecursionError, LookupError, TypeError):
        return 1
    return max(1, min(seconds, MOST_DELAY)) if isinstance(seconds, int) else 1
