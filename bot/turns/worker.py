"""The loop that takes turns: lease what is due, take each turn, do what follows a commit, sleep until the next.

Two workers may run at once; a conversation belongs to whoever holds its lease (R5). A turn that fails rolls back
alone; after some tries its message moves aside and the person gets the help text (R10).
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Final

from bot.channels.contract import Attachment, ChannelName, Message, Reader, ReaderNotReady
from bot.clock import Clock
from bot.db import conversations
from bot.db.conversations import Leased
from bot.db.store import Stores, StoreUnavailable
from bot.db.wake import Wake
from bot.logs import exception_place, get_logger
from bot.server_keys import PublicKeys
from bot.turns import failures
from bot.turns.before import Decided, FetchFirst, KeyMissing, Prepared, Tools
from bot.turns.carry_out import SealFirst
from bot.turns.holding import LEASE, Holding, LeaseLost, end, holding
from bot.turns.knowledge import Knowledge
from bot.turns.pressing import look
from bot.turns.turn import take_turn

READER_AWAY: Final = timedelta(seconds=5)  # a library that cannot be loaded now may be later
AT_ONCE: Final = 32  # performance.md: one commit carries 32 turns
LONGEST_SLEEP: Final = 1.0  # seconds; a clock that was moved is noticed within this
SHORTEST_SLEEP: Final = 0.02
STORE_AWAY: Final = 1.0
DRAIN_SECONDS: Final = 5.0  # R18: ten for the whole process
LET_GO_SECONDS: Final = 2.0
ROUNDS: Final = 4  # things one turn may need done before its transaction: a key, then notes to seal

PrepareKey = Callable[[int, str], Awaitable[None]]
"""(conversation id, ref): makes the conversation's key – grants committed in the keyring, then the row in main."""
FetchFile = Callable[[str, ChannelName, Attachment], Awaitable[Attachment]]
"""(conversation ref, channel, file): fetches and seals a file through the open gate; it comes back with `item` or
`refused`."""
SealNote = Callable[[str, str, str], Awaitable[str | None]]
"""(conversation ref, kind, text): seals a text as an evidence item; items.ref, or None when it could not be kept."""
Erase = Callable[[], Awaitable[object]]
"""Finishes what was marked as erased."""

log = get_logger("turns")


class Worker:
    """Takes turns until told to stop. `help_text` is what a person gets when their message cannot be worked."""

    def __init__(
        self,
        stores: Stores,
        keys: PublicKeys,
        wake: Wake,
        clock: Clock,
        knowledge: Knowledge,
        *,
        prepare_key: PrepareKey,
        seal_note: SealNote,
        fetch_file: FetchFile,
        erase: Erase,
        help_text: Callable[[str], Message],
        readers: Mapping[ChannelName, Reader],
    ) -> None:
        self._store = stores.main
        self._keys = keys
        self._wake = wake
        self._clock = clock
        self._tools = Tools(keys, knowledge, readers)
        self._prepare_key = prepare_key
        self._seal_note = seal_note
        self._fetch_file = fetch_file
        self._slow: set[asyncio.Task[object]] = set()
        self._erase = erase
        self._help_text = help_text
        self._token = secrets.token_hex(8)

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop`; ends after the turns in hand (R18)."""
        with self._wake.subscribe("turns") as noticed:
            while not stop.is_set():
                try:
                    if await self.work():
                        continue
                    await self._sleep(noticed.wait, stop)
                except StoreUnavailable as error:
                    log.warning("worker.store_away", reason=str(error))
                    await _pause(stop, STORE_AWAY)
                except Exception as error:  # noqa: BLE001 - the loop of a worker outlives any one fault
                    log.error("worker.failed", error=type(error).__name__, where=exception_place(error))
                    await _pause(stop, STORE_AWAY)
        await self._drain()

    async def work(self) -> int:
        """Take everything that is due now, once; returns how many conversations that were.

        Raises StoreUnavailable, also for turns that could not be kept: they are taken again when the store is back.
        """
        now = self._clock()
        token = self._token
        leased = await self._store.write(
            lambda tx: conversations.lease_due(tx, token=token, now=now, until=now + LEASE, limit=AT_ONCE)
        )
        kept = await asyncio.gather(*(self._one(each, token) for each in leased))
        if not all(kept):
            raise StoreUnavailable("a turn could not be kept")
        return len(leased)

    async def settled(self) -> None:
        """Wait for turns that first wait for something: files, a reader."""
        while self._slow:
            await asyncio.wait(set(self._slow))

    async def _drain(self) -> None:
        """What still waits for a platform is given back: whoever works next takes it at once."""
        try:
            async with asyncio.timeout(DRAIN_SECONDS):
                await self.settled()
        except TimeoutError:
            left = set(self._slow)
            for task in left:
                task.cancel()
            await asyncio.wait(left, timeout=LET_GO_SECONDS)

    async def _one(self, leased: Leased, token: str, prepared: Prepared | None = None) -> bool:
        """Take one turn to its end. False: the store went away, and nothing of it was kept."""
        prepared = prepared or Prepared()
        try:
            decided = await self._take(leased, token, prepared)
        except FetchFirst as first:
            self._later(self._fetch_then_take(leased, token, prepared, first))
            return True
        except ReaderNotReady as first:
            self._later(self._read_then_take(leased, token, prepared, first))
            return True
        except StoreUnavailable as error:
            log.warning("turn.store_away", conversation=leased.ref, reason=str(error))
            return False
        except Exception as error:  # noqa: BLE001 - the edge of a turn
            log.error("turn.failed", conversation=leased.ref, error=type(error).__name__, where=exception_place(error))
            try:
                decided = await self._failed(leased, token, type(error).__name__)
            except StoreUnavailable:
                return False
        if decided is None:
            return True
        for topic, ref in decided.wake:
            self._wake.notify(topic, ref)  # type: ignore[arg-type]  # topics are written by this room only
        if decided.erase:
            await self._finish_erasure()
        return True

    def _later(self, doing: Coroutine[None, None, None]) -> None:
        """What takes its time, and nobody else waits for."""
        task = asyncio.create_task(doing)
        self._slow.add(task)
        task.add_done_callback(self._slow.discard)

    async def _fetch_then_take(self, leased: Leased, token: str, prepared: Prepared, first: FetchFirst) -> None:
        """Files first, unless something comes meanwhile that cannot wait: then the turn is taken at once, and the
        person is told which files did not arrive."""
        async with holding(self._store, self._clock, leased, token) as held:
            fetching = asyncio.create_task(self._fetch(leased.ref, prepared, first))
            try:
                prepared.hurry = await self._pressed(leased.id, held, first.channel, fetching)
            finally:
                await end(fetching)
            await self._one(leased, held.token, prepared)

    async def _pressed(
        self, conversation_id: int, held: Holding, channel: ChannelName, fetching: asyncio.Task[None]
    ) -> bool:
        """Wait for the files; True as soon as something waits that cannot."""
        known: frozenset[int] = frozenset()
        while not await held.soon(fetching):
            see = partial(look, tools=self._tools, conversation_id=conversation_id, channel=channel, known=known)
            try:
                found = await self._store.read(partial(see, now=self._clock()))
            except StoreUnavailable as error:
                log.warning("worker.store_away", reason=str(error))  # the files go on arriving
                continue
            except Exception as error:  # noqa: BLE001 - what a look stumbles over is the turn's to tell
                log.error("look.failed", error=type(error).__name__, where=exception_place(error))
                return True
            if found.pressing:
                return True
            known = found.rows
        return False

    async def _fetch(self, ref: str, prepared: Prepared, first: FetchFirst) -> None:
        """Raises StoreUnavailable; whatever else goes wrong, the turn says so."""
        try:
            for file in first.files:
                prepared.files[file.handle or ""] = await self._fetch_file(ref, first.channel, file)
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - the turn says what is wrong
            log.error("file.failed", conversation=ref, error=type(error).__name__, where=exception_place(error))
            for file in first.files:
                prepared.files.setdefault(file.handle or "", replace(file, refused="interrupted"))

    async def _read_then_take(self, leased: Leased, token: str, prepared: Prepared, first: ReaderNotReady) -> None:
        async with holding(self._store, self._clock, leased, token) as held:
            loading = asyncio.ensure_future(first.ready())
            try:
                while not await held.soon(loading):
                    pass
            except LeaseLost:
                raise
            except Exception as error:  # noqa: BLE001 - the message waits until a reader can be had
                log.error("reader.failed", error=type(error).__name__, where=exception_place(error))
                await held.extend(READER_AWAY)  # then it is due again
                return
            finally:
                await end(loading)
            await self._one(leased, held.token, prepared)

    async def _take(self, leased: Leased, token: str, prepared: Prepared) -> Decided | None:
        if not leased.has_key:
            await self._prepare_key(leased.id, leased.ref)
        for _ in range(ROUNDS):
            try:
                decided = await self._store.write(
                    lambda tx: take_turn(
                        tx,
                        self._tools,
                        conversation_id=leased.id,
                        token=token,
                        now=self._clock(),
                        prepared=prepared,
                    )
                )
            except KeyMissing:
                await self._prepare_key(leased.id, leased.ref)
            except SealFirst as first:
                item = await self._seal_note(leased.ref, first.kind, first.text)
                prepared.items[first.kind, first.text] = item or ""
            else:
                if decided is not None:
                    log.info("turn.done", conversation=leased.ref, effects=decided.effects)
                return decided
        raise RuntimeError("a turn asked for more than it may")

    async def _failed(self, leased: Leased, token: str, reason: str) -> Decided | None:
        return await self._store.write(
            lambda tx: failures.note(
                tx,
                self._keys,
                conversation_id=leased.id,
                token=token,
                now=self._clock(),
                reason=reason,
                help_text=self._help_text,
            )
        )

    async def _finish_erasure(self) -> None:
        try:
            await self._erase()
        except StoreUnavailable as error:
            log.warning("erasure.store_away", reason=str(error))  # the marks stay, the next sweep finishes

    async def _sleep(self, wait: Callable[[float], Awaitable[object]], stop: asyncio.Event) -> None:
        due = await self._store.read(conversations.next_due)
        seconds = LONGEST_SLEEP if due is None else (due - self._clock()).total_seconds()
        woken = asyncio.ensure_future(wait(min(max(seconds, SHORTEST_SLEEP), LONGEST_SLEEP)))
        stopped = asyncio.ensure_future(stop.wait())
        await asyncio.wait({woken, stopped}, return_when=asyncio.FIRST_COMPLETED)
        for task in (woken, stopped):
            task.cancel()


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
