"""The one way out: to origins named in advance, and nowhere else (S45).

An origin is scheme, host and port: `https://api.example.com`. Plain HTTP and other ports than 443 are for a platform's
server inside our own network, which the settings name. No address is ever taken from what a person wrote; a platform's
own answer may name a URL, and then its origin must be on the list like any other.

Errors: Forbidden – the request never left. TooLarge – the answer was cut off. NotThere – no file was there. Everything
else is httpx.HTTPError.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

import httpx

PORTS: Final = {"https": 443, "http": 80}
TOTAL_SECONDS: Final = 30.0  # S45
MOST_BYTES: Final = 26_000_000
LIMITS: Final = httpx.Limits(max_connections=20, max_keepalive_connections=5)


class Forbidden(Exception):
    """Somebody asked for an origin that is not configured. The address is not repeated here."""


class NotThere(Exception):
    """A file was asked for and something else was answered."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


class TooLarge(Exception):
    """The other side kept sending. What had arrived was dropped."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: httpx.Headers = field(repr=False)
    body: bytes = field(repr=False)


Origin = tuple[str, str, int]


class Outgoing:
    """A client for some origins. `bearer` holds a token per origin, which is sent to that one only."""

    def __init__(
        self,
        origins: Collection[str],
        *,
        bearer: Mapping[str, str] | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """`transport` replaces the network (TLS settings of its own). Raises ValueError for what is no origin."""
        self._origins = frozenset(map(_named, origins))
        self._bearer = {_named(origin): token for origin, token in (bearer or {}).items()}
        self._client = httpx.AsyncClient(
            transport=transport,
            follow_redirects=False,
            trust_env=False,
            timeout=TOTAL_SECONDS,
            limits=LIMITS,
        )

    async def request(
        self,
        method: str,
        url: str,
        *,
        json: object | None = None,
        headers: Mapping[str, str] | None = None,
        most_bytes: int = MOST_BYTES,
        most_seconds: float | None = None,
    ) -> Answer:
        """One request, at most `most_seconds` (30 if nothing is said) and `most_bytes` in all. A redirect is an answer
        like any other.

        Raises Forbidden, TooLarge, httpx.HTTPError (also for the time limit: httpx.ReadTimeout).
        """
        target, sent = self._prepared(url, headers or {})
        try:
            async with (
                asyncio.timeout(most_seconds or TOTAL_SECONDS),
                self._client.stream(method, target, json=json, headers=sent) as response,
            ):
                return Answer(response.status_code, response.headers, await _read(response, most_bytes))
        except TimeoutError:
            raise httpx.ReadTimeout("no complete answer in time") from None

    async def pieces(
        self, url: str, *, most_bytes: int = MOST_BYTES, most_seconds: float = TOTAL_SECONDS
    ) -> AsyncGenerator[bytes, None]:
        """A file as it arrives, within the same limits as `request`. Raises NotThere for any answer but 200."""
        target, sent = self._prepared(url, {})
        received = 0
        ends = asyncio.get_running_loop().time() + most_seconds
        async with self._client.stream("GET", target, headers=sent) as response:
            if response.status_code != httpx.codes.OK:
                raise NotThere(response.status_code)
            _require_plain(response)
            chunks = aiter(response.aiter_raw())
            while (piece := await _next(chunks, ends)) is not None:
                received += len(piece)
                if received > most_bytes:
                    raise TooLarge
                yield piece

    async def close(self) -> None:
        await self._client.aclose()

    def _prepared(self, url: str, headers: Mapping[str, str]) -> tuple[httpx.URL, dict[str, str]]:
        target, origin = self._allowed(url)
        sent = {key: value for key, value in headers.items() if key.lower() != "authorization"}
        sent["Accept-Encoding"] = "identity"  # a few kilobytes can unpack to gigabytes
        if token := self._bearer.get(origin):
            sent["Authorization"] = f"Bearer {token}"
        return target, sent

    def _allowed(self, url: str) -> tuple[httpx.URL, Origin]:
        try:
            target = httpx.URL(url)
        except httpx.InvalidURL:
            raise Forbidden from None
        origin = _origin(target)
        if origin is None or origin not in self._origins:
            raise Forbidden
        return target, origin


def _named(origin: str) -> Origin:
    """An origin from the settings. Raises ValueError, which does not repeat it."""
    try:
        named = httpx.URL(origin)
    except httpx.InvalidURL:
        named = httpx.URL("")
    found = _origin(named)
    if found is None or named.raw_path != b"/" or named.fragment:
        raise ValueError("an origin is scheme, host and port")
    return found


def _origin(url: httpx.URL) -> Origin | None:
    """Where a request would go; None for what names no place, or brings a user along."""
    if url.scheme not in PORTS or not url.host or url.userinfo:
        return None
    return url.scheme, url.host.lower(), url.port or PORTS[url.scheme]


async def _read(response: httpx.Response, most_bytes: int) -> bytes:
    """Counted as it arrives, whatever the headers say."""
    _require_plain(response)
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > most_bytes:
            raise TooLarge
    return bytes(body)


async def _next(chunks: AsyncIterator[bytes], ends: float) -> bytes | None:
    """The next piece, or None at the end. Raises httpx.ReadTimeout when the time for the whole is over."""
    try:
        async with asyncio.timeout_at(ends):
            return await anext(chunks)
    except StopAsyncIteration:
        return None
    except TimeoutError:
        raise httpx.ReadTimeout("no complete file in time") from None


def _require_plain(response: httpx.Response) -> None:
    if response.headers.get("content-encoding", "identity") != "identity":
        raise httpx.DecodingError("packed, although we asked for plain")
