"""Proving the append-only chains for the command line."""

from __future__ import annotations

from bot import config
from bot.app.role import schema_ready
from bot.db import chains
from bot.db.store import open_stores


async def verify_chains(settings: config.Settings) -> dict[str, int | None]:
    """Per chain the first entry that is not what was written, or None. Raises StoreUnavailable."""
    await schema_ready(settings)
    stores = open_stores(settings.main_url, settings.keys_url)
    try:
        return {
            "custody": await stores.main.read(lambda tx: chains.first_bad(tx, "custody")),
            "audit": await stores.main.read(lambda tx: chains.first_bad(tx, "audit")),
        }
    finally:
        stores.close()
