"""Taking evidence in: files that stream towards us, and the short notes a turn seals as items.

No byte is read before the person confirmed the media gate in an open evidence step (S36). What is taken is
sealed while it arrives (S41), its header is committed in the keyring first, then the payload becomes durable,
then the row; the turn numbers it later. What is not taken leaves nothing behind.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, Literal, assert_never

from bot.channels.contract import Attachment
from bot.clock import Clock
from bot.config import Evidence
from bot.db import evidence, keyring
from bot.db.evidence import FILE_KINDS, Gate, Item, NewItem
from bot.db.store import Stores, Transaction
from bot.dialogue import codec
from bot.dialogue.chart import Charts
from bot.dialogue.codec import UnreadableSession
from bot.evidence.envelope import Interrupted, Place, TooLarge, VaultFull
from bot.evidence.seal import SealedItem, seal_item_text, seal_stream
from bot.evidence.sniff import FIRST_BYTES, FileType, ItemKind, NoteKind, agrees, sniff
from bot.evidence.vault import Draft, Vault
from bot.logs import get_logger
from bot.server_keys import NotOpened, PublicKeys

Reason = Literal["gate_closed", "wrong_type", "too_large", "empty", "limit", "space", "interrupted", "unsupported"]
HOUR: Final = timedelta(hours=1)
TRANSFERS_AT_ONCE: Final = 8  # S38
SIZE_BANDS: Final = ((10_000, "10k"), (100_000, "100k"), (1_000_000, "1m"), (5_000_000, "5m"))
LARGEST_BAND: Final = "25m"

log = get_logger("turns")


@dataclass(frozen=True, slots=True)
class Taken:
    """Sealed and durable; `item` is items.ref. `repeated`: we had the same bytes, nothing new was kept."""

    item: str
    kind: ItemKind
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """Not taken; nothing of it was kept."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class _Offer:
    """What is about to be sealed, once the gate is open and the type is known."""

    gate: Gate
    ref: str
    kind: ItemKind
    media_type: str | None = None
    name: str | None = field(default=None, repr=False)

    @property
    def place(self) -> Place:
        return Place(self.gate.ref, self.gate.epoch, self.kind, item=self.ref)


def attachment_of(outcome: Taken | Refused) -> Attachment:
    """What the channel tells the turn about a file it has streamed through `UploadDesk.take`."""
    match outcome:
        case Refused(reason):
            return Attachment(kind="file", refused=reason)
        case Taken(item, kind):
            return Attachment(kind=_AS_OFFERED.get(kind, "file"), item=item)
        case _:
            assert_never(outcome)


_AS_OFFERED: Final[dict[ItemKind, Literal["image", "voice"]]] = {"image": "image", "audio": "voice"}


class _Refusal(Exception):
    """Ends one taking; carries the word the person's answer is chosen by."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


class UploadDesk:
    """The one place where evidence enters. Holds no key that opens it."""

    def __init__(
        self, stores: Stores, keys: PublicKeys, charts: Charts, vault: Vault, limits: Evidence, clock: Clock
    ) -> None:
        self._stores = stores
        self._keys = keys
        self._charts = charts
        self._vault = vault
        self._limits = limits
        self._clock = clock
        self._threads = ThreadPoolExecutor(TRANSFERS_AT_ONCE, thread_name_prefix="seal")

    def close(self) -> None:
        """Let the sealing threads go. Transfers under way have ended before."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def take(
        self, conversation: str, chunks: AsyncIterator[bytes], *, declared: str = "", name: str | None = None
    ) -> Taken | Refused:
        """Take one file for the conversation with this ref. `declared` and `name` are what the sender says.

        Raises StoreUnavailable; then, and when the stream itself raises, nothing partial remains. A source that
        breaks off raises `bot.evidence.envelope.Interrupted` or an error of its own, which passes through.
        """
        try:
            gate = await self._open_gate(conversation)
            first, rest = await _peek(chunks)
            found = _recognised(first, declared, name)
            offer = _Offer(gate, secrets.token_hex(16), found.kind, found.media_type, name)
            return await self._seal(offer, rest)
        except _Refusal as refusal:
            return self._refused(conversation, refusal.reason)
        except TooLarge:
            return self._refused(conversation, "too_large")
        except VaultFull:
            return self._refused(conversation, "space")
        except Interrupted:
            return self._refused(conversation, "interrupted")

    async def take_text(self, conversation: str, kind: NoteKind, text: str) -> Taken | Refused:
        """Seal a link, a name, a time or a memory as an evidence item. Raises StoreUnavailable.

        The gate is the turn's own decision here: it has just consumed this text in an evidence step.
        """
        if not text.strip():
            return Refused("empty")
        try:
            gate = await self._known(conversation)
            offer = _Offer(gate, secrets.token_hex(16), kind)
            await self._require_room(gate, kind)
            item, payload = seal_item_text(gate.recipient, offer.place, text, self._clock())
            async with self._draft() as draft:
                draft.write(payload)  # a few kB; from a thread it could still write while a cancelled turn discards it
                return await self._keep(offer, item, draft)
        except _Refusal as refusal:
            return self._refused(conversation, refusal.reason)
        except VaultFull:
            return self._refused(conversation, "space")

    # --- before the first byte -------------------------------------------------------------------------------

    async def _known(self, conversation: str) -> Gate:
        gate = await self._stores.main.read(lambda tx: evidence.gate(tx, conversation))
        if gate is None or gate.leaving:
            raise _Refusal("gate_closed")
        return gate

    async def _open_gate(self, conversation: str) -> Gate:
        gate = await self._known(conversation)
        if not self._awaits_files(gate):
            raise _Refusal("gate_closed")
        if self._limits.media == "none":
            raise _Refusal("unsupported")
        await self._require_room(gate, "image")
        return gate

    def _awaits_files(self, gate: Gate) -> bool:
        if gate.session is None:
            return False
        try:
            plain = self._keys.open_field("conversations", "session", gate.ref, gate.session)
            return "files" in codec.decode(plain, self._charts).awaiting
        except (NotOpened, UnreadableSession):
            return False

    async def _require_room(self, gate: Gate, kind: str) -> None:
        await self._stores.main.read(lambda tx: self._check_limits(tx, gate, kind, 0))

    def _check_limits(self, tx: Transaction, gate: Gate, kind: str, more_bytes: int) -> None:
        used = evidence.usage(tx, gate.conversation_id, since=self._clock() - HOUR)
        hurried = kind in FILE_KINDS and used.recent >= self._limits.files_per_hour
        if (
            hurried
            or used.items >= self._limits.items_max
            or used.sealed_bytes + more_bytes > self._limits.total_max_bytes
        ):
            raise _Refusal("limit")

    # --- sealing and keeping ---------------------------------------------------------------------------------

    async def _seal(self, offer: _Offer, chunks: AsyncIterator[bytes]) -> Taken | Refused:
        async with self._draft() as draft:
            item = await seal_stream(
                chunks,
                offer.gate.recipient,
                offer.place,
                self._clock(),
                draft=draft,
                max_bytes=self._limits.file_max_bytes,
                name=offer.name,
                media_type=offer.media_type,
                threads=self._threads,
            )
            return await self._keep(offer, item, draft)

    @asynccontextmanager
    async def _draft(self) -> AsyncIterator[Draft]:
        """A payload to write. However this ends, nothing of it stays but what was published."""
        draft = await asyncio.to_thread(self._vault.begin)
        try:
            yield draft
        finally:
            draft.discard()

    async def _keep(self, offer: _Offer, item: SealedItem, draft: Draft) -> Taken | Refused:
        """Header, payload, row – in this order (S22, S35).

        What a crash or a lost database leaves in between has no row and goes with the daily sweep.
        """
        gate, now = offer.gate, self._clock()
        each = self._keys.under_each_index()
        digests = [keys.digest("item", gate.ref.encode(), item.body_sha256) for keys in each]
        same = await self._stores.main.read(lambda tx: _find_same(tx, gate, digests))
        if same is not None:
            return Taken(same.ref, offer.kind, repeated=True)
        await self._stores.keyring.write(
            lambda keys: keyring.add_header(keys, item=offer.ref, conversation=gate.ref, header=item.header, now=now)
        )
        blob = await asyncio.to_thread(draft.publish)
        new = NewItem(
            ref=offer.ref,
            kind=offer.kind,
            epoch=gate.epoch,
            blob=blob,
            size_band=_band(item.sealed_bytes),
            sealed_bytes=item.sealed_bytes,
            sealed_sha256=item.sealed_sha256,
            digest=digests[0],
        )
        try:
            same = await self._stores.main.write(lambda tx: self._add(tx, gate, new, digests))
        except _Refusal:
            await self._undo(new)
            raise
        if same is not None:
            await self._undo(new)
            return Taken(same.ref, offer.kind, repeated=True)
        log.info("item.sealed", conversation=gate.ref, item=offer.ref, kind=offer.kind)
        return Taken(offer.ref, offer.kind)

    def _add(self, tx: Transaction, gate: Gate, new: NewItem, digests: Sequence[bytes]) -> Item | None:
        """Add the row, or return the item that got here first with the same bytes."""
        if not evidence.still_open(tx, gate.conversation_id):
            raise _Refusal("gate_closed")
        same = _find_same(tx, gate, digests)
        if same is None:
            # The key, not its number: a sweep lets numbers begin again at 1, a rotation may shut readers out (S27).
            if evidence.newest_key(tx, gate.conversation_id) != (gate.epoch, gate.recipient):
                raise _Refusal("gate_closed")
            self._check_limits(tx, gate, new.kind, new.sealed_bytes)
            evidence.add(tx, gate.conversation_id, new, self._clock())
        return same

    async def _undo(self, new: NewItem) -> None:
        await self._stores.keyring.write(lambda keys: keyring.drop_headers(keys, [new.ref]))
        await asyncio.to_thread(self._vault.remove, new.blob)

    def _refused(self, conversation: str, reason: Reason) -> Refused:
        log.info("item.refused", conversation=conversation, reason=reason)
        return Refused(reason)


def _find_same(tx: Transaction, gate: Gate, digests: Sequence[bytes]) -> Item | None:
    """What is present with the same bytes, under whichever index key its digest was made."""
    found = (evidence.find_same(tx, gate.conversation_id, digest) for digest in digests)
    return next((item for item in found if item is not None), None)


async def _peek(chunks: AsyncIterator[bytes]) -> tuple[bytes, AsyncIterator[bytes]]:
    """The first bytes, and the whole stream again."""
    gathered = bytearray()
    async for chunk in chunks:
        gathered += chunk
        if len(gathered) >= FIRST_BYTES:
            break

    async def whole() -> AsyncIterator[bytes]:
        yield bytes(gathered)
        async for chunk in chunks:
            yield chunk

    return bytes(gathered[:FIRST_BYTES]), whole()


def _recognised(first: bytes, declared: str, name: str | None) -> FileType:
    if not first:
        raise _Refusal("empty")
    found = sniff(first)
    if found is None or not agrees(found, declared, name):
        raise _Refusal("wrong_type")
    return found


def _band(sealed_bytes: int) -> str:
    return next((word for most, word in SIZE_BANDS if sealed_bytes <= most), LARGEST_BAND)
