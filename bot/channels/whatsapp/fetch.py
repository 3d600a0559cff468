"""Fetching a file somebody sent: its id → where it lies for five minutes → its bytes, from Meta's hosts only (S45).

The bytes must hash to what the delivery said. Once we have it, or will not take it, Meta is asked to delete it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, Final

import httpx

from bot.channels.contract import FetchFailed
from bot.channels.http import Forbidden, NotThere, TooLarge
from bot.channels.whatsapp.capabilities import CAPABILITIES
from bot.channels.whatsapp.contents import BETWEEN
from bot.channels.whatsapp.graph import CallFailed, Graph
from bot.logs import get_logger

FILE_SECONDS: Final = 30.0  # S45: asking, fetching and a second try together
SHORTEST_SECONDS: Final = 1.0
TRIES: Final = 2  # a link that has run out is answered with 404
HASH_BYTES: Final = 32

log = get_logger("whatsapp")


class WhatsAppFetcher:
    """The fetching half. A handle is made by `contents.handle_of`."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    async def fetch(self, handle: str) -> AsyncGenerator[bytes, None]:
        """Raises FetchFailed. What was begun is never begun again: its bytes are sealed already."""
        media, _, wanted = handle.partition(BETWEEN)
        limit = time.monotonic() + FILE_SECONDS
        for tries_left in reversed(range(TRIES)):
            digest, received = hashlib.sha256(), 0
            try:
                url = await self._url(media)
                seconds = max(limit - time.monotonic(), SHORTEST_SECONDS)
                pieces = self._graph.outgoing.pieces(url, most_bytes=CAPABILITIES.file_max_bytes, most_seconds=seconds)
                async with aclosing(pieces):
                    async for piece in pieces:
                        received += len(piece)
                        digest.update(piece)
                        yield piece
            except TooLarge:
                raise FetchFailed("too_large") from None
            except (CallFailed, Forbidden, NotThere, httpx.HTTPError) as error:
                log.warning("whatsapp.file_failed", error=type(error).__name__)
                if received or not tries_left or time.monotonic() >= limit:
                    raise FetchFailed("interrupted") from None
            else:
                if not _is(digest.digest(), wanted):
                    log.error("whatsapp.file_differs")
                    raise FetchFailed("interrupted")
                return

    async def forget(self, handle: str) -> None:
        """Delete it at Meta; what fails goes by itself after seven days at most."""
        try:
            await self._graph.call("DELETE", self._own(handle.partition(BETWEEN)[0]))
        except CallFailed as failed:
            log.warning("whatsapp.file_stays", status=failed.status)

    async def _url(self, media: str) -> str:
        found: dict[str, Any] = await self._graph.call("GET", self._own(media))
        size, url = found.get("file_size"), found.get("url")
        if isinstance(size, int) and size > CAPABILITIES.file_max_bytes:
            raise TooLarge
        if not isinstance(url, str):
            raise Forbidden
        return url

    def _own(self, media: str) -> str:
        """With the number it was sent to, so that nobody's id brings us another number's file."""
        return f"{media}?phone_number_id={self._graph.number.phone_number_id}"


def _is(digest: bytes, wanted: str) -> bool:
    """Whether it is this SHA-256, in base64 (deliveries) or hexadecimal. Nothing wanted: it cannot be told."""
    if not wanted:
        return True
    if len(wanted) == 2 * HASH_BYTES:
        return hmac.compare_digest(digest.hex(), wanted.lower())
    try:
        return hmac.compare_digest(digest, base64.b64decode(wanted, validate=True))
    except (binascii.Error, ValueError):
        return False
