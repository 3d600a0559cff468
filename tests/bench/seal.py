"""`seal`: a turn and a 20 MB file, beside pyrage alone and the bare primitives (P5)."""

from __future__ import annotations

import asyncio
import hashlib
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pyrage
from nacl.secret import Aead

from bot.evidence.envelope import Place
from bot.evidence.seal import seal_stream, seal_text
from bot.evidence.vault import Vault
from tests.bench.rounds import Case, Figure, Goal, Size, Table, alternate

TEXT_BYTES = 200
FILE_BYTES = 20_000_000
CHUNK_BYTES = 65_536
AT = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)
PYRAGE, OURS = "pyrage.encrypt", "seal_text: padded, bound to its place"
PRIMITIVES, OURS_FILE = "AEAD + SHA-256 in 64 KiB chunks, to a file", "seal_stream to the vault"


async def seal(folder: Path, size: Size) -> list[Table]:
    recipient = str(pyrage.x25519.Identity.generate().to_public())
    return [await _text(recipient, size), *await _file(folder, recipient, size)]


async def _text(recipient: str, size: Size) -> Table:
    count = size.of(300)
    plain, key = os.urandom(TEXT_BYTES), Aead(os.urandom(32))
    place = Place("0" * 32, 1, "turn", seq=1)

    def raw() -> None:
        pyrage.encrypt(plain, [pyrage.x25519.Recipient.from_str(recipient)])

    def primitives() -> None:
        hashlib.sha256(bytes(key.encrypt(plain))).digest()

    figures = await alternate(
        [
            Case("AEAD + SHA-256", "limit", lambda: _each(primitives, count)),
            Case(PYRAGE, "peer", lambda: _each(raw, count)),
            Case(OURS, "us", lambda: _each(lambda: seal_text(recipient, place, plain, AT), count)),
        ],
        size.rounds,
    )
    return Table(f"seal, {TEXT_BYTES} bytes", "µs", figures)


async def _file(folder: Path, recipient: str, size: Size) -> list[Table]:
    total = size.of(FILE_BYTES, CHUNK_BYTES)
    chunk = os.urandom(CHUNK_BYTES)
    key = Aead(os.urandom(32))
    vault = Vault(folder / "blobs", free_floor=0.0)
    place = Place("0" * 32, 1, "image", item="0" * 32)
    stalls: list[float] = []
    extra: list[float] = []

    async def primitives() -> float:
        began = time.perf_counter()
        digest = hashlib.sha256()
        with (folder / "limit.bin").open("wb") as file:
            for _ in range(total // CHUNK_BYTES):
                digest.update(chunk)
                file.write(bytes(key.encrypt(chunk)))
        return (time.perf_counter() - began) * 1e3

    async def arriving() -> AsyncIterator[bytes]:
        for _ in range(total // CHUNK_BYTES):
            yield chunk

    async def ours() -> float:
        draft = vault.begin()
        async with _watched(stalls, extra):
            began = time.perf_counter()
            await seal_stream(arriving(), recipient, place, AT, draft=draft, max_bytes=2 * FILE_BYTES)
            took = time.perf_counter() - began
        draft.discard()
        return took * 1e3

    figures = await alternate(
        [Case(PRIMITIVES, "limit", primitives), Case(OURS_FILE, "us", ours)],
        size.rounds,
    )
    title = f"seal, {total / 1e6:.0f} MB"
    aside = [Table(f"{title}: longest wait of others", "ms", (Figure("event loop", "info", tuple(stalls[1:])),))]
    if extra:
        aside.append(Table(f"{title}: extra memory at its peak", "MB", (Figure("process", "info", tuple(extra[1:])),)))
    return [Table(title, "ms", figures, {OURS_FILE: (Goal(PRIMITIVES, 1.2, number="P5"),)}), *aside]


async def _each(do: Callable[[], object], count: int) -> float:
    began = time.perf_counter()
    for _ in range(count):
        do()
    return (time.perf_counter() - began) / count * 1e6


@asynccontextmanager
async def _watched(stalls: list[float], extra: list[float]) -> AsyncIterator[None]:
    """How long the event loop was not served, and how far memory rose, while the block ran."""
    before = _peak_reset()
    watching = asyncio.create_task(_longest_wait())
    await asyncio.sleep(0)
    try:
        yield
    finally:
        watching.cancel()
        stalls.append(await watching)
        if before is not None and (peak := _memory("VmHWM")) is not None:
            extra.append(max(0.0, peak - before))


async def _longest_wait() -> float:
    longest = 0.0
    last = time.perf_counter()
    try:
        while True:
            await asyncio.sleep(0.001)
            now = time.perf_counter()
            longest, last = max(longest, now - last - 0.001), now
    except asyncio.CancelledError:
        return longest * 1e3


def _peak_reset() -> float | None:
    """Resident memory now, in MB, from which Linux counts its peak anew; None elsewhere."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return None
    return _memory("VmRSS")


def _memory(name: str) -> float | None:
    lines = Path("/proc/self/status").read_text().splitlines()
    found = next((line for line in lines if line.startswith(f"{name}:")), None)
    return None if found is None else int(found.split()[1]) / 1024
