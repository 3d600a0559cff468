"""Raw updates become whole messages; nothing is dropped in silence, nothing of an unreadable one is repeated."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.contract import Attachment, Inbound, Unreadable
from bot.channels.telegram.capabilities import CAPABILITIES
from bot.channels.telegram.commands import COMMANDS, LANGUAGES, Start, plain_words, start_of
from bot.channels.telegram.peek import peek
from bot.channels.telegram.read import read
from bot.turns.events import parts
from bot.understanding.understand import understand
from tests.simulators.telegram import Telegram

NOW = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)
CHAT = {"id": 4_242, "type": "private", "first_name": "Mila"}
FROM = {"id": 4_242, "is_bot": False, "first_name": "Mila", "language_code": "nl"}
FILE = {"file_id": "handle", "file_unique_id": "u", "file_size": 1_000}


def update(kind: str = "message", **content: Any) -> dict[str, Any]:
    body = {"message_id": 7, "date": 1_764_000_000, "chat": CHAT, "from": FROM, **content}
    return {"update_id": 1, kind: body}


def stored(raw: object, **known: Any) -> Inbound:
    return Inbound("telegram", "m7", "4242", NOW, raw=raw if isinstance(raw, str) else json.dumps(raw), **known)


def message(**content: Any) -> Inbound:
    return read(stored(update(**content)))


def test_text_keeps_the_ids_the_door_gave_it() -> None:
    found = message(text="hallo")
    assert found == Inbound("telegram", "m7", "4242", NOW, text="hallo", removable="7")


def test_what_the_door_guessed_about_content_is_replaced() -> None:
    guessed = stored(update(text="hallo"), text="guess", tap="x", start=True, topic="y")
    assert read(guessed) == Inbound("telegram", "m7", "4242", NOW, text="hallo", removable="7")


PHOTO = [{**FILE, "file_id": name, "width": w, "height": w} for name, w in (("s", 90), ("l", 1_280), ("m", 320))]
THUMB = {**FILE, "width": 90, "height": 90}
LOCATION = {"latitude": 52.0, "longitude": 5.0}
MOVING = {**FILE, "width": 10, "height": 10, "duration": 3}
DOCUMENT = {**FILE, "file_name": "../../x.exe", "mime_type": "text/html"}
STICKER = {**FILE, "type": "regular", "width": 9, "height": 9, "is_animated": False, "is_video": False}
POLL = {"id": "1", "question": "?", "options": [], "total_voter_count": 0, "is_closed": False, "is_anonymous": True}
POLL |= {"type": "regular", "allows_multiple_answers": False, "allows_revoting": False, "members_only": False}


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        ({"photo": PHOTO}, Attachment("image", 1_000, handle="l", declared="image/jpeg")),
        ({"document": DOCUMENT}, Attachment("file", 1_000, handle="handle", declared="text/html", name="../../x.exe")),
        ({"document": FILE}, Attachment("file", 1_000, handle="handle")),
        ({"voice": {**FILE, "duration": 3, "mime_type": "audio/ogg"}},
         Attachment("voice", 1_000, handle="handle", declared="audio/ogg")),
        ({"audio": {**FILE, "duration": 3, "mime_type": "audio/mpeg", "file_name": "a.mp3"}},
         Attachment("voice", 1_000, handle="handle", declared="audio/mpeg", name="a.mp3")),
        ({"video": MOVING}, Attachment("video")),
        ({"video_note": {**FILE, "length": 240, "duration": 3}}, Attachment("video")),
        ({"animation": MOVING, "document": DOCUMENT}, Attachment("video")),
        ({"sticker": STICKER}, Attachment("sticker")),
        ({"location": LOCATION}, Attachment("location")),
        ({"venue": {"location": LOCATION, "title": "x", "address": "y"}, "location": LOCATION}, Attachment("location")),
        ({"contact": {"phone_number": "+000", "first_name": "Noor"}}, Attachment("contact")),
        ({"poll": POLL}, Attachment("unknown")),
        ({"dice": {"emoji": "🎲", "value": 3}}, Attachment("unknown")),
        ({"something_of_2030": {"a": 1}}, Attachment("unknown")),
        ({}, Attachment("unknown")),
    ],
)  # fmt: skip
def test_every_kind_of_content_is_something(content: dict[str, Any], wanted: Attachment) -> None:
    assert message(**content).attachments == (wanted,)


def test_only_what_could_be_kept_can_be_fetched() -> None:
    """What the evidence store refuses anyway is never fetched; a contact's number is not even read."""
    kinds = {"video": MOVING, "sticker": STICKER, "location": LOCATION}
    assert [message(**{kind: content}).attachments[0].handle for kind, content in kinds.items()] == [None] * 3


def test_a_caption_is_the_text_beside_its_file() -> None:
    found = message(photo=PHOTO, caption="das ist er", media_group_id="1")
    assert found.text == "das ist er" and found.attachments[0].kind == "image"


def test_a_large_document_is_refused_without_a_handle() -> None:
    [found] = message(document={**DOCUMENT, "file_size": CAPABILITIES.file_max_bytes + 1}).attachments
    assert found.refused == "too_large" and found.handle is None
    [fits] = message(document={**DOCUMENT, "file_size": CAPABILITIES.file_max_bytes}).attachments
    assert fits.refused is None and fits.handle == "handle"


def test_hostile_names_are_cut() -> None:
    [found] = message(document={**FILE, "file_name": "n" * 5_000, "mime_type": "m" * 5_000}).attachments
    assert len(found.name or "") == 255 and len(found.declared) == 127


def test_a_forwarded_message_is_a_message_and_whom_it_is_from_is_not_read() -> None:
    origin = {"type": "hidden_user", "date": 1_764_000_000, "sender_user_name": "canary"}
    found = message(text="guck mal", forward_origin=origin)
    assert found.text == "guck mal" and "canary" not in repr(found)


def test_an_edit_names_what_it_replaces() -> None:
    found = read(stored(update("edited_message", text="neu", edit_date=1_764_000_060)))
    assert (found.text, found.edits, found.removable) == ("neu", "m7", None)


def tap(reply: dict[str, Any] | None, data: str | None = "start.ja") -> dict[str, Any]:
    body = {"id": "99", "from": FROM, "chat_instance": "1", "data": data, "message": reply}
    return {"update_id": 1, "callback_query": {key: value for key, value in body.items() if value is not None}}


@pytest.mark.parametrize(
    "reply",
    [
        {"message_id": 7, "date": 1_764_000_000, "chat": CHAT, "text": "Frage"},
        {"message_id": 7, "date": 0, "chat": CHAT},
        None,
    ],
)
def test_a_tap_counts_also_when_its_message_is_inaccessible(reply: dict[str, Any] | None) -> None:
    found = read(stored(tap(reply)))
    assert (found.tap, found.text, found.attachments) == ("start.ja", None, ())


@pytest.mark.parametrize(
    ("text", "start", "topic"),
    [
        ("/start", True, None),
        ("/start insta", True, "insta"),
        ("/START@wegweiser_muster_bot insta", True, "insta"),
        ("/start c_MUSTER-CODE", True, None),
        ("/start not a payload", True, None),
        ("/started", False, None),
        ("start", False, None),
    ],
)
def test_start_and_its_topic(text: str, start: bool, topic: str | None) -> None:
    found = message(text=text)
    assert (found.start, found.topic) == (start, topic)
    assert (found.text is None) is start


def test_the_code_of_another_conversation_is_not_a_topic() -> None:
    assert start_of("/start c_MUSTER-CODE") == Start(code="MUSTER-CODE")


# --- commands ---------------------------------------------------------------------------------------------------------

INTENTS = {
    "emergency": "emergency",
    "human": "talk_to_human",
    "help": "help",
    "stop": "stop_or_exit",
    "delete": "delete_my_data",
    "language": "language_switch",
    "privacy": "privacy_question",
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.meaning)
def test_every_command_is_heard_as_what_it_means(command: Any, language: Any) -> None:
    words = plain_words(f"/{command.names[language]}", language)
    (best, score), *_ = understand(words, choices=[], language=language, country=None).intents
    assert best == INTENTS[command.meaning] and score > 0.6


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("/notfall", "nl", "Notfall"),
        ("/delete", "nl", "gegevens wissen"),
        ("/delete", None, "Daten löschen"),
        ("/stop", "nl", "stop"),
        ("/Hulp@wegweiser_muster_bot", None, "hulp"),
        ("/hilfe er droht mir", "de", "Hilfe\ner droht mir"),
        ("/unbekannt", "de", "/unbekannt"),
        ("ich / du", "de", "ich / du"),
    ],
)
def test_commands_become_plain_words(text: str, language: str | None, words: str) -> None:
    assert plain_words(text, language) == words


# --- unreadable -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "raw",
    [
        "canary",
        "",
        "[]",
        "{}",
        '{"update_id": "canary"}',
        json.dumps(update(text="canary", forward_origin={"type": "hidden_user", "date": 1})),
        json.dumps(update(text=["canary"])),
        json.dumps(tap(None, data=None)),
        "[" * 100_000,
    ],
)
def test_an_unreadable_update_says_nothing_of_itself(raw: str) -> None:
    with pytest.raises(Unreadable) as failed:
        read(stored(raw))
    assert str(failed.value) in {"update", "callback_query"}
    assert failed.value.__suppress_context__ or failed.value.__context__ is None


_LEAVES = st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False)
_JSON = st.recursive(_LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)
_FIELDS = st.sampled_from(["text", "photo", "document", "caption", "voice", "sticker", "chat", "date", "from", "x"])


@given(st.dictionaries(_FIELDS, _JSON), st.sampled_from(["message", "edited_message", "callback_query", "poll"]))
def test_garbage_gives_a_message_or_a_clean_refusal(content: dict[str, Any], kind: str) -> None:
    try:
        found = read(stored(update(kind, **content)))
    except Unreadable as failed:
        assert str(failed) in {"update", "callback_query"}
        return
    assert found.raw is None and list(parts([found]))  # something a turn can hear


def test_door_and_reader_agree_about_what_people_really_send(platform: Telegram) -> None:
    """The door looks, the reader reads; ids, starts and edits are the same for both."""
    mila = platform.person(language="nl")
    mila.starts("insta")
    first = mila.says("hallo")
    mila.edits(first, "hallo daar")
    mila.says("/wissen")
    mila.sends_photo(b"x", caption="dit")
    mila.sends_file(b"x", "x.pdf", "application/pdf")
    for raw in platform.sent:
        look = peek(raw, NOW)
        assert look.inbound is not None
        whole = read(look.inbound)
        seen = look.inbound
        assert (whole.external_id, whole.address, whole.start, whole.topic, whole.edits, whole.removable) == (
            seen.external_id, seen.address, seen.start, seen.topic, seen.edits, seen.removable,
        )  # fmt: skip
        assert whole.text == seen.text
