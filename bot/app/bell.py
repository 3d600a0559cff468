"""The role `bell`: rings counsellors in Telegram. Started only where the settings want it; whatever happens here, the
chats of people do not notice."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Final
from zoneinfo import ZoneInfo

from bot.app import basics, role
from bot.channels.http import Outgoing
from bot.channels.telegram.api import Api
from bot.channels.telegram.polling import Polling
from bot.staffbot.acts import Acts, Group
from bot.staffbot.ringer import Ringer
from bot.staffbot.wire import Line
from bot.staffbot.words import Words

FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 30.0
"""Seconds between two tries to reach Telegram at the start, doubled each time."""


async def bell(house: role.House) -> None:
    """Ring and listen until told to stop."""
    settings = house.settings
    if settings.staffbot.mode == "off" or settings.staffbot.token is None:
        raise SystemExit("staffbot.mode is off, or staffbot.token is missing")
    token, url = settings.staffbot.token.get_secret_value(), settings.telegram.api_url
    keys, hours = basics.bell_keys(settings), basics.opening_hours(settings)
    words = Words(basics.catalogs(settings), ZoneInfo(settings.hours.zone), settings.desk.url)
    line = Line(token, url, settings.staffbot.group)
    group = Group(chat=lambda: line.group, has=line.is_member)
    line.serve(Acts(house.stores, keys, house.wake, house.clock, words, group))
    ringer = Ringer(house.stores.main, keys, house.wake, house.clock, lambda: hours, words, line)
    outgoing = Outgoing({url})
    try:
        if not await _reached(line, house.stop):
            return
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(Polling(Api(outgoing, url=url, token=token), line.take).run(house.stop))
            tasks.create_task(ringer.run(house.stop))
    finally:
        await outgoing.close()
        await line.close()


async def _reached(line: Line, stop: asyncio.Event) -> bool:
    """Wait until Telegram knows us; False when told to stop first."""
    pause = FIRST_PAUSE
    while not stop.is_set():
        if await line.open():
            return True
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause)
        pause = min(pause * 2, LONGEST_PAUSE)
    return False


def main() -> None:
    role.run("bell", bell)


if __name__ == "__main__":
    main()
