"""What surrounds every answer: protective headers (S51), the Origin check (S49) and errors that tell nothing (S53)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.config import Public

PERMISSIONS_OFF: Final = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "autoplay",
        "camera",
        "clipboard-read",
        "clipboard-write",
        "display-capture",
        "encrypted-media",
        "fullscreen",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "picture-in-picture",
        "publickey-credentials-create",
        "publickey-credentials-get",
        "screen-wake-lock",
        "serial",
        "usb",
        "xr-spatial-tracking",
    )
)
EVERYWHERE: Final = {
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS_OFF,
    "Cache-Control": "no-store",
}
CODES: Final = {
    400: "bad_request",
    401: "unknown_chat",
    403: "forbidden",
    404: "not_found",
    405: "not_allowed",
    408: "too_slow",
    411: "length_required",
    413: "too_large",
    431: "too_large",
    429: "too_many",
    503: "unavailable",
}
HEADERS_MAX_BYTES: Final = 16_384
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def content_security_policy(embedding_sites: Sequence[str]) -> str:
    framing = " ".join(embedding_sites) or "'none'"
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; object-src 'none'; "
        f"frame-ancestors {framing}"
    )


class Protected:
    """Outermost layer: S51 headers on whatever leaves, also on errors; foreign origins stop here."""

    def __init__(self, app: ASGIApp, settings: Public) -> None:
        self._app = app
        self._headers = protective_headers(settings)
        self._origins = _own_origins(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def send_protected(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        if sum(len(name) + len(value) for name, value in scope["headers"]) > HEADERS_MAX_BYTES:
            await error(431)(scope, receive, send_protected)
            return
        if scope["method"] not in {"GET", "HEAD"} and not self._from_us(Headers(scope=scope)):
            await error(403)(scope, receive, send_protected)
            return
        try:
            await self._app(scope, receive, send_protected)
        except Exception:  # noqa: BLE001 - told and answered inside; uvicorn would print a traceback with what was sent
            if not started:
                await error(500)(scope, receive, send_protected)

    def _from_us(self, headers: Headers) -> bool:
        """Browsers name the page a request comes from; programs that do not are no browser and carry no one's page."""
        named = headers.get("origin")
        if named is None:
            return headers.get("sec-fetch-site", "same-origin") == "same-origin"
        return named in self._origins


def protective_headers(settings: Public) -> dict[str, str]:
    framing = {} if settings.frame_ancestors else {"X-Frame-Options": "DENY"}
    policy = content_security_policy(settings.frame_ancestors)
    return {**EVERYWHERE, **framing, "Content-Security-Policy": policy}


def error(status: int, code: str | None = None) -> Response:
    """An answer with a fixed code and nothing of the question in it."""
    return JSONResponse({"error": code or CODES.get(status, "failed")}, status)


def answer_http_error(_request: Request, failure: Exception) -> Response:
    if not isinstance(failure, HTTPException):
        return error(500)
    response = error(failure.status_code)
    response.headers.update(failure.headers or {})
    return response


def _own_origins(settings: Public) -> frozenset[str]:
    own = urlsplit(settings.url)
    origins = {f"{own.scheme}://{own.netloc}", *settings.frame_ancestors}
    if own.hostname in LOOPBACK:
        port = f":{own.port}" if own.port else ""
        origins |= {f"{own.scheme}://{host}{port}" for host in ("localhost", "127.0.0.1", "[::1]")}
    return frozenset(origins)
