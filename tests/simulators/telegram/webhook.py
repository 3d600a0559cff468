"""Delivery to a webhook: one queue per source, each strictly one after the other, repeated until some 2xx.

The rules are the official server's: messages queue per chat, taps per user in a queue of their own; a failure is
repeated after 1 s, doubling up to a minute, or after what `Retry-After` says; an update ends when it expires. The first
delay is the platform's `retry_seconds`, and the longest is sixty of it. All of this runs on the server's loop.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

import httpx

from tests.simulators.telegram.mailbox import Source
from tests.simulators.telegram.world import Account, Webhook

if TYPE_CHECKING:
    from tests.simulators.telegram.platform import Telegram

SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"
ANSWER_SECONDS: Final = 60.0
CONNECTIONS_MAX: Final = 100
DOUBLINGS: Final = 60
RETRY_AFTER_MAX: Final = 3_600.0


class Postman:
    """Carries one bot's updates to its webhook."""

    def __init__(self, platform: Telegram, account: Account) -> None:
        self._platform = platform
        self._account = account
        self._round = 0
        self._free = asyncio.Semaphore(CONNECTIONS_MAX)
        self._queues: dict[Source, asyncio.Task[None]] = {}

    async def work(self) -> None:
        """Until cancelled: a task for every queue in which something waits."""
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=CONNECTIONS_MAX)
        # Only this machine is ever called: no certificates to load.
        async with httpx.AsyncClient(timeout=ANSWER_SECONDS, limits=limits, trust_env=False, verify=False) as http:
            try:
                while True:
                    rings = self._platform.bell.next()
                    self._start(http)
                    await asyncio.wait({rings})
            finally:
                for task in self._queues.values():
                    task.cancel()
                await asyncio.gather(*self._queues.values(), return_exceptions=True)

    def _start(self, http: httpx.AsyncClient) -> None:
        self._queues = {source: task for source, task in self._queues.items() if not task.done()}
        with self._platform.lock:
            if not self._account.webhook.url:
                return
            idle = [source for source in self._account.mailbox.sources() if source not in self._queues]
        for source in idle:
            self._queues[source] = asyncio.create_task(self._drain(http, source))

    async def _drain(self, http: httpx.AsyncClient, source: Source) -> None:
        hook = self._account.webhook
        if self._round != hook.round:
            self._round, self._free = hook.round, asyncio.Semaphore(hook.connections)
        free = self._free
        delay = self._platform.retry_seconds
        while True:
            with self._platform.lock:
                one = self._account.mailbox.first(source)
                if one is None or self._account.webhook.round != hook.round:
                    break
            async with free:
                wait = await self._post(http, hook, one.update)
            if wait is None:
                delay = self._platform.retry_seconds
                with self._platform.lock:
                    self._account.mailbox.accepted(one)
                self._platform.bell.ring()
            else:
                await self._pause(max(delay, wait), hook.round)
                delay = min(delay * 2, self._platform.retry_seconds * DOUBLINGS)
        asyncio.get_running_loop().call_soon(self._platform.bell.ring)  # something may have come in this moment

    async def _post(self, http: httpx.AsyncClient, hook: Webhook, update: dict[str, Any]) -> float | None:
        """None: accepted. Otherwise the seconds the webhook asked for, or 0."""
        headers = {SECRET_HEADER: hook.secret} if hook.secret else {}
        try:
            answer = await http.post(hook.url, json=update, headers=headers)
        except httpx.ConnectError:
            return self._failed("Connection refused")
        except httpx.TimeoutException:
            return self._failed("Read timeout expired")
        except httpx.TransportError:
            return self._failed("Connection reset by peer")
        if not answer.is_success:
            self._failed(f"Wrong response from the webhook: {answer.status_code} {answer.reason_phrase}")
            asked = answer.headers.get("Retry-After", "")
            return min(float(asked), RETRY_AFTER_MAX) if asked.isdecimal() else 0.0
        if b'"method"' in answer.content:
            self._platform.broken.append("webhook: an answer that is a call, whose outcome nobody can know")
        return None

    def _failed(self, why: str) -> float:
        with self._platform.lock:
            self._account.webhook.error, self._account.webhook.failed = why, self._platform.clock()
        self._platform.bell.ring()
        return 0.0

    async def _pause(self, seconds: float, round_: int) -> None:
        """Real seconds; shorter when the webhook changes."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + seconds
        while self._account.webhook.round == round_ and (rest := ends - loop.time()) > 0:
            await asyncio.wait({self._platform.bell.next()}, timeout=rest)
