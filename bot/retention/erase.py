"""Erasure: keys first, verified, resumable (S31, S50). "Unreadable everywhere" follows when keyring backups expire.

Order: ledger line, headers and grants (one keyring transaction) · checkpoint until not busy · payload files ·
rows · ledger line closed after a last look. Killed anywhere, the next `finish` goes on from what is still there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.clock import Clock
from bot.db import erasure, keyring
from bot.db.erasure import Condemned, Leaving
from bot.db.keyring import Erasure
from bot.db.store import Store, Stores, Transaction
from bot.evidence.vault import Vault
from bot.logs import get_logger

SLICE: Final = 50
CHECKPOINT_TRIES: Final = 40
CHECKPOINT_PAUSE: Final = timedelta(milliseconds=50)

log = get_logger("retention")


@dataclass(frozen=True, slots=True)
class Erased:
    """What one run brought to its end. `pending` are ledger lines not yet verified: the next run tries again."""

    conversations: int = 0
    items: int = 0
    pending: int = 0


class Eraser:
    """Destroys what was asked to go. Two may run at once: every step is the same when done twice."""

    def __init__(self, stores: Stores, vault: Vault, clock: Clock) -> None:
        self._stores = stores
        self._vault = vault
        self._clock = clock

    async def finish(self) -> Erased:
        """Erase all marked items and every conversation that is due. Call after the commit that asked for it,
        and regularly. Raises StoreUnavailable; nothing asked for is forgotten.
        """
        items = conversations = 0
        while batch := await self._stores.main.read(lambda tx: erasure.condemned(tx, most=SLICE)):
            await self._items(batch)
            items += len(batch)
        while leaving := await self._stores.main.read(lambda tx: erasure.due(tx, self._clock(), most=SLICE)):
            for each in leaving:
                await self._conversation(each)
            conversations += len(leaving)
        pending = await self._verify()
        if items or conversations or pending:
            log.info("erasure.done", count=conversations, rows=items, state="pending" if pending else "verified")
        return Erased(conversations, items, pending)

    async def erase_conversation(self, conversation: str) -> Erased:
        """Erase one conversation now, by ref; one that is gone already is only verified."""
        leaving = await self._stores.main.read(lambda tx: erasure.find(tx, conversation))
        if leaving is not None:
            await self._conversation(leaving)
        pending = await self._verify()
        return Erased(conversations=int(leaving is not None), pending=pending)

    async def replay(self) -> Erased:
        """After a restore: whatever the ledger names goes again, before any door opens (R19)."""
        named = await self._stores.keyring.read(keyring.all_erased)
        items = [line.item for line in named if line.item is not None]
        await self._stores.main.write(lambda tx: erasure.condemn(tx, items))
        conversations = 0
        for line in named:
            if line.item is None:
                done = await self.erase_conversation(line.conversation)
                conversations += done.conversations
        rest = await self.finish()
        return Erased(conversations + rest.conversations, rest.items, rest.pending)

    async def _items(self, batch: Sequence[Condemned]) -> None:
        now = self._clock()

        def drop(keys: Transaction) -> None:
            for each in batch:
                keyring.ask(keys, each.conversation, now, items=[each.ref])
            keyring.drop_headers(keys, [each.ref for each in batch])

        await self._stores.keyring.write(drop)
        await _checkpoint(self._stores.keyring)
        await self._unlink([each.blob for each in batch])
        await self._stores.main.write(lambda tx: erasure.empty(tx, [each.id for each in batch]))

    async def _conversation(self, leaving: Leaving) -> None:
        now = self._clock()

        def drop(keys: Transaction) -> None:
            keyring.ask(keys, leaving.ref, now)
            keyring.drop_all_headers(keys, leaving.ref)
            keyring.drop_grants(keys, leaving.ref)

        await self._stores.keyring.write(drop)
        await _checkpoint(self._stores.keyring)
        await self._unlink(leaving.blobs)
        await self._stores.main.write(lambda tx: erasure.remove(tx, leaving.id, now))
        await self._stores.main.checkpoint()

    async def _unlink(self, blobs: Sequence[str]) -> None:
        """The keys are gone by now. A file that stays must not keep other people's keys alive: the sweep finds it."""
        for blob in blobs:
            try:
                await asyncio.to_thread(self._vault.remove, blob)
            except OSError as error:
                log.error("erasure.payload_left", error=type(error).__name__)

    async def _verify(self) -> int:
        """Close ledger lines whose things are gone from keyring, log and main; returns how many stay open."""
        lines = await self._stores.keyring.read(keyring.open_erasures)
        if not lines:
            return 0
        held = await self._stores.main.read(lambda tx: [line.id for line in lines if _in_main(tx, line)])
        gone = [line for line in lines if line.id not in held]
        if gone and await _checkpoint(self._stores.keyring):
            await self._stores.keyring.write(lambda keys: self._close(keys, gone))
        return len(await self._stores.keyring.read(keyring.open_erasures))

    def _close(self, keys: Transaction, lines: Sequence[Erasure]) -> None:
        keyring.done(keys, [line.id for line in lines if not keyring.holds_keys(keys, line)], self._clock())


def _in_main(tx: Transaction, line: Erasure) -> bool:
    if line.item is not None:
        return erasure.item_has_payload(tx, line.item)
    return erasure.conversation_exists(tx, line.conversation)


async def _checkpoint(store: Store) -> bool:
    """Empty the write-ahead log; False when readers held it up all the time, then the line stays open."""
    for _ in range(CHECKPOINT_TRIES):
        if await store.checkpoint():
            return True
        await asyncio.sleep(CHECKPOINT_PAUSE.total_seconds())
    return False
