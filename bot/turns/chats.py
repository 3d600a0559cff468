"""What a page that fetches its answers may know and do: its own rows, its own conversation, its resume code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from bot.channels.contract import PULLED, ChannelName, Outbound
from bot.clock import Clock
from bot.db import conversations, outbox, resume
from bot.db.conversations import Conversation, Known, NewAddress
from bot.db.store import Store, Transaction
from bot.db.wake import Wake
from bot.server_keys import PublicKeys
from bot.turns import codes
from bot.turns.addresses import seal_address
from bot.turns.outbox import outbounds

CarriedOn = Literal["same_channel", "other_channel"]


class Chats:
    """What one channel's door knows of its conversations; `wake` where answers are sent to people instead of fetched.
    Every method raises StoreUnavailable when the database is away."""

    def __init__(
        self,
        store: Store,
        keys: PublicKeys,
        clock: Clock,
        channel: ChannelName = "web",
        wake: Wake | None = None,
    ) -> None:
        self._store = store
        self._keys = keys
        self._clock = clock
        self._channel: ChannelName = channel
        self._wake = wake

    async def find(self, address: str) -> str | None:
        """`conversations.ref` of the conversation whose current address this is."""
        known = await self._store.read(lambda tx: self._known(tx, address))
        return None if known is None else known.conversation.ref

    async def pending(self, address: str) -> Sequence[Outbound]:
        """Rows the page has not acknowledged, oldest first."""

        def fetch(tx: Transaction) -> tuple[str, list[outbox.Ready]]:
            known = self._known(tx, address)
            if known is None:
                return "", []
            return known.conversation.ref, outbox.pending(tx, known.conversation.id)

        ref, rows = await self._store.read(fetch)
        return outbounds(self._keys, ref, address, rows)

    async def acknowledge(self, address: str, rows: Sequence[int]) -> None:
        """The page has shown these rows; anything else it names is ignored."""

        def note(tx: Transaction) -> None:
            known = self._known(tx, address)
            if known is not None:
                outbox.acknowledge(tx, known.conversation.id, rows)

        await self._store.write(note)

    async def resume(self, code: str, address: str) -> bool:
        """Make `address` the current one of the conversation with this code; harmless to repeat. False: unknown,
        expired, or the address has another conversation already."""
        return await self.carry_on(code, address) is not None

    async def carry_on(self, code: str, address: str) -> CarriedOn | None:
        """As `resume`, and from where it came. What was not yet seen there comes here.

        A code that led from one channel to another wears out: it still stands in the chat it came from.
        """
        digests = [codes.digest(keys, code) for keys in self._keys.under_each_index()]
        lookup, *older = self._lookups(address)

        def move(tx: Transaction) -> CarriedOn | None:
            found = (resume.find(tx, digest, self._clock()) for digest in digests)
            conversation_id = next((known for known in found if known is not None), None)
            held = None if conversation_id is None else conversations.lock(tx, conversation_id)
            if held is None:
                return None
            sealed = seal_address(self._keys, lookup, address)
            new = NewAddress(self._channel, lookup, self._keys.lookup_kid, sealed, tuple(older))
            before = conversations.current_address(tx, held.id)
            if not conversations.add_address(tx, held.id, new, self._clock()):
                return None
            if before is not None and before.channel in PULLED and self._channel not in PULLED:
                self._drop_question(tx, held, address)
            outbox.follow(tx, held.id, self._clock())
            if before is None or before.channel == self._channel:
                return "same_channel"
            resume.wear_out(tx, held.id, self._clock())
            return "other_channel"

        came_from = await self._store.write(move)
        if came_from is not None and self._wake is not None:
            self._wake.notify("outbox")
        return came_from

    async def fresh_code(self, address: str) -> str | None:
        """A new resume code, older ones stop working; None when the address has no conversation."""
        code = codes.fresh()
        digest = codes.digest(self._keys, code)

        def put(tx: Transaction) -> bool:
            known = self._known(tx, address)
            if known is not None:
                resume.replace(tx, known.conversation.id, digest, self._clock())
            return known is not None

        return code if await self._store.write(put) else None

    def _drop_question(self, tx: Transaction, held: Conversation, address: str) -> None:
        """A page keeps its open question unacknowledged; who carries on elsewhere is asked it again there."""
        newest = outbounds(self._keys, held.ref, address, outbox.pending(tx, held.id))[-1:]
        asked = [outbound.row for outbound in newest if outbound.message.buttons]
        outbox.acknowledge(tx, held.id, asked)

    def _lookups(self, address: str) -> list[bytes]:
        return [keys.lookup(self._channel, address) for keys in self._keys.under_each_index()]

    def _known(self, tx: Transaction, address: str) -> Known | None:
        lookups = self._lookups(address)
        known = conversations.find_any(conversations.find_by_lookups(tx, lookups), lookups)
        return known if known is not None and known.current else None
