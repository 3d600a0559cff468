"""What `wegweiser run` does before people can come in: folders, keys, databases, and in a trial a way in."""

from __future__ import annotations

import asyncio

from bot import clock as clocks
from bot import config
from bot.app.basics import desk_keys
from bot.app.keyholder import LocalKeyHolder
from bot.db.migrate import Tree, is_current, migrate
from bot.db.store import open_stores
from bot.desk.accounts import trial_sign_in_link
from bot.server_keys import make_missing


def prepare(settings: config.Settings) -> str | None:
    """Make what is missing; returns a one-time sign-in link in the environments trial and test.

    Raises StoreUnavailable and ServerKeyError. In production keys are never made here.
    """
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    trial = settings.environment != "production"
    if trial:
        make_missing(settings.secrets)
    trees: tuple[tuple[Tree, str], ...] = (("keyring", settings.keys_url), ("main", settings.main_url))
    for tree, url in trees:
        if not is_current(url, tree):
            migrate(url, tree)
    return asyncio.run(_trial_link(settings)) if trial else None


async def _trial_link(settings: config.Settings) -> str:
    stores = open_stores(settings.main_url, settings.keys_url)
    keys = desk_keys(settings)
    try:
        return await trial_sign_in_link(
            stores,
            keys,
            LocalKeyHolder(keys.pepper),
            url=settings.desk.url,
            secrets_dir=settings.secrets,
            now=clocks.choose(settings.clock, settings.data)(),
        )
    finally:
        stores.close()
