"""Limits of the web chat. They are ours, so they are generous."""

from __future__ import annotations

from typing import Final

from bot.channels.contract import Capabilities

CAPABILITIES: Final = Capabilities(
    channel="web",
    delivery="pull",
    text_max=8_000,
    buttons_max=30,
    button_label_max=80,
    list_max=100,
    list_label_max=80,
    reply_window=None,
    file_max_bytes=25_000_000,
)
