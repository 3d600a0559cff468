"""A message in words → what Telegram shows: plain text and buttons. No markup is ever parsed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.channels.contract import Button, Message
from bot.channels.plain import written

TEXT_UNITS: Final = 4_096  # UTF-16 code units (Bot API, sendMessage; counted the strict way)
DATA_BYTES: Final = 64  # Bot API, InlineKeyboardButton.callback_data
COPY_MAX: Final = 256  # Bot API, CopyTextButton
ROW_CHARS, ROW_MOST, SHORT = 24, 3, 12  # what phones still show without cutting


class TooLong(ValueError):
    """More text than Telegram takes in one message; the renderer above us should have split it."""


class BadChoice(ValueError):
    """A button without words or with an id Telegram cannot carry: a mistake in a flow."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One message as Telegram takes it. `rows`: (label, data) per button; `copies`: words one tap copies."""

    text: str = field(repr=False)
    rows: tuple[tuple[tuple[str, str], ...], ...] = ()
    copies: str | None = field(default=None, repr=False)
    paper: bool = False
    """One block that a tap copies, and that may be forwarded: it holds nothing of the conversation."""


def shown(message: Message, *, code_link: str) -> Shown:
    """`code_link`: what opens the web chat with a resume code when the code follows it. Raises TooLong, BadChoice."""
    text = written(message, code_link=code_link)
    if units(text) > TEXT_UNITS:
        raise TooLong
    copies = message.code if message.code and len(message.code) <= COPY_MAX else None
    return Shown(text, _rows(message.buttons), copies, message.paper)


def units(text: str) -> int:
    """Length as Telegram counts it, in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _rows(buttons: Sequence[Button]) -> tuple[tuple[tuple[str, str], ...], ...]:
    """One button per row; short neighbours share one."""
    rows: list[list[tuple[str, str]]] = []
    for button in buttons:
        if not button.label.strip() or not button.id or len(button.id.encode()) > DATA_BYTES:
            raise BadChoice
        pair = (button.label, button.id)
        if rows and _fits(rows[-1], button.label):
            rows[-1].append(pair)
        else:
            rows.append([pair])
    return tuple(map(tuple, rows))


def _fits(row: Sequence[tuple[str, str]], label: str) -> bool:
    labels = [*(each for each, _ in row), label]
    return len(labels) <= ROW_MOST and max(map(len, labels)) <= SHORT and sum(map(len, labels)) <= ROW_CHARS
