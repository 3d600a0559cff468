"""Public holidays by the name of a table: "NL", "DE-NW" (country, region).

Source: the `holidays` package, which reads them from the laws it names; its Dutch table follows the Algemene
termijnenwet and so counts Good Friday. Imported at the first question, because it costs a tenth of a second.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache


def is_holiday(calendar: str, day: date) -> bool:
    """Raises KeyError for a calendar nobody has."""
    return day in _days(calendar, day.year)


def require_known(calendar: str) -> None:
    """Raises KeyError for a calendar nobody has."""
    _days(calendar, 2026)


@lru_cache(maxsize=64)
def _days(calendar: str, year: int) -> frozenset[date]:
    import holidays

    country, _, region = calendar.partition("-")
    try:
        return frozenset(holidays.country_holidays(country, subdiv=region or None, years=year))
    except NotImplementedError:
        raise KeyError(calendar) from None
