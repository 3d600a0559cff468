"""What lies inside every sealed thing: a header that names where it belongs, the body, padding, a trailer.

age has no associated data; comparing the header with the row after opening is what stops swapped rows.
Layout and reasons: README.md. Version 1.

    EvidenceError
    ├── SealError      TooLarge · VaultFull · Interrupted      nothing partial remains
    └── UnsealError    WrongIdentity · Damaged · CutShort · UnknownVersion · Tampered
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

MAGIC: Final = b"HB1\n"
VERSION: Final = 1
TEXT_STEP_BYTES: Final = 512
HEADER_MAX_BYTES: Final = 16_384
TRAILER_BYTES: Final = 83
NAME_MAX_CHARS: Final = 1_000

Padding = Literal["text", "file"]


class EvidenceError(Exception):
    """Sealing or opening did not work out."""


class SealError(EvidenceError):
    """A thing could not be taken; no partial item remains."""


class TooLarge(SealError):
    """More bytes arrived than one item may have, whatever the sender announced (S38)."""


class VaultFull(SealError):
    """Free space fell below the floor, or the disk refused the next byte (S38, R20)."""


class Interrupted(SealError):
    """The sender broke off: a closed page, a lost network. Streams that feed sealing raise it too."""


class UnsealError(EvidenceError):
    """A sealed thing did not open; no byte of it was handed out."""


class WrongIdentity(UnsealError):
    """Sealed to somebody else: no grant, a pruned grant, or an old staff key."""


class Damaged(UnsealError):
    """Bytes were changed on disk or in the database (R21)."""


class CutShort(UnsealError):
    """The end is missing: a write that never finished, or a file system that lost its tail."""


class UnknownVersion(UnsealError):
    """Written by a newer program; nothing is wrong with it."""


class Tampered(UnsealError):
    """It opened, but belongs elsewhere: a row was swapped. Always an alarm, never a retry."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed thing belongs; compared field by field after opening.

    `kind`: turn, summary, grant, or an item's kind. `item` and `seq` name an evidence item or a
    transcript row, `reader` the one reader of a grant.
    """

    conversation: str
    epoch: int
    kind: str
    item: str | None = None
    seq: int | None = None
    reader: str | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """An envelope that was opened and fits its place. `at` is exact; the row knows only the minute."""

    place: Place
    at: datetime
    body: bytes = field(repr=False)
    name: str | None = field(default=None, repr=False)
    media_type: str | None = None
    sha256: str = field(default="", repr=False)


def canonical(value: object) -> bytes:
    """JSON with one spelling: sorted keys, no spaces, ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("ascii")


def head(place: Place, at: datetime, *, name: str | None = None, media_type: str | None = None) -> bytes:
    """The first bytes of an envelope. `at` is aware UTC; a name longer than NAME_MAX_CHARS is cut."""
    fields: dict[str, str | int | None] = {
        "v": VERSION,
        "conversation": place.conversation,
        "epoch": place.epoch,
        "kind": place.kind,
        "ts": at.isoformat(),
        "item": place.item,
        "seq": place.seq,
        "reader": place.reader,
        "name": None if name is None else name[:NAME_MAX_CHARS],
        "type": media_type,
    }
    return MAGIC + canonical({key: value for key, value in fields.items() if value is not None}) + b"\n\n"


def tail(head_bytes: int, body_bytes: int, sha256: str, padding: Padding) -> bytes:
    """Padding and trailer: a stream's length and hash are known only at its end."""
    exact = head_bytes + body_bytes + TRAILER_BYTES
    return bytes(padded(exact, padding) - exact) + f"\n{body_bytes:016d} {sha256}\n".encode("ascii")


def padded(length: int, padding: Padding) -> int:
    """The length after padding: texts to a multiple of 512 B, files by the Padmé rule (at most 12 % more).

    Padmé: Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and Communication with PURBs",
    PoPETs 2019, section 4; as quoted in security.md section 3.
    """
    step = TEXT_STEP_BYTES
    if padding == "file":
        exponent = length.bit_length() - 1
        step = 1 << max(0, exponent - exponent.bit_length())
    return -(-length // step) * step


def pack(place: Place, body: bytes, at: datetime, *, padding: Padding = "text", name: str | None = None) -> bytes:
    """A whole envelope in memory."""
    first = head(place, at, name=name)
    return first + body + tail(len(first), len(body), hashlib.sha256(body).hexdigest(), padding)


def unpack(plain: bytes, expected: Place) -> Opened:
    """Take an opened envelope apart and compare it with its place.

    Raises UnknownVersion, CutShort, Damaged, Tampered. Never hands out a part.
    """
    if not plain.startswith(MAGIC):
        raise UnknownVersion("magic") if plain[:2] == MAGIC[:2] and plain[3:4] == b"\n" else Damaged("magic")
    end = plain.find(b"\n\n", 0, HEADER_MAX_BYTES)
    if end < 0:
        raise CutShort("header")
    place, at, name, media_type = _read_head(plain[len(MAGIC) : end])
    body, sha256 = _read_body(plain, end + 2)
    for key in Place.__slots__:
        if getattr(place, key) != getattr(expected, key):
            raise Tampered(key)
    return Opened(place=place, at=at, body=body, name=name, media_type=media_type, sha256=sha256)


def _read_head(raw: bytes) -> tuple[Place, datetime, str | None, str | None]:
    try:
        fields = json.loads(raw)
        if fields["v"] != VERSION:
            raise UnknownVersion("header")
        place = Place(
            conversation=fields["conversation"],
            epoch=fields["epoch"],
            kind=fields["kind"],
            item=fields.get("item"),
            seq=fields.get("seq"),
            reader=fields.get("reader"),
        )
        return place, datetime.fromisoformat(fields["ts"]), fields.get("name"), fields.get("type")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Damaged("header") from None


def _read_body(plain: bytes, start: int) -> tuple[bytes, str]:
    trailer = plain[-TRAILER_BYTES:]
    length, space, sha256 = trailer[1:-1].partition(b" ")
    shaped = trailer[:1] == trailer[-1:] == b"\n" and space and len(length) == 16 and length.isdigit()
    if len(plain) < start + TRAILER_BYTES or not shaped:
        raise CutShort("trailer")
    stop = start + int(length)
    if stop > len(plain) - TRAILER_BYTES or plain[stop:-TRAILER_BYTES].strip(b"\0"):
        raise Damaged("length")
    body = plain[start:stop]
    if not hmac.compare_digest(hashlib.sha256(body).hexdigest().encode("ascii"), sha256):
        raise Damaged("hash")
    return body, sha256.decode("ascii")
