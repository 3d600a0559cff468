"""Webhooks: the secret, order per queue, repeats until 2xx, and what getWebhookInfo tells."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.conftest import StandingClock
from tests.installation import free_ports
from tests.simulators.telegram import Telegram
from tests.simulators.telegram.conftest import Ask

YES = {"inline_keyboard": [[{"text": "Ja", "callback_data": "yes"}]]}


@dataclass
class Receiver:
    """A bot's webhook. `judge` gives the status for a text; a text in `held` waits for its event first."""

    url: str = ""
    judge: Callable[[str], int] = lambda _: 200
    answer: bytes = b""
    got: list[str] = field(default_factory=list)
    secrets: list[str | None] = field(default_factory=list)
    held: dict[str, threading.Event] = field(default_factory=dict)
    inside: Counter[str] = field(default_factory=Counter)
    overlaps: int = 0
    most_at_once: int = 0
    takes_seconds: float = 0.0

    def takes(self, update: dict[str, Any], secret: str | None) -> int:
        tap = update.get("callback_query")
        text, queue = (
            (tap["data"], "taps") if tap else (update["message"]["text"], str(update["message"]["chat"]["id"]))
        )
        self.inside[queue] += 1
        self.most_at_once = max(self.most_at_once, sum(self.inside.values()))
        self.overlaps += self.inside[queue] > 1
        self.got.append(text)
        self.secrets.append(secret)
        threading.Event().wait(self.takes_seconds)
        if text in self.held:
            assert self.held[text].wait(10)
        self.inside[queue] -= 1
        return self.judge(text)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    mine = Receiver()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            update = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status = mine.takes(update, self.headers.get("X-Telegram-Bot-Api-Secret-Token"))
            self.send_response(status)
            self.send_header("Content-Length", str(len(mine.answer)))
            self.end_headers()
            self.wfile.write(mine.answer)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=[0.02])
        thread.start()
        mine.url = f"http://127.0.0.1:{server.server_address[1]}/telegram/webhook"
        yield mine
        server.shutdown()
        thread.join()


def empty(platform: Telegram) -> None:
    platform.waits_for(lambda: platform.pending() == 0)


def test_r1_a_webhook_is_repeated_until_2xx_and_the_chat_waits(
    platform: Telegram, ask: Ask, receiver: Receiver, clock: StandingClock
) -> None:
    refusals = iter([500, 404, 302, 204])
    receiver.judge = lambda text: next(refusals) if text == "a" else 201
    mila = platform.person()
    mila.says("a")
    mila.says("b")
    ask("setWebhook", url=receiver.url, secret_token="Abc_-9", max_connections=3)
    empty(platform)
    assert receiver.got == ["a", "a", "a", "a", "b"]
    assert set(receiver.secrets) == {"Abc_-9"}
    info = ask("getWebhookInfo")
    assert (info["url"], info["pending_update_count"], info["max_connections"]) == (receiver.url, 0, 3)
    assert info["last_error_message"] == "Wrong response from the webhook: 302 Found"
    assert info["last_error_date"] == int(clock.now.timestamp())


def test_order_per_chat_while_taps_and_other_chats_overtake(platform: Telegram, ask: Ask, receiver: Receiver) -> None:
    mila, noor = platform.person(), platform.person(name="Noor")
    mila.says("hallo")
    ask("sendMessage", chat_id=mila.chat_id, text="eins", reply_markup=YES)
    ask("getUpdates", offset=-1)
    receiver.held["hallo"] = threading.Event()
    ask("setWebhook", url=receiver.url)
    for text in "abc":
        mila.says(text)
    mila.taps("Ja")
    noor.says("moin")
    platform.waits_for(lambda: platform.pending() == 4)
    assert sorted(receiver.got) == ["hallo", "moin", "yes"]
    receiver.held["hallo"].set()
    empty(platform)
    assert [text for text in receiver.got if text in "abc"] == ["a", "b", "c"]
    assert receiver.overlaps == 0


def test_never_more_connections_than_asked_for(platform: Telegram, ask: Ask, receiver: Receiver) -> None:
    receiver.takes_seconds = 0.02
    for number in range(5):
        platform.person().says(str(number))
    ask("setWebhook", url=receiver.url, max_connections=1)
    empty(platform)
    assert len(receiver.got) == 5
    assert receiver.most_at_once == 1


def test_a_webhook_that_comes_back_gets_everything(platform: Telegram, ask: Ask, receiver: Receiver) -> None:
    mila = platform.person()
    (nobody,) = free_ports(1)
    ask("setWebhook", url=f"http://127.0.0.1:{nobody}/", allowed_updates=["message"])
    mila.says("a")
    platform.waits_for(lambda: platform.accounts["public"].webhook.error == "Connection refused")
    assert ask("getWebhookInfo")["pending_update_count"] == 1
    ask("setWebhook", url=receiver.url)
    empty(platform)
    assert receiver.got == ["a"]
    assert ask("getWebhookInfo")["allowed_updates"] == ["message"]


def test_what_expires_is_dropped(platform: Telegram, ask: Ask, receiver: Receiver, clock: StandingClock) -> None:
    mila = platform.person()
    receiver.judge = lambda text: 500 if text == "yes" else 200
    mila.says("hallo")
    ask("sendMessage", chat_id=mila.chat_id, text="eins", reply_markup=YES)
    ask("setWebhook", url=receiver.url)
    mila.taps("Ja")
    platform.waits_for(lambda: receiver.got.count("yes") >= 2 and platform.pending() == 1)
    clock.advance(seconds=150)
    assert platform.pending() == 0


def test_dropping_and_going_back_to_polling(platform: Telegram, ask: Ask, receiver: Receiver) -> None:
    mila = platform.person()
    mila.says("a")
    ask("setWebhook", url=receiver.url, drop_pending_updates=True)
    mila.says("b")
    empty(platform)
    ask("deleteWebhook")
    mila.says("c")
    assert [update["message"]["text"] for update in ask("getUpdates")] == ["c"]
    assert receiver.got == ["b"]
    assert ask("getWebhookInfo")["url"] == ""


def test_r1_repeat_posts_every_update_twice(platform: Telegram, ask: Ask, receiver: Receiver) -> None:
    platform.faults.repeat(True)
    ask("setWebhook", url=receiver.url)
    mila = platform.person()
    mila.says("a")
    mila.says("b")
    empty(platform)
    assert receiver.got == ["a", "a", "b", "b"]


def test_an_answer_that_is_a_call_is_noted(platform: Telegram, ask: Ask, receiver: Receiver) -> None:
    receiver.answer = b'{"method": "sendMessage", "chat_id": 1, "text": "x"}'
    ask("setWebhook", url=receiver.url)
    platform.person().says("a")
    empty(platform)
    assert platform.broken == ["webhook: an answer that is a call, whose outcome nobody can know"]


def test_a_webhook_elsewhere_is_refused(platform: Telegram, ask: Ask) -> None:
    for url in ("https://example.com/x", "ftp://127.0.0.1/", "127.0.0.1"):
        assert ask("setWebhook", url=url)[0] == 400
    assert ask("setWebhook", url="http://127.0.0.1:9/", secret_token="ä")[0] == 400
    assert ask("getWebhookInfo")["url"] == ""
