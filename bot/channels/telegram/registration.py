"""What Telegram shows about the bot before anybody writes, and how it brings us updates: put in order and checked.

Only `wegweiser doctor` does this: no role changes it at its start, and updates that wait are never thrown away.
Facts: core.telegram.org/bots/api, /bots/webhooks and the server's source (telegram-bot-api 01a3679), read 2026-11-22.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast
from urllib.parse import urlsplit

from bot.channels.contract import Uncertain
from bot.channels.telegram.api import Api, CallFailed
from bot.channels.telegram.commands import COMMANDS, LANGUAGES, Language
from bot.channels.telegram.peek import ALLOWED_UPDATES

WEBHOOK_PATH: Final = "/telegram/webhook"
PORTS: Final = frozenset({443, 80, 88, 8443})
CONNECTIONS: Final = 40  # Telegram's default, and below what the doors take at once
WAITING: Final = 500  # updates nobody fetches; after 24 hours they are lost
RECENT: Final = timedelta(hours=1)
BETWEEN: Final = {"description": "\n\n", "about": " ", "command": " / "}

Words = Callable[[str, Language], str]
"""(key, language) -> text."""
Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where Telegram brings updates. None of this: we fetch them."""

    url: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing Telegram keeps for us: how to ask for it, how to set it, what it should be."""

    name: str
    ask: str
    set: str
    wanted: Mapping[str, Any]
    language: str = ""


def entries(words: Words) -> Iterator[Entry]:
    """Commands and descriptions: per language, and in both for everybody whose app speaks another one."""
    for language in ("", *LANGUAGES):
        commands = {"commands": _commands(words, language)}
        yield Entry("commands", "getMyCommands", "setMyCommands", commands, language)
        for name, method, key in (
            ("description", "MyDescription", "description"),
            ("short description", "MyShortDescription", "about"),
        ):
            shown = {name.replace(" ", "_"): _text(words, f"telegram.{key}", key, language)}
            yield Entry(name, f"get{method}", f"set{method}", shown, language)


class Office(Api):
    """The bot's own affairs at Telegram."""

    async def settle(self, words: Words, webhook: Webhook | None, now: datetime) -> list[str]:
        """Put everything in order; what is left to be mended by somebody, in words for an operator.

        Raises CallFailed when Telegram cannot be reached or refuses the token.
        """
        await self.call("getMe")
        refused = [
            f"telegram: {entry.name} ({entry.language or 'all languages'}) could not be registered"
            for entry in entries(words)
            if not await self._register(entry)
        ]
        return [*refused, *await self._receiving(webhook, now)]

    async def call(self, method: str, asked: Json | None = None) -> Any:
        """`result` of one call. Raises CallFailed."""
        body = await self._post(method, dict(asked or {}))
        try:
            return json.loads(body)["result"]
        except (ValueError, RecursionError, LookupError, TypeError):
            raise CallFailed(Uncertain(), 200) from None

    async def _register(self, entry: Entry) -> bool:
        """Set what differs, then look again. Setting is limited by Telegram, so what is right is left alone."""
        language = {"language_code": entry.language} if entry.language else {}
        if await self._is_there(entry, language):
            return True
        try:
            await self.call(entry.set, {**entry.wanted, **language})
        except CallFailed as failed:
            if failed.status == 0:
                raise
            return False
        return await self._is_there(entry, language)

    async def _is_there(self, entry: Entry, language: Json) -> bool:
        found = await self.call(entry.ask, language)
        if isinstance(found, list):
            found = {"commands": found}
        return isinstance(found, dict) and all(found.get(name) == value for name, value in entry.wanted.items())

    async def _receiving(self, webhook: Webhook | None, now: datetime) -> list[str]:
        """A webhook is set anew each time: Telegram tells nobody which secret it holds."""
        asked: dict[str, Any] = {"drop_pending_updates": False}
        if webhook is not None:
            asked |= {"url": webhook.url, "secret_token": webhook.secret}
            asked |= {"allowed_updates": list(ALLOWED_UPDATES), "max_connections": CONNECTIONS}
        try:
            await self.call("deleteWebhook" if webhook is None else "setWebhook", asked)
        except CallFailed as failed:
            if failed.status == 0 or webhook is None:
                raise
            return [f"telegram: the webhook was refused; {_address_rule(webhook.url) or 'is public.url reachable?'}"]
        return _judge(cast(Json, await self.call("getWebhookInfo")), webhook, now)


def _judge(info: Json, webhook: Webhook | None, now: datetime) -> list[str]:
    findings = []
    if info.get("url", "") != ("" if webhook is None else webhook.url):
        findings.append("telegram: another program has changed the webhook just now")
    if webhook is not None and set(info.get("allowed_updates", ())) != set(ALLOWED_UPDATES):
        findings.append("telegram: the webhook does not bring the updates we need")
    failed = info.get("last_error_date")
    if webhook is not None and isinstance(failed, int) and now - datetime.fromtimestamp(failed, UTC) < RECENT:
        findings.append("telegram: within the last hour Telegram could not bring an update to public.url")
    waiting = info.get("pending_update_count", 0)
    if isinstance(waiting, int) and waiting > WAITING:
        findings.append(f"telegram: {waiting} updates wait to be fetched; after 24 hours they are lost")
    return findings


def _address_rule(url: str) -> str | None:
    """What Telegram's own server asks of an address (/bots/webhooks); one of our own takes others as well."""
    parts = urlsplit(url)
    if parts.scheme != "https":
        return "public.url must be https"
    if (parts.port or 443) not in PORTS:
        return "public.url must use port 443, 80, 88 or 8443"
    return None


def _commands(words: Words, language: str) -> list[dict[str, str]]:
    own = cast(Language, language) if language else None
    return [
        {
            "command": command.names[own or LANGUAGES[0]],
            "description": _text(words, f"telegram.command.{command.meaning}", "command", language),
        }
        for command in COMMANDS
    ]


def _text(words: Words, key: str, kind: str, language: str) -> str:
    if language:
        return words(key, cast(Language, language))
    return BETWEEN[kind].join(words(key, each) for each in LANGUAGES)
