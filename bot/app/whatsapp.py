"""WhatsApp's door in the role `public`: what it is made of, and its way out.

The way out (an HTTP client, certificates) takes a tenth of a second to load: it is made once the doors are open (P7).
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final, Literal

from bot import config
from bot.app.role import House
from bot.app.whatsapp_sending import graph
from bot.channels.contract import Message
from bot.channels.whatsapp.inbound import items
from bot.channels.whatsapp.signature import HEADER, challenge, is_signed
from bot.public.deps import Deps, WhatsAppDeps
from bot.public.whatsapp import WhatsAppDoor
from bot.server_keys import PublicKeys
from bot.turns.chats import Chats
from bot.turns.inbox import Inbox
from bot.turns.knowledge import Knowledge
from bot.turns.render import TOO_MANY
from bot.turns.reports import Reports

if TYPE_CHECKING:
    from bot.channels.http import Outgoing

HEAD_START: Final = 0.3  # seconds the doors have for opening
LANGUAGES: Final[tuple[Literal["de", "nl"], ...]] = ("de", "nl")


@dataclass(slots=True)
class WhatsAppLine:
    """The door and its connection. `run` until told to stop, `close` when nobody knocks any more."""

    settings: config.Settings
    door: WhatsAppDoor
    _outgoing: Outgoing | None = field(default=None, init=False)

    async def run(self, stop: asyncio.Event) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), HEAD_START)
        if not stop.is_set():
            connected = await asyncio.to_thread(graph, self.settings)
            self._outgoing = connected.outgoing
            self.door.connect(connected)
            await stop.wait()

    async def close(self) -> None:
        await self.door.close()
        if self._outgoing is not None:
            await self._outgoing.close()


def whatsapp_line(house: House, keys: PublicKeys, known: Knowledge, inbox: Inbox, deps: Deps) -> WhatsAppLine | None:
    """None without a token. Raises SystemExit when a setting only this role needs is missing."""
    settings = house.settings.whatsapp
    if settings.token is None:
        return None
    for name in settings.lacking():
        raise SystemExit(f"whatsapp.{name}: needed with whatsapp.token")
    assert settings.app_secret is not None and settings.verify_token is not None
    secret = settings.app_secret.get_secret_value().encode()
    verify_token = settings.verify_token.get_secret_value().encode()
    main = house.stores.main
    own = WhatsAppDeps(
        items=partial(items, phone_number_id=settings.phone_number_id),
        is_signed=lambda body, given: is_signed(body, given, secret),
        challenge=lambda query: challenge(query, verify_token),
        header=HEADER,
        set_aside=inbox.set_aside,
        resume=Chats(main, keys, house.clock, "whatsapp", house.wake).resume,
        rename=inbox.rename,
        note=Reports(main, keys, house.wake, house.clock).note,
        too_many={language: Message("notice", known.catalogs.text(TOO_MANY, language)) for language in LANGUAGES},
    )
    return WhatsAppLine(house.settings, WhatsAppDoor(deps, own))
