"""A team with a staff bot: the desk of `tests/desk/house.py`, the real bot, Telegram as a server on this machine."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.app.basics import opening_hours
from bot.cases.facts import CaseRef, Staff
from bot.channels.http import Outgoing
from bot.channels.telegram.api import Api
from bot.config import ROOT, Settings
from bot.db import bell, cases, staff
from bot.db.bell import Linked
from bot.desk.app import create_app
from bot.i18n.catalog import Catalogs
from bot.server_keys import BellKeys, LinkKey
from bot.staffbot.acts import Acts, Group
from bot.staffbot.ringer import Ringer
from bot.staffbot.wire import Line
from bot.staffbot.words import Words
from tests.desk.house import House
from tests.simulators.telegram import Person, Telegram
from tests.simulators.telegram.people import Room

LINE = re.compile(r"<code>/start ([^<]+)</code>")
HEARD = ("sendMessage", "editMessageText", "answerCallbackQuery")
Member = tuple[Staff, bytes]


@dataclass
class Bell:
    """One run of the staff bot, driven by hand: `ring` is a look with all it sends, `hear` takes what people did."""

    line: Line
    acts: Acts
    ringer: Ringer
    api: Api
    platform: Telegram
    offset: int | None = None

    async def ring(self) -> None:
        await self.ringer.look()
        await self.ringer.ring()

    async def hear(self) -> bool:
        """Everything that waits at Telegram now; returns what the poller is told."""
        done = True
        while self.platform.pending(bot="staff"):
            batch = await self.fetch()
            done = await self.line.take(batch)
            if len(batch) == self.platform.pending(bot="staff"):
                break
        return done

    async def fetch(self) -> list[object]:
        """What waits at Telegram now, not taken yet; the next fetch confirms it."""
        batch = await self.api.get_updates(self.offset)
        self.offset = max(int(raw["update_id"]) for raw in batch if isinstance(raw, dict)) + 1
        return batch

    def said(self) -> int:
        """How often the bot has spoken so far, in any way."""
        return sum(len(self.platform.called(method, bot="staff")) for method in HEARD)


@dataclass
class Team:
    house: House
    platform: Telegram

    def __post_init__(self) -> None:
        secrets = self.house.folder / "secrets"
        self.keys = BellKeys.load(secrets)
        self.house.desk = replace(self.house.desk, link=LinkKey.load(secrets, "desk"))
        self.house.app = create_app(self.house.desk)

    @asynccontextmanager
    async def bell(self, group: int | None = None) -> AsyncIterator[Bell]:
        """The bot from its start to its end; the next one knows only what is in the database."""
        house, url = self.house, self.platform.url
        hours = opening_hours(Settings())
        words = Words(Catalogs.load(ROOT / "locales"), ZoneInfo("Europe/Berlin"), house.url)
        line = Line(self.platform.staff_token, url, group)
        acts = Acts(house.stores, self.keys, house.wake, house.clock, words, Group(lambda: line.group, line.is_member))
        line.serve(acts)
        ringer = Ringer(house.stores.main, self.keys, house.wake, house.clock, lambda: hours, words, line)
        outgoing = Outgoing({url})
        assert await line.open()
        try:
            yield Bell(line, acts, ringer, Api(outgoing, url=url, token=self.platform.staff_token), self.platform)
        finally:
            await outgoing.close()
            await line.close()

    async def code(self, member: Member, *, language: str = "de") -> str:
        """A linking code, made as a counsellor makes one."""
        async with await self.house.sign_in(member) as client:
            client.headers["accept-language"] = language
            page = await client.post("/bell/code", data={"csrf": client.csrf})
        found = LINE.search(page.text)
        assert page.status_code == 200 and found is not None
        return found[1]

    async def links(self, member: Member, running: Bell, *, language: str = "de") -> Person:
        """A counsellor's Telegram, linked; the page of the desk stays open."""
        phone = self.platform.person(bot="staff", name=member[0].handle)
        phone.starts(await self.code(member, language=language))
        await running.hear()
        assert await self.account(member) is not None
        await self.is_here(member)
        return phone

    async def account(self, member: Member) -> Linked | None:
        found = await self.house.stores.main.read(bell.linked)
        return next((each for each in found if each.staff_id == member[0].id), None)

    async def is_here(self, member: Member) -> None:
        """A page of the desk is open."""
        await self.house.stores.main.write(lambda tx: staff.seen(tx, member[0], self.house.clock()))

    async def claims(self, member: Member, ref: CaseRef) -> None:
        now = self.house.clock()
        await self.house.stores.main.write(lambda tx: cases.claim(tx, ref, member[0].id, now))

    async def holder(self, ref: CaseRef) -> str | None:
        """Who has the chat; None when nobody has."""
        case = await self.house.stores.main.read(lambda tx: cases.find(tx, ref))
        assert case is not None
        return case.counsellor if case.holder == "counsellor" else None

    def passes(self, **time: float) -> None:
        self.house.clock.now += timedelta(**time)  # type: ignore[attr-defined]  # a standing clock


def shown(room: Room) -> list[str]:
    """What the bot's messages say now."""
    return [message.text for message in room.chat if message.by == "bot"]
