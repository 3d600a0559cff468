"""A helpline on Telegram: fetched or brought updates, the real door, aiogram's half."""

from __future__ import annotations

import asyncio
import shutil
import socket
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar, Final, Literal

import pytest
from aiogram import Bot

from bot.app.server import Server
from bot.app.telegram import telegram_line
from bot.channels.contract import ChannelName
from bot.channels.http import Outgoing
from bot.channels.telegram import send
from bot.channels.telegram import wire as wire_of_telegram
from bot.channels.telegram.api import Api
from bot.channels.telegram.fetch import TelegramFetcher
from bot.channels.telegram.pace import pace
from bot.channels.telegram.polling import Polling
from bot.channels.telegram.read import read
from bot.channels.telegram.send import TelegramSender
from bot.channels.telegram.wire import Line
from bot.config import Telegram as TelegramSettings
from bot.dialogue.session import Language
from bot.public import telegram as telegram_door
from bot.public.app import create_app
from bot.public.deps import Deps
from bot.public.live import Live
from bot.public.telegram import TelegramDoor
from bot.turns import inbox as storing
from tests.conftest import StandingClock
from tests.simulators.telegram import Person as TelegramPerson
from tests.simulators.telegram import Telegram, telegram
from tests.stories.house import LINK, PATIENCE, Connected, House

Mode = Literal["polling", "webhook"]
SECRET: Final = "stories-secret-" + "x" * 24


class Door:
    """The way in: an own loop of getUpdates, or a webhook on a free port. Counts what it has kept."""

    def __init__(self, house: TelegramHouse, door: TelegramDoor, deps: Deps) -> None:
        self._house = house
        self._door = door
        self._deps = deps
        self._stop = asyncio.Event()
        self._tasks: list[asyncio.Task[object]] = []
        self._outgoing = Outgoing([house.platform.url])
        self.busy = 0
        self.kept = 0
        real = door.take

        async def take(updates: Sequence[object]) -> bool:
            self.busy += 1
            try:
                safe = await real(updates)
            finally:
                self.busy -= 1
            self.kept += len(updates) if safe else 0
            return safe

        door.take = take  # type: ignore[method-assign]  # the same, counted

    async def open(self) -> None:
        """`app` is the whole public application, whether Telegram calls it or not."""
        platform = self._house.platform
        self.app = create_app(self._deps, Live(self._deps.subscribe), self._door)
        api = Api(self._outgoing, url=platform.url, token=platform.token)
        self._door.connect(api)
        if self._house.mode == "polling":
            self._tasks = [asyncio.create_task(Polling(api, self._door.take).run(self._stop))]
            return
        self._server = Server(self.app, self._deps.settings.address, drain_seconds=5)
        port = self._deps.settings.address[1]
        self._tasks = [asyncio.create_task(self._server.serve([socket.create_server(("127.0.0.1", port))]))]
        while not self._server.started:
            await asyncio.sleep(0.001)
        await asyncio.to_thread(set_webhook, platform, f"{self._deps.settings.url}/telegram/webhook")

    async def close(self) -> None:
        self._stop.set()
        if self._house.mode == "webhook":
            self._server.should_exit = True
        await asyncio.gather(*self._tasks)
        await self._door.close()
        await self._outgoing.close()

    async def again(self, updates: Sequence[object]) -> None:
        """The platform was not sure that we have them, and brings them once more, much later."""
        assert await self._door.take(updates)

    async def courteous(self) -> None:
        """Taps are answered and typing was shown."""
        while self._door.errands.under_way:
            await asyncio.wait(set(self._door.errands.under_way))


def set_webhook(platform: Telegram, url: str, secret: str = SECRET) -> None:
    body = f'{{"url": "{url}", "secret_token": "{secret}"}}'.encode()
    asked = urllib.request.Request(
        f"{platform.url}/bot{platform.token}/setWebhook", body, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(asked, timeout=10) as answer:
        assert answer.status == 200


@dataclass
class TelegramHouse(House):
    platform: Telegram
    mode: Mode
    door: Door = field(init=False)
    channel: ClassVar[ChannelName] = "telegram"

    def person(self, language: Language) -> TelegramPerson:
        return self.platform.person(language=language)

    def address_of(self, person: TelegramPerson) -> str:
        return str(person.chat_id)

    def came(self) -> Sequence[Any]:
        return self.platform.sent

    @property
    def way(self) -> Door:
        return self.door

    def messenger(self) -> dict[str, Any]:
        platform = self.platform
        own = TelegramSettings(token=platform.token, api_url=platform.url, mode=self.mode, webhook_secret=SECRET)
        return {"telegram": own}

    def connect(self) -> Connected:
        line = Line(self.platform.url)
        bot = Bot(self.platform.token, session=line)
        own = pace(lambda: self.clock().timestamp(), self.pass_time)
        sender = TelegramSender(bot, own, code_link=f"{self.settings.public.url}{LINK}")
        return Connected("telegram", sender, TelegramFetcher(bot, line), line.close, read)

    def make_way(self, deps: Deps) -> Door:
        line = telegram_line(self.place, self.keys, self.known, self.inbox, deps)
        assert line is not None
        line.door.introduce("wegweiser_muster_bot")
        self.door = Door(self, line.door, deps)
        return self.door

    def pending(self) -> object:
        return self.platform.pending()


@contextmanager
def patient_door() -> Iterator[pytest.MonkeyPatch]:
    """R11 has its own tests; here a disk that is slow for two seconds shall not bring the card from memory."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(telegram_door, "PATIENCE_SECONDS", PATIENCE)
        patch.setattr(storing, "PATIENCE", timedelta(seconds=PATIENCE))
        yield patch


@contextmanager
def patience() -> Iterator[None]:
    """Nor shall a busy machine look like a platform that does not answer (R7 has its own tests)."""
    with patient_door() as patch:
        patch.setitem(Api._post.__kwdefaults__, "seconds", PATIENCE)
        patch.setattr(wire_of_telegram, "CALL_SECONDS", PATIENCE)
        for limit in ("RETIRE_SECONDS", "TAKE_BACK_SECONDS"):
            patch.setattr(send, limit, PATIENCE)
        yield


@contextmanager
def helpline(folder: Path, at_head: Sequence[Path], mode: Mode) -> Iterator[tuple[TelegramHouse, asyncio.Runner]]:
    """A house that is open, and what runs its coroutines."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for file in at_head:
        shutil.copy(file, folder)
    clock = StandingClock()
    with (
        patience(),
        telegram(clock=clock, retry_seconds=0.01, hold_seconds=0.02) as platform,
        asyncio.Runner() as runner,
    ):
        house = TelegramHouse(folder, clock, platform, mode)
        runner.run(house.open())
        try:
            yield house, runner
        finally:
            runner.run(house.close())
