"""Telegram's door in the role `public`: what it is made of, and its way out, which is loaded once the doors are open.

The way out (an HTTP client, certificates) takes a tenth of a second to load; whoever opens the web chat at that moment
does not wait for it (P7). Nothing here knows aiogram: whole messages are made by the worker.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from bot import config
from bot.app.role import House
from bot.channels.contract import Message
from bot.channels.telegram.links import carry_on_link
from bot.channels.telegram.peek import peek
from bot.logs import exception_place, get_logger
from bot.public.deps import Deps, TelegramDeps
from bot.public.telegram import TelegramDoor
from bot.server_keys import PublicKeys
from bot.turns.chats import Chats
from bot.turns.inbox import Inbox
from bot.turns.knowledge import Knowledge
from bot.turns.render import ONLY_PRIVATE, TOO_MANY

if TYPE_CHECKING:
    from bot.channels.http import Outgoing
    from bot.channels.telegram.api import Api

HEAD_START: Final = 0.3  # seconds the doors have for opening
ASK_AGAIN: Final = 5.0
ASK_SELDOM: Final = 300.0
LANGUAGES: Final[tuple[Literal["de", "nl"], ...]] = ("de", "nl")

log = get_logger("app")


@dataclass(slots=True)
class TelegramLine:
    """The door and its connection. `run` until told to stop, `close` when nobody knocks any more."""

    settings: config.Telegram
    door: TelegramDoor
    _outgoing: Outgoing | None = field(default=None, init=False)

    async def run(self, stop: asyncio.Event) -> None:
        """Connect, learn the bot's name, and fetch updates unless Telegram brings them."""
        await _pause(stop, HEAD_START)
        if stop.is_set():
            return
        api = await asyncio.to_thread(self._connect)
        self.door.connect(api)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._introduce(api, stop))
            if self.settings.mode == "polling":
                from bot.channels.telegram.polling import Polling

                tasks.create_task(Polling(api, self.door.take).run(stop))

    async def close(self) -> None:
        await self.door.close()
        if self._outgoing is not None:
            await self._outgoing.close()

    def _connect(self) -> Api:
        from bot.channels.http import Outgoing
        from bot.channels.telegram.api import Api

        token = self.settings.token
        assert token is not None
        self._outgoing = Outgoing([self.settings.api_url])
        return Api(self._outgoing, url=self.settings.api_url, token=token.get_secret_value())

    async def _introduce(self, api: Api, stop: asyncio.Event) -> None:
        """Learn the bot's name, without which there is no link to it. Never raises."""
        from bot.channels.telegram.api import CallFailed

        seconds = ASK_AGAIN
        while not stop.is_set():
            try:
                self.door.introduce(await api.name())
            except CallFailed as failed:
                log.warning("telegram.name_unknown", status=failed.status, seconds=seconds)
            except Exception as error:  # noqa: BLE001 - the web chat beside it must not end for want of a link
                log.error("telegram.name_failed", error=type(error).__name__, where=exception_place(error))
            else:
                return
            await _pause(stop, seconds)
            seconds = min(seconds * 2, ASK_SELDOM)


def telegram_line(house: House, keys: PublicKeys, known: Knowledge, inbox: Inbox, deps: Deps) -> TelegramLine | None:
    """None without a token."""
    settings = house.settings.telegram
    if settings.token is None:
        return None
    secret = settings.webhook_secret if settings.mode == "webhook" else None
    words = {language: known.catalogs.text(ONLY_PRIVATE, language) for language in LANGUAGES}
    own = TelegramDeps(
        peek=peek,
        set_aside=inbox.set_aside,
        resume=Chats(house.stores.main, keys, house.clock, "telegram", house.wake).resume,
        too_many={language: Message("notice", known.catalogs.text(TOO_MANY, language)) for language in LANGUAGES},
        only_private=Message("notice", "\n\n".join(words.values())),
        link=carry_on_link,
        webhook_secret=None if secret is None else secret.get_secret_value().encode(),
    )
    return TelegramLine(settings, TelegramDoor(deps, own))


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
