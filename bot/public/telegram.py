"""Telegram's door: raw updates come in, are looked at and stored, and only then confirmed (R1, S19).

Whoever receives them – the webhook here, or the loop that fetches them – calls `take`. What the door says by itself
are courtesies: a tap is answered, typing is shown, a group is left. Nobody waits for them, and none is repeated.
The one exception is the emergency card from memory while the store is away (R11).

Flood limit (S46): as in the web chat, counted by the time Telegram gives, so that whoever wrote during an outage of
ours loses nothing. Beyond it one notice, then nothing is stored; files have their own limit, because an album is ten
messages at once and the media gate counts them again (S38).
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final, Literal

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.channels.contract import CARRIED_ON, Inbound, Message, NotSent, RetryAfter, SendOutcome, Uncertain
from bot.db.store import StoreUnavailable
from bot.logs import exception_place, get_logger
from bot.public.bodies import read_json_body
from bot.public.deps import Deps, Look, TelegramCalls, TelegramDeps
from bot.public.limits import KEYS_MAX, Bucket, ChatLimit, Seldom, Verdict

PROOF_HEADER: Final = b"x-telegram-bot-api-secret-token"
PATIENCE_SECONDS: Final = 2.0  # R11: the card is there within 3 s
AT_ONCE: Final = 20  # updates stored in one go
CARD_EVERY: Final = timedelta(minutes=1)
TYPING_EVERY: Final = timedelta(seconds=4)  # it is shown for five
RESUMES_PER_HOUR: Final = 10  # S49
FILES_BURST: Final = 60
CALLS_AT_ONCE: Final = 10
CALLS_WAITING_MAX: Final = 1_000
TYPING_WAITING_MAX: Final = 50
LAST_CALLS_SECONDS: Final = 2.0
RETRY: Final = {"Retry-After": "2"}

Call = Callable[[TelegramCalls], Awaitable[SendOutcome]]

log = get_logger("public")


class TelegramDoor:
    """One per process. `connect` gives it the way to Telegram; until then it only listens."""

    def __init__(self, deps: Deps, own: TelegramDeps) -> None:
        self._deps = deps
        self._own = own
        self._calls: TelegramCalls | None = None
        self._name: str | None = None
        settings = deps.settings
        self._messages = ChatLimit(deps.urgent, burst=settings.chat_burst, per_hour=settings.chat_per_hour)
        self._files = Bucket(burst=max(FILES_BURST, settings.chat_burst), per_hour=settings.chat_per_hour)
        self._resumes = Bucket(burst=RESUMES_PER_HOUR, per_hour=RESUMES_PER_HOUR)
        self._judged: OrderedDict[str, Verdict] = OrderedDict()
        self._carried: set[str] = set()
        self._cards = Seldom(CARD_EVERY)
        self._typing = Seldom(TYPING_EVERY)
        self._no_typing_before = 0.0
        self._under_way: set[asyncio.Task[None]] = set()
        self._free = asyncio.Semaphore(CALLS_AT_ONCE)

    def connect(self, calls: TelegramCalls) -> None:
        self._calls = calls

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
        if self._under_way:
            await asyncio.wait(set(self._under_way), timeout=LAST_CALLS_SECONDS)
        for task in set(self._under_way):
            task.cancel()

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
            for inbound in self._within_limits(look):
                carried = look.code is not None and await self._carries_on(look.code, inbound)
                # Without its raw words, which only know of a start.
                messages.append(replace(inbound, topic=CARRIED_ON, raw=None) if carried else inbound)
        return await self._accept(messages)

    async def _carries_on(self, code: str, inbound: Inbound) -> bool:
        """Whether an old conversation goes on here. The same message delivered again finds that it has done so."""
        this = _name(inbound)
        if this in self._carried:
            return True
        if not self._resumes.take(inbound.address, self._deps.clock()):
            return False
        try:
            found = await self._own.resume(code, inbound.address)
        except BaseException:
            self._resumes.give_back(inbound.address)  # also when nobody waits for it any more
            raise
        if found:
            if len(self._carried) >= KEYS_MAX:
                self._carried.clear()
            self._carried.add(this)
        return found

    async def _accept(self, inbounds: Sequence[Inbound]) -> frozenset[str]:
        try:
            return await self._deps.accept(inbounds)
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - one message must not hold up all others behind it
            log.error("telegram.not_accepted", error=type(error).__name__, where=exception_place(error))
            if len(inbounds) == 1:
                await self._own.set_aside("telegram", inbounds[0].external_id, type(error).__name__)
                return frozenset()
        return frozenset().union(*[await self._accept([inbound]) for inbound in inbounds])

    def _within_limits(self, look: Look) -> Iterator[Inbound]:
        """The message, unless this chat has sent too many. What is delivered again is not counted again: its verdict
        stands, or whoever sends too much would only have to wait for an outage."""
        inbound = look.inbound
        if inbound is None:
            return
        this = _name(inbound)
        verdict = self._judged.get(this)
        if verdict is None:
            verdict = self._judge(look, inbound)
            self._judged[this] = "silent" if verdict == "notice" else verdict  # one notice, not one per delivery
            if len(self._judged) > KEYS_MAX:
                self._judged.popitem(last=False)
        if verdict == "pass":
            yield inbound
            return
        log.warning("telegram.too_many", state=verdict)
        if verdict == "notice":
            notice = self._own.too_many[_language(inbound)]
            self._soon(lambda calls: calls.say(inbound.address, notice))

    def _judge(self, look: Look, inbound: Inbound) -> Verdict:
        now = self._deps.clock()
        wrote_at = min(look.wrote_at or now, now)
        if look.file and inbound.text is None:
            return "pass" if self._files.take(inbound.address, wrote_at) else "silent"
        return self._messages.judge(replace(inbound, received_at=wrote_at))

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
        self._soon(lambda calls: calls.answer_tap(tap))

    def _show_typing(self, chat: str) -> None:
        loop = asyncio.get_running_loop()
        if len(self._under_way) > TYPING_WAITING_MAX or loop.time() < self._no_typing_before:
            return
        if not self._typing.now(chat, self._deps.clock()):
            return

        async def typing(calls: TelegramCalls) -> SendOutcome:
            outcome = await calls.show_typing(chat)
            if isinstance(outcome, RetryAfter):
                self._no_typing_before = loop.time() + outcome.delay.total_seconds()
            return outcome

        self._soon(typing)

    def _leave(self, chat: str) -> None:
        """With a word of farewell; where we may not write we go without."""

        async def go(calls: TelegramCalls) -> SendOutcome:
            await calls.say(chat, self._own.only_private)
            return await calls.leave(chat)

        self._soon(go)

    def _answer_from_memory(self, updates: Sequence[object]) -> None:
        self._serve_from_memory([self._own.peek(update, self._deps.clock()) for update in updates])

    def _serve_from_memory(self, looks: Sequence[Look]) -> None:
        """The emergency card for everybody who waits for an answer now, the most urgent first (R11)."""
        waiting = [look.inbound for look in looks if look.inbound is not None]
        for inbound in sorted(waiting, key=lambda each: not self._deps.urgent(each)):
            self._send_card(inbound)
        for look in looks:
            if look.tap is not None:
                self._answer_tap(look.tap)

    def _send_card(self, inbound: Inbound) -> None:
        chat = inbound.address
        if not self._cards.now(chat, self._deps.clock()):
            return
        message: Message = self._deps.voice.message(_language(inbound))

        async def send(calls: TelegramCalls) -> SendOutcome:
            outcome = await calls.say(chat, message)
            if isinstance(outcome, RetryAfter | NotSent | Uncertain):
                self._cards.forget(chat)  # a double beats a loss; the next delivery tries again
            return outcome

        if not self._soon(send):
            self._cards.forget(chat)

    def _soon(self, call: Call) -> bool:
        """Make a call without waiting for it. False: too many wait already, or there is no way out yet."""
        calls = self._calls
        if calls is None or len(self._under_way) >= CALLS_WAITING_MAX:
            return False

        async def make() -> None:
            async with self._free:
                outcome = await call(calls)
            if isinstance(outcome, RetryAfter | NotSent | Uncertain):
                log.info("telegram.call_failed", reason=type(outcome).__name__)

        task = asyncio.create_task(make())
        self._under_way.add(task)
        task.add_done_callback(self._ended)
        return True

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("telegram.call_broken", error=type(error).__name__, where=exception_place(error))


def _name(inbound: Inbound) -> str:
    """One message, for as long as this process remembers it."""
    return f"{inbound.address} {inbound.external_id}"


def _language(inbound: Inbound) -> Literal["de", "nl"]:
    return "nl" if inbound.language == "nl" else "de"
