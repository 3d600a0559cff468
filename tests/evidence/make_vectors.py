"""Makes the vectors of format version 1: `python -m tests.evidence.make_vectors`. Existing files are never replaced.

The identities are made for this and used nowhere else.
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyrage

from bot.evidence.envelope import Place, pack
from bot.evidence.seal import split

FOLDER = Path(__file__).resolve().parent.parent / "vectors" / "evidence"
IDENTITIES = FOLDER / "TEST-ONLY-identities.json"
AT = datetime(2026, 11, 25, 11, 0, 30, tzinfo=UTC)
PLACE = Place("c0" * 16, 1, "turn", seq=7)
BODY = b"Testtext ohne Bedeutung. " * 20


def identities() -> tuple[str, str]:
    """The identity everything is sealed to, and a stranger's."""
    if not IDENTITIES.exists():
        made = [str(pyrage.x25519.Identity.generate()) for _ in range(2)]
        IDENTITIES.write_text(json.dumps({"test_only": True, "own": made[0], "other": made[1]}, indent=1) + "\n")
    stored = json.loads(IDENTITIES.read_text())
    return stored["own"], stored["other"]


def _seal(plain: bytes) -> bytes:
    own = pyrage.x25519.Identity.from_str(identities()[0])
    return bytes(pyrage.encrypt(plain, [own.to_public()]))


def _flip(sealed: bytes, position: int) -> bytes:
    position %= len(sealed)
    return sealed[:position] + bytes([sealed[position] ^ 1]) + sealed[position + 1 :]


def _moved(**changed: object) -> Callable[[], bytes]:
    fields = {slot: getattr(PLACE, slot) for slot in Place.__slots__} | changed
    return lambda: _seal(pack(Place(**fields), BODY, AT))  # type: ignore[arg-type]


def cases() -> Iterator[tuple[str, str, Callable[[], bytes]]]:
    """(file name, expected failure or ok, how its bytes come about)."""
    plain = pack(PLACE, BODY, AT)
    header, size = len(split(_seal(plain))[0]), b"\n0000000000000500"
    yield "v1-text", "ok", lambda: _seal(plain)
    yield "v1-text-two-chunks", "ok", lambda: _seal(pack(PLACE, BODY * 140, AT))
    yield "v1-text-empty", "ok", lambda: _seal(pack(PLACE, b"", AT))
    yield "v1-header-recipient-flipped", "WrongIdentity", lambda: _flip(_seal(plain), 35)
    yield "v1-header-mac-flipped", "Damaged", lambda: _flip(_seal(plain), header - 5)
    yield "v1-nonce-flipped", "Damaged", lambda: (s := _seal(plain)) and _flip(s, len(split(s)[0]) + 3)
    yield "v1-first-byte-flipped", "Damaged", lambda: _flip(_seal(plain), 0)
    yield "v1-payload-flipped", "Damaged", lambda: _flip(_seal(plain), -300)
    yield "v1-last-byte-flipped", "Damaged", lambda: _flip(_seal(plain), -1)
    yield "v1-byte-added", "CutShort", lambda: _seal(plain) + b"x"
    yield "v1-cut-in-intro", "CutShort", lambda: _seal(plain)[:10]
    yield "v1-cut-in-header", "CutShort", lambda: _seal(plain)[:60]
    yield "v1-cut-after-header", "CutShort", lambda: split(_seal(plain))[0]
    yield "v1-cut-in-payload", "CutShort", lambda: _seal(plain)[:-100]
    yield "v1-cut-at-chunk", "CutShort", lambda: (s := _seal(pack(PLACE, BODY * 140, AT)))[: _chunk_end(s) - 7]
    yield "v1-cut-between-chunks", "CutShort", lambda: (s := _seal(pack(PLACE, BODY * 140, AT)))[: _chunk_end(s)]
    yield "v1-empty", "CutShort", lambda: b""
    yield "v1-age-version-2", "UnknownVersion", lambda: _seal(plain).replace(b"/v1\n", b"/v2\n", 1)
    yield "v1-envelope-version-2", "UnknownVersion", lambda: _seal(plain.replace(b'"v":1', b'"v":2'))
    yield "v1-envelope-magic-2", "UnknownVersion", lambda: _seal(b"HB2\n" + plain[4:])
    yield "v1-envelope-no-magic", "Damaged", lambda: _seal(b"XXXX" + plain[4:])
    yield "v1-envelope-header-open", "CutShort", lambda: _seal(plain[:40])
    yield "v1-envelope-header-no-json", "Damaged", lambda: _seal(plain.replace(b'{"conv', b'["conv', 1))
    yield "v1-envelope-no-trailer", "CutShort", lambda: _seal(plain[:-83] + bytes(83))
    yield (
        "v1-envelope-length-too-long",
        "Damaged",
        lambda: _seal(plain.replace(size, b"\n0000000000009500")),
    )
    yield (
        "v1-envelope-length-too-short",
        "Damaged",
        lambda: _seal(plain.replace(size, b"\n0000000000000499")),
    )
    yield "v1-envelope-hash-wrong", "Damaged", lambda: _seal(plain.replace(b"Testtext", b"Testtexd", 1))
    yield "v1-envelope-padding-used", "Damaged", lambda: _seal(plain[:-90] + b"x" + plain[-89:])
    yield "v1-moved-conversation", "Tampered", _moved(conversation="d1" * 16)
    yield "v1-moved-epoch", "Tampered", _moved(epoch=2)
    yield "v1-moved-seq", "Tampered", _moved(seq=8)
    yield "v1-moved-kind", "Tampered", _moved(kind="summary")
    yield "v1-moved-item", "Tampered", _moved(item="e2" * 16)
    yield "v1-moved-reader", "Tampered", _moved(reader="a1" * 16)


def _chunk_end(sealed: bytes) -> int:
    return len(split(sealed)[0]) + 16 + 65_536 + 16


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, expected, make in cases():
        file = FOLDER / f"{name}.json"
        if not file.exists():
            sealed = base64.b64encode(make()).decode()
            file.write_text(json.dumps({"expect": expected, "sealed": sealed}, indent=1) + "\n")
            sys.stdout.write(f"{file.name}\n")


if __name__ == "__main__":
    main()
