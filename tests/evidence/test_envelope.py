"""The envelope: layout, padding, and that nothing but the right place opens."""

from __future__ import annotations

import dataclasses
import math
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.evidence.envelope import (
    MAGIC,
    TRAILER_BYTES,
    CutShort,
    Damaged,
    Place,
    Tampered,
    UnknownVersion,
    UnsealError,
    pack,
    padded,
    tail,
    unpack,
)

AT = datetime(2026, 11, 25, 11, 0, 30, 123, tzinfo=UTC)
PLACE = Place("c0" * 16, 1, "turn", seq=7)
names = st.text(max_size=60)


@settings(deadline=None)
@given(body=st.binary(max_size=3_000), name=st.none() | names, padding=st.sampled_from(["text", "file"]))
def test_unpack_is_the_inverse_of_pack(body: bytes, name: str | None, padding: str) -> None:
    plain = pack(PLACE, body, AT, name=name, padding=padding)  # type: ignore[arg-type]
    opened = unpack(plain, PLACE)
    assert (opened.body, opened.name, opened.at, opened.place) == (body, name, AT, PLACE)


@settings(deadline=None)
@given(size=st.integers(0, 5_000))
def test_texts_are_padded_to_512_byte_steps(size: int) -> None:
    assert len(pack(PLACE, bytes(size), AT)) % 512 == 0


@settings(deadline=None)
@given(length=st.integers(64, 300_000_000))
def test_files_are_padded_by_the_padme_rule(length: int) -> None:
    """Checked against the formula of security.md section 3, written with logarithms."""
    e = math.floor(math.log2(length))
    s = math.floor(math.log2(e)) + 1
    step = 2 ** (e - s)
    assert padded(length, "file") == math.ceil(length / step) * step
    assert length <= padded(length, "file") <= length * 1.12


@settings(deadline=None)
@given(field=st.sampled_from(["conversation", "epoch", "kind", "item", "seq", "reader"]))
def test_every_header_field_is_compared(field: str) -> None:
    other = {"conversation": "d1" * 16, "epoch": 2, "kind": "note", "item": "e2" * 16, "seq": 8, "reader": "r"}
    with pytest.raises(Tampered, match=field):
        unpack(pack(PLACE, b"x", AT), dataclasses.replace(PLACE, **{field: other[field]}))


def test_any_flipped_byte_is_noticed_or_tampering() -> None:
    """age notices first; but the envelope alone would too, except in the exact time and the free header spelling."""
    plain = pack(PLACE, b"hallo" * 30, AT)
    for position in range(len(plain)):
        flipped = plain[:position] + bytes([plain[position] ^ 0x20]) + plain[position + 1 :]
        try:
            opened = unpack(flipped, PLACE)
        except UnsealError:
            continue
        assert opened.body == b"hallo" * 30 and opened.place == PLACE


@pytest.mark.parametrize("cut", [0, 3, 20, 100, 400, 511])
def test_a_cut_envelope_is_refused(cut: int) -> None:
    plain = pack(PLACE, b"hallo" * 30, AT)
    with pytest.raises((CutShort, Damaged)):
        unpack(plain[:cut], PLACE)


def test_unknown_versions_are_told_apart() -> None:
    plain = pack(PLACE, b"x", AT)
    with pytest.raises(UnknownVersion):
        unpack(b"HB2\n" + plain[4:], PLACE)
    with pytest.raises(UnknownVersion):
        unpack(plain.replace(b'"v":1', b'"v":2'), PLACE)


@settings(deadline=None)
@given(garbage=st.binary(max_size=2_000))
def test_garbage_is_refused_cleanly(garbage: bytes) -> None:
    for candidate in (garbage, MAGIC + garbage, MAGIC + garbage + b"\n\n" + garbage):
        with pytest.raises(UnsealError):
            unpack(candidate, PLACE)


def test_the_trailer_has_the_size_the_readme_names() -> None:
    exact = tail(512 - TRAILER_BYTES - 5, 5, "0" * 64, "text")
    assert len(exact) == TRAILER_BYTES == 83
