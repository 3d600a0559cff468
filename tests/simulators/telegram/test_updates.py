"""Updates by getUpdates: offsets, expiry, allowed kinds, one reader, numbers that jump, repeats and overtaking."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.conftest import StandingClock
from tests.simulators.telegram import Telegram
from tests.simulators.telegram.conftest import Ask

YES = {"inline_keyboard": [[{"text": "Ja", "callback_data": "yes"}]]}


def texts(updates: list[dict[str, Any]]) -> list[str]:
    """What each update says: the text, or the data of a tap."""
    return [update["callback_query"]["data"] if "callback_query" in update else update["message"]["text"]
            for update in updates]  # fmt: skip


def test_an_offset_confirms_everything_below_it(platform: Telegram, ask: Ask) -> None:
    mila = platform.person()
    for text in "abcde":
        mila.says(text)
    first = ask("getUpdates", limit=3)
    assert texts(first) == ["a", "b", "c"]
    assert ask("getUpdates", limit=3) == first
    assert texts(ask("getUpdates", offset=first[1]["update_id"] + 1)) == ["c", "d", "e"]
    assert platform.pending() == 3
    assert texts(ask("getUpdates", offset=-1)) == ["e"]
    assert texts(ask("getUpdates")) == ["e"]
    assert ask("getUpdates", offset=first[0]["update_id"] + 5) == []
    assert ask("getUpdates", limit=101)[0] == 400
    assert [update["update_id"] for update in platform.sent] == list(
        range(first[0]["update_id"], first[0]["update_id"] + 5)
    )


def test_a_long_poll_answers_when_something_comes(platform: Telegram, ask: Ask) -> None:
    mila = platform.person()
    said = threading.Timer(0.05, mila.says, ["hallo"])
    said.start()
    began = time.monotonic()
    assert texts(ask("getUpdates", timeout=9)) == ["hallo"]
    assert time.monotonic() - began < 5
    said.join()


def test_messages_live_24_hours_and_taps_150_seconds(platform: Telegram, ask: Ask, clock: StandingClock) -> None:
    mila = platform.person()
    mila.says("hallo")
    ask("sendMessage", chat_id=mila.chat_id, text="eins", reply_markup=YES)
    mila.taps("Ja")
    clock.advance(seconds=149)
    assert texts(ask("getUpdates")) == ["hallo", "yes"]
    clock.advance(seconds=1)
    assert texts(ask("getUpdates")) == ["hallo"]
    clock.advance(hours=24)
    assert ask("getUpdates") == []


def test_only_allowed_kinds_arrive(platform: Telegram, ask: Ask) -> None:
    mila = platform.person()
    ask("getUpdates", allowed_updates=["callback_query"])
    mila.says("hallo")
    assert ask("getUpdates") == []
    ask("getUpdates", allowed_updates=[])
    number = mila.says("da")
    mila.edits(number, "doch")
    first, second = ask("getUpdates")
    assert (first["message"]["text"], second["edited_message"]["text"]) == ("da", "doch")
    assert second["edited_message"]["message_id"] == number
    assert second["edited_message"]["edit_date"] >= first["message"]["date"]


def test_blocking_is_told(platform: Telegram, ask: Ask) -> None:
    mila = platform.person()
    mila.says("hallo")
    mila.blocks()
    mila.unblocks()
    _, gone, back = (update.get("my_chat_member") for update in ask("getUpdates"))
    assert (gone["old_chat_member"]["status"], gone["new_chat_member"]["status"]) == ("member", "kicked")
    assert (back["old_chat_member"]["status"], back["new_chat_member"]["status"]) == ("kicked", "member")


@pytest.fixture
def poll(platform: Telegram) -> Iterator[Future[httpx.Response]]:
    """What a bot gets that waits in a long poll already."""
    url = f"{platform.url}/bot{platform.token}/getUpdates"
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(httpx.post, url, data={"timeout": "9"}, timeout=10, trust_env=False)
        platform.waits_for(lambda: platform.polls.waits(platform.token))
        yield answer


def ended(poll: Future[httpx.Response]) -> str:
    answer = poll.result(5)
    assert answer.status_code == 409
    return str(answer.json()["description"])


def test_a_second_reader_ends_the_first_with_409(platform: Telegram, ask: Ask, poll: Future[httpx.Response]) -> None:
    assert ask("getUpdates") == []
    assert "terminated by other getUpdates request" in ended(poll)


def test_a_webhook_ends_a_poll_and_forbids_others(platform: Telegram, ask: Ask, poll: Future[httpx.Response]) -> None:
    assert ask("setWebhook", url="http://127.0.0.1:9/x") is True
    assert "terminated by setWebhook request" in ended(poll)
    status, told = ask("getUpdates")
    assert status == 409 and "webhook is active" in told
    assert ask("deleteWebhook") is True
    assert ask("getUpdates") == []


@pytest.mark.parametrize("number", [5, 900_000_001])
def test_after_a_quiet_week_numbers_begin_anywhere(platform: Telegram, ask: Ask, number: int) -> None:
    mila = platform.person()
    mila.says("vorher")
    (before,) = ask("getUpdates")
    after = before["update_id"] + 1
    platform.jump(number)
    mila.says("noch alt")
    assert texts(ask("getUpdates", offset=after)) == ["noch alt"]
    assert ask("getUpdates", offset=after + 1) == []
    mila.says("nachher")
    (update,) = ask("getUpdates", offset=after + 1)
    assert (update["update_id"], update["message"]["text"]) == (number, "nachher")
    assert ask("getUpdates", offset=number + 1) == []


def test_a_quiet_week_does_that_by_itself(platform: Telegram, clock: StandingClock) -> None:
    mila = platform.person()
    mila.says("vorher")
    clock.advance(days=7, seconds=1)
    mila.says("nachher")
    first, second = (update["update_id"] for update in platform.sent)
    assert second != first + 1


def test_r1_repeat_hands_every_update_over_twice(platform: Telegram, ask: Ask) -> None:
    platform.faults.repeat(True)
    mila = platform.person()
    mila.says("a")
    mila.says("b")
    got, offset = [], None
    for _ in range(4):
        batch = ask("getUpdates", **({} if offset is None else {"offset": offset}))
        got += texts(batch)
        offset = batch[-1]["update_id"] + 1 if batch else offset
    assert got == ["a", "b", "a", "b"]


def test_reorder_lets_taps_overtake(platform: Telegram, ask: Ask) -> None:
    mila = platform.person()
    mila.says("hallo")
    ask("sendMessage", chat_id=mila.chat_id, text="eins", reply_markup=YES)
    platform.faults.reorder(True)
    mila.says("erst")
    mila.says("dann")
    mila.taps("Ja")
    assert platform.pending() == 4
    platform.waits_for(lambda: len(platform.sent) == 4)
    assert texts(ask("getUpdates")) == ["hallo", "yes", "erst", "dann"]


def test_raw_updates_arrive_as_they_are(platform: Telegram, ask: Ask) -> None:
    broken = {"message": {"message_id": 1, "chat": {"id": 7}, "forward_origin": {"type": "hidden_user"}}}
    platform.deliver(broken)
    platform.deliver({"update_id": 2_000_000_000, "news_of_2031": {}})
    platform.deliver({"message": None})
    first, second, third = ask("getUpdates")
    assert first["message"] == broken["message"]
    assert second == {"update_id": 2_000_000_000, "news_of_2031": {}}
    assert third == {"update_id": 2_000_000_001, "message": None}


def test_albums_are_messages_with_one_mark(platform: Telegram, ask: Ask) -> None:
    mila = platform.person()
    mila.sends_photo(b"1", caption="zwei Bilder", album="77")
    mila.sends_photo(b"2", album="77")
    first, second = (update["message"] for update in ask("getUpdates"))
    assert first["media_group_id"] == second["media_group_id"] == "77"
    assert (first["caption"], second.get("caption")) == ("zwei Bilder", None)
    assert len(first["photo"]) == 2


def test_any_other_kind_of_message(platform: Telegram, ask: Ask) -> None:
    platform.person().sends(location={"latitude": 52.1, "longitude": 5.1})
    (update,) = ask("getUpdates")
    assert update["message"]["location"] == {"latitude": 52.1, "longitude": 5.1}
