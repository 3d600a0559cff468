"""The 24-hour window: until when a person may be answered freely (R15; Meta, "Customer service windows").

Counted from the time the platform gives for their last message, and closed ten minutes early: what is sent in the last
moment may arrive after it, and clocks differ.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

WINDOW: Final = timedelta(hours=24)
EARLY: Final = timedelta(minutes=10)


def open_until(wrote_at: datetime | None, received_at: datetime) -> datetime:
    """A time that lies ahead of ours counts as now: nobody gains time by a wrong clock."""
    counted_from = min(wrote_at or received_at, received_at).astimezone(UTC)  # a day of local time may have 23 hours
    return counted_from + WINDOW - EARLY
