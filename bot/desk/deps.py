"""What the screens work with, made once by `app.desk` and by tests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.clock import Clock
from bot.db.store import Store, Stores
from bot.db.wake import Wake
from bot.desk.pages import Pages
from bot.desk.reader import KeyHolder
from bot.server_keys import DeskKeys, LinkKey


@dataclass(frozen=True, slots=True)
class TeamLine:
    """One language team's opening hours at one moment. `closure` is the operator's own text."""

    team: str
    open: bool
    closes_at: datetime | None
    next_opening: datetime | None
    closure: str | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything the screens need. Nothing in here opens content: `holder` needs the cookie of a request.

    `read_blob` gives the stored bytes of a payload and raises FileNotFoundError; it runs on a thread.
    `link` is missing in a house without staff bot.
    """

    stores: Stores
    wake: Wake
    clock: Clock
    pages: Pages
    keys: DeskKeys = field(repr=False)
    holder: KeyHolder = field(repr=False)
    read_blob: Callable[[str], bytes]
    teams: Callable[[datetime], tuple[TeamLine, ...]]
    url: str
    link: LinkKey | None = field(default=None, repr=False)
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def main(self) -> Store:
        return self.stores.main

    @property
    def keyring(self) -> Store:
        return self.stores.keyring

    def find_by(self, purpose: str, text: str) -> bytes:
        """The digest under which something secret or personal is found without being stored in clear."""
        return self.keys.digest(purpose, text.encode("utf-8", "surrogatepass"))


__all__ = ["Desk", "TeamLine"]
