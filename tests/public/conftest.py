from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import pytest

from bot.channels.web.inbound import address
from tests.public.small_house import SmallHouse, running


@dataclass
class Person:
    """Somebody with the page open, as the server sees it."""

    client: httpx.Client
    token: str = ""

    @property
    def address(self) -> str:
        known = address(self.token)
        assert known
        return known

    def starts(self, language: str = "de", **more: str) -> httpx.Response:
        answer = self.client.post("/chat", json={"language": language, **more})
        if answer.status_code == 201:
            self.token = answer.json()["token"]
        return answer

    def sends(self, message_id: str | None = None, **message: Any) -> httpx.Response:
        return self.post("/chat/messages", json={"id": message_id or str(uuid4()), **message})

    def post(self, path: str, **more: Any) -> httpx.Response:
        return self.client.post(path, headers=self.proof | more.pop("headers", {}), **more)

    def hands_in(self, content: Any, name: str = "bild.png", kind: str = "image/png") -> httpx.Response:
        headers = self.proof | {"X-File-Name": name, "Content-Type": kind}
        return self.client.put(f"/chat/files/{uuid4()}", content=content, headers=headers)

    def reads(self, count: int) -> list[dict[str, Any]]:
        """The first frames of a fresh stream."""
        frames: list[dict[str, Any]] = []
        with self.client.stream("GET", "/chat/stream", headers=self.proof) as stream:
            assert stream.status_code == 200
            for line in stream.iter_lines():
                if line:
                    frames.append(json.loads(line))
                if len(frames) == count:
                    break
        return frames

    @property
    def proof(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


@pytest.fixture
def house() -> SmallHouse:
    return SmallHouse()


@pytest.fixture
def url(house: SmallHouse) -> Iterator[str]:
    with running(house) as url:
        yield url


@pytest.fixture
def client(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url, trust_env=False, timeout=60) as client:
        yield client


@pytest.fixture
def person(client: httpx.Client) -> Person:
    person = Person(client)
    assert person.starts().status_code == 201
    return person
