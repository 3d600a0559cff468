"""Each fault looks on the wire as it does in life, and leaves done or undone what it says."""

from __future__ import annotations

import threading

import httpx
import pytest

from tests.conftest import StandingClock
from tests.simulators.telegram import Person, Telegram
from tests.simulators.telegram.conftest import Ask

HURRY = httpx.Timeout(5, read=0.1)


@pytest.fixture
def mila(platform: Telegram) -> Person:
    person = platform.person()
    person.says("hallo")
    return person


def send(platform: Telegram, mila: Person, text: str) -> httpx.Response:
    url = f"{platform.url}/bot{platform.token}/sendMessage"
    return httpx.post(url, data={"chat_id": mila.chat_id, "text": text}, timeout=HURRY, trust_env=False)


def answers(mila: Person) -> list[str]:
    return [shown.text for shown in mila.chat if shown.by == "bot"]


def test_r9_a_flood_refuses_sending_and_nothing_else(
    platform: Telegram, ask: Ask, mila: Person, clock: StandingClock
) -> None:
    platform.faults.flood(10, retry_after=4)
    answer = send(platform, mila, "eins")
    assert (answer.status_code, answer.json()["parameters"]) == (429, {"retry_after": 4})
    assert len(ask("getUpdates")) == 1
    clock.advance(seconds=10)
    assert send(platform, mila, "zwei").status_code == 200
    assert answers(mila) == ["zwei"]
    assert [(call.answered, call.fault) for call in platform.called("sendMessage")] == [(429, "flood"), (200, "")]


def test_r7_errors_do_nothing(platform: Telegram, ask: Ask, mila: Person) -> None:
    platform.faults.errors(10, 502, methods={"sendMessage"})
    assert (send(platform, mila, "eins").status_code, answers(mila)) == (502, [])
    assert ask("getMe")["is_bot"] is True
    platform.faults.clear()
    platform.faults.errors(10)
    assert ask("getMe")[0] == 500


def test_r8_a_lost_answer_is_a_reset_after_the_deed(platform: Telegram, mila: Person) -> None:
    platform.faults.lose_answers(10, times=1)
    with pytest.raises(httpx.ReadError):
        send(platform, mila, "eins")
    assert send(platform, mila, "zwei").status_code == 200
    assert answers(mila) == ["eins", "zwei"]
    assert [call.answered for call in platform.called("sendMessage")] == [None, 200]


def test_r8_a_lost_answer_to_a_poll_has_confirmed(platform: Telegram, ask: Ask, mila: Person) -> None:
    (update,) = ask("getUpdates")
    platform.faults.lose_answers(10, times=1)
    with pytest.raises(httpx.ReadError):
        ask("getUpdates", offset=update["update_id"] + 1)
    assert platform.pending() == 0


def test_r7_a_black_hole_swallows_and_does_nothing(platform: Telegram, mila: Person) -> None:
    platform.faults.black_hole(10)
    with pytest.raises(httpx.ReadTimeout):
        send(platform, mila, "eins")
    assert answers(mila) == []
    platform.faults.clear()
    assert send(platform, mila, "zwei").status_code == 200


def test_a_black_hole_that_ends_cuts_who_still_waits(platform: Telegram, ask: Ask, mila: Person) -> None:
    platform.faults.black_hole(10)
    over = threading.Timer(0.05, platform.faults.clear)
    over.start()
    with pytest.raises(httpx.ReadError):
        ask("sendMessage", chat_id=mila.chat_id, text="eins")
    over.join()


def test_r8_half_an_answer_after_the_deed(platform: Telegram, mila: Person) -> None:
    platform.faults.half_open(10)
    url = f"{platform.url}/bot{platform.token}/sendMessage"
    about = {"chat_id": str(mila.chat_id), "text": "eins"}
    with httpx.Client(trust_env=False, timeout=HURRY) as http, http.stream("POST", url, data=about) as answer:
        assert answer.status_code == 200
        with pytest.raises(httpx.ReadTimeout):
            answer.read()
    assert answers(mila) == ["eins"]


def test_a_garbled_answer_after_the_deed(platform: Telegram, mila: Person) -> None:
    platform.faults.garbled(10, times=1)
    answer = send(platform, mila, "eins")
    assert (answer.status_code, answer.text.startswith("<html>"), answers(mila)) == (200, True, ["eins"])
    assert send(platform, mila, "zwei").json()["ok"] is True


def test_a_platform_with_hanging_calls_still_ends(platform: Telegram, mila: Person) -> None:
    platform.faults.black_hole(3_600)
    hanging = threading.Thread(target=_hangs, args=[platform])
    hanging.start()
    platform.waits_for(lambda: len(platform.called("getMe")) == 1)
    platform.stop()
    hanging.join(5)
    assert not hanging.is_alive()


def _hangs(platform: Telegram) -> None:
    with pytest.raises(httpx.TransportError):
        httpx.get(f"{platform.url}/bot{platform.token}/getMe", timeout=30, trust_env=False)


@pytest.mark.parametrize("fault", ["errors", "lose_answers", "black_hole", "half_open"])
def test_downloads_meet_faults_too(platform: Telegram, ask: Ask, mila: Person, fault: str) -> None:
    mila.sends_file(b"some bytes", "chat.txt", "text/plain")
    about = ask("getFile", file_id=ask("getUpdates")[1]["message"]["document"]["file_id"])
    url = f"{platform.url}/file/bot{platform.token}/{about['file_path']}"
    getattr(platform.faults, fault)(10, methods={"file"}, times=1)
    if fault == "errors":
        assert httpx.get(url, trust_env=False).status_code == 500
    else:
        with pytest.raises(httpx.TransportError):
            httpx.get(url, timeout=HURRY, trust_env=False)
    assert httpx.get(url, trust_env=False).content == b"some bytes"
