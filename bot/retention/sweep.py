"""The daily run that ends what is past its time, slice by slice, and says what it did (S59)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from bot.clock import Clock
from bot.db import chains, keyring, sweep
from bot.db.store import Store, Stores, Transaction
from bot.evidence.vault import Vault
from bot.logs import get_logger
from bot.retention.erase import Eraser
from bot.retention.rules import RULES

SLICE: Final = 500
ORPHANS_AFTER: Final = timedelta(hours=24)  # security.md R2, S22

Step = Callable[[Transaction, datetime, int], int]

log = get_logger("retention")


@dataclass(frozen=True, slots=True)
class Report:
    """How many things of each sort ended in this run; `pending` erasures are tried again by the next."""

    counts: Mapping[str, int]
    pending: int


class Sweep:
    """One installation's retention. Safe to run at any time, also twice at once."""

    def __init__(self, stores: Stores, vault: Vault, clock: Clock) -> None:
        self._stores = stores
        self._vault = vault
        self._clock = clock
        self._eraser = Eraser(stores, vault, clock)

    async def run(self) -> Report:
        """End everything that is due. Raises StoreUnavailable; what was done stays done."""
        counts = {name: await self._expire(store, step) for name, store, step in self._steps()}
        erased = await self._eraser.finish()
        counts |= {"conversations": erased.conversations, "items": erased.items}
        counts |= {"orphan_grants": await self._orphan_grants(), "orphan_headers": await self._orphan_headers()}
        counts |= {"orphan_payloads": await self._orphan_payloads()}
        counts |= {"chain_entries": await self._prune_chains()}
        await self._stores.keyring.checkpoint()
        await self._stores.main.checkpoint()
        for name, count in counts.items():
            if count:
                log.info("retention.ended", kind=name, count=count)
        log.info("retention.run", count=sum(counts.values()), rows=erased.pending)
        return Report(counts, erased.pending)

    def _steps(self) -> list[tuple[str, Store, Step]]:
        """Name, store and work, in order. `_before` turns a rule into the limit handed to the query."""
        main, keys, now = self._stores.main, self._stores.keyring, self._clock()
        return [
            ("queues", main, self._before("queue", sweep.queues)),
            ("held_answers", main, self._before("mapping", sweep.held_answers)),
            ("deliveries", main, self._before("seen", sweep.deliveries)),
            ("traces", main, self._before("traces", sweep.traces)),
            ("notices", main, self._before("notice", sweep.notices_over)),
            ("link_codes", main, sweep.spent_codes),
            ("bot_transcripts", main, self._before("bot_transcript", sweep.bot_transcripts)),
            ("bot_keys", main, self._before("bot_transcript", lambda tx, at, n: sweep.bot_keys(tx, at, now, n))),
            ("case_transcripts", main, self._before("case_transcript", sweep.case_transcripts)),
            (
                "case_keys",
                main,
                self._before("case_transcript", lambda tx, at, n: sweep.case_keys(tx, at, now, n)),
            ),
            ("sessions", main, self._before("session", sweep.sessions)),
            ("links", main, self._before("mapping", sweep.links)),
            ("evidence", main, self._before("evidence", sweep.mark_evidence)),
            ("arrivals", main, lambda tx, at, n: sweep.mark_arrivals(tx, at - ORPHANS_AFTER, n)),
            (
                "bot_conversations",
                main,
                self._before("session", lambda tx, at, n: sweep.mark_bot_conversations(tx, at, now, n)),
            ),
            ("cases", main, self._before("case", lambda tx, at, n: sweep.mark_cases(tx, at, now, n))),
            ("presences", main, self._before("presence", sweep.presences)),
            ("sign_ins", keys, self._before("sign_in", sweep.sign_in_rows)),
            ("throttles", keys, self._before("presence", sweep.throttle_rows)),
            ("invites", keys, sweep.spent_invites),
        ]

    def _before(self, rule: str, step: Step) -> Step:
        age = RULES[rule]
        if age is None:
            raise ValueError(f"the rule {rule} has no end")
        return lambda tx, now, most: step(tx, now - age, most)

    async def _expire(self, store: Store, step: Step) -> int:
        """Repeat one step until nothing is left; each slice is a transaction of its own."""
        total, now = 0, self._clock()
        while gone := await store.write(lambda tx: step(tx, now, SLICE)):
            total += gone
        return total

    async def _orphan_grants(self) -> int:
        main, keys, limit = self._stores.main, self._stores.keyring, self._clock() - ORPHANS_AFTER
        after = total = 0
        while found := await keys.read(partial(keyring.granted_before, before=limit, after=after, most=SLICE)):
            orphans = await main.read(partial(sweep.unknown_grants, found=found))
            await keys.write(partial(keyring.drop_grant_rows, ids=orphans))
            total, after = total + len(orphans), found[-1][0]
        return total

    async def _orphan_headers(self) -> int:
        main, keys, limit = self._stores.main, self._stores.keyring, self._clock() - ORPHANS_AFTER
        after, total = "", 0
        while found := await keys.read(partial(keyring.headed_before, before=limit, after=after, most=SLICE)):
            orphans = await main.read(partial(sweep.unknown_items, refs=found))
            await keys.write(partial(keyring.drop_headers, items=orphans))
            total, after = total + len(orphans), found[-1]
        return total

    async def _orphan_payloads(self) -> int:
        limit = (self._clock() - ORPHANS_AFTER).timestamp()
        total = await asyncio.to_thread(self._vault.discard_drafts, limit)
        old = await asyncio.to_thread(self._vault.older_than, limit)
        for start in range(0, len(old), SLICE):
            names = old[start : start + SLICE]
            orphans = await self._stores.main.read(partial(sweep.unknown_blobs, names=names))
            for name in orphans:
                await asyncio.to_thread(self._vault.remove, name)
            total += len(orphans)
        return total

    async def _prune_chains(self) -> int:
        age = RULES["audit"]
        if age is None:
            return 0
        now = self._clock()
        return await self._stores.main.write(
            lambda tx: sum(chains.prune(tx, chain, now - age, now) for chain in ("custody", "audit"))
        )
