"""T2: a person in the web chat, over real HTTP and from the outside only: writes, repeats what may be lost, listens.

Everything known here was seen by the sender: what was accepted, which answers came, in which order.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

RETRY_SECONDS = 0.1
TOO_MANY = 429


def client(base: str) -> httpx.AsyncClient:
    """One client for a whole crowd, this machine only."""
    host = httpx.URL(base).host
    assert host in ("127.0.0.1", "localhost"), host
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=200)
    return httpx.AsyncClient(base_url=base, timeout=60, limits=limits, trust_env=False)


@dataclass
class WebPerson:
    """One chat. `frames` are distinct rows in the order they were first seen; `repeated` counts rows seen again."""

    http: httpx.AsyncClient
    chance: random.Random
    language: str = "de"
    token: str = ""
    sent: list[str] = field(default_factory=list)
    frames: list[dict[str, Any]] = field(default_factory=list)
    repeated: int = 0
    retries: int = 0
    _rows: set[int] = field(default_factory=set)
    _heard: asyncio.Event = field(default_factory=asyncio.Event)

    # --- writing -----------------------------------------------------------------------------------------------------

    async def start(self, topic: str | None = None) -> None:
        """Open a chat and get its token."""
        answer = await self._post("/chat", {"language": self.language, "topic": topic}, wanted=201)
        self.token = answer["token"]

    async def says(self, text: str) -> str:
        return await self._message({"text": text})

    async def taps(self, choice: str) -> str:
        return await self._message({"tap": choice})

    async def repeat(self, message_id: str, text: str) -> None:
        """Deliver a message again that was accepted before: a network that lost our answer."""
        await self._post("/chat/messages", {"id": message_id, "text": text}, wanted=202)

    async def _message(self, what: dict[str, str]) -> str:
        message_id = str(uuid.UUID(int=self.chance.getrandbits(128), version=4))
        await self._post("/chat/messages", {"id": message_id, **what}, wanted=202)
        self.sent.append(message_id)
        return message_id

    async def _post(self, path: str, body: dict[str, Any], *, wanted: int) -> dict[str, Any]:
        """Until it was accepted, as a page does: what was not confirmed is sent again, unchanged."""
        while True:
            with contextlib.suppress(httpx.HTTPError):
                answer = await self.http.post(path, json=body, headers=self._headers)
                if answer.status_code == wanted:
                    found: dict[str, Any] = answer.json()
                    return found
                if answer.status_code not in (TOO_MANY, 500, 502, 503):
                    raise AssertionError(f"{path}: {answer.status_code} {answer.text}")
            self.retries += 1
            await asyncio.sleep(RETRY_SECONDS)

    # --- listening ---------------------------------------------------------------------------------------------------

    async def listen(self) -> None:
        """Keep a stream open, for ever: reconnect when it breaks, acknowledge what was shown."""
        while True:
            with contextlib.suppress(httpx.HTTPError):
                async with self.http.stream("GET", "/chat/stream", headers=self._headers) as stream:
                    if stream.status_code == 200:
                        async for line in stream.aiter_lines():
                            if line:
                                await self._show(json.loads(line))
            await asyncio.sleep(RETRY_SECONDS)

    async def _show(self, frame: dict[str, Any]) -> None:
        row = frame["row"]
        if row in self._rows:
            self.repeated += 1
        else:
            self._rows.add(row)
            self.frames.append(frame)
            self._heard.set()
        with contextlib.suppress(httpx.HTTPError):
            await self.http.post("/chat/ack", json={"rows": [row]}, headers=self._headers)

    async def answered(self, message_id: str, seconds: float) -> bool:
        """Whether an answer to this message came within that time."""
        try:
            async with asyncio.timeout(seconds):
                while message_id not in self.answers:
                    self._heard.clear()
                    await self._heard.wait()
        except TimeoutError:
            return False
        return True

    @property
    def answers(self) -> list[str]:
        """Ids of our messages, in the order of the rows that answer them."""
        return [known for frame in self.in_order for known in frame["answers"]]

    @property
    def in_order(self) -> list[dict[str, Any]]:
        return sorted(self.frames, key=lambda frame: int(frame["row"]))

    @property
    def last_buttons(self) -> list[str]:
        """Choices of the newest question."""
        asked = [frame for frame in self.in_order if frame["buttons"]]
        return [button["id"] for button in asked[-1]["buttons"]] if asked else []

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}


@dataclass(frozen=True)
class Tally:
    """What the senders saw, all chats together."""

    sent: int = 0
    lost: int = 0
    twice: int = 0
    disordered: int = 0
    repeated_rows: int = 0
    retries: int = 0


def tally(people: Sequence[WebPerson]) -> Tally:
    """Count from the sender's side: messages never answered, answered by two rows, chats answered out of order."""
    lost = twice = disordered = 0
    for person in people:
        answers = [known for known in person.answers if known in set(person.sent)]
        lost += len(set(person.sent) - set(answers))
        twice += len(answers) - len(set(answers))
        disordered += answers != [known for known in person.sent if known in set(answers)]
    return Tally(
        sent=sum(len(person.sent) for person in people),
        lost=lost,
        twice=twice,
        disordered=disordered,
        repeated_rows=sum(person.repeated for person in people),
        retries=sum(person.retries for person in people),
    )
