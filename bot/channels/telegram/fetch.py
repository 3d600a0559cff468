"""Fetching a file somebody sent: getFile, then its bytes in pieces, from the configured server only (S45)."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Final

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest
from aiogram.types import File

from bot.channels.contract import FetchFailed
from bot.channels.telegram.capabilities import CAPABILITIES
from bot.channels.telegram.wire import CallFailed, Line, Odd
from bot.logs import get_logger

ASK_SECONDS: Final = 10
FILE_SECONDS: Final = 30  # S45: asking, fetching and a second try together
SHORTEST_SECONDS: Final = 1
TRIES: Final = 2  # links expire, and "temporarily unavailable" happens for real (server source)
TOO_BIG: Final = "file is too big"

log = get_logger("telegram")


class TelegramFetcher:
    """The fetching half. A handle is a `file_id`; it works for this bot only."""

    def __init__(self, bot: Bot, line: Line) -> None:
        self._bot = bot
        self._line = line

    async def fetch(self, handle: str) -> AsyncGenerator[bytes, None]:
        """Raises FetchFailed. What was begun is never begun again: its bytes are sealed already."""
        limit = time.monotonic() + FILE_SECONDS
        for tries_left in reversed(range(TRIES)):
            received = 0
            try:
                path = await self._path(handle)
                seconds = max(limit - time.monotonic(), SHORTEST_SECONDS)
                async with aclosing(self._line.download(self._bot.token, path, seconds=seconds)) as pieces:
                    async for piece in pieces:
                        received += len(piece)
                        if received > CAPABILITIES.file_max_bytes:
                            raise FetchFailed("too_large")
                        yield piece
                return
            except (TelegramAPIError, CallFailed, Odd) as error:
                if isinstance(error, TelegramBadRequest) and TOO_BIG in error.message:
                    raise FetchFailed("too_large") from None
                log.warning("telegram.file_failed", error=type(error).__name__)
                if received or not tries_left or time.monotonic() >= limit:
                    raise FetchFailed("interrupted") from None

    async def forget(self, handle: str) -> None:
        """Nothing: Telegram keeps files by its own rules, and no call changes that."""

    async def _path(self, handle: str) -> str:
        """Where the file lies now. A server in local mode answers with a path on its own disk, which is no place of
        ours to read."""
        file: File = await self._bot.get_file(handle, request_timeout=ASK_SECONDS)
        if (file.file_size or 0) > CAPABILITIES.file_max_bytes:
            raise FetchFailed("too_large")
        path = file.file_path or ""
        if not path or path.startswith("/") or ".." in path.split("/"):
            raise FetchFailed("interrupted")
        return path
