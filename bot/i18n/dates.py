"""Days and times as people say them: "Montag um 9 Uhr", "maandag om 9 uur".

The patterns are CLDR date patterns in the catalogue `dates`; the names of days and months are Babel's.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from bot.i18n.catalog import Catalogs

WEEKDAY_IS_ENOUGH: Final = timedelta(days=6)
"""Further away than this, a weekday alone could mean the wrong week."""


class Dates:
    """Says instants in one zone. Instants are aware; `now` decides whether the date is needed."""

    def __init__(self, catalogs: Catalogs, zone: str) -> None:
        self._catalogs = catalogs
        self._zone = ZoneInfo(zone)

    def day_and_time(self, at: datetime, language: str, *, now: datetime) -> str:
        """ "Montag um 9 Uhr"; with the date when the day is not within the next six. Never "tomorrow"."""
        days = at.astimezone(self._zone).date() - now.astimezone(self._zone).date()
        key = "weekday_time" if timedelta(0) <= days <= WEEKDAY_IS_ENOUGH else "date_time"
        return self._say(key, at, language)

    def time(self, at: datetime, language: str) -> str:
        """ "21 Uhr", "21:30 Uhr"."""
        return self._say("time", at, language)

    def stamp(self, at: datetime, language: str) -> str:
        """Date and minute for lists and receipts: "21.11.2026, 20:14"."""
        return self._say("stamp", at, language)

    def _say(self, key: str, at: datetime, language: str) -> str:
        local = at.astimezone(self._zone)
        if local.minute and key != "stamp":
            key += "_minutes"
        pattern = self._catalogs.text(f"date.{key}", language, domain="dates")
        return format_datetime(local, pattern, tzinfo=self._zone, locale=language)
