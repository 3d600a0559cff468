"""What reaches Telegram when we send, and what we make of every answer."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any, Final

import pytest

from bot.channels.contract import Button, CardLine, Message, NotSent, Outbound, Refused, RetryAfter, Sent, Uncertain
from bot.channels.telegram import wire
from bot.channels.telegram.connection import Connection, connect
from bot.channels.telegram.render import DATA_BYTES
from bot.config import ROOT
from bot.dialogue.load import load_charts
from tests.channels.telegram.conftest import CODE_LINK, outbound, sending, using
from tests.simulators.telegram import Person, Telegram

SHORT = 0.6  # seconds a call may take where a test waits for its end


def params(platform: Telegram, method: str = "sendMessage") -> list[dict[str, Any]]:
    return [call.params for call in platform.called(method)]


# --- what is shown ----------------------------------------------------------------------------------------------------


def test_every_message_says_each_safety_flag_itself(platform: Telegram, mila: Person) -> None:
    """A library's defaults were ignored in some methods of some versions; nothing rests on them."""
    sending(
        platform,
        outbound(mila.chat_id, "Womit fangen wir an?", "Ja", "Nein"),
        outbound(mila.chat_id, "Hier hilft jemand sofort.", urgent=True),
        outbound(mila.chat_id, "Ich bin da.", speaker="counsellor"),
        outbound(mila.chat_id, "Du bist die Nächste.", speaker="notice"),
    )
    sent = params(platform)
    assert [each["protect_content"] for each in sent] == [True] * 4
    assert [each["link_preview_options"] for each in sent] == [{"is_disabled": True}] * 4
    assert [each["disable_notification"] for each in sent] == [True, False, False, True]
    assert not any("parse_mode" in each or "entities" in each for each in sent)


def test_a_paper_is_one_block_to_copy_and_may_be_taken_along(platform: Telegram, mila: Person) -> None:
    """UTF-16 units (Bot API, MessageEntity): a sign outside the first plane counts two."""
    sending(platform, outbound(mila.chat_id, "Meldung 📄 an […]", paper=True))
    [sent] = params(platform)
    assert sent["protect_content"] is False
    assert sent["entities"] == [{"type": "pre", "offset": 0, "length": 17}]


def test_text_is_never_markup(platform: Telegram, mila: Person) -> None:
    said = "*Stern* _Strich_ <b>Klammer</b> [Wort](https://example.com) 2 < 3"
    sending(platform, outbound(mila.chat_id, said))
    assert mila.newest.text == said


def test_a_card_is_plain_lines_under_its_words(platform: Telegram, mila: Person) -> None:
    card = (
        CardLine("Notruf", phone="112", note="Europa"),
        CardLine("Beratung", url="https://example.com/hilfe"),
    )
    sending(platform, outbound(mila.chat_id, "Ruf an:", card=card), outbound(mila.chat_id, "", card=card[:1]))
    assert [shown.text for shown in mila.chat[-2:]] == [
        "Ruf an:\n\nNotruf\n112\nEuropa\n\nBeratung\nhttps://example.com/hilfe",
        "Notruf\n112\nEuropa",
    ]


def test_a_humans_words_are_told_apart_from_the_bots(platform: Telegram, mila: Person) -> None:
    sending(
        platform, outbound(mila.chat_id, "Hallo Mila.", speaker="counsellor"), outbound(mila.chat_id, "Hallo Mila.")
    )
    human, bot = (shown.text for shown in mila.chat[-2:])
    assert human == "🧑 Hallo Mila." and bot == "Hallo Mila."


def test_buttons_stand_one_per_row_unless_they_are_short(platform: Telegram, mila: Person) -> None:
    labels = ("Ja", "Nein", "Weiß nicht", "Mit einem Menschen schreiben", "Zurück")
    sending(platform, outbound(mila.chat_id, "Und nun?", *labels))
    [sent] = params(platform)
    rows = [[button["text"] for button in row] for row in sent["reply_markup"]["inline_keyboard"]]
    assert rows == [["Ja", "Nein", "Weiß nicht"], ["Mit einem Menschen schreiben"], ["Zurück"]]
    assert mila.newest.buttons[0] == ("Ja", "start.Ja")


def test_a_resume_code_is_a_link_and_one_tap_copies_it(platform: Telegram, mila: Person) -> None:
    """Protected messages cannot be copied; the code has to reach another device all the same."""
    sending(platform, outbound(mila.chat_id, "Mit diesem Code geht es weiter.", code="MUSTER-CODE-1234"))
    [sent] = params(platform)
    assert mila.newest.text.endswith(f"\n\n{CODE_LINK}MUSTER-CODE-1234")
    [[button]] = sent["reply_markup"]["inline_keyboard"]
    assert button == {"text": "MUSTER-CODE-1234", "copy_text": {"text": "MUSTER-CODE-1234"}}


def test_every_choice_of_every_flow_fits_into_a_button() -> None:
    charts = load_charts(ROOT / "flows")
    ids = {
        choice.id
        for state in charts.states.values()
        for shown in state.shown
        for choice in (shown.open, shown.ticked)
        if choice
    }
    items = {f"{state.where}.item.50" for state in charts.states.values() if state.items}
    assert len(ids) > 100 and items
    assert [each for each in ids | items if len(each.encode()) > DATA_BYTES] == []


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (Message("bot", "x" * 4_097), "too_long"),
        (Message("bot", "😀" * 2_049), "too_long"),
        (Message("bot", "  \n "), "invalid"),
        (Message("bot", "Und?", (Button("x" * 65, "Ja"),)), "invalid"),
        (Message("bot", "Und?", (Button("ä" * 33, "Ja"),)), "invalid"),
        (Message("bot", "Und?", (Button("start.ja", " "),)), "invalid"),
    ],
)
def test_what_telegram_cannot_take_is_refused_before_it_is_sent(
    platform: Telegram, mila: Person, message: Message, reason: Any
) -> None:
    assert sending(platform, Outbound(1, str(mila.chat_id), message)) == [Refused(reason)]
    assert platform.called("sendMessage") == []


def test_the_longest_text_a_channel_is_given_fits_with_every_character_beyond_the_basic_plane(
    platform: Telegram, mila: Person
) -> None:
    from bot.channels.telegram.capabilities import CAPABILITIES

    [outcome] = sending(platform, outbound(mila.chat_id, "😀" * CAPABILITIES.text_max, speaker="counsellor"))
    assert isinstance(outcome, Sent)


# --- outcomes ---------------------------------------------------------------------------------------------------------


def test_sent_names_the_message(platform: Telegram, mila: Person) -> None:
    assert sending(platform, outbound(mila.chat_id)) == [Sent(str(mila.newest.message_id))]


def test_blocked_and_unknown_chats_are_final(platform: Telegram, mila: Person) -> None:
    mila.blocks()
    nobody = platform.person()
    outcomes = sending(platform, outbound(mila.chat_id), outbound(4_242_424_242), outbound(nobody.chat_id))
    assert outcomes[:2] == [Refused("blocked"), Refused("gone")]
    assert isinstance(outcomes[2], Refused)


def test_an_address_that_is_no_chat_is_refused_without_a_call(platform: Telegram) -> None:
    assert sending(platform, outbound("@somebody"), outbound("")) == [Refused("invalid")] * 2
    assert platform.calls == []


def test_a_flooded_chat_is_left_alone_and_others_are_not(platform: Telegram, mila: Person) -> None:
    noor = platform.person()
    noor.starts()
    platform.faults.flood(60, retry_after=17, times=1)
    first, second, other = sending(platform, outbound(mila.chat_id), outbound(mila.chat_id), outbound(noor.chat_id))
    assert first == RetryAfter(timedelta(seconds=17))
    assert isinstance(second, RetryAfter) and timedelta(seconds=15) < second.delay <= timedelta(seconds=17)
    assert isinstance(other, Sent)
    assert len(platform.called("sendMessage")) == 2  # the silent chat was not asked again


def test_a_chat_whose_line_is_long_gives_the_row_back(platform: Telegram, mila: Person) -> None:
    """The relay's claim must not run out while a row waits in line here."""

    async def story(connection: Connection) -> object:
        for _ in range(7):  # they overtake; each counts for the chat
            await connection.sender.send(outbound(mila.chat_id, "Karte", urgent=True))
        return await connection.sender.send(outbound(mila.chat_id))

    given_back = using(platform, story)
    assert isinstance(given_back, RetryAfter) and timedelta(seconds=3) < given_back.delay <= timedelta(seconds=5)
    assert len(platform.called("sendMessage")) == 7


def test_an_emergency_is_tried_in_a_flooded_chat_too(platform: Telegram, mila: Person) -> None:
    platform.faults.flood(60, retry_after=17, times=1)
    outcomes = sending(platform, outbound(mila.chat_id), outbound(mila.chat_id, "Karte", urgent=True))
    assert isinstance(outcomes[1], Sent)


@pytest.mark.parametrize(
    ("status", "wanted"), [(500, Uncertain()), (502, Uncertain()), (504, Uncertain()), (503, NotSent())]
)
def test_a_broken_server_may_have_done_it_unless_it_says_it_takes_nothing(
    platform: Telegram, mila: Person, status: int, wanted: object
) -> None:
    platform.faults.errors(60, status)
    assert sending(platform, outbound(mila.chat_id)) == [wanted]


def test_r8_an_answer_that_was_lost_is_uncertain(platform: Telegram, mila: Person) -> None:
    platform.faults.lose_answers(60)
    assert sending(platform, outbound(mila.chat_id, "Hallo")) == [Uncertain()]
    assert mila.newest.text == "Hallo"


@pytest.mark.parametrize("fault", ["black_hole", "half_open"])
def test_s45_no_answer_in_time_is_uncertain(
    platform: Telegram, mila: Person, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    monkeypatch.setattr(wire, "CALL_SECONDS", SHORT)
    getattr(platform.faults, fault)(60)
    assert sending(platform, outbound(mila.chat_id)) == [Uncertain()]


def test_r7_nobody_answers_the_door_is_surely_not_sent() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        assert outcome_at(f"http://127.0.0.1:{closed.getsockname()[1]}") == NotSent()


def test_r7_a_name_nobody_knows_is_surely_not_sent() -> None:
    assert outcome_at("http://nowhere.invalid") == NotSent()


def test_r7_a_server_without_tls_is_surely_not_sent(platform: Telegram) -> None:
    assert outcome_at(platform.url.replace("http:", "https:")) == NotSent()
    assert platform.calls == []


def test_r7_no_connection_in_time_is_surely_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """A full backlog: the kernel does not answer, and nothing of the request has left."""
    monkeypatch.setattr(wire, "CONNECT_SECONDS", SHORT)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(listening.getsockname())
        assert outcome_at(url) == NotSent()
        for each in waiting:
            each.close()


@pytest.mark.parametrize("token", ["4242:AA-token-of-nobody", "1:AA"])
def test_a_token_nobody_knows_keeps_the_message(platform: Telegram, token: str) -> None:
    """An operator must mend it; until then nothing is lost."""
    assert outcome_at(platform.url, token) == NotSent()


def refusal(status: int, description: str, **parameters: int) -> bytes:
    body = {"ok": False, "error_code": status, "description": description, "parameters": parameters}
    return json.dumps(body).encode()


@pytest.mark.parametrize(
    ("status", "body", "wanted"),
    [
        (200, b"<html>", Uncertain()),
        (200, b'{"ok": true, "result": {"message_id": 77, "date": "a form of the future"}}', Sent("77")),
        (200, b'{"ok": true, "result": {}}', Sent(None)),
        (200, b'{"ok": true, "result": "' + b"x" * 2_000_001 + b'"}', Uncertain()),
        (302, b"", Uncertain()),
        (400, refusal(400, "Bad Request: message is too long"), Refused("too_long")),
        (400, refusal(400, "Bad Request: PEER_ID_INVALID"), Refused("gone")),
        (400, refusal(400, "Bad Request: have no rights to send a message"), Refused("not_allowed")),
        (400, refusal(400, "Bad Request: something new"), Refused("invalid")),
        (400, refusal(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-1), Refused("gone")),
        (403, refusal(403, "Forbidden: user is deactivated"), Refused("blocked")),
        (409, refusal(409, "Conflict"), NotSent()),
        (413, refusal(413, "Request Entity Too Large"), Refused("too_long")),
        (429, b"<html>", Uncertain()),
    ],
)  # fmt: skip
def test_every_kind_of_answer_has_an_outcome(status: int, body: bytes, wanted: object) -> None:
    """Of servers that answer as the simulator does not. 302: redirects are not followed, so nothing is asked twice."""
    with answering(status, body) as (url, asked):
        assert outcome_at(url) == wanted
    assert asked == ["sendMessage"]


@contextmanager
def answering(status: int, body: bytes) -> Iterator[tuple[str, list[str]]]:
    """A server that gives everybody this answer, and the methods it was asked for."""
    asked: list[str] = []

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.path.rpartition("/")[2])
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.send_header("Location", f"http://127.0.0.1:{server.server_port}/elsewhere")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def outcome_at(url: str, token: str = "4242:AA-canary-token") -> object:
    async def story() -> object:
        connection = connect(token, api_url=url, code_link=CODE_LINK)
        try:
            return await connection.sender.send(outbound(4_242))
        finally:
            await connection.close()

    return asyncio.run(story())


# --- many at once -----------------------------------------------------------------------------------------------------


def test_hanging_calls_do_not_hold_back_an_emergency(platform: Telegram, mila: Person) -> None:
    """More calls hang than the relay has hands; the connections still suffice."""
    platform.faults.black_hole(60, times=32)

    async def story(connection: Connection) -> object:
        hanging = [asyncio.create_task(connection.sender.send(outbound(mila.chat_id + n))) for n in range(32)]
        await asyncio.to_thread(platform.waits_for, lambda: len(platform.called("sendMessage")) == 32)
        try:
            return await asyncio.wait_for(connection.sender.send(outbound(mila.chat_id, "Karte", urgent=True)), 15)
        finally:
            for task in hanging:
                task.cancel()
            await asyncio.gather(*hanging, return_exceptions=True)

    assert isinstance(using(platform, story), Sent)
    assert mila.newest.text == "Karte"


TALKATIVE: Final = """
import asyncio, sys, traceback
from bot import logs
from bot.channels.contract import Message, Outbound
from bot.channels.telegram import wire
from bot.channels.telegram.connection import connect

async def story(url, token, chat, handle):
    wire.CALL_SECONDS = 0.6
    connection = connect(token, api_url=url, code_link="https://help.example.com/#code=")
    for _ in range(4):
        print(repr(await connection.sender.send(Outbound(1, chat, Message("bot", "canary-words")))), file=sys.stderr)
        await connection.sender.tidy(chat, ("1",), ("2",))
    try:
        async for _ in connection.fetcher.fetch(handle):
            pass
    except Exception:
        traceback.print_exc()
    finally:
        await connection.close()

logs.configure("worker")
asyncio.run(story(*sys.argv[1:]), debug=True)
"""


def test_s52_no_log_line_and_no_traceback_holds_token_chat_or_file(platform: Telegram, mila: Person) -> None:
    """Libraries like to log addresses, and Telegram's hold the token. In debug mode asyncio talks as well."""
    mila.sends_file(b"canary-bytes", "canary.txt", "text/plain")
    handle = platform.sent[-1]["message"]["document"]["file_id"]
    tidy = {"editMessageReplyMarkup", "deleteMessages"}
    platform.faults.errors(600, methods=tidy)
    platform.faults.black_hole(600, times=1, methods={"sendMessage"})
    platform.faults.lose_answers(600, times=1, methods={"sendMessage"})
    platform.faults.lose_answers(600, methods={"file"})
    for token in (platform.token, "4242:AA-token-of-nobody"):
        command = [sys.executable, "-X", "dev", "-W", "ignore::DeprecationWarning", "-c", TALKATIVE]
        said = subprocess.run(
            [*command, platform.url, token, str(mila.chat_id), handle], capture_output=True, text=True, timeout=60
        )
        printed = said.stdout + said.stderr
        assert "telegram.file_failed" in said.stdout and "FetchFailed: interrupted" in said.stderr
        assert ("telegram.token_refused" in said.stdout) is (token != platform.token)
        for secret in (token, token.partition(":")[2], str(mila.chat_id), handle, "canary"):
            assert secret not in printed.replace(TALKATIVE, "")
