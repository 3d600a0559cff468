"""Sealing: everything here needs public halves only, so the zone that writes can never read.

Texts are small and sealed in memory. Files are sealed while they arrive, on a thread of their own; plaintext
is in memory one chunk at a time and never on a disk (S41).
"""

from __future__ import annotations

import asyncio
import hashlib
import queue
from collections.abc import AsyncIterator
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import pyrage

from bot.evidence.envelope import Interrupted, Place, TooLarge, VaultFull, head, pack, tail
from bot.evidence.vault import Draft

CHUNKS_WAITING: Final = 4
MAC_LINE: Final = b"\n--- "


@dataclass(frozen=True, slots=True)
class SealedItem:
    """One sealed item. Header and payload joined are a normal age file.

    `sealed_bytes` and `sealed_sha256` cover both parts. `body_sha256` is of the plaintext: it may leave
    this process only inside a keyed digest (S54).
    """

    header: bytes = field(repr=False)
    sealed_bytes: int
    sealed_sha256: bytes
    body_bytes: int
    body_sha256: bytes = field(repr=False)


def seal_text(recipient: str, place: Place, body: bytes, at: datetime) -> bytes:
    """Seal a turn's transcript entry or a summary card: one age file, header inline, padded to 512 B steps.

    `recipient` is the public half of the conversation key of `place.epoch`; `at` aware UTC.
    """
    return _encrypt(recipient, pack(place, body, at))


def seal_item_text(recipient: str, place: Place, text: str, at: datetime) -> tuple[SealedItem, bytes]:
    """Seal a link, a name or a note as an evidence item: the item with its header, and the payload."""
    body = text.encode("utf-8", "surrogatepass")
    sealed = _encrypt(recipient, pack(place, body, at))
    header, payload = split(sealed)
    item = SealedItem(
        header=header,
        sealed_bytes=len(sealed),
        sealed_sha256=hashlib.sha256(sealed).digest(),
        body_bytes=len(body),
        body_sha256=hashlib.sha256(body).digest(),
    )
    return item, payload


async def seal_stream(
    chunks: AsyncIterator[bytes],
    recipient: str,
    place: Place,
    at: datetime,
    *,
    draft: Draft,
    max_bytes: int,
    name: str | None = None,
    media_type: str | None = None,
    threads: Executor | None = None,
) -> SealedItem:
    """Seal one file while it arrives; the payload lies in `draft`, unpublished, when this returns.

    Counts received bytes, whatever was announced. Raises TooLarge, VaultFull, Interrupted; whatever happens
    short of success, also cancellation, the draft is discarded. Format: version 1, README.md.
    """
    work = _Sealing(draft, head(place, at, name=name, media_type=media_type))
    loop = asyncio.get_running_loop()
    room = asyncio.Semaphore(CHUNKS_WAITING)
    running = loop.run_in_executor(threads, work.run, recipient, loop, room)
    running.add_done_callback(lambda _: room.release())
    received = 0
    try:
        async for chunk in chunks:
            received += len(chunk)
            if received > max_bytes:
                raise TooLarge
            await room.acquire()
            if running.done():
                break
            work.put(chunk)
        work.finish()
        await asyncio.shield(running)
        return work.result()
    except BaseException:
        work.abort()
        await asyncio.wait([running])
        running.exception()
        draft.discard()
        raise


def split(sealed: bytes) -> tuple[bytes, bytes]:
    """Part an age file after its `--- MAC` line into header and payload. Raises ValueError if it has none."""
    line = sealed.find(MAC_LINE)
    end = sealed.find(b"\n", line + len(MAC_LINE)) + 1
    if line < 0 or end == 0:
        raise ValueError("no complete age header")
    return sealed[:end], sealed[end:]


def _encrypt(recipient: str, plain: bytes) -> bytes:
    return bytes(pyrage.encrypt(plain, [pyrage.x25519.Recipient.from_str(recipient)]))


class _Sealing:
    """Both ends of pyrage's pipe: it reads the envelope from here and writes the age file to here."""

    def __init__(self, draft: Draft, first: bytes) -> None:
        self._draft = draft
        self._head_bytes = len(first)
        self._buffer = memoryview(first)
        self._chunks: queue.SimpleQueue[bytes | Interrupted | None] = queue.SimpleQueue()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._room: asyncio.Semaphore | None = None
        self._ended = False
        self._header: bytes | None = None
        self._pending = bytearray()
        self._body_bytes = 0
        self._sealed_bytes = 0
        self._body_hash = hashlib.sha256()
        self._sealed_hash = hashlib.sha256()
        self._failure: Exception | None = None

    def put(self, chunk: bytes) -> None:
        self._chunks.put(chunk)

    def finish(self) -> None:
        self._chunks.put(None)

    def abort(self) -> None:
        self._chunks.put(Interrupted())

    def run(self, recipient: str, loop: asyncio.AbstractEventLoop, room: asyncio.Semaphore) -> None:
        """The thread's work. Failures of either end are kept: pyrage wraps what its callbacks raise."""
        self._loop, self._room = loop, room
        try:
            pyrage.encrypt_io(self, self, [pyrage.x25519.Recipient.from_str(recipient)])
        except (OSError, pyrage.EncryptError) as error:
            raise (self._failure or error) from None
        if self._failure is not None:
            raise self._failure

    def result(self) -> SealedItem:
        if self._header is None:
            raise ValueError("no age header was written")
        return SealedItem(
            header=self._header,
            sealed_bytes=self._sealed_bytes,
            sealed_sha256=self._sealed_hash.digest(),
            body_bytes=self._body_bytes,
            body_sha256=self._body_hash.digest(),
        )

    def read(self, size: int) -> bytes:
        """Called by pyrage for the next piece of the envelope."""
        if not self._buffer and not self._ended:
            self._refill()
        piece = bytes(self._buffer[:size])
        self._buffer = self._buffer[size:]
        return piece

    def _refill(self) -> None:
        chunk = self._chunks.get()
        while chunk == b"":
            self._release()
            chunk = self._chunks.get()
        if isinstance(chunk, Interrupted):
            self._failure = chunk
            raise OSError("the source ended early")
        if chunk is None:
            self._ended = True
            end = tail(self._head_bytes, self._body_bytes, self._body_hash.hexdigest(), "file")
            self._buffer = memoryview(end)
            return
        self._release()
        self._body_bytes += len(chunk)
        self._body_hash.update(chunk)
        self._buffer = memoryview(chunk)

    def _release(self) -> None:
        if self._loop is not None and self._room is not None:
            self._loop.call_soon_threadsafe(self._room.release)

    def write(self, data: bytes) -> int:
        """Called by pyrage with the next piece of the age file."""
        self._sealed_bytes += len(data)
        self._sealed_hash.update(data)
        payload: bytes = bytes(data)
        if self._header is None:
            self._pending += data
            try:
                self._header, payload = split(bytes(self._pending))
            except ValueError:
                return len(data)
            self._pending.clear()
        try:
            self._draft.write(payload)
        except (VaultFull, OSError) as error:
            self._failure = error
            raise OSError("the vault refused") from None
        return len(data)

    def flush(self) -> None:
        """pyrage expects a file; `Draft.publish` is what makes bytes durable."""
