"""What must never be in the repository, and what the house promises about its own shape."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SECRETS = {
    "age identity": re.compile(rb"AGE-SECRET-KEY-1[0-9A-Z]{20,}"),
    "private key": re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "Telegram token": re.compile(rb"\b[0-9]{8,10}:AA[0-9A-Za-z_-]{33}\b"),
    "Meta token": re.compile(rb"\bEAA[0-9A-Za-z]{60,}"),
}
TEST_ONLY = "tests/vectors/"
LINES_MAX = 400
LONG_BY_REASON = 3


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    return [ROOT / name for name in listed.decode().split("\0") if name and (ROOT / name).is_file()]


def test_s56_s60_no_secret_in_the_repository() -> None:
    found = [
        f"{file.relative_to(ROOT)}: {what}"
        for file in tracked()
        if not str(file.relative_to(ROOT)).startswith(TEST_ONLY)
        for what, pattern in SECRETS.items()
        if pattern.search(file.read_bytes())
    ]
    assert not found


def test_s60_every_dependency_is_locked_with_hashes() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text()
        pinned = re.findall(r"^([a-z0-9][a-z0-9._-]*)(?:\[[a-z,]+\])?==", text, flags=re.MULTILINE)
        blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
        assert len(pinned) == len(blocks)
        assert all("--hash=sha256:" in block for block in blocks)
        assert "index-url" not in text and "find-links" not in text


def test_s60_known_floors() -> None:
    pins = dict(re.findall(r"^([a-z0-9._-]+)==([0-9.]+)", (ROOT / "requirements.lock").read_text(), re.MULTILINE))

    def at_least(name: str, *floor: int) -> bool:
        return tuple(int(part) for part in pins[name].split(".")) >= floor

    assert at_least("pyrage", 1, 2, 3) and at_least("starlette", 0, 49, 1) and at_least("h11", 0, 16)
    assert "python-multipart" not in pins


def test_modules_stay_small() -> None:
    long = [
        str(file.relative_to(ROOT))
        for file in (ROOT / "bot").rglob("*.py")
        if len(file.read_text().splitlines()) > LINES_MAX
    ]
    assert len(long) <= LONG_BY_REASON
    named = (ROOT / "CONTRIBUTING.md").read_text()
    assert all(name in named for name in long), long


def test_no_vague_rooms() -> None:
    vague = {"utils.py", "helpers.py", "common.py", "misc.py"}
    assert not [file for file in tracked() if file.name in vague]


def test_the_product_knows_no_simulator() -> None:
    for file in (ROOT / "bot").rglob("*.py"):
        assert not re.search(r"\b(simulator|fake_|unittest|pytest)\b", file.read_text()), file.name


def test_only_two_places_catch_everything() -> None:
    """style.md section 5: the edge of a turn and the loop of a worker; each says so beside it."""
    for file in (ROOT / "bot").rglob("*.py"):
        source = file.read_text()
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.ExceptHandler) and getattr(node.type, "id", "") in {"Exception", "BaseException"}:
                line = source.splitlines()[node.lineno - 1]
                reraised = any(isinstance(part, ast.Raise) and part.exc is None for part in ast.walk(node))
                assert "# noqa: BLE001 -" in line or reraised, f"{file.name}:{node.lineno}"
