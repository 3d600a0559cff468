"""The simulator keeps the platform's rules, and writes what the platform would write."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Final

import httpx
import jsonschema_rs
import pytest

from tests.conftest import StandingClock
from tests.simulators.whatsapp import Person, WhatsApp, whatsapp
from tests.simulators.whatsapp.limits import LIMITS
from tests.simulators.whatsapp.platform import Fault, wait_until

VECTORS: Final = Path(__file__).parents[2] / "vectors" / "whatsapp"
SCHEMA: Final = jsonschema_rs.validator_for(json.loads((VECTORS / "webhook.schema.json").read_text()))
ODD: Final = frozenset({"pywa/message/referral", "pywa/message/interactive_message_with_err"})
"""Payloads that their makers left incomplete on purpose."""


class Hook:
    """A webhook that says no as often as it is told to."""

    def __init__(self) -> None:
        self.got: list[tuple[bytes, str]] = []
        self.refuse = 0
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                hook.got.append((body, self.headers["X-Hub-Signature-256"]))
                hook.refuse -= 1
                self.send_response(503 if hook.refuse >= 0 else 200)
                self.end_headers()

            def log_message(self, *_: Any) -> None: ...

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        self.thread = Thread(target=self.server.serve_forever)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def platform(clock: StandingClock) -> Iterator[WhatsApp]:
    with whatsapp(clock) as running:
        yield running


@pytest.fixture
def hook(platform: WhatsApp) -> Iterator[Hook]:
    hook = Hook()
    yield hook
    platform.webhook = ""
    hook.close()


def call(platform: WhatsApp, body: dict[str, Any], token: str | None = None) -> tuple[int, Any]:
    url = f"{platform.url}/{platform.version}/{platform.phone_number_id}/messages"
    headers = {"Authorization": f"Bearer {token or platform.token}"}
    answer = httpx.post(url, json={"messaging_product": "whatsapp", **body}, headers=headers, trust_env=False)
    told = answer.json()
    return answer.status_code, told.get("error", {}).get("code", told)


def words(person: Person, text: str = "x", **more: Any) -> dict[str, Any]:
    return {"recipient": person.user_id, "type": "text", "text": {"body": text}, **more}


def test_every_payload_of_the_reference_fits_the_schema_but_two() -> None:
    payloads = json.loads((VECTORS / "webhooks.json").read_text())
    assert {name for name, payload in payloads.items() if not SCHEMA.is_valid(payload)} == ODD


def test_what_it_brings_is_what_meta_brings_and_signed(platform: WhatsApp, hook: Hook) -> None:
    mila = platform.person(number=True)
    mila.says("größe")
    mila.sends_file(b"x", caption="bild")
    mila.taps(data="a.b.c")
    call(platform, words(mila, biz_opaque_callback_data="p"))
    platform.late_failures[mila.user_id] = 131026
    call(platform, words(mila))
    mila.moves_to("49000000777")
    platform.batch, hook.refuse = 4, 2
    platform.webhook = hook.url
    wait_until(lambda: not platform.pending())
    bodies = [body for body, _ in hook.got]
    assert bodies[0] == bodies[1] == bodies[2], "the same again until it is taken"
    for body, proof in hook.got:
        assert proof == "sha256=" + hmac.new(platform.app_secret.encode(), body, hashlib.sha256).hexdigest()
        assert list(SCHEMA.iter_errors(json.loads(body))) == []
    assert b"gr\\u00f6\\u00dfe" in bodies[0], "everything beyond ASCII escaped"


def test_the_window_is_a_day_to_the_second(platform: WhatsApp, clock: StandingClock) -> None:
    mila = platform.person()
    assert call(platform, words(mila))[1] == 131047
    mila.says("hallo")
    clock.advance(seconds=LIMITS["windows_s"]["customer_service"] - 1)
    assert call(platform, words(mila))[0] == 200
    clock.advance(seconds=1)
    assert call(platform, words(mila)) == (400, 131047)
    template = {"recipient": mila.user_id, "type": "template", "template": {"name": "a", "language": {"code": "de"}}}
    assert call(platform, template) == (404, 132001)
    platform.templates["a", "de"] = {"status": "APPROVED"}
    assert call(platform, template)[0] == 200


def test_the_pair_limit(platform: WhatsApp, clock: StandingClock) -> None:
    mila = platform.person()
    mila.says("hallo")
    found = [call(platform, words(mila))[0] for _ in range(46)]
    assert found == [200] * 45 + [400]
    clock.advance(seconds=6)
    assert call(platform, words(mila))[0] == 200
    assert call(platform, words(mila)) == (400, 131056)


@pytest.mark.parametrize(
    "broken",
    [
        {"text": {"body": ""}},
        {"text": {"body": "x" * 4_097}},
        {"to": "4900000"},
        {"recipient": "milas-nummer"},
        {"unknown": 1},
        {"type": "poll"},
    ],
)
def test_a_call_beyond_the_limits_is_refused_and_remembered(platform: WhatsApp, broken: dict[str, Any]) -> None:
    mila = platform.person()
    mila.says("hallo")
    assert call(platform, words(mila) | broken)[0] == 400
    assert platform.broken


def test_faults_are_on_the_wire(platform: WhatsApp) -> None:
    mila = platform.person()
    mila.says("hallo")
    assert call(platform, words(mila), token="falsch") == (401, 190)
    platform.faults += [Fault("error", 1, 503, 131016), Fault("lost", 1)]
    assert call(platform, words(mila)) == (503, 131016)
    with pytest.raises(httpx.RemoteProtocolError):
        call(platform, words(mila))
    assert [shown.by for shown in mila.chat] == ["person", "bot"], "it was done all the same"


def test_a_link_to_a_file_lives_five_minutes(platform: WhatsApp, clock: StandingClock) -> None:
    media = platform.stores_file(b"x", "image/png")
    headers = {"Authorization": f"Bearer {platform.token}"}
    asked = f"{platform.url}/{platform.version}/{media}?phone_number_id={platform.phone_number_id}"
    url = httpx.get(asked, headers=headers, trust_env=False).json()["url"]
    assert httpx.get(url, headers=headers, trust_env=False).content == b"x"
    assert httpx.get(url, trust_env=False).status_code == 401
    clock.now += timedelta(minutes=5, seconds=1)
    assert httpx.get(url, headers=headers, trust_env=False).status_code == 404
