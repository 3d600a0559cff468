"""The role `public`: the doors for people. It seals and stores; it can open nothing that was sealed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from bot.app import basics, role, zone
from bot.app.knowledge import emergency_voice, knowledge
from bot.app.legal import legal_text
from bot.app.readiness import Readiness
from bot.app.telegram import telegram_line
from bot.app.whatsapp import whatsapp_line
from bot.channels.contract import Inbound
from bot.channels.web import wire
from bot.dialogue.listen import PLAIN
from bot.public.app import create_app
from bot.public.deps import Deps, PageLanguage
from bot.public.headers import protective_headers
from bot.public.live import Live
from bot.turns.chats import Chats
from bot.turns.inbox import Inbox
from bot.turns.uploads import UploadDesk
from bot.understanding.understand import understand

EMERGENCY_TAP = "root.emergency"


async def public(house: role.House) -> None:
    """Serve until told to stop. Raises SystemExit when a setting only this role needs is missing."""
    settings = house.settings
    if settings.telegram.lacks_secret:
        raise SystemExit("telegram.webhook_secret: needed when telegram.mode is webhook")
    keys = basics.public_keys(settings)
    known = knowledge(settings)
    uploads = UploadDesk(house.stores, keys, known.charts, zone.vault(house), settings.evidence, house.clock)

    def texts(language: PageLanguage) -> Mapping[str, str]:
        return {key: known.catalogs.text(key, language, domain="web") for key in known.catalogs.keys("web", language)}

    def urgent(inbound: Inbound) -> bool:
        if inbound.tap is not None:
            return inbound.tap == EMERGENCY_TAP
        found = understand(inbound.text or "", choices=(), language=inbound.language or "de")
        plain = any(name == "emergency" and score >= PLAIN for name, score in found.intents[:1])
        return found.crisis is not None or plain

    inbox = Inbox(house.stores.main, keys, house.wake, house.clock, known)
    readiness = Readiness(house.stores, house.clock, settings.data, free_floor=settings.evidence.free_space_floor)
    deps = Deps(
        settings=settings.public,
        upload_max_bytes=settings.evidence.file_max_bytes,
        clock=house.clock,
        web=wire,
        texts=texts,
        legal=lambda name, language: legal_text(settings, known, name, language),
        voice=emergency_voice(known, house.clock),
        urgent=urgent,
        accept=inbox.accept,
        chats=Chats(house.stores.main, keys, house.clock),
        uploads=uploads,
        ready=readiness.ready,
        subscribe=lambda: house.wake.subscribe("web"),
    )
    live = Live(deps.subscribe)
    telegram = telegram_line(house, keys, known, inbox, deps)
    whatsapp = whatsapp_line(house, keys, known, inbox, deps)
    lines = [line for line in (telegram, whatsapp) if line is not None]
    doors = (None if telegram is None else telegram.door, None if whatsapp is None else whatsapp.door)
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(live.run())
            tasks.create_task(
                role.serve(
                    create_app(deps, live, *doors),
                    settings.public.address,
                    house.stop,
                    before_end=live.close,
                    protective=protective_headers(settings.public),
                )
            )
            for line in lines:
                tasks.create_task(line.run(house.stop))
    finally:
        for line in lines:
            await line.close()
        uploads.close()


def main() -> None:
    role.run("public", public)


if __name__ == "__main__":
    main()
