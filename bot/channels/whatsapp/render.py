"""A message in words → the body of one call: text, up to three buttons, or a list (Meta, "Send messages"; limits.json).

What is answered to a tap is the choice's own id; buttons stay tappable for ever, and the dialogue judges late taps.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from bot.channels.contract import Button, Message
from bot.channels.plain import written
from bot.channels.whatsapp.capabilities import CAPABILITIES

BUTTON_ID_MAX, ROW_ID_MAX, OPENER_MAX = 256, 200, 20
BODY_MAX: Final = CAPABILITIES.question_max or CAPABILITIES.text_max
OPENER: Final = "▾"
"""Where nobody gave words for it."""
Json = dict[str, Any]


class TooLong(ValueError):
    """More text than one message takes; the renderer above us should have split it."""


class BadChoice(ValueError):
    """A button WhatsApp cannot show: no words, too many, or an id it cannot carry. A mistake in a flow."""


def body(message: Message, *, code_link: str) -> Json:
    """`type` and its content. Raises TooLong, BadChoice."""
    text = written(message, code_link=code_link)
    if not text.strip():
        raise BadChoice
    if len(text) > CAPABILITIES.text_max:
        raise TooLong
    if not message.buttons:
        return {"type": "text", "text": {"body": text, "preview_url": False}}
    shown = _buttons(message.buttons) if _few(message.buttons, text) else _list(message.buttons, message.opener)
    return {"type": "interactive", "interactive": {**shown, "body": {"text": text}}}


def _few(buttons: Sequence[Button], text: str) -> bool:
    labels = [button.label for button in buttons]
    short = all(len(label) <= CAPABILITIES.button_label_max for label in labels)
    distinct = len(set(labels)) == len(labels)
    return len(labels) <= CAPABILITIES.buttons_max and short and distinct and len(text) <= BODY_MAX


def _buttons(buttons: Sequence[Button]) -> Json:
    _require(buttons, BUTTON_ID_MAX)
    replies = [{"type": "reply", "reply": {"id": button.id, "title": button.label}} for button in buttons]
    return {"type": "button", "action": {"buttons": replies}}


def _list(buttons: Sequence[Button], opener: str | None) -> Json:
    _require(buttons, ROW_ID_MAX)
    longest = max(len(button.label) for button in buttons)
    if len(buttons) > CAPABILITIES.list_max or longest > CAPABILITIES.list_label_max:
        raise BadChoice
    rows = [{"id": button.id, "title": button.label} for button in buttons]
    return {"type": "list", "action": {"button": (opener or OPENER)[:OPENER_MAX], "sections": [{"rows": rows}]}}


def _require(buttons: Sequence[Button], id_max: int) -> None:
    ids = [button.id for button in buttons]
    words = all(button.label.strip() for button in buttons)
    if not words or len(set(ids)) < len(ids) or not all(0 < len(each) <= id_max for each in ids):
        raise BadChoice
