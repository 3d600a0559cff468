"""T0: every requirement row built so far has a test named after it, or a test that says it shows it."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
BUILT = {
    "S": (9, 11, 13, 14, 16, 17, 18, 19, 21, 22, 24, 31, 32, 33, 35, 36, 38, 39, 40, 41, 45, 46, 47, 48, 49, 50, 51, 52,
          53, 54, 56, 58, 59, 60),
    "R": (1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 13, 16, 22, 23),
    "T": (0, 1, 2, 5, 8),
}  # fmt: skip
NAMED = re.compile(r"(?<![A-Za-z0-9])([SRT])(\d{1,2})(?!\d)")
IN_A_NAME = re.compile(r"_([srt])(\d{1,2})(?=_)")


def shown() -> set[str]:
    """Rows that a test's name, docstring or comment names."""
    found: set[str] = set()
    for file in TESTS.rglob("test_*.py"):
        if file == Path(__file__):
            continue
        text = file.read_text()
        found |= {letter + number for letter, number in NAMED.findall(text)}
        found |= {letter.upper() + number for letter, number in IN_A_NAME.findall(text)}
    return found | {"T0", "T8"}  # this file is their test


def test_t0_every_built_row_has_a_test() -> None:
    wanted = {f"{letter}{number}" for letter, numbers in BUILT.items() for number in numbers}
    assert sorted(wanted - shown()) == []


def test_t8_no_test_sleeps_for_correctness() -> None:
    """Waiting for a process or a page to get there is a loop with an end; a bare sleep elsewhere is a guess."""
    allowed = {"installation.py", "web_person.py", "counsellor.py", "browser.py"}
    guesses = []
    for file in TESTS.rglob("*.py"):
        if file.name in allowed or "bench" in file.parts:
            continue
        lines = file.read_text().splitlines()
        for number, line in enumerate(lines, start=1):
            if re.search(r"\btime\.sleep\(", line) and not any(
                "while " in before for before in lines[max(0, number - 6) : number]
            ):
                guesses.append(f"{file.relative_to(TESTS)}:{number}")
    assert guesses == []
