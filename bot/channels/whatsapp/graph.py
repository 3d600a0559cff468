"""Calls to the Graph API about one number, over plain HTTP. Neither an error nor a log line holds a URL, a body or the
token; the token goes to the API's own origin and to Meta's media host, and nowhere else (S45).

Meta has no key that makes a repeated call harmless, and 200 only means that a message was accepted.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from bot.channels.contract import Message, NotSent, Refused, RetryAfter, SendOutcome, Sent, Uncertain
from bot.channels.http import Forbidden, Outgoing, TooLarge
from bot.channels.whatsapp.codes import OPERATOR, answered
from bot.channels.whatsapp.render import BadChoice, TooLong, body
from bot.logs import get_logger

MEDIA_ORIGIN: Final = "https://lookaside.fbsbx.com"
"""Where Meta keeps what people send (observed; Meta names no list)."""
CALL_SECONDS: Final = 25.0
ANSWER_BYTES: Final = 1_000_000
NEVER_LEFT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
Json = dict[str, Any]

log = get_logger("whatsapp")


class CallFailed(Exception):
    """A call was not answered with success. `status` is 0 without an answer, `code` Meta's own."""

    def __init__(
        self, outcome: RetryAfter | Refused | NotSent | Uncertain, status: int = 0, code: int | None = None
    ) -> None:
        super().__init__(f"{type(outcome).__name__} {status} {code}")
        self.outcome = outcome
        self.status = status
        self.code = code


@dataclass(frozen=True, slots=True)
class Number:
    """The helpline's number as the settings name it."""

    phone_number_id: str
    api_url: str
    version: str
    token: str = field(repr=False)

    def outgoing(self) -> Outgoing:
        origins: Collection[str] = {self.api_url, MEDIA_ORIGIN}
        return Outgoing(origins, bearer=dict.fromkeys(origins, self.token))


class Graph:
    """One number at the Graph API. `call` raises CallFailed; courtesies return what became of them."""

    def __init__(self, outgoing: Outgoing, number: Number, *, code_link: str) -> None:
        self.outgoing = outgoing
        self.number = number
        self.code_link = code_link

    async def call(self, method: str, path: str, asked: Mapping[str, Any] | None = None) -> Json:
        """Raises CallFailed."""
        url = f"{self.number.api_url}/{self.number.version}/{path}"
        try:
            answer = await self.outgoing.request(
                method, url, json=asked, most_bytes=ANSWER_BYTES, most_seconds=CALL_SECONDS
            )
        except (*NEVER_LEFT, Forbidden):
            raise CallFailed(NotSent()) from None
        except (httpx.HTTPError, TooLarge):
            raise CallFailed(Uncertain()) from None
        if answer.status != httpx.codes.OK:
            outcome, code = answered(answer.status, answer.body)
            if code in OPERATOR or answer.status in (401, 403):
                # Login, permission, policy or set-up: what waits is kept until an operator mends it.
                log.error("whatsapp.needs_operator", status=answer.status, kind=f"code_{code}")
            raise CallFailed(outcome, answer.status, code)
        try:
            found = json.loads(answer.body)
        except (ValueError, RecursionError):
            found = None
        return found if isinstance(found, dict) else {}

    async def send(self, address: str, content: Mapping[str, Any], *, proof: str | None = None) -> Json:
        """One message. Raises CallFailed."""
        asked: Json = {"messaging_product": "whatsapp", "recipient_type": "individual", **_to(address), **content}
        if proof is not None:
            asked["biz_opaque_callback_data"] = proof
        return await self.call("POST", f"{self.number.phone_number_id}/messages", asked)

    async def say(self, address: str, message: Message) -> SendOutcome:
        """A message outside the outbox: for when there is no store to keep it in (R11)."""
        try:
            await self.send(address, body(message, code_link=""))
        except (TooLong, BadChoice):
            return Refused("invalid")
        except CallFailed as failed:
            return failed.outcome
        return Sent()

    async def seen(self, message_id: str) -> SendOutcome:
        """Blue ticks for this message and those before it, and "typing" until we answer, 25 seconds at most."""
        asked = {
            "messaging_product": "whatsapp",
            "status": "read",
            "message_id": message_id,
            "typing_indicator": {"type": "text"},
        }
        try:
            await self.call("POST", f"{self.number.phone_number_id}/messages", asked)
        except CallFailed as failed:
            return failed.outcome
        return Sent()


def _to(address: str) -> Json:
    """A number goes into `to`; whoever shows none is reached by their id."""
    return {"to": address} if address.isdigit() else {"recipient": address}


def message_id(answer: Json) -> str | None:
    """What the accepted message is called."""
    try:
        found = answer["messages"][0]["id"]
    except (LookupError, TypeError):
        return None
    return found if isinstance(found, str) else None
