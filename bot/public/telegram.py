"""Telegram's door: raw updates come in, are looked at and stored, and only then confirmed (R1, S19).

Whoever receives them – the webhook here, or the loop that fetches them – calls `take`. What the door says by itself
are courtesies: a tap is answered, typing is shown, a group is left. Nobody waits for them, and none is repeated.
The one exception is the emergency card from memory while the store is away (R11). What other messengers' doors do
alike: `messenger.py`.
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.channels.contract import Inbound, RetryAfter, SendOutcome
from bot.db.store import StoreUnavailable
from bot.logs import get_logger
from bot.public.bodies import read_json_body
from bot.public.deps import Deps, Look, TelegramCalls, TelegramDeps
from bot.public.limits import Seldom
from bot.public.messenger import Cards, Codes, Errands, Flood, accept_each, language_of

PROOF_HEADER: Final = b"x-telegram-bot-api-secret-token"
PATIENCE_SECONDS: Final = 2.0  # R11: the card is there within 3 s
AT_ONCE: Final = 20  # updates stored in one go
TYPING_EVERY: Final = timedelta(seconds=4)  # it is shown for five
TYPING_WAITING_MAX: Final = 50
RETRY: Final = {"Retry-After": "2"}

log = get_logger("public")


class TelegramDoor:
    """One per process. `connect` gives it the way to Telegram; until then it only listens."""

    def __init__(self, deps: Deps, own: TelegramDeps) -> None:
        self._deps = deps
        self._own = own
        self._name: str | None = None
        self.errands: Errands[TelegramCalls] = Errands("telegram")
        self._flood = Flood("telegram", deps, self.errands, lambda inbound: own.too_many[language_of(inbound)])
        self._codes = Codes(deps, own.resume)
        self._cards = Cards(deps, self.errands)
        self._typing = Seldom(TYPING_EVERY)
        self._no_typing_before = 0.0

    def connect(self, calls: TelegramCalls) -> None:
        self.errands.calls = calls

    def introduce(self, name: str) -> None:
        """The bot's user name is known now."""
        self._name = name

    @property
    def has_webhook(self) -> bool:
        return self._own.webhook_secret is not None

    def link(self, code: str) -> str | None:
        """Carries the conversation with this resume code on in Telegram; None while the bot's name is not known."""
        return None if self._name is None else self._own.link(self._name, code)

    async def close(self) -> None:
        """Let calls under way end, for a moment."""
        await self.errands.close()

    # --- receiving ---------------------------------------------------------------------------------------------------

    async def webhook(self, request: Request) -> Response:
        """POST /telegram/webhook: 200 once the update is safe, 503 to have it delivered again."""
        if not self._from_telegram(request):
            return Response(status_code=401)
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            return Response(status_code=415)
        try:
            body = await read_json_body(request)
        except HTTPException as cut:
            if cut.status_code != 413:
                raise
            # Beyond what any update has: each is noted, and not delivered for a day again and again.
            body = f"too large {secrets.token_hex(8)}".encode()
        return Response(status_code=200) if await self.take([body]) else Response(status_code=503, headers=RETRY)

    async def take(self, updates: Sequence[object]) -> bool:
        """Keep raw updates, parsed or as bytes, in their order. True: all are safe. False: deliver them again."""
        for start in range(0, len(updates), AT_ONCE):
            if not await self._take_some(updates[start : start + AT_ONCE]):
                self._answer_from_memory(updates[start + AT_ONCE :])
                return False
        return True

    async def _take_some(self, updates: Sequence[object]) -> bool:
        looks = [self._own.peek(update, self._deps.clock()) for update in updates]
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                ours = await self._keep(looks)
        except (StoreUnavailable, TimeoutError):
            log.warning("telegram.store_away", count=len(looks))
            self._serve_from_memory(looks)
            return False
        self._be_courteous(looks, ours)
        return True

    async def _keep(self, looks: Sequence[Look]) -> frozenset[str]:
        """Everything of these updates, committed. Returns whom the bot is going to answer."""
        messages: list[Inbound] = []
        for look in looks:
            if look.verdict == "unreadable":
                await self._own.set_aside("telegram", look.key, look.kind)
            inbound = look.inbound
            if inbound is not None and self._flood.passes(inbound, wrote_at=look.wrote_at, file=look.file):
                messages.append(await self._codes.carry_on(look.code, inbound))
        return await accept_each(self._deps, self._own.set_aside, "telegram", messages)

    def _from_telegram(self, request: Request) -> bool:
        """Exactly one secret header, compared as bytes in constant time (S19)."""
        secret = self._own.webhook_secret
        given = [value for name, value in request.scope["headers"] if name == PROOF_HEADER]
        return secret is not None and len(given) == 1 and hmac.compare_digest(given[0], secret)

    # --- saying ------------------------------------------------------------------------------------------------------

    def _be_courteous(self, looks: Sequence[Look], ours: frozenset[str]) -> None:
        for look in looks:
            inbound, chat, tap = look.inbound, look.chat, look.tap
            if tap is not None:
                self._answer_tap(tap)
            elif inbound is not None and inbound.text and inbound.edits is None and inbound.address in ours:
                self._show_typing(inbound.address)
            elif look.verdict == "leave" and chat is not None:
                self._leave(chat)

    def _answer_tap(self, tap: str) -> None:
        self.errands.soon(lambda calls: calls.answer_tap(tap))

    def _show_typing(self, chat: str) -> None:
        loop = asyncio.get_running_loop()
        if len(self.errands.under_way) > TYPING_WAITING_MAX or loop.time() < self._no_typing_before:
            return
        if not self._typing.now(chat, self._deps.clock()):
            return

        async def typing(calls: TelegramCalls) -> SendOutcome:
            outcome = await calls.show_typing(chat)
            if isinstance(outcome, RetryAfter):
                self._no_typing_before = loop.time() + outcome.delay.total_seconds()
            return outcome

        self.errands.soon(typing)

    def _leave(self, chat: str) -> None:
        """With a word of farewell; where we may not write we go without."""

        async def go(calls: TelegramCalls) -> SendOutcome:
            await calls.say(chat, self._own.only_private)
            return await calls.leave(chat)

        self.errands.soon(go)

    def _answer_from_memory(self, updates: Sequence[object]) -> None:
        self._serve_from_memory([self._own.peek(update, self._deps.clock()) for update in updates])

    def _serve_from_memory(self, looks: Sequence[Look]) -> None:
        self._cards.serve(look.inbound for look in looks if look.inbound is not None)
        for look in looks:
            if look.tap is not None:
                self._answer_tap(look.tap)
