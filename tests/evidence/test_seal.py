"""Sealing files while they arrive, and opening them again."""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pyrage
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.evidence import envelope
from bot.evidence.envelope import Interrupted, Place, TooLarge, VaultFull
from bot.evidence.seal import SealedItem, seal_item_text, seal_stream, seal_text, split
from bot.evidence.unseal import OpenConversation, StoredItem, open_item, open_text
from bot.evidence.vault import Vault
from tests.conftest import skip
from tests.evidence.conftest import AT, CONVERSATION, Sealed

ITEM = Place(CONVERSATION, 1, "image", item="e2" * 16)
TURN = Place(CONVERSATION, 1, "turn", seq=1)
TOO_MUCH = 25_000_000


async def pieces(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def seal(sealed: Sealed, vault: Vault, *chunks: bytes, name: str | None = None) -> StoredItem:
    draft = vault.begin()
    item = await seal_stream(pieces(*chunks), sealed.recipient, ITEM, AT, draft=draft, max_bytes=TOO_MUCH, name=name)
    return stored(item, vault.read(draft.publish()))


def stored(item: SealedItem, payload: bytes) -> StoredItem:
    return StoredItem(ITEM, item.header, payload, item.sealed_bytes, item.sealed_sha256)


def traces(vault_root: Path) -> list[Path]:
    return [path for path in vault_root.rglob("*") if path.is_file()]


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chunks=st.lists(st.binary(max_size=70_000), max_size=5), name=st.none() | st.text(max_size=20))
def test_unseal_is_the_inverse_of_seal(sealed: Sealed, vault: Vault, chunks: list[bytes], name: str | None) -> None:
    opened = open_item(sealed.identity, asyncio.run(seal(sealed, vault, *chunks, name=name)))
    assert (opened.body, opened.name, opened.at) == (b"".join(chunks), name, AT)
    assert opened.sha256 == hashlib.sha256(b"".join(chunks)).hexdigest()


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=2_000))
def test_texts_come_back(sealed: Sealed, body: bytes) -> None:
    assert open_text(sealed.identity, seal_text(sealed.recipient, TURN, body, AT), TURN).body == body


def test_every_flipped_byte_of_a_text_is_noticed(sealed: Sealed) -> None:
    whole = seal_text(sealed.recipient, TURN, b"hallo", AT)
    for position in range(len(whole)):
        with pytest.raises(envelope.UnsealError):
            open_text(sealed.identity, _flip(whole, position), TURN)


def test_r21_a_flipped_byte_in_any_region_of_an_item_is_noticed(sealed: Sealed, vault: Vault) -> None:
    item = asyncio.run(seal(sealed, vault, os.urandom(150_000)))
    size = len(item.payload)
    for position in (0, 15, 16, 17, 65_551, 65_552, 65_567, 65_568, 131_000, size - 17, size - 16, size - 1):
        damaged = StoredItem(ITEM, item.header, _flip(item.payload, position), item.sealed_bytes, item.sealed_sha256)
        with pytest.raises(envelope.Damaged):
            open_item(sealed.identity, damaged)
        unhashed = hashlib.sha256(damaged.header + damaged.payload).digest()
        with pytest.raises(envelope.Damaged):
            open_item(sealed.identity, StoredItem(ITEM, item.header, damaged.payload, item.sealed_bytes, unhashed))
    for position in range(len(item.header)):
        flipped = StoredItem(ITEM, _flip(item.header, position), item.payload, item.sealed_bytes, item.sealed_sha256)
        with pytest.raises(envelope.UnsealError):
            open_item(sealed.identity, flipped)


@pytest.mark.parametrize("kept", [0, 10, 65_552 + 16, 131_104 + 16, -1])
def test_a_truncated_item_is_cut_short_and_hands_out_nothing(sealed: Sealed, vault: Vault, kept: int) -> None:
    item = asyncio.run(seal(sealed, vault, os.urandom(200_000)))
    short = StoredItem(ITEM, item.header, item.payload[:kept], item.sealed_bytes, item.sealed_sha256)
    with pytest.raises(envelope.CutShort):
        open_item(sealed.identity, short)


def test_another_items_header_or_row_does_not_open(sealed: Sealed, vault: Vault) -> None:
    mine, other = (asyncio.run(seal(sealed, vault, os.urandom(300))) for _ in range(2))
    with pytest.raises((envelope.Damaged, envelope.CutShort)):  # age headers differ in length
        open_item(
            sealed.identity,
            StoredItem(ITEM, other.header, mine.payload, mine.sealed_bytes, mine.sealed_sha256),
        )
    for field, value in (("item", "f3" * 16), ("conversation", "d1" * 16), ("epoch", 2), ("kind", "audio")):
        place = Place(**{slot: getattr(ITEM, slot) for slot in Place.__slots__} | {field: value})
        swapped = StoredItem(place, mine.header, mine.payload, mine.sealed_bytes, mine.sealed_sha256)
        with pytest.raises(envelope.Tampered):
            open_item(sealed.identity, swapped)


def test_the_wrong_identity_and_a_missing_grant_are_told_apart_from_damage(sealed: Sealed, vault: Vault) -> None:
    item = asyncio.run(seal(sealed, vault, b"x"))
    stranger = str(pyrage.x25519.Identity.generate())
    with pytest.raises(envelope.WrongIdentity):
        open_item(stranger, item)
    with pytest.raises(envelope.WrongIdentity):
        OpenConversation(CONVERSATION, {2: stranger}).item(item)
    with pytest.raises(envelope.WrongIdentity):
        OpenConversation("d1" * 16, {1: sealed.identity}).item(item)


def test_joined_header_and_payload_are_an_ordinary_age_file(sealed: Sealed, vault: Vault, tmp_path: Path) -> None:
    body = os.urandom(100_000)
    item = asyncio.run(seal(sealed, vault, body, name="Bild.png"))
    joined = item.header + item.payload
    assert split(joined) == (item.header, item.payload)
    plain = bytes(pyrage.decrypt(joined, [pyrage.x25519.Identity.from_str(sealed.identity)]))
    assert envelope.unpack(plain, ITEM).body == body
    if shutil.which("age") is None:
        skip("Debian's age is not installed")
    (tmp_path / "item.age").write_bytes(joined)
    (tmp_path / "identity").write_text(sealed.identity)
    opened = subprocess.run(
        ["age", "--decrypt", "-i", tmp_path / "identity", tmp_path / "item.age"], capture_output=True, check=True
    )
    assert opened.stdout == plain
    by_hand = plain[plain.index(b"\n\n") + 2 :][: int(plain[-82:-66])]
    assert by_hand == body and plain[-65:-1].decode() == hashlib.sha256(body).hexdigest()


def test_an_item_of_text_is_split_like_a_file(sealed: Sealed) -> None:
    place = Place(CONVERSATION, 1, "link", item="e2" * 16)
    item, payload = seal_item_text(sealed.recipient, place, "https://example.com/x \udcff", AT)
    opened = open_item(sealed.identity, StoredItem(place, item.header, payload, item.sealed_bytes, item.sealed_sha256))
    assert opened.body.decode("utf-8", "surrogatepass") == "https://example.com/x \udcff"


def test_s38_received_bytes_are_counted_and_nothing_partial_remains(
    sealed: Sealed, vault: Vault, tmp_path: Path
) -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield bytes(100_000)

    async def run() -> None:
        await seal_stream(endless(), sealed.recipient, ITEM, AT, draft=vault.begin(), max_bytes=1_000_000)

    with pytest.raises(TooLarge):
        asyncio.run(run())
    assert traces(tmp_path) == []


@pytest.mark.parametrize("failure", [Interrupted(), ConnectionResetError(), RuntimeError("page closed")])
def test_a_source_that_breaks_off_leaves_nothing(
    sealed: Sealed, vault: Vault, tmp_path: Path, failure: Exception
) -> None:
    async def breaking() -> AsyncIterator[bytes]:
        yield bytes(300_000)
        raise failure

    async def run() -> None:
        await seal_stream(breaking(), sealed.recipient, ITEM, AT, draft=vault.begin(), max_bytes=TOO_MUCH)

    with pytest.raises(type(failure)):
        asyncio.run(run())
    assert traces(tmp_path) == []


def test_a_cancelled_transfer_leaves_nothing(sealed: Sealed, vault: Vault, tmp_path: Path) -> None:
    async def run() -> None:
        stuck = asyncio.Event()

        async def waiting() -> AsyncIterator[bytes]:
            yield bytes(300_000)
            stuck.set()
            await asyncio.Event().wait()

        task = asyncio.create_task(
            seal_stream(waiting(), sealed.recipient, ITEM, AT, draft=vault.begin(), max_bytes=TOO_MUCH)
        )
        await stuck.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())
    assert traces(tmp_path) == []


def test_s38_below_the_floor_the_vault_refuses_at_the_start_and_midway(sealed: Sealed, tmp_path: Path) -> None:
    free: Iterator[int] = iter([50, 50, 5])
    vault = Vault(tmp_path / "blobs", free_floor=0.1, space=lambda _: (100, next(free)))
    draft = vault.begin()

    async def run() -> None:
        chunks = pieces(*[bytes(1_000_000)] * 12)
        await seal_stream(chunks, sealed.recipient, ITEM, AT, draft=draft, max_bytes=TOO_MUCH)

    with pytest.raises(VaultFull):
        asyncio.run(run())
    assert traces(tmp_path) == []
    with pytest.raises(VaultFull):
        Vault(tmp_path / "blobs", free_floor=0.1, space=lambda _: (100, 5)).begin()


def test_s41_no_plaintext_reaches_a_disk_during_a_25_mb_upload(
    sealed: Sealed, vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every writable place of this test is looked at between the chunks."""
    scratch = tmp_path / "tmp"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    monkeypatch.setattr(tempfile, "tempdir", None)
    marker = b"PLAINTEXT-MARKER-0123456789"
    chunk = (marker * 10_000)[:250_000]
    seen: set[Path] = set()

    def look() -> None:
        for path in traces(tmp_path):
            seen.add(path.parent)
            assert marker not in path.read_bytes()

    async def watched() -> AsyncIterator[bytes]:
        for n in range(100):
            yield chunk
            if n % 10 == 0:
                await asyncio.to_thread(look)

    async def run() -> None:
        draft = vault.begin()
        await seal_stream(watched(), sealed.recipient, ITEM, AT, draft=draft, max_bytes=TOO_MUCH)
        draft.publish()

    asyncio.run(run())
    look()
    assert len(seen) == 1 and not list(scratch.iterdir())


def _flip(data: bytes, position: int) -> bytes:
    position %= len(data)
    return data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :]
