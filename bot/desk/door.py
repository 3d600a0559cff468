"""Who may come in: origin of a request, cookie, sign-in, form token, and the headers every answer leaves with.

GET never changes anything but the log of what was read (S11, S30).
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, Literal
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.cases.facts import Staff

Access = Literal["anyone", "staff", "counsellor"]
"""The whole permission table: each screen names one. `counsellor` includes supervisors; an admin sees no case."""

IDLE: Final = timedelta(minutes=30)
LONGEST: Final = timedelta(hours=12)
TOUCH_EVERY: Final = timedelta(minutes=1)
FORM_MAX_BYTES: Final = 64 * 1024

CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)
HEADERS: Final[Mapping[str, str]] = {
    "content-security-policy": CSP,
    "cache-control": "no-store",
    "strict-transport-security": "max-age=31536000; includeSubDomains",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": (
        "accelerometer=(), autoplay=(), camera=(), display-capture=(), fullscreen=(), geolocation=(), "
        "gyroscope=(), hid=(), magnetometer=(), microphone=(), midi=(), payment=(), screen-wake-lock=(), serial=(), "
        "usb=(), xr-spatial-tracking=()"
    ),
}
"""S51, S13. An answer may set a stricter policy of its own (evidence); nothing may leave one out."""


class Unreadable(Exception):
    """A form larger than any of ours, bytes that are no text, or a page that was closed meanwhile."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A counsellor during one request. `secret` is the cookie; it goes to the key holder and nowhere else."""

    member: Staff
    sid: bytes = field(repr=False)
    secret: str = field(repr=False)
    identity: bytes = field(repr=False)
    csrf: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Visit:
    """One request, as the screens see it."""

    request: Request = field(repr=False)
    language: str
    signed_in: SignedIn | None
    form: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def me(self) -> SignedIn:
        """Who is asking; only screens whose access is not `anyone` may ask this."""
        if self.signed_in is None:
            raise RuntimeError("a screen for everyone asked who is signed in")
        return self.signed_in

    @property
    def by_script(self) -> bool:
        """Our own page's script asked and wants an answer it can show, not another page."""
        return self.request.headers.get("x-desk") == "script"


Handler = Callable[[Visit], Awaitable[Response]]


def cookie_names(url: str) -> tuple[str, ...]:
    """`__Host-desk` always. On plain http (trial, loopback) also `desk`, for browsers that refuse Secure there."""
    return ("__Host-desk",) if url.startswith("https:") else ("__Host-desk", "desk")


def set_cookies(response: Response, url: str, secret: str) -> None:
    """Session cookies: no lifetime of their own, the store knows when they end (S8)."""
    for name in cookie_names(url):
        secure = name.startswith("__Host-")
        response.set_cookie(name, secret, path="/", httponly=True, samesite="strict", secure=secure)


def drop_cookies(response: Response, url: str) -> None:
    for name in cookie_names(url):
        secure = name.startswith("__Host-")
        response.delete_cookie(name, path="/", httponly=True, samesite="strict", secure=secure)


def from_own_page(headers: Mapping[str, str], url: str) -> bool:
    """Whether the browser vouches that one of our own pages sent this (S11).

    With `Referrer-Policy: no-referrer` browsers send `Origin: null` with a form (Fetch standard,
    "serializing a request origin", read 2026-11-21); then `Sec-Fetch-Site` must say so.
    """
    site = headers.get("sec-fetch-site")
    origin = headers.get("origin")
    if site not in (None, "same-origin") or origin not in (None, "null", own_origin(url)):
        return False
    return origin == own_origin(url) or site == "same-origin"


def own_origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def right_token(given: str, csrf: str) -> bool:
    """Constant time, as bytes: comparing text fails on anything but ASCII."""
    return hmac.compare_digest(given.encode(errors="surrogatepass"), csrf.encode())


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a small url-encoded form. Raises Unreadable; nothing of it reaches the disk."""
    body = b""
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > FORM_MAX_BYTES:
                raise Unreadable("form")
    except ClientDisconnect:
        raise Unreadable("form") from None
    try:
        fields = parse_qs(body.decode("ascii"), keep_blank_values=True, max_num_fields=20, errors="strict")
    except ValueError:
        raise Unreadable("form") from None
    return {name: values[-1] for name, values in fields.items()}


class Headers:
    """Puts the headers on every answer, errors and static files included; drops what names the server."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    if name == "content-security-policy":
                        headers.setdefault(name, value)
                    else:
                        headers[name] = value
            await send(message)

        await self._app(scope, receive, with_headers)
