"""S20: what is Meta's and what is not, told from the bytes alone."""

from __future__ import annotations

import hashlib
import hmac
import json

import pytest

from bot.channels.whatsapp.signature import challenge, is_signed
from tests.channels.whatsapp.deliveries import SECRET, as_meta_writes, of, signature, text

KEY = SECRET.encode()
BODY = as_meta_writes(of(text("Größe, één, 🙂")))
GOOD = signature(BODY).encode()


def test_s20_the_right_digest_of_the_raw_bytes() -> None:
    assert is_signed(BODY, [GOOD], KEY)


def test_s20_every_altered_byte_is_noticed() -> None:
    for n in range(0, len(BODY), 7):
        assert not is_signed(BODY[:n] + bytes([BODY[n] ^ 1]) + BODY[n + 1 :], [GOOD], KEY)


def test_s20_what_was_parsed_and_written_again_is_something_else() -> None:
    again = json.dumps(json.loads(BODY), ensure_ascii=False, separators=(",", ":")).encode()
    assert not is_signed(again, [GOOD], KEY)
    assert not is_signed(json.dumps(json.loads(BODY)).encode(), [GOOD], KEY)


@pytest.mark.parametrize(
    "given",
    [
        [],
        [b""],
        [b"sha256="],
        [GOOD, GOOD],
        [GOOD.upper()],
        [GOOD.removeprefix(b"sha256=")],
        [b"sha1=" + hmac.new(KEY, BODY, hashlib.sha1).hexdigest().encode()],
        [b"sha256=" + hmac.new(KEY, BODY, hashlib.sha1).hexdigest().encode()],
        [GOOD + b"0"],
        [GOOD + b"\n"],
        [b" " + GOOD],
        [b"\xff\xfe" * 40],
        [b"sha256=" + hmac.new(b"", BODY, hashlib.sha256).hexdigest().encode()],
    ],
)
def test_s20_any_other_header_is_refused(given: list[bytes]) -> None:
    assert not is_signed(BODY, given, KEY)


def test_s20_an_empty_secret_signs_nothing() -> None:
    assert not is_signed(BODY, [b"sha256=" + hmac.new(b"", BODY, hashlib.sha256).hexdigest().encode()], b"")


ASKED = [("hub.mode", "subscribe"), ("hub.verify_token", "wort-zum-pruefen"), ("hub.challenge", "1158201444")]
TOKEN = b"wort-zum-pruefen"


def test_s20_the_challenge_comes_back() -> None:
    assert challenge(ASKED, TOKEN) == "1158201444"
    assert challenge([*ASKED[:2], ("hub.challenge", "Az_-9" * 20)], TOKEN) == "Az_-9" * 20


@pytest.mark.parametrize(
    "query",
    [
        [],
        ASKED[:2],
        ASKED[1:],
        [("hub.mode", "unsubscribe"), *ASKED[1:]],
        [ASKED[0], ("hub.verify_token", "anderes"), ASKED[2]],
        [ASKED[0], ("hub.verify_token", ""), ASKED[2]],
        [ASKED[0], ("hub.verify_token", "wört\udcff"), ASKED[2]],
        [*ASKED, ASKED[2]],
        [*ASKED[:2], ("hub.challenge", "<script>alert(1)</script>")],
        [*ASKED[:2], ("hub.challenge", "")],
        [*ASKED[:2], ("hub.challenge", "x" * 129)],
        [*ASKED[:2], ("hub.challenge", "1\n")],
        [*ASKED[:2], ("hub.challenge", "٣")],
        [("hub_mode", "subscribe"), ("hub_verify_token", "wort-zum-pruefen"), ("hub_challenge", "1")],
    ],
)
def test_s20_any_other_question_gets_nothing(query: list[tuple[str, str]]) -> None:
    assert challenge(query, TOKEN) is None


def test_s20_an_empty_verify_token_verifies_nobody() -> None:
    assert challenge([ASKED[0], ("hub.verify_token", ""), ASKED[2]], b"") is None
