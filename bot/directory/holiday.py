"""Public holidays of a whole country, for services that answer callers from all of it.

Source: the `holidays` package (dates read from the laws it names). Imported at the first question,
because it costs a tenth of a second at start.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache


def is_holiday(country: str, day: date) -> bool:
    """True on a public holiday of the country or of any of its regions."""
    return day in _days(country, day.year)


@lru_cache(maxsize=64)
def _days(country: str, year: int) -> frozenset[date]:
    import holidays

    days = set(holidays.country_holidays(country, years=year))
    for region in holidays.list_supported_countries().get(country, []):
        days |= set(holidays.country_holidays(country, subdiv=region, years=year))
    return frozenset(days)
