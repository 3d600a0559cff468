"""What an answer of Meta's proves about a message; every code of the reference has its place."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from bot.channels.contract import NotSent, Refused, RetryAfter, Uncertain
from bot.channels.whatsapp.codes import answered, code_of, proven

LIMITS: Final = json.loads((Path(__file__).parents[2] / "vectors" / "whatsapp" / "limits.json").read_text())
BY_CLASS: Final[dict[str, Any]] = {
    "auth": NotSent,
    "permission": NotSent,
    "setup": NotSent,
    "rate": RetryAfter,
    "window": Refused,
    "undeliverable": Refused,
    "template": Refused,
    "identity": Refused,
    "media": Refused,
    "inbound": Refused,
}
ALONE: Final[dict[int, Any]] = {
    130497: Refused("not_allowed"),
    368: NotSent(),
    131031: NotSent(),
    131030: NotSent(),
    1: Uncertain(),
    2: Uncertain(),
    131000: Uncertain(),
    131016: NotSent(),
    131057: NotSent(),
    133004: NotSent(),
    131047: Refused("window_closed"),
}
NEVER_ANSWERS_A_MESSAGE: Final = frozenset({33, 139100, 139101, 139102, 139103})


def body(code: object) -> bytes:
    return json.dumps({"error": {"code": code, "message": "muster"}}).encode()


@pytest.mark.parametrize("error", LIMITS["errors"], ids=lambda error: str(error["code"]))
def test_every_known_code_has_its_place(error: dict[str, Any]) -> None:
    code, found = error["code"], proven(error["code"])
    if code in ALONE:
        assert found == ALONE[code]
    elif code in NEVER_ANSWERS_A_MESSAGE:
        assert found is None
    elif error["class"] == "bad_request":
        assert found == Refused("invalid")
    else:
        assert isinstance(found, BY_CLASS[error["class"]])


@pytest.mark.parametrize(
    ("status", "said", "outcome"),
    [
        (400, body(131047), Refused("window_closed")),
        (400, body(100), Refused("invalid")),
        (400, body(131056), RetryAfter(timedelta(seconds=4))),
        (401, body(190), NotSent()),
        (403, body(10), NotSent()),
        (403, b"", NotSent()),
        (429, b"", RetryAfter(timedelta(seconds=2))),
        (400, body(130429), RetryAfter(timedelta(seconds=2))),
        (500, body(131000), Uncertain()),
        (500, body(1), Uncertain()),
        (500, body(100), Uncertain()),
        (503, body(131016), NotSent()),
        (500, body(131016), NotSent()),
        (503, b"", NotSent()),
        (502, b"<html>", Uncertain()),
        (504, b"", Uncertain()),
        (400, b"{", Refused("invalid")),
        (400, body(777_777), Refused("invalid")),
        (408, b"", NotSent()),
        (302, b"", Uncertain()),
    ],
)
def test_an_answer_says_so_much_and_no_more(status: int, said: bytes, outcome: Any) -> None:
    assert answered(status, said)[0] == outcome


@pytest.mark.parametrize(
    "said", [b"", b"[", b"[]", b"5", body("1"), body(True), body(None), b"[" * 50_000, b'{"error":5}']
)
def test_a_body_without_a_code_has_none(said: bytes) -> None:
    assert code_of(said) is None
