"""The web chat's doors: start, write, listen, hand in, come back. They check and pass on."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass, field
from typing import Final, TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from bot.channels.contract import Attachment, Inbound, Message
from bot.db.store import StoreUnavailable
from bot.public import bodies
from bot.public.bodies import Incoming, TransferCut, read_json_body
from bot.public.deps import Deps, PageLanguage
from bot.public.headers import error
from bot.public.limits import Bucket, ChatLimit, Origins
from bot.public.live import Live
from bot.public.telegram import TelegramDoor
from bot.turns.uploads import Refused, Taken

PATIENCE_SECONDS: Final = 2.0  # R11: the card is there within 3 s
KEEP_ALIVE_SECONDS: Final = 15.0
KEEP_ALIVE: Final = b"\n"
RESUMES_PER_HOUR: Final = 10  # S49
TRANSFERS_AT_ONCE: Final = 8  # S38
TRANSFERS_PER_CHAT: Final = 2  # the page sends one at a time; one more, for the last may still be breaking off
UNAVAILABLE: Final = 503
RETRY: Final = {"Retry-After": "5"}

T = TypeVar("T")


@dataclass(slots=True)
class ChatDoors:
    """One per process: the doors with their counters."""

    deps: Deps
    live: Live
    telegram: TelegramDoor | None = None
    origins: Origins = field(init=False)
    starts: Bucket = field(init=False)
    resumes: Bucket = field(init=False)
    messages: ChatLimit = field(init=False)
    transfers: Counter[str] = field(init=False, default_factory=Counter)
    """Uploads under way by chat; only chats that have one are in it."""

    def __post_init__(self) -> None:
        per_hour = self.deps.settings.new_chats_per_hour
        self.origins = Origins(self.deps.settings.trusted_proxies)
        self.starts = Bucket(burst=per_hour, per_hour=per_hour)
        self.resumes = Bucket(burst=RESUMES_PER_HOUR, per_hour=RESUMES_PER_HOUR)
        self.messages = ChatLimit(
            self.deps.urgent, burst=self.deps.settings.chat_burst, per_hour=self.deps.settings.chat_per_hour
        )

    async def start(self, request: Request) -> Response:
        """POST /chat: a new conversation. The token is in this answer and nowhere else."""
        token = self.deps.web.new_token()
        address = self._address(token)
        inbound = self.deps.web.parse_start(await read_json_body(request), address, self.deps.clock())
        caller = self._caller(request)
        if not self.starts.take(caller, self.deps.clock()):
            return error(429, "too_many_chats")
        answer = await self._accepted(request, inbound, JSONResponse({"token": token}, 201), _patience())
        if answer.status_code == UNAVAILABLE:
            self.starts.give_back(caller)  # or an outage would lock out whoever keeps trying
        return answer

    async def write(self, request: Request) -> Response:
        """POST /chat/messages: 202 once the message is safe (R1)."""
        address = self._bearer(request)
        inbound = self.deps.web.parse_message(await read_json_body(request), address, self.deps.clock())
        ends = _patience()
        try:
            await self._ref(address, ends)
        except StoreUnavailable:
            return self._from_memory(request, inbound)
        verdict = self.messages.judge(inbound)
        if verdict != "pass":
            return JSONResponse({"error": "too_many", "notice": verdict == "notice"}, 429)
        return await self._accepted(request, inbound, JSONResponse({}, 202), ends)

    async def stream(self, request: Request) -> Response:
        """GET /chat/stream: every row not yet acknowledged, then live. One JSON object per line."""
        address = self._bearer(request)
        try:
            ref = await self._ref(address, _patience())
        except StoreUnavailable:
            return self._unavailable()
        return StreamingResponse(self._lines(address, ref), media_type="application/x-ndjson")

    async def acknowledge(self, request: Request) -> Response:
        """POST /chat/ack: these rows are on the screen."""
        address = self._bearer(request)
        rows = self.deps.web.parse_ack(await read_json_body(request))
        ends = _patience()
        try:
            await self._ref(address, ends)
            await _in_time(self.deps.chats.acknowledge(address, rows), ends)
        except StoreUnavailable:
            return self._unavailable()
        return JSONResponse({}, 200)

    async def resume(self, request: Request) -> Response:
        """POST /chat/resume: the code opens the same conversation under a fresh token; the old one stops working."""
        code = self.deps.web.parse_code(await read_json_body(request))
        if not self.resumes.take(self._caller(request), self.deps.clock()):
            return error(429, "too_many_tries")
        token = self.deps.web.new_token()
        try:
            address, ends = self._address(token), _patience()
            found = await _in_time(self.deps.chats.carry_on(code, address), ends)
        except StoreUnavailable:
            return self._unavailable()
        if found == "other_channel":  # what this page could still fetch is older than what was said there
            with contextlib.suppress(StoreUnavailable):  # the chat is theirs; its question comes with their next word
                await _in_time(self.deps.accept([self.deps.web.carried_on(address, self.deps.clock())]), ends)
        return JSONResponse({"token": token}, 201) if found else error(404, "unknown_code")

    async def fresh_code(self, request: Request) -> Response:
        """POST /chat/code: a new resume code, shown once, and where there is a bot the link that takes it there."""
        address = self._bearer(request)
        try:
            code = await _in_time(self.deps.chats.fresh_code(address), _patience())
        except StoreUnavailable:
            return self._unavailable()
        if code is None:
            return error(401)
        link = None if self.telegram is None else self.telegram.link(code)
        return JSONResponse({"code": code} if link is None else {"code": code, "telegram": link}, 201)

    async def hand_in(self, request: Request) -> Response:
        """PUT /chat/files/{id}: one file as a raw body, sealed while it arrives; no byte reaches a disk (S41)."""
        address = self._bearer(request)
        headers = request.headers
        parts = request.path_params["id"], headers.get("content-type", ""), headers.get("x-file-name", "")
        upload_id, content_type, name = self.deps.web.parse_upload(*parts)
        try:
            ref = await self._ref(address, _patience())
        except StoreUnavailable:
            return self._unavailable()
        if self.transfers.total() >= TRANSFERS_AT_ONCE or self.transfers[ref] >= TRANSFERS_PER_CHAT:
            return JSONResponse({"error": "busy"}, 503, headers=RETRY)
        self.transfers[ref] += 1
        try:
            incoming = Incoming(request, bodies.UPLOAD_MAX_BYTES)
            attachment = await self._taken(ref, incoming.chunks(), declared=content_type, name=name)
            await incoming.drain()
        except StoreUnavailable:
            return self._unavailable()
        finally:
            self.transfers -= Counter((ref,))
        if attachment.refused == "interrupted":
            return error(408)  # the page knows, or is gone; the bot has nothing to answer
        inbound = self.deps.web.file_arrived(upload_id, address, self.deps.clock(), attachment)
        return await self._accepted(request, inbound, JSONResponse({"refused": attachment.refused}, 201), _patience())

    # --- shared ----------------------------------------------------------------------------------------------

    async def _lines(self, address: str, ref: str) -> AsyncIterator[bytes]:
        """Rows go out once per stream. What is not acknowledged comes again on the next: that is how a page reloads."""
        shown: set[int] = set()
        yield KEEP_ALIVE
        here: str | None = ref
        while here is not None:
            with self.live.listen(here) as ear:
                now_at: str | None = here
                while now_at == here:
                    try:
                        rows = await _in_time(self.deps.chats.pending(address), _patience())
                        now_at = await _in_time(self.deps.chats.find(address), _patience())
                    except StoreUnavailable:
                        return
                    for outbound in rows:
                        if outbound.row not in shown:
                            shown.add(outbound.row)
                            yield self.deps.web.frame(outbound)
                    if ear.ended:
                        return
                    if now_at == here and not await ear.wait(KEEP_ALIVE_SECONDS):
                        yield KEEP_ALIVE
            here = now_at

    async def _taken(self, ref: str, chunks: AsyncIterator[bytes], *, declared: str, name: str) -> Attachment:
        try:
            outcome = await self.deps.uploads.take(ref, chunks, declared=declared, name=name or None)
        except TransferCut as cut:
            return Attachment(kind="file", refused=cut.reason)
        match outcome:
            case Taken():
                return Attachment(kind="image" if outcome.kind == "image" else "file", item=outcome.item)
            case Refused():
                return Attachment(kind="file", refused=outcome.reason)

    async def _accepted(self, request: Request, inbound: Inbound, answer: Response, ends: float) -> Response:
        try:
            await _in_time(self.deps.accept([inbound]), ends)
        except StoreUnavailable:
            return self._from_memory(request, inbound)
        return answer

    def _from_memory(self, request: Request, inbound: Inbound) -> Response:
        """503 with the emergency card, at most once per chat per minute (R11); the page tries again by itself.

        Somebody new has no chat yet and gets it always: no neighbour behind the same network uses it up.
        """
        language = page_language(request)
        if inbound.start:
            message: Message | None = self.deps.voice.message(inbound.language or language)
        else:
            message = self.deps.voice.card(inbound.address, language)
        shown = None if message is None else self.deps.web.message_json(message)
        return JSONResponse({"error": "unavailable", "message": shown}, UNAVAILABLE, headers=RETRY)

    def _unavailable(self) -> Response:
        return JSONResponse({"error": "unavailable", "message": None}, UNAVAILABLE, headers=RETRY)

    async def _ref(self, address: str, ends: float) -> str:
        ref = await _in_time(self.deps.chats.find(address), ends)
        if ref is None:
            raise HTTPException(401)
        return ref

    def _bearer(self, request: Request) -> str:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        address = self.deps.web.address(token) if scheme.lower() == "bearer" else None
        if address is None:
            raise HTTPException(401)
        return address

    def _address(self, token: str) -> str:
        address = self.deps.web.address(token)
        assert address is not None
        return address

    def _caller(self, request: Request) -> str:
        peer = request.client.host if request.client else None
        return self.origins.prefix(peer, request.headers.get("x-forwarded-for"))


def page_language(request: Request) -> PageLanguage:
    """What the page was asked for (`?lang`), else the browser's first of our languages, else German."""
    asked = [request.query_params.get("lang", "")]
    asked += [part.partition(";")[0].strip() for part in request.headers.get("accept-language", "").split(",")]
    for wish in asked:
        match wish.lower().partition("-")[0]:
            case "de":
                return "de"
            case "nl":
                return "nl"
    return "de"


def _patience() -> float:
    """Until when one request waits for the store, all its questions together."""
    return asyncio.get_running_loop().time() + PATIENCE_SECONDS


async def _in_time(waiting: Awaitable[T], ends: float) -> T:
    try:
        async with asyncio.timeout_at(ends):
            return await waiting
    except TimeoutError:
        raise StoreUnavailable("no answer in time") from None
