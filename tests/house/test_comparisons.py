"""S19: where a secret decides, bytes are compared in constant time or found by a keyed digest – never with `==`."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from bot.desk.door import right_token

ROOT = Path(__file__).resolve().parent.parent.parent
SECRET_WORDS = ("token", "secret", "csrf", "password", "auth", "signature", "cookie", "digest", "pepper")


def test_s19_no_secret_is_compared_with_equals() -> None:
    found = []
    for file in (ROOT / "bot").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Compare) and any(isinstance(op, ast.Eq | ast.NotEq) for op in node.ops):
                sides = [node.left, *node.comparators]
                if any(isinstance(side, ast.Constant | ast.Call) for side in sides):
                    continue  # a length, a word of a closed list
                names = {n.id if isinstance(n, ast.Name) else n.attr for side in sides for n in ast.walk(side)
                         if isinstance(n, ast.Name | ast.Attribute)}  # fmt: skip
                if any(word in name.lower() for name in names for word in SECRET_WORDS):
                    found.append(f"{file.relative_to(ROOT)}:{node.lineno}")
    assert [place for place in found if place.split(":")[0] not in NOT_SECRET] == []


NOT_SECRET = {
    "bot/desk/signin.py",  # a new password and its repetition, both typed by the same person in one form
    "bot/db/conversations.py",  # a worker's own lease token, compared by the database
    "bot/db/health.py",  # a row of random bytes, written and taken away again
    "bot/db/evidence.py",  # a keyed digest, looked up by the database's index
    "bot/db/resume.py",
    "bot/db/staff.py",
    "bot/understanding/fold.py",  # a token there is a word
}
"""Comparisons that decide nothing for somebody outside, each with its reason."""


@pytest.mark.parametrize("given", ["", "x", "ä" * 64, "\udc80", "0" * 64, "0" * 63 + "1"])
def test_s19_a_form_token_of_any_shape_is_refused_without_an_error(given: str) -> None:
    assert not right_token(given, "f" * 64)
    assert right_token("f" * 64, "f" * 64)
