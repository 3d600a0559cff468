"""The messengers this installation is connected to, for the role that reads, sends and fetches."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from bot import config
from bot.app.whatsapp_sending import office as whatsapp_office
from bot.channels.contract import (
    Attachment,
    Capabilities,
    ChannelName,
    Fetcher,
    FetchFailed,
    Inbound,
    NotSent,
    Outbound,
    Reader,
    ReaderNotReady,
    Sender,
    SendOutcome,
)
from bot.channels.telegram.capabilities import CAPABILITIES as TELEGRAM
from bot.logs import exception_place, get_logger
from bot.turns.uploads import TRANSFERS_AT_ONCE, UploadDesk, attachment_of
from bot.turns.worker import FetchFile

if TYPE_CHECKING:
    from bot.channels.telegram.connection import Connection

WARM_UP_AFTER: Final = 3.0  # seconds: the doors are open by then (P7)
LOAD_EVERY: Final = 10.0  # seconds; what could not be loaded may be there after a deploy or with more memory

log = get_logger("app")


@dataclass(frozen=True, slots=True)
class Messengers:
    """What the worker is given per channel; empty for channels without settings."""

    readers: Mapping[ChannelName, Reader] = field(default_factory=dict)
    senders: Mapping[ChannelName, Sender] = field(default_factory=dict)
    fetchers: Mapping[ChannelName, Fetcher] = field(default_factory=dict)


@asynccontextmanager
async def messengers(settings: config.Settings) -> AsyncIterator[Messengers]:
    """Connected as the settings say; connections are closed afterwards."""
    async with AsyncExitStack() as open_:
        readers: dict[ChannelName, Reader] = {}
        senders: dict[ChannelName, Sender] = {}
        fetchers: dict[ChannelName, Fetcher] = {}
        if settings.telegram.token is not None:
            telegram = LateTelegram(settings)
            open_.push_async_callback(telegram.close)
            open_.callback(asyncio.get_running_loop().call_later(WARM_UP_AFTER, telegram.begin).cancel)
            readers["telegram"], senders["telegram"], fetchers["telegram"] = telegram.read, telegram, telegram
        if settings.whatsapp.token is not None:
            senders["whatsapp"], fetchers["whatsapp"] = await open_.enter_async_context(whatsapp_office(settings))
        yield Messengers(readers, senders, fetchers)


class LateTelegram:
    """Sender, Fetcher and Reader of Telegram; aiogram is loaded in a thread, at the first use or soon after the start.

    Loading computes for about three seconds and takes 130 MB. Meanwhile turns of other channels go on: a turn of 3 ms
    takes 10 ms in the middle (measured on 2 cores, 2026-11-22), so nobody has to wait for it who does not need it.
    """

    capabilities: Capabilities = TELEGRAM

    def __init__(self, settings: config.Settings) -> None:
        self._settings = settings
        self._loading: Future[Connection] | None = None
        self._begun_at = 0.0

    def begin(self) -> Future[Connection]:
        """Load, unless that is done or under way. What failed is tried again after a pause."""
        failed = self._loading is not None and self._loading.done() and self._loading.exception() is not None
        if self._loading is None or (failed and time.monotonic() - self._begun_at >= LOAD_EVERY):
            self._begun_at = time.monotonic()
            self._loading = Future()
            self._loading.set_running_or_notify_cancel()  # a caller that gives up cancels nobody else's wait
            # Not one of asyncio's threads: a process that is told to end does not wait for this one.
            threading.Thread(target=_load, args=(self._settings, self._loading), name="telegram", daemon=True).start()
        return self._loading

    async def ready(self) -> Connection:
        """Raises what loading raised."""
        return await asyncio.wrap_future(self.begin())

    def read(self, inbound: Inbound) -> Inbound:
        """Raises Unreadable, ReaderNotReady: also when loading failed, which says nothing against the message."""
        if self._loading is None or not self._loading.done() or self._loading.exception() is not None:
            raise ReaderNotReady(self.ready)
        return self._loading.result().read(inbound)

    async def send(self, outbound: Outbound) -> SendOutcome:
        """NotSent while the library cannot be loaded: that says nothing against the message."""
        try:
            loaded = await self.ready()
        except Exception:  # noqa: BLE001 - whatever loading raised; `_load` has logged it
            return NotSent()
        return await loaded.sender.send(outbound)

    async def tidy(self, address: str, retire: Sequence[str], take_back: Sequence[str]) -> frozenset[str]:
        """Raises what loading raised."""
        return await (await self.ready()).sender.tidy(address, retire, take_back)

    async def fetch(self, handle: str) -> AsyncGenerator[bytes, None]:
        loaded = await self.ready()
        async with aclosing(loaded.fetcher.fetch(handle)) as pieces:
            async for piece in pieces:
                yield piece

    async def forget(self, handle: str) -> None:
        """As `TelegramFetcher.forget`."""

    async def close(self) -> None:
        if self._loading is not None and self._loading.done() and self._loading.exception() is None:
            await self._loading.result().close()


def _load(settings: config.Settings, loading: Future[Connection]) -> None:
    try:
        loading.set_result(_connect(settings))
    except Exception as error:  # noqa: BLE001 - it is raised where somebody waits
        log.error("telegram.not_loaded", error=type(error).__name__, where=exception_place(error))
        loading.set_exception(error)


def _connect(settings: config.Settings) -> Connection:
    from bot.channels.telegram.connection import connect

    gc.freeze()  # 150,000 objects that stay: looking through them again and again costs 0.1 s each time
    token = settings.telegram.token
    assert token is not None
    code_link = f"{settings.public.url.rstrip('/')}/#code="
    return connect(token.get_secret_value(), api_url=settings.telegram.api_url, code_link=code_link)


def file_fetcher(uploads: UploadDesk, fetchers: Mapping[ChannelName, Fetcher]) -> FetchFile:
    """Fetches a file from its messenger and seals it while it arrives; nothing lies in clear (S41).

    Some at once (S38); the others wait, and the time a file may take begins when it is its turn.
    """
    places = asyncio.Semaphore(TRANSFERS_AT_ONCE)

    async def fetch(conversation: str, channel: ChannelName, file: Attachment) -> Attachment:
        fetcher = fetchers.get(channel)
        if fetcher is None or file.handle is None:
            return replace(file, refused="interrupted")
        try:
            async with places, aclosing(fetcher.fetch(file.handle)) as chunks:
                taken = await uploads.take(conversation, chunks, declared=file.declared, name=file.name)
        except FetchFailed as failed:
            return replace(file, refused=failed.reason)
        await fetcher.forget(file.handle)
        known = attachment_of(taken)
        return replace(file, item=known.item, refused=known.refused)

    return fetch
