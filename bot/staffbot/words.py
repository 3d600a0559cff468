"""The staff bot's sentences, from `desk.po`. Case code, counters and times of the queue: nothing about a person."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from bot.cases.facts import CaseRef
from bot.db.bell import NoticeKind
from bot.i18n import Catalogs
from bot.i18n.fill import fill

LANGUAGES: Final = ("de", "nl", "en")
TOAST_MAX: Final = 200
"""answerCallbackQuery, text: 0-200 characters (core.telegram.org/bots/api, read 2026-11-21)."""


def code_of(case: CaseRef | None) -> str:
    """What people say aloud (`bot.cases.facts.Case.code`)."""
    return "" if case is None else case[:8].upper()


class Words:
    """`url` is the desk's address, which every notice ends with."""

    def __init__(self, catalogs: Catalogs, zone: ZoneInfo, url: str) -> None:
        self._catalogs = catalogs
        self._zone = zone
        self._url = url.rstrip("/") + "/"

    def notice(self, kind: NoticeKind, language: str, *, code: str, count: int, since: datetime | None) -> str:
        at = "" if since is None else format_datetime(since.astimezone(self._zone), "EEE HH:mm", locale=known(language))
        return f"{self.say(f'bell.{kind}', language, code=code, count=count, since=at)}\n{self._url}"

    def over(self, kind: NoticeKind, language: str, *, code: str, taken_by: str | None) -> str:
        """What a notice is changed into."""
        if taken_by is not None:
            return self.say("bell.taken", language, code=code, handle=taken_by)
        return self.say(f"bell.over.{kind}", language, code=code)

    def toast(self, key: str, language: str, **values: object) -> str:
        return self.say(key, language, **values)[:TOAST_MAX]

    def say(self, key: str, language: str, **values: object) -> str:
        """Raises MissingText: a key without words is a mistake in the program."""
        return fill(self._catalogs.text(key, known(language), domain="desk"), values)


def known(language: str) -> str:
    """German for a reader whose language the desk does not speak, such as a group that is for everybody."""
    return language if language in LANGUAGES else "de"
