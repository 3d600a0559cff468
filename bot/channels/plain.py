"""A message as one plain text, for messengers that show text and nothing else: words, card, code."""

from __future__ import annotations

from typing import Final

from bot.channels.contract import CardLine, Message

COUNSELLOR: Final = "🧑 "
"""Before the words of a human; everything without it is the bot's. A sign, because the sender does not know the
language of the chat."""


def written(message: Message, *, code_link: str) -> str:
    """`code_link`: what opens the web chat with a resume code when the code follows it."""
    parts = [message.text, "\n\n".join(map(_line, message.card))]
    if message.code is not None:
        parts.append(f"{code_link}{message.code}")
    text = "\n\n".join(part for part in parts if part.strip())
    return f"{COUNSELLOR}{text}" if message.speaker == "counsellor" else text


def _line(line: CardLine) -> str:
    """Name, number, note, link, each on a line of its own: apps make number and link tappable by themselves."""
    return "\n".join(part for part in (line.name, line.phone, line.note, line.url) if part)
