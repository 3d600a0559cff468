"""The way to Meta: what the door says by itself with, and what the worker sends and fetches with. The HTTP client is
loaded when it is made, not before (P7)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bot import config
from bot.dialogue.chart import Charts
from bot.dialogue.codec import UnreadableSession
from bot.dialogue.codec import decode as decode_session
from bot.server_keys import NotOpened, PublicKeys
from bot.turns.memory import FIELD

if TYPE_CHECKING:
    from bot.channels.whatsapp.fetch import WhatsAppFetcher
    from bot.channels.whatsapp.graph import Graph
    from bot.channels.whatsapp.outbound import WhatsAppSender
    from bot.db.outbox import Sending


def graph(settings: config.Settings) -> Graph:
    """The way to Meta; nothing is opened yet."""
    from bot.channels.whatsapp.graph import Graph, Number

    own = settings.whatsapp
    assert own.token is not None
    number = Number(own.phone_number_id, own.api_url, own.version, own.token.get_secret_value())
    return Graph(number.outgoing(), number, code_link=f"{settings.public.url.rstrip('/')}/#code=")


@asynccontextmanager
async def office(settings: config.Settings) -> AsyncIterator[tuple[WhatsAppSender, WhatsAppFetcher]]:
    """What sends and fetches; closed afterwards."""
    import time

    from bot.channels.whatsapp.fetch import WhatsAppFetcher
    from bot.channels.whatsapp.outbound import WhatsAppSender
    from bot.channels.whatsapp.pace import pace

    connected = graph(settings)
    try:
        sender = WhatsAppSender(connected, pace(time.monotonic), knocks=settings.whatsapp.knock)
        yield sender, WhatsAppFetcher(connected)
    finally:
        await connected.outgoing.close()


def knocking(keys: PublicKeys, charts: Charts) -> Callable[[Sending], bool]:
    """Whether somebody may be told, on a screen others might see, that something waits for them: not when they have
    said that others look at their phone (Q14)."""

    def may(row: Sending) -> bool:
        if row.session is None:  # the window closed only after the row was claimed: the next claim brings it
            return False
        try:
            session = decode_session(keys.open_field(*FIELD, row.conversation, row.session), charts)
        except (NotOpened, UnreadableSession):
            return False
        return session.slots.get("phone_seen") != "others"

    return may
