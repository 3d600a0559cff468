"""Door and worker of one installation on this event loop, in real time; a counsellor has chats in her hands."""

from __future__ import annotations

import asyncio
import re
import secrets
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final

import httpx
from sqlalchemy import select

from bot.app.public import public
from bot.app.role import House, open_house
from bot.app.worker import worker
from bot.channels.plain import COUNSELLOR
from bot.clock import MovableClock
from bot.config import Evidence, Public, Settings, Telegram
from bot.db import cases, staff
from bot.db.conversations import find_by_lookups
from bot.db.dead_letters import count_open
from bot.db.outbox import next_due
from bot.db.store import Transaction
from bot.db.tables import outbox
from bot.server_keys import PublicKeys, make_missing
from tests.conftest import StandingClock
from tests.desk.house import House as DeskHouse
from tests.installation import free_ports
from tests.simulators.telegram import Person
from tests.simulators.telegram import Telegram as Platform
from tests.stories.telegram_house import patient_door

FENCE: Final = re.compile(r'name="(csrf|fence)" value="([^"]*)"')
START_SECONDS: Final = 120.0


@dataclass
class Helped:
    """Somebody whose chat a counsellor has. `told`: what she said, in order."""

    person: Person
    case: str
    told: list[str] = field(default_factory=list)

    @property
    def heard(self) -> list[str]:
        """A human's words as they stand in the chat, repeats left out."""
        shown = (one.text for one in self.person.chat if one.by == "bot" and one.text.startswith(COUNSELLOR))
        return list(dict.fromkeys(text.removeprefix(COUNSELLOR) for text in shown))

    @property
    def has_everything(self) -> bool:
        return set(self.told) <= set(self.heard)


class Helpline:
    """One installation with its platform."""

    def __init__(self, platform: Platform, house: House) -> None:
        self.platform = platform
        self.house = house

    async def sees(self, condition: Callable[[], bool], seconds: float = START_SECONDS) -> None:
        """Raises TimeoutError."""
        await asyncio.to_thread(self.platform.waits_for, condition, seconds)

    async def on_their_way(self) -> Counter[str]:
        """Messages that have neither arrived nor been given up, by class."""
        rows = select(outbox.c["class"]).where(outbox.c.delivery == "push", outbox.c.state.in_(("ready", "sending")))
        return Counter(await self.house.stores.main.read(lambda tx: tx.execute(rows).scalars().all()))

    async def dead_letters(self) -> int:
        return await self.house.stores.main.read(count_open)

    async def people(self, count: int) -> list[Person]:
        """Who has said hello and been answered."""
        new = [self.platform.person(language="nl" if number % 2 else "de") for number in range(count)]
        for person in new:
            person.starts()
        await self.sees(lambda: all(any(shown.buttons for shown in person.chat) for person in new))
        return new

    @asynccontextmanager
    async def helped(self, count: int) -> AsyncIterator[tuple[httpx.AsyncClient, list[Helped]]]:
        """A counsellor signed in at the desk, and so many people with her."""
        desk = DeskHouse(self.house.stores, self.house.clock, self.house.settings.data, wake=self.house.wake)
        member = await desk.member()
        all_day = self.house.clock() + timedelta(days=1)  # her page stays open, however far the clock jumps
        await self.house.stores.main.write(lambda tx: staff.seen(tx, member[0], all_day))
        people = await self.people(count)
        found = [await self._claim(person, member[0].id) for person in people]
        async with await desk.sign_in(member) as jana:
            yield jana, found

    async def _claim(self, person: Person, staff_id: int) -> Helped:
        keys = PublicKeys.load(self.house.settings.secrets)
        lookup = keys.lookup("telegram", str(person.chat_id))
        now = self.house.clock()

        def take(tx: Transaction) -> str:
            place = find_by_lookups(tx, [lookup])[lookup].conversation
            _, case = cases.open_case(
                tx, place.id, ref=secrets.token_hex(16), language=place.language, channel="telegram", now=now
            )
            cases.claim(tx, case, staff_id, now)
            return case

        return Helped(person, await self.house.stores.main.write(take))

    async def jump(self) -> None:
        """What was put back first is due now."""
        now = self.house.clock()
        due = await self.house.stores.main.read(lambda tx: next_due(tx, now))
        if due is not None:
            assert isinstance(self.house.clock, MovableClock)
            self.house.clock.advance(due - now)


async def says(jana: httpx.AsyncClient, helped: Helped, text: str) -> None:
    """The counsellor sends one message from her page."""
    page = await jana.get(f"/cases/{helped.case}")
    fields = dict(FENCE.findall(page.text))
    said = await jana.post(f"/cases/{helped.case}/messages", data={**fields, "id": secrets.token_hex(8), "text": text})
    assert said.status_code in (204, 303), said.status_code
    helped.told.append(text)


@asynccontextmanager
async def helpline(folder: Path, at_head: Sequence[Path], platform: Platform) -> AsyncIterator[Helpline]:
    data = folder / "data"
    data.mkdir(mode=0o700)
    for file in at_head:
        shutil.copy(file, data)
    make_missing(data / "secrets")
    [port] = free_ports(1)
    settings = Settings(
        data_dir=data,
        environment="test",
        clock=StandingClock().now,
        public=Public(
            listen=f"127.0.0.1:{port}", url=f"http://127.0.0.1:{port}", chat_burst=10**6, chat_per_hour=10**6
        ),
        evidence=Evidence(free_space_floor=0.0),
        telegram=Telegram(token=platform.token, api_url=platform.url),
    )
    with patient_door():
        async with open_house(settings) as house:
            roles = [asyncio.create_task(role(house)) for role in (public, worker)]
            try:
                yield Helpline(platform, house)
            finally:
                house.stop.set()
                await asyncio.gather(*roles)
