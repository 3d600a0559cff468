"""What `wegweiser doctor` does with the public bot: everything Telegram keeps for it is put in order and checked."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from bot import config
from bot.app import basics
from bot.channels.http import Outgoing
from bot.channels.telegram.api import CallFailed
from bot.channels.telegram.registration import WEBHOOK_PATH, Office, Webhook

UNKNOWN_TOKEN = frozenset({401, 404})


def put_in_order(settings: config.Settings) -> list[str]:
    """Webhook, commands, descriptions; what is left for an operator. Nothing without a token."""
    token = settings.telegram.token
    return [] if token is None else asyncio.run(_settle(settings, token.get_secret_value()))


async def _settle(settings: config.Settings, token: str) -> list[str]:
    telegram, words = settings.telegram, basics.catalogs(settings)
    secret, webhook = telegram.webhook_secret, None
    if telegram.mode == "webhook" and secret is not None:
        webhook = Webhook(settings.public.url.rstrip("/") + WEBHOOK_PATH, secret.get_secret_value())
    outgoing = Outgoing([telegram.api_url])
    try:
        return await Office(outgoing, url=telegram.api_url, token=token).settle(words.text, webhook, datetime.now(UTC))
    except CallFailed as failed:
        if failed.status in UNKNOWN_TOKEN:
            return ["telegram.token: Telegram knows no such bot; the token was revoked or mistyped"]
        return [f"telegram.api_url: no usable answer ({failed.status or 'no connection'})"]
    finally:
        await outgoing.close()
