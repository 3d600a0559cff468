"""WhatsApp's door: signed deliveries come in, are taken apart and stored, and only then confirmed (R1, S20).

A delivery that is not confirmed comes back as a whole, for days, so nothing but a store that is away leaves one
unconfirmed: an item nobody can read is noted (S47), and the others are kept. What the door says by itself are
courtesies, as in `telegram.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.channels.contract import Inbound
from bot.db.store import StoreUnavailable
from bot.logs import get_logger
from bot.public.bodies import WHATSAPP_MAX_BYTES, read_json_body
from bot.public.deps import Deps, Item, WhatsAppCalls, WhatsAppDeps
from bot.public.messenger import Cards, Codes, Errands, Flood, accept_each, language_of, tell_each

PATIENCE_SECONDS: Final = 2.0  # R11: the card is there within 3 s
AT_ONCE: Final = 100  # items stored in one go
TYPING_WAITING_MAX: Final = 50
RETRY: Final = {"Retry-After": "2"}
NO_STORE: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}

log = get_logger("public")


class WhatsAppDoor:
    """One per process. `connect` gives it the way to Meta; until then it only listens."""

    def __init__(self, deps: Deps, own: WhatsAppDeps) -> None:
        self._deps = deps
        self._own = own
        self.errands: Errands[WhatsAppCalls] = Errands("whatsapp")
        self._flood = Flood("whatsapp", deps, self.errands, lambda inbound: own.too_many[language_of(inbound)])
        self._codes = Codes(deps, own.resume)
        self._cards = Cards(deps, self.errands)

    def connect(self, calls: WhatsAppCalls) -> None:
        self.errands.calls = calls

    async def close(self) -> None:
        """Let calls under way end, for a moment."""
        await self.errands.close()

    # --- receiving ---------------------------------------------------------------------------------------------------

    async def verify(self, request: Request) -> Response:
        """GET /whatsapp/webhook: Meta asks whether this address is ours."""
        word = self._own.challenge(request.query_params.multi_items())
        if word is None:
            return Response(status_code=403)
        return PlainTextResponse(word, headers=NO_STORE)

    async def webhook(self, request: Request) -> Response:
        """POST /whatsapp/webhook: 200 once everything is safe, 503 to have it delivered again."""
        given = [value for name, value in request.scope["headers"] if name == self._own.header]
        if not given:
            return Response(status_code=401)
        body = await read_json_body(request, WHATSAPP_MAX_BYTES)
        if not self._own.is_signed(body, given):
            return Response(status_code=401)
        return Response(status_code=200) if await self.take(body) else Response(status_code=503, headers=RETRY)

    async def take(self, body: bytes) -> bool:
        """Keep one delivery whose signature is right. True: all of it is safe. False: deliver it again."""
        items = self._own.items(body, self._deps.clock())
        for start in range(0, len(items), AT_ONCE):
            if not await self._take_some(items[start : start + AT_ONCE]):
                self._cards.serve(item.inbound for item in items[start:] if item.inbound is not None)
                return False
        return True

    async def _take_some(self, items: Sequence[Item]) -> bool:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                ours = await self._keep(items)
        except (StoreUnavailable, TimeoutError):
            log.warning("whatsapp.store_away", count=len(items))
            return False
        self._be_courteous(items, ours)
        return True

    async def _keep(self, items: Sequence[Item]) -> frozenset[str]:
        """Everything of these items, committed. Returns whom the bot is going to answer."""
        renamed = [item.renamed for item in items if item.renamed is not None]
        await tell_each("whatsapp", self._own.rename, renamed)
        messages: list[Inbound] = []
        for item in items:
            if item.verdict == "unreadable":
                await self._own.set_aside("whatsapp", item.key, item.kind)
            inbound = item.inbound
            if inbound is not None and self._flood.passes(inbound, wrote_at=item.wrote_at, file=item.file):
                messages.append(await self._codes.carry_on(item.code, inbound))
        ours = await accept_each(self._deps, self._own.set_aside, "whatsapp", messages)
        reports = [item.report for item in items if item.report is not None]
        await tell_each("whatsapp", self._own.note, reports)
        return ours

    # --- saying ------------------------------------------------------------------------------------------------------

    def _be_courteous(self, items: Sequence[Item], ours: frozenset[str]) -> None:
        """Blue ticks are a promise: only for those whom the bot answers now, and by their last message for all of
        them."""
        last = {item.inbound.address: item.inbound for item in items if item.inbound is not None}
        for address, inbound in last.items():
            if address in ours and inbound.edits is None and len(self.errands.under_way) <= TYPING_WAITING_MAX:
                self._seen(inbound.external_id)

    def _seen(self, message_id: str) -> None:
        self.errands.soon(lambda calls: calls.seen(message_id))
