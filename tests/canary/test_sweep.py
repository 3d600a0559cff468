"""The sweep itself: a leak planted in any spelling is found, in a file, a name or an argument."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.canary.sweep import spellings, sweep

MARKER = "kanarie-Q7z+/ä-4f1"


@pytest.mark.parametrize("how", sorted(spellings(MARKER)))
def test_t5_every_spelling_is_found(how: str, tmp_path: Path) -> None:
    leak = tmp_path / "deep" / "leak.bin"
    leak.parent.mkdir()
    leak.write_bytes(b"\x00\xff before " + spellings(MARKER)[how] + b" after")
    assert {hit.spelling for hit in sweep([MARKER], [tmp_path])} >= {how}


@pytest.mark.parametrize("before", [b"", b"x", b"xy", b"xyz"])
def test_t5_base64_is_found_at_any_offset(before: bytes, tmp_path: Path) -> None:
    import base64

    (tmp_path / "leak").write_bytes(base64.b64encode(before + MARKER.encode() + b"tail"))
    assert sweep([MARKER], [tmp_path])


def test_t5_a_file_name_and_an_argument_count(tmp_path: Path) -> None:
    (tmp_path / "kanarie-name").touch()
    assert sweep(["kanarie-name"], [tmp_path])
    script = "print(1, flush=True); input()"
    child = subprocess.Popen(
        [sys.executable, "-c", script, "kanarie-argument"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdout is not None
    child.stdout.readline()
    try:
        assert sweep(["kanarie-argument"], [], [child.pid])
    finally:
        child.communicate(b"\n")


def test_t5_a_chat_id_is_found_as_a_database_stores_numbers(tmp_path: Path) -> None:
    chat_id = 7_412_345_678
    with sqlite3.connect(tmp_path / "leak.sqlite") as connection:
        connection.execute("CREATE TABLE leak (chat_id INTEGER)")
        connection.execute("INSERT INTO leak VALUES (?)", (chat_id,))
    connection.close()
    assert {hit.spelling for hit in sweep([str(chat_id)], [tmp_path])} == {"number"}


def test_t5_nothing_is_found_where_nothing_is(tmp_path: Path) -> None:
    (tmp_path / "clean").write_bytes(bytes(range(256)) * 50)
    assert not sweep([MARKER], [tmp_path])
