"""What `wegweiser doctor` does with the helpline's WhatsApp number: everything Meta keeps for it is put in order."""

from __future__ import annotations

import asyncio

from bot import config
from bot.app import basics
from bot.app.whatsapp_sending import graph
from bot.channels.whatsapp.graph import CallFailed
from bot.channels.whatsapp.registration import WEBHOOK_PATH, Office, Webhook

LOGIN_FAILED = 190


def put_in_order(settings: config.Settings) -> list[str]:
    """Webhook, subscription, templates; what is left for an operator. Nothing without a token."""
    if settings.whatsapp.token is None:
        return []
    if lacking := settings.whatsapp.lacking():
        return [f"whatsapp.{name}: needed with whatsapp.token" for name in lacking]
    return asyncio.run(_settle(settings))


async def _settle(settings: config.Settings) -> list[str]:
    own, words = settings.whatsapp, basics.catalogs(settings)
    assert own.verify_token is not None
    webhook = Webhook(settings.public.url.rstrip("/") + WEBHOOK_PATH, own.verify_token.get_secret_value())
    connected = graph(settings)
    try:
        return await Office(connected, own.account_id).settle(words.text, webhook, knocks=own.knock)
    except CallFailed as failed:
        if failed.code == LOGIN_FAILED or failed.status == 401:
            return ["whatsapp.token: Meta does not accept it; it was revoked, has run out, or was mistyped"]
        return [f"whatsapp.api_url: no usable answer ({failed.status or 'no connection'})"]
    finally:
        await connected.outgoing.close()
