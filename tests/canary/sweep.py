"""T5: looks for marker strings in everything an installation has written, in every spelling they could have taken."""

from __future__ import annotations

import base64
import json
import re
import urllib.parse
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Hit:
    marker: str
    file: str
    spelling: str


def spellings(marker: str) -> dict[str, bytes]:
    """UTF-8, UTF-16, hex, base64 at its three offsets, URL- and JSON-escaped; a long number also as SQLite and
    PostgreSQL store it (sqlite.org/fileformat2.html, section 2.1: six bytes, big-endian)."""
    plain = marker.encode()
    found = {
        "utf-8": plain,
        "utf-16-le": marker.encode("utf-16-le"),
        "utf-16-be": marker.encode("utf-16-be"),
        "hex": plain.hex().encode(),
        "HEX": plain.hex().upper().encode(),
        "url": urllib.parse.quote(marker, safe="").encode(),
        "json": json.dumps(marker)[1:-1].encode(),
    }
    if marker.isdecimal() and 2**32 <= int(marker) < 2**47:
        found["number"] = int(marker).to_bytes(6, "big")
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + plain)
        # Characters that also depend on what stands before or after the marker are cut off.
        first = (offset * 8 + 5) // 6
        last = ((offset + len(plain)) * 8) // 6
        found[f"base64+{offset}"] = encoded[first:last]
        found[f"base64url+{offset}"] = encoded[first:last].translate(bytes.maketrans(b"+/", b"-_"))
    return found


def sweep(markers: Iterable[str], folders: Iterable[Path], pids: Iterable[int] = ()) -> list[Hit]:
    """Every place a marker shows. Files are read whole; process arguments and environments too."""
    patterns = [(marker, name, spelling) for marker in markers for name, spelling in spellings(marker).items()]
    joined = re.compile(b"|".join(re.escape(spelling) for _, _, spelling in patterns))
    hits = []
    for name, content in _everything(folders, pids):
        if not joined.search(content):
            continue
        hits += [Hit(marker, name, how) for marker, how, spelling in patterns if spelling in content]
    return hits


def _everything(folders: Iterable[Path], pids: Iterable[int]) -> Iterator[tuple[str, bytes]]:
    for folder in folders:
        for file in sorted(folder.rglob("*")):
            yield f"name of {file}", str(file.relative_to(folder)).encode()
            if file.is_file() and not file.is_socket():
                yield str(file), file.read_bytes()
    for pid in pids:
        for part in ("cmdline", "environ"):
            try:
                yield f"/proc/{pid}/{part}", Path(f"/proc/{pid}/{part}").read_bytes()
            except OSError:
                continue
