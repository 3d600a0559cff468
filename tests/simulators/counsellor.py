"""A counsellor's browser without the pictures: signs in with a link, keeps the cookie, posts the page's own forms."""

from __future__ import annotations

import asyncio
import re
import urllib.parse
import uuid

import httpx

FIELD = re.compile(r'name="(csrf|fence)" value="([^"]*)"')
CASE = re.compile(r'href="/cases/([0-9a-f]{32})"')


class Counsellor:
    """One sign-in. `page` keeps the case page last seen, as an open tab does."""

    def __init__(self, url: str) -> None:
        assert urllib.parse.urlsplit(url).hostname in {"127.0.0.1", "localhost"}, "tests talk to this machine only"
        self.http = httpx.AsyncClient(
            base_url=url, timeout=60, trust_env=False, headers={"Origin": url, "Sec-Fetch-Site": "same-origin"}
        )
        self.page = ""

    async def __aenter__(self) -> Counsellor:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.aclose()

    async def sign_in(self, link: str) -> None:
        """Open the one-time link and press its one button."""
        path = urllib.parse.urlsplit(link).path
        assert (await self.http.get(path)).status_code == 200
        answer = await self.http.post(path)
        assert answer.status_code == 303, answer.status_code

    async def be_here(self) -> None:
        """Keep the queue page's stream open for a moment: presence."""
        async with self.http.stream("GET", "/live") as stream:
            assert stream.status_code == 200
            async for _ in stream.aiter_lines():
                return

    async def queue(self) -> list[str]:
        """Case refs in the order shown."""
        return list(dict.fromkeys(CASE.findall((await self.http.get("/queue")).text)))

    async def next_case(self) -> str:
        """The first case of the queue, once there is one."""
        async with asyncio.timeout(90):
            while not (waiting := await self.queue()):
                await asyncio.sleep(0.1)
        return waiting[0]

    async def open(self, case: str) -> str:
        answer = await self.http.get(f"/cases/{case}")
        assert answer.status_code == 200, answer.status_code
        self.page = answer.text
        return self.page

    async def act(self, case: str, what: str, **fields: str) -> httpx.Response:
        """`claim`, `hand-back`, `requeue`, `close`, `messages`, `items/1` – with what the open page knows."""
        known = dict(FIELD.findall(self.page))
        return await self.http.post(f"/cases/{case}/{what}", data={**known, "id": str(uuid.uuid4()), **fields})
