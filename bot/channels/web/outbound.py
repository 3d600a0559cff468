"""What the page gets: one JSON object per line (`GET /chat/stream`)."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any, Final

from bot.channels.contract import CardLine, Message, Outbound
from bot.channels.web.inbound import page_id

KEEP_ALIVE: Final = b"\n"


def frame(outbound: Outbound) -> bytes:
    """One line of the stream. `answers` are the page's own message ids."""
    shown = message_json(outbound.message)
    return _line({"row": outbound.row, **shown, "answers": [page_id(known) for known in outbound.answers]})


def message_json(message: Message) -> dict[str, Any]:
    """A message as the page reads it; also the body of the answer from memory (R11)."""
    return {
        "speaker": message.speaker,
        "text": message.text,
        "buttons": [asdict(button) for button in message.buttons],
        "card": card_json(message.card),
        "upload": message.upload,
        "leave": message.leave,
        "clear": message.clear,
        "code": message.code,
        "paper": message.paper,
    }


def card_json(card: tuple[CardLine, ...]) -> list[dict[str, str | None]]:
    return [asdict(line) for line in card]


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"
