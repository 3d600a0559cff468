"""What a role that reads, sends and fetches needs of Telegram. Importing this loads aiogram."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiogram import Bot

from bot.channels.contract import Fetcher, Reader, Sender
from bot.channels.telegram.fetch import TelegramFetcher
from bot.channels.telegram.pace import pace
from bot.channels.telegram.read import read
from bot.channels.telegram.send import TelegramSender
from bot.channels.telegram.wire import Line


@dataclass(frozen=True, slots=True)
class Connection:
    """One bot; the first call connects."""

    read: Reader
    sender: Sender
    fetcher: Fetcher
    close: Callable[[], Awaitable[None]]


def connect(token: str, *, api_url: str, code_link: str) -> Connection:
    """Nothing is opened yet. `code_link`: as `render.shown` wants it."""
    line = Line(api_url)
    bot = Bot(token, session=line)
    sender = TelegramSender(bot, pace(time.monotonic), code_link=code_link)
    return Connection(read, sender, TelegramFetcher(bot, line), line.close)
