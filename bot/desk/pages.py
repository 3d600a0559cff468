"""Templates and words of the desk: Jinja2 with autoescape, every sentence from `desk.po`."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, format_time
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from bot.i18n.catalog import Catalogs
from bot.i18n.errors import MissingText
from bot.i18n.fill import fill

LANGUAGES: Final = ("de", "nl", "en")
HERE: Final = Path(__file__).parent
STATIC: Final = HERE / "static"


class Pages:
    """Renders templates in the language of the counsellor."""

    def __init__(self, catalogs: Catalogs, zone: ZoneInfo) -> None:
        self._catalogs = catalogs
        self._zone = zone
        self._environment = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def say(self, key: str, language: str, **values: object) -> str:
        """The words of `key`. Raises MissingText: a key without words is a mistake in the program."""
        text = self._catalogs.text(key, language, domain="desk")
        return fill(text, {name: str(value) for name, value in values.items()}) if values else text

    def label(self, key: str, language: str, plain: str) -> str:
        """The words of a value that flows may add to later; `plain` (an enumerated name) until they have words."""
        try:
            return self.say(key, language)
        except MissingText:
            return plain

    def render(self, template: str, language: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        """One page or fragment."""
        return HTMLResponse(self.text(template, language, **values), status_code=status)

    def text(self, template: str, language: str, **values: Any) -> str:
        return self._environment.get_template(template).render(
            lang=language,
            languages=LANGUAGES,
            t=partial(self._say, language),
            label=lambda key, plain: self.label(key, language, plain),
            clock=lambda at: format_time(at.astimezone(self._zone), "short", locale=language),
            day_clock=lambda at: self.day_clock(at, language),
            **values,
        )

    def day_clock(self, at: datetime, language: str) -> str:
        """Weekday, date and time as people write them."""
        return format_datetime(at.astimezone(self._zone), "EEE d MMM, HH:mm", locale=language)

    def _say(self, language: str, key: str, **values: object) -> str:
        return self.say(key, language, **values)


def minutes(since: datetime, now: datetime) -> int:
    """Whole minutes, never negative: the database knows the start to the millisecond only."""
    return max(0, int((now - since) / timedelta(minutes=1)))


__all__ = ["LANGUAGES", "STATIC", "Markup", "Pages", "minutes"]
