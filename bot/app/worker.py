"""The role `worker`: takes turns, sends answers, tells those who wait, ends what is past its time."""

from __future__ import annotations

import asyncio
import random

from bot.app import basics, role, zone
from bot.app.knowledge import help_message, knowledge
from bot.app.messengers import Messengers, file_fetcher, messengers
from bot.app.upkeep import Upkeep
from bot.app.whatsapp_sending import knocking
from bot.retention.erase import Eraser
from bot.turns.outbox import Relay
from bot.turns.timers import QueueNotices
from bot.turns.uploads import UploadDesk
from bot.turns.worker import Worker


async def worker(house: role.House) -> None:
    """Work until told to stop; turns in hand are finished."""
    async with messengers(house.settings) as connected:
        await _work(house, connected)


async def _work(house: role.House, connected: Messengers) -> None:
    settings, stores = house.settings, house.stores
    keys = basics.public_keys(settings)
    known = knowledge(settings)
    vault = zone.vault(house)
    uploads = UploadDesk(stores, keys, known.charts, vault, settings.evidence, house.clock)
    turns = Worker(
        stores,
        keys,
        house.wake,
        house.clock,
        known,
        prepare_key=zone.key_maker(house),
        seal_note=zone.note_sealer(uploads),
        fetch_file=file_fetcher(uploads, connected.fetchers),
        erase=Eraser(stores, vault, house.clock).finish,
        help_text=lambda language: help_message(known, house.clock, language),
        readers=connected.readers,
    )
    spread = random.Random()  # noqa: S311 - spreads retries
    relay = Relay(
        stores.main,
        keys,
        house.wake,
        house.clock,
        connected.senders,
        spread,
        may_knock=knocking(keys, known.charts),
    )
    notices = QueueNotices(stores.main, keys, house.wake, house.clock, lambda: known.hours)
    try:
        async with asyncio.TaskGroup() as tasks:
            for loop in (turns, relay, notices, Upkeep(house, vault)):
                tasks.create_task(loop.run(house.stop))
    finally:
        uploads.close()


def main() -> None:
    role.run("worker", worker)


if __name__ == "__main__":
    main()
