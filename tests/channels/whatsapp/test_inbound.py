"""A delivery taken apart: who wrote, until when they may be answered, and nothing that brings the others down (S47)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from bot.channels.contract import NotSent, Refused, Renamed, RetryAfter, Sent
from bot.channels.whatsapp.inbound import Item, items
from bot.channels.whatsapp.window import open_until
from tests.channels.whatsapp.deliveries import (
    JORIS,
    MILA,
    MILAS_NUMBER,
    NUMBER_ID,
    WROTE,
    as_meta_writes,
    button,
    change,
    delivery,
    image,
    message,
    of,
    status,
    text,
)

NOW = WROTE + timedelta(seconds=5)


def look(body: Any) -> list[Item]:
    raw = body if isinstance(body, bytes) else as_meta_writes(body)
    return items(raw, NOW, phone_number_id=NUMBER_ID)


def one(body: Any) -> Item:
    [item] = look(body)
    return item


# --- who it is --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("user_id", "number", "contacts", "address", "also"),
    [
        (MILA, None, [], MILA, None),
        (MILA, MILAS_NUMBER, [], MILA, MILAS_NUMBER),
        (None, MILAS_NUMBER, [{"wa_id": MILAS_NUMBER, "user_id": MILA}], MILA, MILAS_NUMBER),
        (None, MILAS_NUMBER, [{"user_id": JORIS, "wa_id": "1"}, {"wa_id": MILAS_NUMBER, "user_id": MILA}], MILA,
         MILAS_NUMBER),
        (None, MILAS_NUMBER, [], MILAS_NUMBER, None),
        (None, None, [{"user_id": MILA, "profile": {"name": "x"}}], MILA, None),
        (None, MILAS_NUMBER, [{"user_id": JORIS, "wa_id": "1"}, {"user_id": MILA, "wa_id": "2"}], MILAS_NUMBER, None),
    ],
)  # fmt: skip
def test_the_id_first_the_number_second(
    user_id: str | None, number: str | None, contacts: list[Any], address: str, also: str | None
) -> None:
    item = one(delivery(change([text("hallo", user_id=user_id, number=number)], contacts=contacts)))
    assert item.inbound is not None
    assert (item.inbound.address, item.inbound.also) == (address, also)


@pytest.mark.parametrize(("address", "language"), [(MILA, None), (JORIS, "nl"), ("31600000001", "nl"), ("4915", None)])
def test_the_country_hints_at_the_language(address: str, language: str | None) -> None:
    sender = {"user_id": address} if "." in address else {"user_id": None, "number": address}
    item = one(of(text("hallo", **sender)))
    assert item.inbound is not None and item.inbound.language == language


def test_nobody_shows_what_a_person_is_called() -> None:
    item = one(of(text("geheim-text", number=MILAS_NUMBER)))
    assert not any(word in repr(item) for word in ("geheim", MILA, MILAS_NUMBER, "wamid"))


def test_a_person_can_have_another_number_another_id_or_both() -> None:
    system = {"type": "user_changed_number", "wa_id": "49000000002", "user_id": "DE.MusterMila2", "body": "x"}
    found = look(of(message("system", system, number=MILAS_NUMBER)))
    assert [item.renamed for item in found if item.renamed] == [
        Renamed("whatsapp", MILA, "DE.MusterMila2"),
        Renamed("whatsapp", MILAS_NUMBER, "49000000002"),
    ]
    update = {"field": "user_id_update", "value": {"previous": MILA, "current": "DE.MusterMila2"}}
    assert one(delivery(update)).renamed == Renamed("whatsapp", MILA, "DE.MusterMila2")
    assert look(of(message("system", {"type": "customer_identity_changed"})))[0].verdict == "ignored"


# --- what they say ----------------------------------------------------------------------------------------------------


def test_words_taps_and_files() -> None:
    found = look(of(text("hallo\0 du", "a"), button("start.menu.picture", "b"), image("c", "das da"), image("d")))
    words, tap, captioned, bare = [item.inbound for item in found]
    assert words is not None and words.text == "hallo du"
    assert tap is not None and (tap.tap, tap.text) == ("start.menu.picture", None)
    assert captioned is not None and captioned.text == "das da"
    assert captioned.attachments[0].handle == "900001|c2hh"
    assert bare is not None and bare.text is None
    assert [item.file for item in found] == [False, False, False, True]


def test_a_resume_code_alone_carries_on() -> None:
    assert one(of(text(" 0123-4567-89ab-CDEF "))).code == "0123-4567-89ab-CDEF"
    assert one(of(text("/start c_0123-4567-89AB-CDEF"))).code == "0123-4567-89AB-CDEF"
    started, plain = one(of(text("/start insta"))).inbound, one(of(text("/startx insta"))).inbound
    assert started is not None and (started.start, started.topic, started.text) == (True, "insta", None)
    assert plain is not None and (plain.start, plain.text) == (False, "/startx insta")
    assert one(of(text("mein code ist 0123-4567-89AB-CDEF"))).code is None


@pytest.mark.parametrize("kind", ["text", "image", "interactive", "button", "poll", "", "unsupported"])
@pytest.mark.parametrize("content", [None, {}, [], "x", 7, {"body": 5}, {"body": "\0"}, {"id": {}}])
def test_whoever_sends_what_we_have_no_word_for_is_answered_all_the_same(kind: str, content: Any) -> None:
    item = one(of(message(kind, content)))
    assert item.verdict == "person" and item.inbound is not None
    assert item.inbound.attachments and item.inbound.attachments[0].handle is None


@pytest.mark.parametrize("media", ["../../x", "a?b", "a/b", "", "x" * 200, "häh"])
def test_s45_a_media_id_never_changes_where_we_ask(media: str) -> None:
    item = one(of(message("image", {"id": media, "sha256": "x", "mime_type": "image/png"})))
    assert item.inbound is not None and item.inbound.attachments[0].handle is None


# --- hostile input ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 100_000, b'{"a":', b"\xff\xfe"])
def test_s47_what_is_no_json_is_one_unreadable_thing(body: bytes) -> None:
    item = one(body)
    assert (item.verdict, item.kind) == ("unreadable", "no_json")
    assert item.key == one(body).key != one(body + b" ").key


@pytest.mark.parametrize(
    "body", [None, 5, "x", [], {}, {"entry": 5}, {"entry": [5, None]}, {"entry": [{"changes": 1}]}]
)
def test_s47_a_delivery_of_nothing_is_nothing(body: Any) -> None:
    assert look(body) == []


@pytest.mark.parametrize(
    "bad",
    [None, 5, "x", [], {}, {"id": ""}, {"id": 5}, {"id": "x" * 600}, {"id": "wamid.x"}, {"id": "w", "from": 2**63},
     {"id": "wamid.x", "from": "+49 1"}, {"id": "wamid.x", "from": "٤٩"}, {"id": "wamid.x", "from_user_id": "x" * 300}],
)  # fmt: skip
def test_s47_one_bad_message_costs_no_other(bad: Any) -> None:
    found = look(of(text("eins", "a"), bad, text("zwei", "b")))
    assert [item.verdict for item in found] == ["person", "unreadable", "person"]
    assert found[1].key == look(of(bad))[0].key


def test_s47_a_change_or_a_status_that_is_none() -> None:
    found = look(delivery(5, {"field": "messages"}, change(statuses=[5, {"status": 1}]), change([text("hallo")])))
    assert [item.verdict for item in found] == ["unreadable"] * 4 + ["person"]


def test_another_number_s_messages_are_not_ours() -> None:
    assert one(delivery(change([text("hallo")], number_id="2"))).verdict == "ignored"


def test_s47_lone_surrogates_and_strange_times() -> None:
    lone = b'{"entry":[{"changes":[{"field":"messages","value":{"metadata":{"phone_number_id":"%s"},"messages":[' \
        b'{"id":"a","from_user_id":"DE.x","timestamp":"99999999999999999999","type":"text","text":{"body":"\\ud800"}}' \
        b']}}]}]}' % NUMBER_ID.encode()  # fmt: skip
    item = one(lone)
    assert item.inbound is not None and item.inbound.text == "\ud800"
    assert item.wrote_at is None and item.inbound.open_until == open_until(None, NOW)
    for odd in ("-5", "1.5", "٣", "", None, True, [], "1" * 400):
        assert one(of({**text("x"), "timestamp": odd})).verdict == "person"


def test_s21_what_is_older_than_our_memory_is_ignored() -> None:
    assert one(of(text("x", at=NOW - timedelta(days=28, hours=23)))).verdict == "person"
    assert one(of(text("x", at=NOW - timedelta(days=29, seconds=6)))).verdict == "ignored"


# --- the window -------------------------------------------------------------------------------------------------------


def test_r15_counted_by_the_platform_s_time_and_closed_early() -> None:
    item = one(of(text("x", at=NOW - timedelta(hours=3))))
    assert item.inbound is not None
    assert item.inbound.open_until == NOW - timedelta(hours=3) + timedelta(hours=23, minutes=50)


def test_r15_a_clock_that_is_ahead_wins_no_time() -> None:
    assert open_until(NOW + timedelta(hours=5), NOW) == open_until(None, NOW) == open_until(NOW, NOW)


def test_r15_a_night_in_which_the_clock_changes_is_as_long_as_any() -> None:
    from zoneinfo import ZoneInfo

    berlin = ZoneInfo("Europe/Berlin")
    wrote = WROTE.replace(year=2027, month=3, day=27, hour=12)
    assert open_until(wrote.astimezone(berlin), wrote) - wrote == timedelta(hours=23, minutes=50)


# --- reports ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "code", "outcome"),
    [
        ("sent", None, Sent("wamid.o")),
        ("delivered", None, Sent("wamid.o")),
        ("read", None, Sent("wamid.o")),
        ("played", None, Sent("wamid.o")),
        ("failed", 131047, Refused("window_closed")),
        ("failed", 131026, Refused("gone")),
        ("failed", 131056, RetryAfter(timedelta(seconds=4))),
        ("failed", 131016, NotSent()),
        ("failed", 190, NotSent()),
        ("failed", 131000, NotSent()),
        ("failed", 1, NotSent()),
        ("failed", None, NotSent()),
        ("failed", 999_999, NotSent()),
    ],
)
def test_what_became_of_ours(state: str, code: int | None, outcome: Any) -> None:
    report = one(delivery(change(statuses=[status("beweis", state, code=code)]))).report
    assert report is not None
    assert (report.proof, report.outcome) == ("beweis", outcome)


def test_a_status_without_our_mark_is_nobody_s() -> None:
    assert one(delivery(change(statuses=[status(None)]))).verdict == "ignored"
    assert one(delivery(change(statuses=[status("x", "deleted")]))).verdict == "ignored"


def test_mixed_items_keep_their_order() -> None:
    body = delivery(
        change([text("a", "a")], [status("p")]), change([text("b", "b")]), {"field": "account_update", "value": {}}
    )
    assert [item.verdict for item in look(json.dumps(body).encode())] == ["person", "report", "person", "ignored"]
