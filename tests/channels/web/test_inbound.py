from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.contract import Attachment, Button, CardLine, Message, Outbound
from bot.channels.web import wire
from bot.channels.web.inbound import BadBody, external_id

NOW = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)
ID = "0b7e5b3a-6c1f-4c58-9d5e-1f2a3b4c5d6e"
ADDRESS = "a" * 64

BAD_BODIES = [
    b"",
    b"{",
    b"null",
    b"[]",
    b'"text"',
    b"NaN",
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b"\xff\xfe{\x00}\x00",
    b'\xef\xbb\xbf{"id":"x"}',
    b'{"id":"\xed\xa0\x80"}',
    f'{{"id":"{ID}","text":NaN}}'.encode(),
    f'{{"id":"{ID}","text":9223372036854775808}}'.encode(),
    f'{{"id":"{ID}","text":{"9" * 5000}}}'.encode(),
    f'{{"id":"{ID}","text":"a","text":"b"}}'.encode(),
    f'{{"id":"{ID}","text":"\\ud800"}}'.encode(),
    f'{{"id":"{ID}","text":"a\\u0000b"}}'.encode(),
    f'{{"id":"{ID}","text":"   "}}'.encode(),
    f'{{"id":"{ID}","text":""}}'.encode(),
    f'{{"id":"{ID}","text":"{"x" * 4001}"}}'.encode(),
    f'{{"id":"{ID}","text":"a","tap":"b"}}'.encode(),
    f'{{"id":"{ID}"}}'.encode(),
    f'{{"id":"{ID.upper()}","text":"a"}}'.encode(),
    b'{"id":"../../etc","text":"a"}',
    b'{"id":7,"text":"a"}',
    f'{{"id":"{ID}","text":"a","admin":true}}'.encode(),
    f'{{"id":"{ID}","tap":"a b<script>"}}'.encode(),
    f'{{"id":"{ID}","tap":"{"x" * 161}"}}'.encode(),
]


@pytest.mark.parametrize("body", BAD_BODIES, ids=range(len(BAD_BODIES)))
def test_s47_hostile_message_is_refused_with_a_fixed_code(body: bytes) -> None:
    with pytest.raises(BadBody, match=r"^bad_request$"):
        wire.parse_message(body, ADDRESS, NOW)


@given(st.binary(max_size=200) | st.recursive(st.none() | st.text(), st.lists).map(lambda v: json.dumps(v).encode()))
def test_s47_garbage_never_raises_anything_else(body: bytes) -> None:
    for parse in (wire.parse_message, wire.parse_start):
        with pytest.raises(BadBody):
            parse(body, ADDRESS, NOW)
    for read in (wire.parse_ack, wire.parse_code):
        with pytest.raises(BadBody):
            read(body)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=50))
def test_any_plain_text_arrives_unchanged(text: str) -> None:
    body = json.dumps({"id": ID, "text": f"a{text}"}).encode()
    assert wire.parse_message(body, ADDRESS, NOW).text == f"a{text}"


def test_lines_and_tabs_belong_to_a_text() -> None:
    body = json.dumps({"id": ID, "text": "eins\nzwei\tdrei"}).encode()
    assert wire.parse_message(body, ADDRESS, NOW).text == "eins\nzwei\tdrei"


def test_a_tap_and_a_start_become_inbound() -> None:
    tapped = wire.parse_message(json.dumps({"id": ID, "tap": "start.menu.human"}).encode(), ADDRESS, NOW)
    assert (tapped.tap, tapped.external_id) == ("start.menu.human", external_id(ADDRESS, ID))
    started = wire.parse_start(b'{"language":"nl","topic":"insta"}', ADDRESS, NOW)
    assert (started.start, started.language, started.topic) == (True, "nl", "insta")


@pytest.mark.parametrize("topic", ["<b>", "a b", "x" * 41, "Ünsta", ""])
def test_s47_a_link_topic_is_a_plain_word(topic: str) -> None:
    with pytest.raises(BadBody):
        wire.parse_start(json.dumps({"language": "de", "topic": topic}).encode(), ADDRESS, NOW)


def test_s49_a_token_has_256_bits_and_its_address_does_not_contain_it() -> None:
    tokens = {wire.new_token() for _ in range(50)}
    assert len(tokens) == 50
    for token in tokens:
        known = wire.address(token)
        assert known is not None
        assert len(token) == 43
        assert token not in known


@pytest.mark.parametrize("token", ["", "short", "x" * 44, "ä" * 43, "a" * 42 + "\n"])
def test_what_can_be_no_token_has_no_address(token: str) -> None:
    assert wire.address(token) is None


@pytest.mark.parametrize(
    ("upload_id", "kind", "name"),
    [
        ("not-an-id", "image/png", "a.png"),
        (ID.upper(), "image/png", "a.png"),
        (ID, "", "a.png"),
        (ID, "image", "a.png"),
        (ID, "image/png", "%FF"),
        (ID, "image/png", "a%00b.png"),
        (ID, "image/png", "x" * 401),
    ],
)
def test_s47_hostile_upload_headers(upload_id: str, kind: str, name: str) -> None:
    with pytest.raises(BadBody):
        wire.parse_upload(upload_id, kind, name)


def test_an_upload_keeps_the_persons_own_name() -> None:
    assert wire.parse_upload(ID, "image/PNG; q=1", "M%C3%BCll%20%2F..%2F%E2%80%AE.png") == (
        ID,
        "image/png",
        "Müll /../\u202e.png",
    )
    arrived = wire.file_arrived(ID, ADDRESS, NOW, Attachment(kind="image", item="ref"))
    assert arrived.attachments[0].item == "ref"


@pytest.mark.parametrize("rows", [[], [0], [-1], [2**63], [1.0], ["1"], [True], list(range(1, 200))])
def test_s47_rows_are_small_whole_numbers(rows: list[object]) -> None:
    with pytest.raises(BadBody):
        wire.parse_ack(json.dumps({"rows": rows}).encode())


def test_a_frame_is_one_line_with_the_pages_own_ids() -> None:
    message = Message(
        "bot",
        "Zeile 1\nZeile 2 \u2028 <script>",
        buttons=(Button("a.b.c", "Ja"),),
        card=(CardLine("Beispiel", phone="112"),),
        upload=True,
        code="C0DE",
    )
    line = wire.frame(Outbound(7, ADDRESS, message, (external_id(ADDRESS, ID),)))
    assert line.count(b"\n") == 1
    assert json.loads(line) == {
        "row": 7,
        "speaker": "bot",
        "text": "Zeile 1\nZeile 2 \u2028 <script>",
        "buttons": [{"id": "a.b.c", "label": "Ja"}],
        "card": [{"name": "Beispiel", "phone": "112", "url": None, "note": None}],
        "upload": True,
        "leave": False,
        "clear": False,
        "code": "C0DE",
        "paper": False,
        "answers": [ID],
    }
