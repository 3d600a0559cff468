"""The door's own calls: what is asked, what each answer means, and that no error tells the token."""

from __future__ import annotations

import asyncio
import json
import traceback
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, TypeVar

import httpx
import pytest

from bot.app.knowledge import COUNTRIES, VOICES, emergency_voice, knowledge
from bot.channels.contract import CardLine, Message, NotSent, Refused, RetryAfter, SendOutcome, Sent, Uncertain
from bot.channels.http import Outgoing
from bot.channels.telegram.api import Api, CallFailed, Garbled
from bot.channels.telegram.render import shown
from bot.config import Settings
from tests.conftest import StandingClock

TOKEN = "1:test-token-of-nobody"
URL = "http://127.0.0.1:8081"
OK = {"ok": True, "result": True}
T = TypeVar("T")
Answer = Callable[[httpx.Request], httpx.Response]


def answers(status: int = 200, body: Any = OK) -> Answer:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return lambda _request: httpx.Response(status, content=content)


def asked(call: Callable[[Api], Awaitable[T]], answer: Answer | None = None) -> tuple[T, list[tuple[str, Any]]]:
    seen: list[tuple[str, Any]] = []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append((request.url.path, json.loads(request.content)))
        response = (answer or answers())(request)
        # Bodies must be streams that were not read yet, as from a network.
        return httpx.Response(response.status_code, stream=httpx.ByteStream(response.content))

    async def run() -> T:
        outgoing = Outgoing([URL], transport=httpx.MockTransport(handle))
        try:
            return await call(Api(outgoing, url=URL, token=TOKEN))
        finally:
            await outgoing.close()

    return asyncio.run(run()), seen


def fails(error: Exception) -> Answer:
    def raise_it(_request: httpx.Request) -> httpx.Response:
        raise error

    return raise_it


def test_updates_are_asked_for_by_kind_every_time() -> None:
    found, seen = asked(lambda api: api.get_updates(7), answers(body={"ok": True, "result": [{"update_id": 7}]}))
    assert found == [{"update_id": 7}]
    kinds = ["message", "edited_message", "callback_query", "my_chat_member"]
    assert seen == [
        (f"/bot{TOKEN}/getUpdates", {"timeout": 25, "limit": 100, "allowed_updates": kinds, "offset": 7}),
    ]
    _, seen = asked(lambda api: api.get_updates(None, limit=1), answers(body={"ok": True, "result": []}))
    assert "offset" not in seen[0][1] and seen[0][1]["limit"] == 1


@pytest.mark.parametrize(
    ("body", "first"),
    [
        (b'{"ok":true,"result":[{"update_id":77,"message":{"text":"\\', 77),
        (b'{"ok":true,"result":[{"update_id": 8,"x":' + b"[" * 100_000, 8),
        (b'{"ok":true,"result":[{"message":{"text":"\\"update_id\\":5"},"update_id":6,\xff}]}', 6),
        (b"<html>Bitte melden Sie sich an</html>", None),
        (b"", None),
    ],
)
def test_an_answer_that_cannot_be_read_names_its_first_number(body: bytes, first: int | None) -> None:
    with pytest.raises(Garbled) as caught:
        asked(lambda api: api.get_updates(7), answers(body=body))
    assert caught.value.first == first


@pytest.mark.parametrize("body", [{"ok": True}, {"ok": True, "result": {}}, [], 7, None])
def test_an_answer_without_a_list_is_a_failed_call(body: Any) -> None:
    with pytest.raises(CallFailed):
        asked(lambda api: api.get_updates(7), answers(body=body))


def test_the_name_is_asked_for_once_and_must_be_one() -> None:
    name, seen = asked(lambda api: api.name(), answers(body={"ok": True, "result": {"username": "wegweiser_bot"}}))
    assert name == "wegweiser_bot"
    assert seen == [(f"/bot{TOKEN}/getMe", {})]
    for body in ({"ok": True, "result": {}}, {"ok": True}, [], b"{", {"result": {"username": 7}}):
        with pytest.raises(CallFailed):
            asked(lambda api: api.name(), answers(body=body))


def test_courtesies_as_telegram_wants_them() -> None:
    assert asked(lambda api: api.answer_tap("4242")) == (
        Sent(),
        [(f"/bot{TOKEN}/answerCallbackQuery", {"callback_query_id": "4242"})],
    )
    assert asked(lambda api: api.show_typing("7001"))[1] == [
        (f"/bot{TOKEN}/sendChatAction", {"chat_id": 7001, "action": "typing"})
    ]
    assert asked(lambda api: api.leave("-100123"))[1] == [(f"/bot{TOKEN}/leaveChat", {"chat_id": -100123})]


def test_r11_a_card_is_plain_text_without_previews_and_protected() -> None:
    card = (CardLine("Notruf Beispiel", phone="112", note="rund um die Uhr"),)
    _, [(path, said)] = asked(lambda api: api.say("7001", Message("bot", "Hilfe:", card=card)))
    assert path == f"/bot{TOKEN}/sendMessage"
    assert said == {
        "chat_id": 7001,
        "text": "Hilfe:\n\nNotruf Beispiel\n112\nrund um die Uhr",
        "link_preview_options": {"is_disabled": True},
        "protect_content": True,
    }


def test_r11_every_card_from_memory_fits_into_one_message(settings: Settings) -> None:
    voice = emergency_voice(knowledge(settings), StandingClock())
    for language in VOICES:
        for country in COUNTRIES:
            message = voice.message(language, country)
            words = shown(message, code_link="").text
            assert message.card and all((line.phone or line.url or "") in words for line in message.card)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (answers(), Sent()),
        (answers(429, {"ok": False, "parameters": {"retry_after": 9}}), RetryAfter(timedelta(seconds=9))),
        (answers(429, {"ok": False, "parameters": {"retry_after": 10**9}}), RetryAfter(timedelta(hours=1))),
        (answers(429, {"ok": False}), RetryAfter(timedelta(seconds=1))),
        (answers(429, b"[" * 100_000), RetryAfter(timedelta(seconds=1))),
        (answers(403, {"ok": False}), Refused("blocked")),
        (answers(400, {"ok": False}), Refused("invalid")),
        (answers(413, {"ok": False}), Refused("too_long")),
        *((answers(status, {"ok": False}), NotSent()) for status in (401, 404, 408, 409)),
        (answers(503, b""), NotSent()),
        (answers(500, b""), Uncertain()),
        (answers(502, b"<html>"), Uncertain()),
        (answers(302, b""), Uncertain()),
        (fails(httpx.ConnectError("")), NotSent()),
        (fails(httpx.ConnectTimeout("")), NotSent()),
        (fails(httpx.PoolTimeout("")), NotSent()),
        (fails(httpx.ReadTimeout("")), Uncertain()),
        (fails(httpx.RemoteProtocolError("")), Uncertain()),
        (fails(httpx.WriteError("")), Uncertain()),
    ],
)
def test_r7_what_an_answer_proves(answer: Answer, outcome: SendOutcome) -> None:
    assert asked(lambda api: api.answer_tap("4242"), answer)[0] == outcome


@pytest.mark.parametrize(
    "answer",
    [
        answers(401, {"ok": False, "description": f"Unauthorized {TOKEN}"}),
        answers(500, TOKEN.encode()),
        fails(httpx.ConnectError(f"{URL}/bot{TOKEN}/getMe")),
        fails(httpx.ReadTimeout(f"{URL}/bot{TOKEN}/getMe")),
    ],
)
def test_s52_no_error_tells_the_token(answer: Answer) -> None:
    with pytest.raises(CallFailed) as caught:
        asked(lambda api: api.name(), answer)
    said = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + str(caught.value.args)
    assert TOKEN not in said


def test_s45_an_api_goes_nowhere_else() -> None:
    async def elsewhere() -> SendOutcome:
        outgoing = Outgoing(["https://api.example.com"], transport=httpx.MockTransport(answers()))
        return await Api(outgoing, url=URL, token=TOKEN).answer_tap("1")

    assert asyncio.run(elsewhere()) == NotSent()
