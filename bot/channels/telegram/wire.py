"""aiogram's connection to one Bot API server, told apart by what is known after a call (S45).

    CallFailed        no answer of the platform
    ├── NeverWritten  no byte of the request left: it has surely not been done
    └── Unanswered    the request was on its way: it may have been done
    Odd               it was done, and the answer does not fit aiogram's types

None of them carries a URL, which would hold the token; aiogram's and aiohttp's own errors do and end here.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, cast
from urllib.parse import quote

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import ClientDecodeError
from aiogram.methods import TelegramMethod
from aiogram.methods.base import TelegramType
from aiohttp import (
    ClientError,
    ClientPayloadError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    TCPConnector,
    TraceConfig,
)
from yarl import URL

CALL_SECONDS: Final = 25  # below S45's 30 s for one call
CONNECT_SECONDS: Final = 10  # name, connection, TLS, and waiting for a free connection
CONNECTIONS: Final = 64  # more than the relay's 32 hands, 16 calls that tidy up, 8 files
IDLE_SECONDS: Final = 30  # a connection idle for longer may be gone at the other end
DNS_SECONDS: Final = 300
ANSWER_BYTES: Final = 2_000_000
PIECE_BYTES: Final = 65_536


class CallFailed(Exception):
    """The platform gave no answer. The text names the kind of fault."""


class NeverWritten(CallFailed):
    """No connection: name not found, refused, no TLS, none free in time."""


class Unanswered(CallFailed):
    """Cut off, timed out, or answered by a broken server after the request had begun to leave."""


class NotTaken(CallFailed):
    """The server says it is not taking requests now (503, RFC 9110 section 15.6.4)."""


class Odd(Exception):
    """Telegram did what was asked; a newer server answered in a form this aiogram does not know."""

    def __init__(self, result: object) -> None:
        super().__init__("odd_answer")
        self.result = result


@dataclass(slots=True)
class _Course:
    """How far one request has come."""

    connected: bool = False


class Line(AiohttpSession):
    """aiogram's session with limits of its own, without redirects, proxies of the environment, or cookies."""

    def __init__(self, api_url: str) -> None:
        super().__init__(api=TelegramAPIServer.from_base(api_url), timeout=CALL_SECONDS, limit=CONNECTIONS)
        self._connector_init |= {"ttl_dns_cache": DNS_SECONDS, "keepalive_timeout": IDLE_SECONDS}

    async def create_session(self) -> ClientSession:
        if self._session is None or self._session.closed:
            trace = TraceConfig()
            trace.on_connection_create_end.append(_note_connected)
            trace.on_connection_reuseconn.append(_note_connected)
            self._session = ClientSession(
                connector=TCPConnector(**self._connector_init),
                cookie_jar=DummyCookieJar(),
                trace_configs=[trace],
                trust_env=False,
                timeout=ClientTimeout(total=CALL_SECONDS, connect=CONNECT_SECONDS),
            )
        return self._session

    async def close(self) -> None:
        """At once; aiohttp itself waits for its connections to end, aiogram would sleep besides."""
        if self._session is not None:
            await self._session.close()

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 - aiogram's signature
    ) -> TelegramType:
        """One call. Raises CallFailed, Odd, and aiogram's TelegramAPIError for what the platform refused."""
        session = await self.create_session()
        course = _Course()
        try:
            async with session.post(
                self.api.api_url(token=bot.token, method=method.__api_method__),
                data=self.build_form_data(bot=bot, method=method),
                timeout=_patience(timeout),
                allow_redirects=False,
                trace_request_ctx=course,
            ) as answer:
                status, content = answer.status, await _read(answer)
        except (ClientError, OSError, TimeoutError) as error:
            raise _failed(course, error) from None
        if status == HTTPStatus.SERVICE_UNAVAILABLE:
            raise NotTaken("http_503")
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise Unanswered(f"http_{status}")
        try:
            response = self.check_response(bot=bot, method=method, status_code=status, content=content)
        except ClientDecodeError as error:
            if isinstance(error.data, dict) and error.data.get("ok") is True:
                raise Odd(error.data.get("result")) from None
            raise Unanswered(f"http_{status}_unreadable") from None
        return cast(TelegramType, response.result)

    async def download(self, token: str, path: str, *, seconds: float) -> AsyncGenerator[bytes, None]:
        """A file in pieces; `path` as getFile gave it. Raises CallFailed, also for a file that is not there."""
        session = await self.create_session()
        url = URL(self.api.file_url(token=token, path=quote(path, safe="/")), encoded=True)
        course = _Course()
        try:
            async with session.get(
                url, timeout=_patience(seconds), allow_redirects=False, trace_request_ctx=course
            ) as answer:
                if answer.status != HTTPStatus.OK:
                    raise Unanswered(f"http_{answer.status}")
                async for piece in answer.content.iter_chunked(PIECE_BYTES):
                    yield piece
        except (ClientError, OSError, TimeoutError) as error:
            raise _failed(course, error) from None


def _patience(seconds: float | None) -> ClientTimeout:
    total = CALL_SECONDS if seconds is None else seconds
    return ClientTimeout(total=total, connect=min(total, CONNECT_SECONDS))


async def _note_connected(_session: ClientSession, context: Any, _params: object) -> None:
    context.trace_request_ctx.connected = True


async def _read(answer: ClientResponse) -> str:
    content = bytearray()
    async for piece in answer.content.iter_chunked(PIECE_BYTES):
        content += piece
        if len(content) > ANSWER_BYTES:
            raise ClientPayloadError
    return content.decode("utf-8", "replace")


def _failed(course: _Course, error: Exception) -> CallFailed:
    return (Unanswered if course.connected else NeverWritten)(type(error).__name__)
