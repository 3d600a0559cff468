"""Files: fetched in pieces, from the configured server only, at most twenty megabytes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import pytest

from bot.channels.contract import FetchFailed
from bot.channels.telegram import fetch as fetching
from bot.channels.telegram import wire
from bot.channels.telegram.capabilities import CAPABILITIES
from bot.channels.telegram.connection import Connection
from tests.channels.telegram.conftest import using
from tests.simulators.telegram import Telegram

DATA = bytes(range(256)) * 1_000


def sent(platform: Telegram, data: bytes = DATA, **more: Any) -> str:
    """A file_id of something Mila sent."""
    mila = platform.person()
    mila.starts()
    mila.sends_file(data, "bild.png", "image/png", **more)
    handle: str = platform.sent[-1]["message"]["document"]["file_id"]
    return handle


def fetched(platform: Telegram, handle: str) -> list[bytes]:
    async def story(connection: Connection) -> list[bytes]:
        return [piece async for piece in connection.fetcher.fetch(handle)]

    found: list[bytes] = using(platform, story)
    return found


def refused(platform: Telegram, handle: str) -> str:
    with pytest.raises(FetchFailed) as failed:
        fetched(platform, handle)
    assert failed.value.__suppress_context__ or failed.value.__context__ is None
    return failed.value.reason


def test_a_file_arrives_whole_and_in_pieces(platform: Telegram) -> None:
    pieces = fetched(platform, sent(platform))
    assert b"".join(pieces) == DATA
    assert max(map(len, pieces)) <= wire.PIECE_BYTES


def test_a_file_over_the_limit_is_too_large(platform: Telegram) -> None:
    assert refused(platform, sent(platform, size=20_000_001)) == "too_large"
    assert refused(platform, sent(platform, size=30_000_000)) == "too_large"


def test_s45_more_bytes_than_were_announced_are_cut_off(platform: Telegram) -> None:
    handle = sent(platform, b"x" * (CAPABILITIES.file_max_bytes + 1), size=5)
    assert refused(platform, handle) == "too_large"


@pytest.mark.parametrize("fault", ["errors", "lose_answers", "flood"])
@pytest.mark.parametrize("method", ["getFile", "file"])
def test_what_fails_once_is_tried_once_more(platform: Telegram, fault: str, method: str) -> None:
    handle = sent(platform)
    getattr(platform.faults, fault)(60, methods={method}, times=1)
    assert b"".join(fetched(platform, handle)) == DATA
    getattr(platform.faults, fault)(60, methods={method})
    assert refused(platform, handle) == "interrupted"


def test_an_unknown_file_is_interrupted_after_one_more_try(platform: Telegram) -> None:
    assert refused(platform, "no-such-file") == "interrupted"
    assert len(platform.called("getFile")) == 2


def test_s45_a_file_that_never_ends_is_given_up_in_time(platform: Telegram, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "FILE_SECONDS", 0.5)
    handle = sent(platform)
    platform.faults.half_open(60, methods={"file"})
    assert refused(platform, handle) == "interrupted"


def test_what_was_begun_is_not_begun_again(platform: Telegram, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its first bytes are sealed already: a second beginning would be added to them."""
    handle, begun = sent(platform), []

    async def breaks(_line: object, _token: str, _path: str, **_: object) -> AsyncIterator[bytes]:
        begun.append(1)
        yield b"the first half"
        raise wire.Unanswered("ClientPayloadError")

    monkeypatch.setattr(wire.Line, "download", breaks)
    assert refused(platform, handle) == "interrupted"
    assert begun == [1]


@pytest.mark.parametrize("path", ["", "/etc/passwd", "../../other/method", "documents/../../x"])
def test_s45_a_path_that_leads_elsewhere_is_not_followed(
    platform: Telegram, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """A server in local mode names a place on its own disk."""
    handle = sent(platform)
    next(iter(platform.accounts["public"].files.values())).path = path
    asked: list[str] = []
    monkeypatch.setattr(wire.Line, "download", lambda *given, **_: asked.append(str(given)))
    assert refused(platform, handle) == "interrupted"
    assert asked == []


def test_a_name_of_any_characters_is_asked_for_as_it_is(platform: Telegram) -> None:
    handle = sent(platform)
    next(iter(platform.accounts["public"].files.values())).path = "documents/Ünï %41 #1?.png"
    assert b"".join(fetched(platform, handle)) == DATA


def test_who_stops_early_frees_the_connection(platform: Telegram) -> None:
    handle = sent(platform)

    async def story(connection: Connection) -> tuple[int, int]:
        async with aclosing(connection.fetcher.fetch(handle)) as pieces:
            assert await anext(pieces)
            line = await connection.fetcher._line.create_session()  # type: ignore[attr-defined]  # Telegram's
            assert line.connector is not None
            before = len(line.connector._acquired)
        return before, len(line.connector._acquired)

    assert using(platform, story) == (1, 0)
