"""What stands in a messenger's chat and should go once a message has arrived: pressed buttons, and traces (S57).

A trace is written off only when the channel says that it is gone; what could not be done is left for the next message.
Nothing here changes what came of the message, holds back the next one of the chat, or takes one of the relay's hands.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from bot.channels.contract import Sender
from bot.db import delivered
from bot.db.delivered import Delivered
from bot.db.store import Store, StoreUnavailable, Transaction
from bot.logs import exception_place, get_logger
from bot.server_keys import NotOpened, PublicKeys
from bot.turns.addresses import external_id, seal_external_id

AT_ONCE: Final = 16  # with the relay's 32 hands well below a messenger's connections (64, channels.telegram.wire)
WAITING: Final = 200  # a platform that hangs on these calls must not pile them up; the next message tidies

log = get_logger("turns")


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message that has arrived where messages can still be changed. What came into the chat after `begun` is newer
    than this message and stays; what is older than `since` can no longer be removed."""

    address_id: int
    address: str = field(repr=False)
    external_id: str | None = field(repr=False)
    begun: datetime
    since: datetime
    buttons: bool
    retires: bool
    removes: bool


@dataclass(frozen=True, slots=True)
class Traces:
    """What is to go. What is removed takes its buttons along, so it is never in both."""

    retire: Sequence[Delivered] = ()
    remove: Sequence[Delivered] = ()


class Tidier:
    """Tidies in the background, one task per message."""

    def __init__(self, store: Store, keys: PublicKeys) -> None:
        self._store = store
        self._keys = keys
        self._places = asyncio.Semaphore(AT_ONCE)
        self.busy: set[asyncio.Task[None]] = set()

    def note(self, tx: Transaction, arrived: Arrived, now: datetime) -> Traces:
        """Write down that it stands there; returns what should go because of it."""
        old = delivered.since(tx, arrived.address_id, arrived.since) if arrived.removes else []
        remove = [each for each in old if each.sent_at <= arrived.begun]
        going = {each.id for each in remove}
        asked = delivered.with_buttons(tx, arrived.address_id) if arrived.retires else []
        retire = [each for each in asked if each.sent_at <= arrived.begun and each.id not in going]
        if arrived.external_id is not None:
            sealed = seal_external_id(self._keys, arrived.address_id, arrived.external_id)
            delivered.add(tx, arrived.address_id, sealed, buttons=arrived.buttons, now=now)
        return Traces(retire, remove)

    def begin(self, sender: Sender, arrived: Arrived, traces: Traces) -> None:
        """After `note` was committed."""
        if not traces.retire and not traces.remove:
            return
        if len(self.busy) >= WAITING:
            log.warning("outbox.untidy", reason="too_many")
            return
        task = asyncio.create_task(self._tidy(sender, arrived, traces))
        self.busy.add(task)
        task.add_done_callback(self.busy.discard)

    async def _tidy(self, sender: Sender, arrived: Arrived, traces: Traces) -> None:
        retire = self._opened(arrived.address_id, traces.retire)
        remove = self._opened(arrived.address_id, traces.remove)
        try:
            async with self._places:
                done = await sender.tidy(arrived.address, tuple(retire), tuple(remove))
            await self._store.write(lambda tx: _write_off(tx, done, retire, remove))
        except StoreUnavailable as error:
            log.warning("outbox.store_away", reason=str(error))  # what is gone already is asked for once more
        except Exception as error:  # noqa: BLE001 - a sender's fault; the message has arrived all the same
            log.error("outbox.untidy", reason=type(error).__name__, where=exception_place(error))

    def _opened(self, address_id: int, found: Sequence[Delivered]) -> dict[str, int]:
        """Row ids by external id. One that cannot be opened is left out, so that the others go."""
        ids = {}
        for each in found:
            try:
                ids[external_id(self._keys, address_id, each)] = each.id
            except NotOpened:
                log.error("outbox.unreadable_trace", row=each.id)
        return ids


def _write_off(tx: Transaction, done: frozenset[str], retire: dict[str, int], remove: dict[str, int]) -> None:
    delivered.retired(tx, [row for name, row in retire.items() if name in done])
    delivered.removed(tx, [row for name, row in remove.items() if name in done])
