"""Telegram joins the worker late: nobody waits for its library who does not need it."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import AsyncGenerator, AsyncIterator
from types import SimpleNamespace
from typing import Any, Final

import pytest

from bot.app import messengers as joining
from bot.app.messengers import LateTelegram, file_fetcher, messengers
from bot.channels.contract import Attachment, FetchFailed, Inbound, NotSent, ReaderNotReady, Sent
from bot.channels.telegram.capabilities import CAPABILITIES
from bot.channels.telegram.wire import CONNECTIONS
from bot.config import Settings
from bot.turns import outbox, traces
from bot.turns.uploads import TRANSFERS_AT_ONCE, Refused, Taken
from tests.channels.telegram.conftest import connected as connect_to
from tests.channels.telegram.conftest import outbound
from tests.conftest import StandingClock
from tests.simulators.telegram import Telegram, telegram

TOKEN: Final = "4242:AA-token-of-nobody"
UPDATE: Final = {
    "update_id": 1,
    "message": {"message_id": 7, "date": 1_764_000_000, "chat": {"id": 4_242, "type": "private"}, "text": "hallo"},
}


def connected_to(settings: Settings, platform: Telegram | None = None) -> Settings:
    section = {
        "token": platform.token if platform else TOKEN,
        "api_url": platform.url if platform else "http://[::1]:9",
    }
    return Settings(data_dir=settings.data_dir, telegram=section)


def test_without_a_token_there_is_no_such_channel(settings: Settings) -> None:
    async def story() -> None:
        async with messengers(settings) as connected:
            assert (connected.readers, connected.senders, connected.fetchers) == ({}, {}, {})

    asyncio.run(story())


def test_p7_the_worker_starts_without_the_library(tmp_path: Any) -> None:
    """Neither importing the role nor joining the messengers loads it; the first use does."""
    script = f"""
import asyncio, sys
import bot.app.worker
from bot.app.messengers import messengers
from bot.config import Settings

async def story():
    settings = Settings(data_dir={str(tmp_path)!r}, telegram={{"token": {TOKEN!r}, "api_url": "http://[::1]:9"}})
    async with messengers(settings) as connected:
        print(sorted(connected.senders), "aiogram" in sys.modules)
        await connected.senders["telegram"].ready()
        print("aiogram" in sys.modules)

asyncio.run(story())
"""
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=True)
    assert said.stdout.splitlines() == ["['telegram'] False", "True"]


def test_it_is_loaded_soon_after_the_start_without_anybody_asking(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(joining, "WARM_UP_AFTER", 0.01)
    begun = threading.Event()
    monkeypatch.setattr(joining, "_load", lambda *_: begun.set())

    async def story() -> None:
        async with messengers(connected_to(settings)):
            assert await asyncio.to_thread(begun.wait, 5)

    asyncio.run(story())


def test_the_three_halves_work_once_it_is_loaded(settings: Settings) -> None:
    async def story(platform: Telegram) -> None:
        mila = platform.person()
        mila.starts()
        mila.sends_file(b"abc", "x.txt", "text/plain")
        handle = platform.sent[-1]["message"]["document"]["file_id"]
        async with messengers(connected_to(settings, platform)) as connected:
            assert connected.senders["telegram"].capabilities == CAPABILITIES
            raw = Inbound("telegram", "m7", "4242", StandingClock().now, raw=json.dumps(UPDATE))
            with pytest.raises(ReaderNotReady) as waits:
                connected.readers["telegram"](raw)
            await waits.value.ready()
            assert connected.readers["telegram"](raw).text == "hallo"
            assert isinstance(await connected.senders["telegram"].send(outbound(mila.chat_id)), Sent)
            pieces = [piece async for piece in connected.fetchers["telegram"].fetch(handle)]
            assert b"".join(pieces) == b"abc"
            with pytest.raises(FetchFailed):
                async for _ in connected.fetchers["telegram"].fetch("no-such-file"):
                    pass

    with telegram() as platform:
        asyncio.run(story(platform))
        assert platform.broken == []


def test_who_gives_up_waiting_takes_nothing_from_others_and_what_failed_is_tried_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(joining, "LOAD_EVERY", 0.0)
    answers: list[Any] = [ImportError("broken"), "connection"]
    go_on = threading.Event()

    def connect(_: Settings) -> Any:
        go_on.wait(5)
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(joining, "_connect", connect)

    async def story() -> None:
        late = LateTelegram(connected_to(settings))
        patient = asyncio.create_task(late.ready())
        hasty = asyncio.create_task(late.ready())
        await asyncio.sleep(0)
        hasty.cancel()
        await asyncio.sleep(0)
        go_on.set()
        with pytest.raises(ImportError):
            await patient
        await late.close()
        assert await late.ready() == "connection"

    asyncio.run(story())


def test_what_cannot_be_loaded_has_sent_nothing(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The row waits for an operator; it is no poison, and no dead letter before its day is over."""

    def connect(_: Settings) -> Any:
        raise MemoryError

    monkeypatch.setattr(joining, "_connect", connect)

    async def story() -> None:
        late = LateTelegram(connected_to(settings))
        assert [await late.send(outbound(4_242)) for _ in range(2)] == [NotSent(), NotSent()]
        with pytest.raises(MemoryError):
            await late.tidy("4242", ("1",), ())

    asyncio.run(story())


def test_r10_a_reader_that_could_not_be_loaded_is_not_ready_and_loading_is_tried_again_after_a_pause(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of ours must not count against the message."""
    tries: list[object] = []

    def connect(_: Settings) -> Any:
        tries.append(None)
        raise MemoryError

    monkeypatch.setattr(joining, "_connect", connect)
    raw = Inbound("telegram", "m7", "4242", StandingClock().now, raw=json.dumps(UPDATE))

    async def story() -> None:
        late = LateTelegram(connected_to(settings))
        for _ in range(3):
            with pytest.raises(ReaderNotReady) as waits:
                late.read(raw)
            with pytest.raises(MemoryError):
                await waits.value.ready()
        assert len(tries) == 1
        monkeypatch.setattr(joining, "LOAD_EVERY", 0.0)
        with pytest.raises(MemoryError):
            await waits.value.ready()
        assert len(tries) == 2

    asyncio.run(story())


class Files:
    """Files that arrive when they are let go; how many were open at once, and how many still are."""

    def __init__(self) -> None:
        self.let_go, self.open, self.most = asyncio.Event(), 0, 0

    async def fetch(self, _handle: str) -> AsyncGenerator[bytes, None]:
        self.open += 1
        self.most = max(self.most, self.open)
        try:
            await self.let_go.wait()
            for _ in range(3):
                yield b"piece"
        finally:
            self.open -= 1

    async def forget(self, handle: str) -> None: ...


class Desk:
    """An upload desk that refuses at the first piece, or takes everything."""

    def __init__(self, refuses: bool = False) -> None:
        self.refuses = refuses

    async def take(
        self, _conversation: str, chunks: AsyncIterator[bytes], *, declared: str, name: str | None
    ) -> Taken | Refused:
        async for _ in chunks:
            if self.refuses:
                return Refused("wrong_type")
        return Taken("a" * 32, "image")


def test_s38_eight_files_are_fetched_at_once_and_the_others_wait() -> None:
    async def story() -> None:
        files = Files()
        fetch = file_fetcher(Desk(), {"telegram": files})  # type: ignore[arg-type]  # as much of a desk as is used
        doing = [asyncio.create_task(fetch("c", "telegram", Attachment("image", handle=str(n)))) for n in range(30)]
        for _ in range(20):
            await asyncio.sleep(0)
        assert files.open == TRANSFERS_AT_ONCE == 8
        files.let_go.set()
        assert [each.item for each in await asyncio.gather(*doing)] == ["a" * 32] * 30
        assert (files.open, files.most) == (0, 8)

    asyncio.run(story())


def test_files_and_answers_fit_into_the_connections_together() -> None:
    assert outbox.AT_ONCE + traces.AT_ONCE + TRANSFERS_AT_ONCE < CONNECTIONS


def test_a_file_nobody_wants_any_more_is_closed_before_the_answer(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refused at its first bytes, it must not keep a connection until somebody collects what was left."""

    async def story() -> None:
        files = Files()
        files.let_go.set()
        monkeypatch.setattr(joining, "_connect", lambda _: SimpleNamespace(fetcher=files))
        late = LateTelegram(connected_to(settings))
        fetch = file_fetcher(Desk(refuses=True), {"telegram": late})  # type: ignore[arg-type]  # as above
        fetched = await fetch("c", "telegram", Attachment("image", handle="1"))
        assert (fetched.refused, files.most, files.open) == ("wrong_type", 1, 0)

    asyncio.run(story())


def test_r9_an_answer_goes_out_at_once_while_every_file_hangs() -> None:
    async def story(platform: Telegram) -> None:
        mila = platform.person()
        mila.starts()
        mila.sends_file(b"abc" * 100_000, "x.png", "image/png")
        handle = platform.sent[-1]["message"]["document"]["file_id"]
        connection = connect_to(platform)
        platform.faults.half_open(120, methods={"file"})
        fetch = file_fetcher(Desk(), {"telegram": connection.fetcher})  # type: ignore[arg-type]  # as above
        file = Attachment("image", handle=handle)
        doing = [asyncio.create_task(fetch("c", "telegram", file)) for _ in range(CONNECTIONS + 6)]
        try:
            async with asyncio.timeout(60):
                while len(platform.called("getFile")) < TRANSFERS_AT_ONCE:
                    await asyncio.wait(doing, timeout=0.01)
            async with asyncio.timeout(15):
                assert isinstance(await connection.sender.send(outbound(mila.chat_id, urgent=True)), Sent)
            assert len(platform.called("getFile")) == TRANSFERS_AT_ONCE
        finally:
            for each in doing:
                each.cancel()
            await asyncio.gather(*doing, return_exceptions=True)
            await connection.close()

    with telegram() as platform:
        asyncio.run(story(platform))
