"""What an error code of the Cloud API proves about a message: one table for calls and for statuses.

Branch on `error.code`; titles and subcodes change. Sources: Meta, "Error codes" (v26.0), with what `whatsapp.md`
section 7 says about each class (read 2026-11-21).
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any, Final

from bot.channels.contract import NotSent, Refused, RetryAfter, Uncertain

PAIR_LIMIT: Final = 131056
SLOW_DOWN: Final = {4: 60, 80007: 60, 130429: 2, 131048: 300, 133016: 60, PAIR_LIMIT: 4}
"""Seconds to wait. The pair limit grows with each time in a row: `outbound.py`."""
OPERATOR: Final = frozenset(
    {0, 3, 10, 190, 368, 131005, 131030, 131031, 131037, 131042, 131045, 133010, *range(200, 300)}
)
"""Login, permission, policy, set-up: it is not about this message, and somebody must mend it. Until then it is kept."""
LATER: Final = frozenset({131016, 131057, 133004})
"""Surely not taken: overloaded, in maintenance, away."""
UNKNOWN: Final = frozenset({1, 2, 131000})
"""Something went wrong, and nobody says how far it had come."""
WINDOW_CLOSED: Final = 131047
GONE: Final = frozenset({131026})
"""Cannot be delivered; Meta gives no reason (blocked, an old app, no consent)."""
NOT_ALLOWED: Final = frozenset({130472, 130497, 131049, 131050, 137000})

ANSWER_BYTES: Final = 100_000
UNAUTHORIZED, FORBIDDEN, TOO_MANY, SERVER_ERROR, AWAY = 401, 403, 429, 500, 503

Outcome = RetryAfter | Refused | NotSent | Uncertain


def proven(code: int) -> Outcome | None:
    """What a code says; None for one we do not know."""
    if code in SLOW_DOWN:
        return RetryAfter(timedelta(seconds=SLOW_DOWN[code]))
    if code in OPERATOR or code in LATER:
        return NotSent()
    if code in UNKNOWN:
        return Uncertain()
    if code == WINDOW_CLOSED:
        return Refused("window_closed")
    if code in GONE:
        return Refused("gone")
    if code in NOT_ALLOWED:
        return Refused("not_allowed")
    return Refused("invalid") if code == 100 or 131000 <= code < 136000 else None


def answered(status: int, body: bytes) -> tuple[Outcome, int | None]:
    """What became of a call that was answered with anything but success, and the code that says so."""
    code = code_of(body)
    known = None if code is None else proven(code)
    if known is not None:
        # A broken server may have taken it all the same, unless it says that it did not.
        sure = status < SERVER_ERROR or status == AWAY or code in LATER
        return (known if sure or not isinstance(known, Refused) else Uncertain()), code
    if status == TOO_MANY:
        return RetryAfter(timedelta(seconds=2)), code
    if status in (UNAUTHORIZED, FORBIDDEN, AWAY, 408, 409):
        return NotSent(), code
    return (Refused("invalid") if 400 <= status < SERVER_ERROR else Uncertain()), code


def code_of(body: bytes) -> int | None:
    try:
        error: Any = json.loads(body[:ANSWER_BYTES])["error"]
        code = error["code"]
    except (ValueError, RecursionError, LookupError, TypeError):
        return None
    return code if isinstance(code, int) and not isinstance(code, bool) else None
