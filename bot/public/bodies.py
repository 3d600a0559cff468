"""Reading requests from strangers: counted while they arrive, cut when they dawdle (S48)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Final, Literal

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

JSON_MAX_BYTES: Final = 1_000_000
WHATSAPP_MAX_BYTES: Final = 3_145_728  # Meta, "Webhooks": 3 MB, a thousand updates at most
UPLOAD_MAX_BYTES: Final = 26_000_000
CHUNK_SECONDS: Final = 20.0
UPLOAD_SECONDS: Final = 300.0  # a whole body: a byte now and then must not hold a place for ever
JSON_SECONDS: Final = 20.0
DRAIN_SECONDS: Final = 20.0


class TransferCut(Exception):
    """A body stopped arriving: it was too large, too slow, or the connection went away. Nothing of it may stay."""

    def __init__(self, reason: Literal["too_large", "interrupted"]) -> None:
        super().__init__(reason)
        self.reason = reason


class Incoming:
    """The body of one request, at most `most_bytes` of it."""

    def __init__(self, request: Request, most_bytes: int) -> None:
        self._stream = aiter(request.stream())
        self._most = most_bytes
        self._declared = _declared_bytes(request)
        self._received = 0
        self._ended = False
        self._ends = asyncio.get_running_loop().time() + UPLOAD_SECONDS

    async def chunks(self) -> AsyncIterator[bytes]:
        """The bytes as they arrive, none of them empty. Raises TransferCut."""
        if self._declared > self._most:
            raise TransferCut("too_large")
        while (chunk := await self._next()) is not None:
            if self._received > self._most:
                raise TransferCut("too_large")
            if chunk:
                yield chunk

    async def drain(self) -> None:
        """Take what is still on its way and drop it, within the same bounds: who is cut off while sending never
        reads our answer."""
        try:
            async with asyncio.timeout(DRAIN_SECONDS):
                while self._received <= 2 * self._most and await self._next() is not None:
                    pass
        except (TimeoutError, TransferCut):
            pass

    async def _next(self) -> bytes | None:
        if self._ended:
            return None
        try:
            left = max(0.0, self._ends - asyncio.get_running_loop().time())
            chunk = await asyncio.wait_for(anext(self._stream), min(CHUNK_SECONDS, left))
        except StopAsyncIteration:
            self._ended = True
            return None
        except (TimeoutError, ClientDisconnect):
            self._ended = True
            raise TransferCut("interrupted") from None
        self._received += len(chunk)
        return chunk


async def read_json_body(request: Request, most_bytes: int = JSON_MAX_BYTES) -> bytes:
    """The whole body. Raises HTTPException 408 or 413."""
    incoming = Incoming(request, most_bytes)
    try:
        async with asyncio.timeout(JSON_SECONDS):
            return b"".join([chunk async for chunk in incoming.chunks()])
    except TimeoutError:
        raise HTTPException(408, headers={"Connection": "close"}) from None
    except TransferCut as cut:
        await incoming.drain()
        raise HTTPException(413 if cut.reason == "too_large" else 408, headers={"Connection": "close"}) from None


def _declared_bytes(request: Request) -> int:
    declared = request.headers.get("content-length", "0")
    return int(declared) if declared.isascii() and declared.isdigit() else 0
