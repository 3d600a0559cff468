"""What a card is made of. Words come from the catalogue: a line carries keys and proper names only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

CardKind = Literal["suicide", "violence", "assault", "talk"]
AgeBand = Literal["under_12", "12_13", "14_17", "18_25", "26_plus"]

OLDEST: Final[dict[str, int]] = {"under_12": 11, "12_13": 13, "14_17": 17, "18_25": 25, "26_plus": 120}
"""The oldest person in each band of question Q3."""

UNKNOWN_AGE: Final[AgeBand] = "14_17"
"""Q3 skipped counts as 14–17 (paths.md section 3)."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a card: whom, how, and what to know first.

    `name` is a proper name. `note` is a key of `flows` (`card.note.…`) or None; with `opens_at` the text of
    the note has the value `{opens}` (weekday and time). `country` is set where the line must carry the
    country's name: key `card.country.<country>`. `more` marks the line that belongs behind "more" where a
    channel can fold it, and below the others where it cannot.
    """

    entry_id: str
    name: str
    phone: str | None = None
    url: str | None = None
    note: str | None = None
    country: str | None = None
    opens_at: datetime | None = None
    more: bool = False
