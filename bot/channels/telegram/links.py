"""Links that open a chat with the bot (core.telegram.org/api/links, "Bot links")."""

from __future__ import annotations

from typing import Final

from bot.channels.telegram.commands import CARRY_ON

OPENS: Final = "https://t.me"


def carry_on_link(name: str, code: str) -> str:
    """`name`: the bot's user name. `code`: a resume code; its letters and dashes fit a link as they are."""
    return f"{OPENS}/{name}?start={CARRY_ON}{code}"
