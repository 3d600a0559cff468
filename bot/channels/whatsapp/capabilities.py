"""What WhatsApp can carry (Meta's Cloud API reference, sections on message types; read 2026-11-21).

Every free-form message is billed since 2026, so what is said in one breath goes out as one message.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from bot.channels.contract import Capabilities

CAPABILITIES: Final = Capabilities(
    "whatsapp",
    "push",
    text_max=4_096,
    buttons_max=3,
    button_label_max=20,
    list_max=10,
    list_label_max=24,
    reply_window=timedelta(hours=24),
    file_max_bytes=100_000_000,
    question_max=1_024,
    joins=True,
    reports=timedelta(seconds=30),  # R8
)
