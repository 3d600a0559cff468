"""What surrounds every answer (S51, S53) and who may send (S49)."""

from __future__ import annotations

import socket
from uuid import uuid4

import httpx
import pytest

from bot.config import Public
from bot.public.chat import ChatDoors
from bot.public.live import Live
from bot.public.pages import Pages
from bot.public.routes import public_routes
from tests.public.conftest import Person
from tests.public.small_house import SmallHouse, running

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)
EXPECTED = {
    "content-security-policy": POLICY,
    "strict-transport-security": "max-age=31536000; includeSubDomains",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
REQUESTS = [
    ("GET", "/", 200),
    ("HEAD", "/", 200),
    ("GET", "/widget.js", 200),
    ("GET", "/static/chat.js", 200),
    ("GET", "/static/chat.css", 200),
    ("GET", "/static/icon.svg", 200),
    ("GET", "/texts/nl.json", 200),
    ("GET", "/privacy", 200),
    ("GET", "/imprint", 200),
    ("GET", "/accessibility", 200),
    ("GET", "/healthz", 200),
    ("GET", "/readyz", 200),
    ("POST", "/chat", 400),
    ("POST", "/chat/messages", 401),
    ("GET", "/chat/stream", 401),
    ("POST", "/chat/ack", 401),
    ("PUT", f"/chat/files/{uuid4()}", 401),
    ("POST", "/chat/resume", 400),
    ("POST", "/chat/code", 401),
    ("GET", "/nowhere", 404),
    ("GET", "/static/../../config.py", 404),
    ("GET", "/static/%2e%2e%2fconfig.py", 404),
    ("GET", "/static/index.html", 404),
    ("GET", "/static/legal.html", 404),
    ("GET", "/texts/fr.json", 404),
    ("DELETE", "/chat", 405),
    ("GET", "/chat/messages", 405),
    ("GET", "/docs", 404),
    ("GET", "/redoc", 404),
    ("GET", "/openapi.json", 404),
    ("GET", "/metrics", 404),
    ("GET", "/chat/", 404),
]


def check_protected(headers: httpx.Headers, *, resource_policy: str = "same-origin") -> None:
    expected = EXPECTED | {"cross-origin-resource-policy": resource_policy}
    assert {name: headers.get(name) for name in expected} == expected
    features = headers["permissions-policy"].split(", ")
    assert len(features) > 15
    assert all(feature.endswith("=()") for feature in features)
    assert "server" not in headers
    assert "set-cookie" not in headers
    assert "access-control-allow-origin" not in headers


def test_s51_headers_on_every_route_and_error(client: httpx.Client) -> None:
    for method, path, status in REQUESTS:
        answer = client.request(method, path)
        assert answer.status_code == status, (method, path, answer.text)
        policy = "cross-origin" if path == "/widget.js" else "same-origin"
        check_protected(answer.headers, resource_policy=policy)
        if status >= 400 and method != "HEAD":
            assert set(answer.json()) == {"error"}


def test_every_route_is_in_the_header_snapshot(house: SmallHouse) -> None:
    deps = house.deps()
    patterns = [route.path_regex for route in public_routes(Pages(deps), ChatDoors(deps, Live(deps.subscribe)))]
    asked = [path for _, path, status in REQUESTS if status not in {404, 405}]
    assert all(any(pattern.match(path) for path in asked) for pattern in patterns)


@pytest.mark.parametrize(
    "request_bytes",
    [b"GARBAGE\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\nBad Header\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n"],
)
def test_s51_what_is_no_http_gets_the_headers_too(url: str, request_bytes: bytes) -> None:
    with socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), timeout=60) as door:
        door.sendall(request_bytes)
        answer = b"".join(iter(lambda: door.recv(65_536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    assert "400" in status
    check_protected(httpx.Headers([tuple(line.split(": ", 1)) for line in lines]))  # type: ignore[misc]
    assert body == b'{"error":"bad_request"}'


def test_s53_a_fault_of_ours_tells_nothing(person: Person, house: SmallHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(_address: str) -> str:
        raise RuntimeError("CANARY secret words")

    monkeypatch.setattr(house, "find", broken)
    answer = person.sends(text="CANARY text")
    assert (answer.status_code, answer.json()) == (500, {"error": "failed"})
    check_protected(answer.headers)


def test_s51_embedding_sites_may_frame_the_chat() -> None:
    house = SmallHouse(settings=Public(frame_ancestors=["https://school.example.com"]))
    with running(house) as url:
        answer = httpx.get(f"{url}/", trust_env=False, timeout=60)
    assert answer.headers["content-security-policy"].endswith("frame-ancestors https://school.example.com")
    assert "x-frame-options" not in answer.headers


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 201),
        ({"Origin": "{url}"}, 201),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": ""}, 403),
        ({"Origin": "{url}.evil.example"}, 403),
        ({"Origin": "https://127.0.0.1"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 201),
    ],
)
def test_s49_only_our_own_page_may_send(url: str, house: SmallHouse, headers: dict[str, str], status: int) -> None:
    sent = {name: value.replace("{url}", url) for name, value in headers.items()}
    answer = httpx.post(f"{url}/chat", json={"language": "de"}, headers=sent, trust_env=False, timeout=60)
    assert answer.status_code == status
    assert len(house.accepted) == (status == 201)


def test_r23_ready_names_no_cause(client: httpx.Client, house: SmallHouse) -> None:
    assert client.get("/readyz").text == "ready\n"
    house.is_ready = False
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text) == (503, "not ready\n")
    assert client.get("/healthz").status_code == 200


def test_the_page_speaks_the_asked_language_and_carries_the_card(client: httpx.Client) -> None:
    german = client.get("/", headers={"Accept-Language": "fr,nl;q=0.5"}).text
    assert '<html lang="nl">' in german
    assert client.get("/?lang=de", headers={"Accept-Language": "nl"}).text.count('href="tel:112"') == 2
    assert "{{" not in german
    assert client.get("/widget.js?lang=nl").text.count("Chat openen") == 1
    assert "{{" not in client.get("/widget.js").text
    assert client.get("/texts/en.json").json()["card"][0]["phone"] == "112"
