"""The door's look at raw updates: who it is from and how it is known again, and never an exception (S47)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.peek import RAW_MAX, Look, peek
from tests.channels.telegram.updates import CHAT, WROTE, edited, membership, message, tap, text

NOW = datetime(2026, 11, 25, 11, 0, 5, tzinfo=UTC)


def look(update: object) -> Look:
    return peek(update, NOW)


def test_a_text_is_for_its_chat_and_carries_its_raw_words() -> None:
    seen = look(text("hallo", 7))
    assert seen.verdict == "person" and seen.inbound is not None
    inbound = seen.inbound
    assert (inbound.channel, inbound.address, inbound.external_id) == ("telegram", str(CHAT), "m107")
    assert (inbound.text, inbound.language, inbound.removable, inbound.received_at) == ("hallo", "de", "107", NOW)
    assert json.loads(inbound.raw or "") == text("hallo", 7)
    assert seen.wrote_at == datetime.fromtimestamp(WROTE, UTC)
    assert not seen.file


def test_bytes_are_parsed_first() -> None:
    assert look(json.dumps(text("hallo")).encode()) == look(text("hallo"))


@pytest.mark.parametrize(
    ("code", "language"),
    [("de", "de"), ("nl", "nl"), ("nl-BE", "nl"), ("DE-at", "de"), ("en", None), (None, None), (7, None)],
)
def test_the_language_of_the_app_is_a_hint(code: Any, language: str | None) -> None:
    inbound = look(message(language=code)).inbound
    assert inbound is not None and inbound.language == language


def test_a_tap_is_known_by_its_own_id_and_waits_for_an_answer() -> None:
    seen = look(tap("root.emergency"))
    assert seen.inbound is not None and seen.tap == "4242"
    assert (seen.inbound.external_id, seen.inbound.tap, seen.inbound.removable) == ("t4242", "root.emergency", None)


@pytest.mark.parametrize("data", [None, "", "x" * 5_000, "\ud800"])
def test_s47_foreign_callback_data_is_passed_on(data: str | None) -> None:
    seen = look(tap(data))
    assert seen.verdict == "person" and seen.inbound is not None
    assert len(seen.inbound.tap or "") <= 256


def test_s47_a_tap_id_no_call_can_carry_is_not_called() -> None:
    assert look(tap(id="\ud800")).tap is None
    assert look(tap(id=12)).tap is None


def test_an_edit_names_the_message_it_replaces() -> None:
    seen = look(edited("anders", 9)).inbound
    assert seen is not None
    assert (seen.external_id, seen.edits, seen.text, seen.removable) == (f"e101:{WROTE + 60}:9", "m101", "anders", None)


def test_two_edits_of_one_message_are_two_messages() -> None:
    first, second = look(edited("a", 9)).inbound, look(edited("b", 10)).inbound
    assert first is not None and second is not None and first.external_id != second.external_id


def test_a_live_location_that_moves_is_nothing_somebody_wrote() -> None:
    assert look(edited(None, location={"latitude": 1.0, "longitude": 2.0})).verdict == "ignored"


@pytest.mark.parametrize(
    ("words", "topic", "code"),
    [
        ("/start", None, None),
        ("/start insta", "insta", None),
        ("/start@bot x", "x", None),
        ("/start c_AB-12", None, "AB-12"),
    ],
)
def test_a_start_with_its_link(words: str, topic: str | None, code: str | None) -> None:
    seen = look(text(words))
    assert seen.inbound is not None and seen.inbound.start
    assert (seen.inbound.topic, seen.code, seen.inbound.text) == (topic, code, None)


def test_a_command_is_heard_as_words() -> None:
    inbound = look(text("/loeschen")).inbound
    assert inbound is not None and inbound.text == "Daten löschen"


@pytest.mark.parametrize("kind", ["photo", "voice", "sticker", "something_of_2031"])
def test_what_is_no_text_is_passed_on_whole(kind: str) -> None:
    seen = look(message(**{kind: [{"file_id": "abc"}]}))
    assert seen.inbound is not None and seen.file
    assert seen.inbound.text is None
    assert kind in json.loads(seen.inbound.raw or "")["message"]


def test_a_caption_is_heard_for_danger() -> None:
    inbound = look(message(photo=[], caption="ich kann nicht mehr")).inbound
    assert inbound is not None and inbound.text == "ich kann nicht mehr"


@pytest.mark.parametrize("kind", ["group", "supergroup", "channel"])
@pytest.mark.parametrize("status", ["member", "administrator", "restricted"])
def test_groups_are_left(kind: str, status: str) -> None:
    seen = look(membership(status, kind))
    assert (seen.verdict, seen.chat, seen.inbound) == ("leave", "-100123", None)


@pytest.mark.parametrize(
    "update",
    [
        membership("left"),
        membership("kicked"),
        membership("kicked", "private"),
        membership("member", "private"),
        message(chat=-5) | {"message": message()["message"] | {"chat": {"id": -5, "type": "group"}}},
        tap(chat={"id": -5, "type": "supergroup"}),
        tap(message=None, inline_message_id="x"),
        message(pinned_message={}),
        message(**{"from": {"id": 3, "is_bot": True}, "text": "ich bin ein Bot"}),
        {"update_id": 5, "poll": {}},
        {"update_id": 5},
    ],
)
def test_s47_what_is_nothing_for_us_is_ignored(update: object) -> None:
    assert look(update).verdict == "ignored"


@pytest.mark.parametrize(
    ("update", "kind"),
    [
        (None, "not_an_object"),
        ([], "not_an_object"),
        ("x", "not_an_object"),
        ({}, "no_update_id"),
        ({"update_id": "1", "message": {}}, "no_update_id"),
        ({"update_id": True, "message": {}}, "no_update_id"),
        ({"update_id": 1.0, "message": {}}, "no_update_id"),
        ({"update_id": 1, "message": None}, "message"),
        ({"update_id": 1, "message": {}}, "message.chat"),
        ({"update_id": 1, "message": {"chat": {"id": "7", "type": "private"}}}, "message.chat"),
        ({"update_id": 1, "message": {"chat": {"id": 7}}}, "message.chat"),
        ({"update_id": 1, "edited_message": {"chat": 7}}, "edited_message.chat"),
        ({"update_id": 1, "callback_query": {}}, "callback_query"),
        ({"update_id": 1, "my_chat_member": {}}, "my_chat_member.chat"),
        (text("x" * RAW_MAX), "too_large"),
        (message(date=float("nan"), text="x"), "no_json"),
        (b"", "no_json"),
        (b"{", "no_json"),
        (b"\xff\xfe", "no_json"),
        (b"[" * 100_000, "no_json"),
        (b'{"update_id":' + b"9" * 5_000 + b"}", "no_json"),
        (b"[1]", "not_an_object"),
    ],
)
def test_s47_what_belongs_to_nobody_is_unreadable(update: object, kind: str) -> None:
    seen = look(update)
    assert (seen.verdict, seen.kind, seen.inbound) == ("unreadable", kind, None)


def test_s21_what_is_unreadable_is_known_again() -> None:
    assert look({"update_id": 5, "message": 1}).key == "u5"
    assert look(b"{").key == look(b"{").key != look(b"{{").key
    assert look({"message": 1}).key == look({"message": 1}).key != look({"message": 2}).key
    assert look([float("nan")]).key == ""


@pytest.mark.parametrize("number", [2**63, -(2**63), 10**400])
def test_s47_numbers_beyond_every_column(number: int) -> None:
    seen = look({**message(chat=number), "update_id": number})
    assert seen.inbound is not None and seen.inbound.address == str(number)


def test_s47_a_message_that_lacks_its_number_is_known_by_the_update() -> None:
    update = text("hallo", 12)
    del update["message"]["message_id"], update["message"]["from"], update["message"]["date"]
    seen = look(update)
    assert seen.inbound is not None and seen.wrote_at is None
    assert (seen.inbound.external_id, seen.inbound.removable) == ("u12", None)


def test_s47_lone_surrogates_and_nul_are_carried() -> None:
    words = "a\ud800b\x00c"
    inbound = look(json.dumps(text(words)).encode()).inbound
    assert inbound is not None and inbound.text == words
    assert inbound.raw is not None and inbound.raw.isascii()


def test_s52_nothing_of_a_person_is_in_what_a_traceback_would_show() -> None:
    seen = look(text("KANARIENVOGEL /start c_KANARIENVOGEL", chat=99_887_766))
    assert "KANARIENVOGEL" not in repr(seen) and "99887766" not in repr(seen)


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(ANY, st.sampled_from(["message", "edited_message", "callback_query", "my_chat_member", "poll"]), st.data())
def test_s47_no_update_makes_the_door_fall(anything: Any, kind: str, data: st.DataObject) -> None:
    names = ["chat", "from", "message_id", "text", "caption", "date", "edit_date", "id", "data", "message"]
    values = ANY | st.fixed_dictionaries({"id": ANY, "type": ANY | st.just("private")})
    content = data.draw(st.dictionaries(st.sampled_from(names), values, max_size=6))
    for update in (
        anything,
        {"update_id": data.draw(st.integers() | ANY), kind: content},
        {"update_id": 1, kind: anything},
    ):
        seen = look(update)
        assert (seen.inbound is not None) == (seen.verdict == "person")
        assert (seen.chat is not None) == (seen.verdict == "leave")


@given(st.binary(max_size=200))
def test_s47_no_bytes_make_the_door_fall(body: bytes) -> None:
    assert look(body).verdict in {"unreadable", "ignored"}
