"""Limits of Telegram's bots (Bot API 10.3; core.telegram.org/bots/api, /bots/faq)."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from bot.channels.contract import Capabilities

CAPABILITIES: Final = Capabilities(
    channel="telegram",
    delivery="push",
    text_max=2_000,  # 4,096 UTF-16 units are allowed; every character counts for two at most
    buttons_max=30,  # 100 are allowed, nobody reads them
    button_label_max=60,
    list_max=30,
    list_label_max=60,
    reply_window=None,
    file_max_bytes=20_000_000,  # getFile; the server counts 20 MiB, the documentation says MB
    takes_back=timedelta(hours=47, minutes=50),  # 48 h (deleteMessage), and the way there
)
