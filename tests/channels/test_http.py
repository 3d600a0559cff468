"""S45: the one way out."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from typing import Any

import httpx
import pytest

from bot.channels.http import Answer, Forbidden, Outgoing, TooLarge

ORIGINS = ("https://api.example.com", "https://media.example.com/")
LOCAL = "http://127.0.0.1:8081"
SECRET = "token-that-belongs-to-one-host"


class Endless(httpx.AsyncByteStream):
    """Keeps sending; counts what was taken."""

    def __init__(self, chunk: bytes = b"x" * 65_536, chunks: int = 200_000) -> None:
        self.chunk = chunk
        self.chunks = chunks
        self.sent = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for _ in range(self.chunks):
            self.sent += len(self.chunk)
            yield self.chunk

    async def aclose(self) -> None: ...


def asked(
    url: str, handler: Any = None, origins: Sequence[str] = ORIGINS, **more: Any
) -> tuple[Answer, list[httpx.Request]]:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        response = handler(request) if handler else httpx.Response(200, stream=Endless(b'{"ok":true}', 1))
        assert isinstance(response, httpx.Response)
        return response

    async def run() -> Answer:
        outgoing = Outgoing(origins, bearer={ORIGINS[0]: SECRET}, transport=httpx.MockTransport(answer))
        try:
            return await outgoing.request("GET", url, **more)
        finally:
            await outgoing.close()

    try:
        return asyncio.run(run()), seen
    except Forbidden:
        assert not seen, "the request left although it was forbidden"
        raise


@pytest.mark.parametrize(
    "url",
    [
        "http://api.example.com/",
        "https://127.0.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://localhost/",
        "https://api.example.com:8443/",
        "https://api.example.com@evil.example/",
        "https://evil.example#@api.example.com/",
        "https://user:pw@api.example.com/",
        "https://api.example.com.evil.example/",
        "https://api.example.com./",
        "https://xapi.example.com/",
        "https://\u0430pi.example.com/",
        "ftp://api.example.com/",
        "file:///etc/passwd",
        "//api.example.com/",
        "api.example.com",
        "https://",
        "http://",
        "http://api.example.com:443/",
        "https://api.example.com\\@evil.example/",
        "https://api.example.com%00.evil.example/",
        "",
    ],
)
def test_s45_only_configured_hosts_over_https_on_443(url: str) -> None:
    with pytest.raises(Forbidden) as caught:
        asked(url)
    assert str(caught.value) == ""


@pytest.mark.parametrize("url", ["https://api.example.com/x", "https://API.example.com:443/x"])
def test_s45_configured_hosts_are_reached(url: str) -> None:
    answer, _ = asked(url)
    assert answer.status == 200
    assert answer.body == b'{"ok":true}'


@pytest.mark.parametrize("url", [f"{LOCAL}/bot1:x/getMe", "HTTP://127.0.0.1:8081/x"])
def test_s45_a_server_of_ours_is_reached_on_its_own_scheme_and_port(url: str) -> None:
    answer, seen = asked(url, origins=(LOCAL,))
    assert answer.status == 200
    assert "Authorization" not in seen[0].headers


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://127.0.0.1:80/",
        "http://127.0.0.1:8082/",
        "https://127.0.0.1:8081/",
        "http://127.0.0.2:8081/",
        "http://localhost:8081/",
        "http://user@127.0.0.1:8081/",
        "https://api.example.com/",
        "http://169.254.169.254/latest/meta-data",
    ],
)
def test_s45_nothing_beside_the_named_origin(url: str) -> None:
    with pytest.raises(Forbidden):
        asked(url, origins=(LOCAL,))


@pytest.mark.parametrize(
    "origin", ["", "api.example.com", "https://", "ftp://api.example.com", "https://a@api.example.com",
               "https://api.example.com/path", "https://api.example.com?x=1", "https://api.example.com#x", "https://a:x"]
)  # fmt: skip
def test_s45_what_is_no_origin_is_refused_when_named(origin: str) -> None:
    with pytest.raises(ValueError, match="an origin is scheme, host and port"):
        Outgoing((origin,))


def test_s45_a_redirect_is_not_followed() -> None:
    away = httpx.Response(302, headers={"Location": "https://127.0.0.1/"}, stream=Endless(b"", 0))
    answer, seen = asked("https://api.example.com/", lambda _request: away)
    assert answer.status == 302
    assert len(seen) == 1


def test_s45_the_bearer_token_goes_to_its_own_host_only() -> None:
    _, seen = asked("https://api.example.com/")
    assert seen[0].headers["Authorization"] == f"Bearer {SECRET}"
    _, seen = asked("https://media.example.com/", headers={"authorization": "Bearer smuggled"})
    assert "Authorization" not in seen[0].headers
    assert SECRET not in repr(seen[0].headers)


def test_s45_an_endless_answer_is_cut_while_reading() -> None:
    stream = Endless()
    with pytest.raises(TooLarge):
        asked("https://media.example.com/", lambda _r: httpx.Response(200, stream=stream), most_bytes=1_000_000)
    assert stream.sent <= 1_000_000 + 65_536


def test_s45_a_lying_length_changes_nothing() -> None:
    stream = Endless()
    lies = httpx.Response(200, headers={"Content-Length": "10"}, stream=stream)
    with pytest.raises(TooLarge):
        asked("https://media.example.com/", lambda _r: lies, most_bytes=100_000)


def test_s45_a_packed_answer_is_refused() -> None:
    packed = httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=Endless(b"\x1f\x8b", 1))
    with pytest.raises(httpx.DecodingError):
        asked("https://media.example.com/", lambda _r: packed)


def test_s45_no_proxy_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "SSL_CERT_FILE"):
        monkeypatch.setitem(os.environ, name, "http://127.0.0.1:9/")
    outgoing = Outgoing(ORIGINS)
    assert not outgoing._client._mounts
    assert outgoing._client.trust_env is False
    asyncio.run(outgoing.close())


def test_s45_thirty_seconds_in_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.http.TOTAL_SECONDS", 0.05)

    class Never(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            yield b"x"
            await asyncio.Event().wait()

        async def aclose(self) -> None: ...

    with pytest.raises(httpx.ReadTimeout):
        asked("https://media.example.com/", lambda _r: httpx.Response(200, stream=Never()))


def test_a_call_may_have_less_time_than_all_others() -> None:
    async def never(_request: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    async def run() -> None:
        outgoing = Outgoing(ORIGINS, transport=httpx.MockTransport(never))
        await outgoing.request("GET", ORIGINS[0], most_seconds=0.05)

    with pytest.raises(httpx.ReadTimeout):
        asyncio.run(run())
