"""getUpdates: true offsets, long polls, and one reader per bot.

A second poll ends the first one with 409, as the official server does; a poll while a webhook is set gets 409 itself.
Runs on the server's loop; the mailbox is read under the platform's lock.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, Final

from tests.simulators.telegram.world import Account, Json, Refused

if TYPE_CHECKING:
    from tests.simulators.telegram.platform import Telegram

WEBHOOK_ACTIVE: Final = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
OTHER_READER: Final = (
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
)


class Poll:
    """One getUpdates call that waits. `ended` is why it must stop."""

    ended: str | None = None


class Polls:
    """Who waits now, by token."""

    def __init__(self) -> None:
        self._waiting: dict[str, Poll] = {}

    def end(self, token: str, why: str) -> None:
        if (poll := self._waiting.pop(token, None)) is not None:
            poll.ended = why

    def begin(self, token: str) -> Poll:
        self.end(token, OTHER_READER)
        self._waiting[token] = poll = Poll()
        return poll

    def waits(self, token: str) -> bool:
        return token in self._waiting

    def over(self, token: str, poll: Poll) -> None:
        if self._waiting.get(token) is poll:
            del self._waiting[token]


async def get_updates(
    platform: Telegram, account: Account, params: dict[str, Any], gone: Callable[[], Coroutine[Any, Any, None]]
) -> list[Json]:
    """Waits `timeout` real seconds at most. `gone` returns when the caller hung up: then nothing is handed over."""
    with platform.lock:
        if account.webhook.url:
            raise Refused(409, WEBHOOK_ACTIVE)
        if "allowed_updates" in params:
            account.mailbox.allowed = params["allowed_updates"]
        poll = platform.polls.begin(account.token)
    platform.bell.ring()  # the poll that ends now hears of it
    cap = platform.description.limits["get_updates_server_timeout_cap_s"]
    loop = asyncio.get_running_loop()
    deadline = loop.time() + min(params.get("timeout", 0), cap)
    leaving = asyncio.ensure_future(gone())
    offset = params.get("offset")
    try:
        while True:
            rings = platform.bell.next()
            if leaving.done():
                return []
            with platform.lock:
                if poll.ended is not None:
                    raise Refused(409, poll.ended)
                batch = account.mailbox.fetch(offset, params.get("limit", 100))
            rest = deadline - loop.time()
            if batch or rest <= 0 or platform.closing:
                return batch
            await asyncio.wait({leaving, rings}, timeout=min(rest, 1.0), return_when=asyncio.FIRST_COMPLETED)
    finally:
        leaving.cancel()
        with platform.lock:
            platform.polls.over(account.token, poll)
