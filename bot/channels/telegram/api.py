"""The few calls a door makes itself: fetch updates, and small courtesies to people. Plain HTTP, no library's types.

Errors: CallFailed – told as a closed outcome. Neither it nor a log line holds a URL: every URL holds the bot's token.
What an answer proves: `answers.py`.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

import httpx

from bot.channels.contract import Message, NotSent, Refused, RetryAfter, SendOutcome, Sent, Uncertain
from bot.channels.http import Forbidden, Outgoing, TooLarge
from bot.channels.telegram.answers import NEVER_LEFT, proven
from bot.channels.telegram.peek import ALLOWED_UPDATES
from bot.channels.telegram.render import shown

POLL_SECONDS: Final = 25  # long poll; the server allows 50, S45 ends every call after 30
POLL_PATIENCE: Final = 29.0
CALL_SECONDS: Final = 10.0
BATCH: Final = 100
CONFLICT: Final = 409
FIRST_NUMBER: Final = re.compile(rb'"update_id"\s*:\s*([0-9]{1,18})\b')


class CallFailed(Exception):
    """A call was not answered with success. `status` is 0 without an answer."""

    def __init__(self, outcome: RetryAfter | Refused | NotSent | Uncertain, status: int = 0) -> None:
        super().__init__(f"{type(outcome).__name__} {status}")
        self.outcome = outcome
        self.status = status


class Garbled(Exception):
    """Updates arrived that are no JSON we can read. `first`: the number of the first one, if it can be made out."""

    def __init__(self, body: bytes) -> None:
        super().__init__("garbled")
        self.body = body
        found = FIRST_NUMBER.search(body)
        self.first = None if found is None else int(found[1])


class Api:
    """One bot at one Bot API server. Courtesies return what became of them and never raise."""

    def __init__(self, outgoing: Outgoing, *, url: str, token: str) -> None:
        """`outgoing` must allow the origin `url`."""
        self._outgoing = outgoing
        self._base = f"{url}/bot{token}/"

    async def get_updates(self, offset: int | None, *, limit: int = BATCH) -> list[object]:
        """Wait for updates; everything below `offset` is confirmed by asking. Raises CallFailed, Garbled."""
        asked: dict[str, Any] = {"timeout": POLL_SECONDS, "limit": limit, "allowed_updates": list(ALLOWED_UPDATES)}
        if offset is not None:
            asked["offset"] = offset
        body = await self._post("getUpdates", asked, seconds=POLL_PATIENCE)
        try:
            answer = json.loads(body)
        except (ValueError, RecursionError):
            raise Garbled(body) from None
        found = answer.get("result") if isinstance(answer, dict) else None
        if not isinstance(found, list):
            raise CallFailed(Uncertain(), 200)
        return found

    async def name(self) -> str:
        """The bot's user name, as links need it. Raises CallFailed."""
        body = await self._post("getMe", {})
        try:
            found = json.loads(body)["result"]["username"]
        except (ValueError, RecursionError, LookupError, TypeError):
            found = None
        if not isinstance(found, str):
            raise CallFailed(Uncertain(), 200)
        return found

    async def answer_tap(self, query: str) -> SendOutcome:
        """Tell the tapping app that we heard it; it waits for that and gives up after some seconds."""
        return await self._tried("answerCallbackQuery", {"callback_query_id": query})

    async def show_typing(self, chat: str) -> SendOutcome:
        """Shown for five seconds at most, or until a message comes."""
        return await self._tried("sendChatAction", {"chat_id": int(chat), "action": "typing"})

    async def leave(self, chat: str) -> SendOutcome:
        return await self._tried("leaveChat", {"chat_id": int(chat)})

    async def say(self, chat: str, message: Message) -> SendOutcome:
        """A message without buttons, outside the outbox: for when there is no store to keep it in (R11)."""
        asked = {
            "chat_id": int(chat),
            "text": shown(message, code_link="").text,
            "link_preview_options": {"is_disabled": True},
            "protect_content": True,
        }
        return await self._tried("sendMessage", asked)

    async def _tried(self, method: str, asked: dict[str, Any]) -> SendOutcome:
        try:
            await self._post(method, asked)
        except CallFailed as failed:
            return failed.outcome
        return Sent()

    async def _post(self, method: str, asked: dict[str, Any], *, seconds: float = CALL_SECONDS) -> bytes:
        """The body of a successful answer. Raises CallFailed."""
        try:
            answer = await self._outgoing.request("POST", self._base + method, json=asked, most_seconds=seconds)
        except (*NEVER_LEFT, Forbidden):
            raise CallFailed(NotSent()) from None
        except (httpx.HTTPError, TooLarge):
            raise CallFailed(Uncertain()) from None
        if answer.status != httpx.codes.OK:
            raise CallFailed(proven(answer.status, answer.body), answer.status)
        return answer.body
