"""What a file is, by its first 512 bytes – and nothing more is ever parsed in the public zone (S39, S40).

Content decides; what the sender declares and the name's ending must agree with it. Anything not on the list is
refused: archives, Office, HTML, SVG, programs, and video.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final, Literal

FIRST_BYTES: Final = 512

FileKind = Literal["image", "document", "audio", "text"]
NoteKind = Literal["link", "handle", "payment", "time", "note"]
ItemKind = FileKind | NoteKind
"""What the evidence list says an item is; files by content, notes by what the person was asked for."""


@dataclass(frozen=True, slots=True)
class FileType:
    """One type on the allow-list. `declared` and `endings` are what may be said about it."""

    kind: FileKind
    media_type: str
    declared: frozenset[str]
    endings: frozenset[str]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _type(kind: FileKind, media_type: str, endings: str, also: str = "") -> FileType:
    return FileType(kind, media_type, _words(f"{media_type} {also}"), _words(endings))


JPEG: Final = _type("image", "image/jpeg", "jpg jpeg jpe jfif", "image/jpg image/pjpeg")
PNG: Final = _type("image", "image/png", "png")
WEBP: Final = _type("image", "image/webp", "webp")
HEIC: Final = _type("image", "image/heic", "heic heif hif", "image/heif")
PDF: Final = _type("document", "application/pdf", "pdf", "application/x-pdf")
OGG: Final = _type("audio", "audio/ogg", "ogg oga opus", "application/ogg audio/opus")
M4A: Final = _type("audio", "audio/mp4", "m4a", "audio/x-m4a audio/m4a audio/aac")
MP3: Final = _type("audio", "audio/mpeg", "mp3", "audio/mp3 audio/x-mp3")
TEXT: Final = _type("text", "text/plain", "txt text log")
ALLOWED: Final = (JPEG, PNG, WEBP, HEIC, PDF, OGG, M4A, MP3, TEXT)

HEIC_BRANDS: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
M4A_BRANDS: Final = frozenset({b"M4A ", b"M4B "})
OGG_AUDIO: Final = (b"OpusHead", b"\x01vorbis", b"\x7fFLAC", b"Speex   ")
UNDECLARED: Final = frozenset({"", "application/octet-stream", "binary/octet-stream"})
ACTIVE_STARTS: Final = (b"<", b"#!", b"{\\rtf", b"%!ps", b"mime-version:", b"begin:", b"@echo")
TEXT_CONTROLS: Final = frozenset("\t\n\r\f")
ACTIVE_ENDINGS: Final = _words(
    "apk app bat cmd com cpl dll dmg exe hta htm html iso jar js jse lnk mjs msi php pif ps1 py reg scr sh svg "
    "svgz vbe vbs wsf xhtml xml 7z gz rar tar zip doc docm docx odt ppt pptx xls xlsm xlsx"
)


def sniff(first: bytes) -> FileType | None:
    """The type of a file by its first bytes, or None when it is not on the list. `first`: up to FIRST_BYTES."""
    first = first[:FIRST_BYTES]
    if first.startswith(b"\xff\xd8\xff"):
        return JPEG
    if first.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if first[:4] == b"RIFF" and first[8:12] == b"WEBP":
        return WEBP
    if first.startswith(b"%PDF-"):
        return PDF
    if first[4:8] == b"ftyp":
        return HEIC if first[8:12] in HEIC_BRANDS else M4A if first[8:12] in M4A_BRANDS else None
    if first.startswith(b"OggS"):
        return OGG if any(mark in first for mark in OGG_AUDIO) else None
    if first.startswith(b"ID3") or _is_mp3_frame(first):
        return MP3
    return TEXT if _is_text(first) else None


def agrees(found: FileType, declared: str, name: str | None) -> bool:
    """Whether what was declared and the name's ending fit the content. Nothing said agrees with anything."""
    declared = declared.partition(";")[0].strip().lower()
    if declared not in UNDECLARED and declared not in found.declared:
        return False
    endings = [part.lower() for part in _plain(name or "").split(".")[1:]]
    if not endings:
        return True
    return endings[-1] in found.endings and not ACTIVE_ENDINGS.intersection(endings)


def _is_mp3_frame(first: bytes) -> bool:
    """An MPEG audio frame of layer III: 11 sync bits, then a version and a bit rate that exist (ISO 11172-3)."""
    if len(first) < 4 or first[0] != 0xFF or first[1] & 0xE6 != 0xE2:
        return False
    return first[1] & 0x18 != 0x08 and first[2] >> 4 not in (0, 15) and first[2] & 0x0C != 0x0C


def _is_text(first: bytes) -> bool:
    try:
        text = first.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.reason != "unexpected end of data":
            return False
        text = first[: error.start].decode("utf-8-sig", "replace")
    if not text.strip() or any(unicodedata.category(c) == "Cc" and c not in TEXT_CONTROLS for c in text):
        return False
    return not text.lstrip().lower().encode("utf-8").startswith(ACTIVE_STARTS)


def _plain(name: str) -> str:
    """The name without the invisible characters that hide an ending: controls, NUL, direction marks."""
    return "".join(c for c in name if unicodedata.category(c)[0] != "C").strip()
