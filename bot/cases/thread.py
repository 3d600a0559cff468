"""One turn of a conversation as it is sealed: who said what, in order (format version 1)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal, get_args

VERSION: Final = 1
Speaker = Literal["person", "bot", "counsellor", "notice"]


class NotATurn(ValueError):
    """Opened, but not what a turn looks like: written by a newer program, or by none of ours."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One message. `item` is the number of an evidence item received with it, `media` the kind of something that
    was offered and not fetched, `by` a counsellor's handle."""

    speaker: Speaker
    at: datetime
    text: str = field(default="", repr=False)
    buttons: tuple[str, ...] = field(default=(), repr=False)
    card: tuple[str, ...] = field(default=(), repr=False)
    item: int | None = None
    media: str | None = None
    by: str | None = None


def encode(entries: Sequence[Entry]) -> bytes:
    """The body of one transcript envelope."""
    return json.dumps({"v": VERSION, "entries": [_plain(each) for each in entries]}, separators=(",", ":")).encode()


def decode(body: bytes) -> tuple[Entry, ...]:
    """Raises NotATurn."""
    try:
        raw: dict[str, Any] = json.loads(body)
        if raw["v"] != VERSION:
            raise NotATurn("version")
        return tuple(_entry(each) for each in raw["entries"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotATurn("shape") from error


def _plain(entry: Entry) -> dict[str, Any]:
    full = {
        "from": entry.speaker, "at": entry.at.isoformat(), "text": entry.text, "buttons": list(entry.buttons),
        "card": list(entry.card), "item": entry.item, "media": entry.media, "by": entry.by,
    }  # fmt: skip
    return {name: value for name, value in full.items() if value not in (None, [])}


def _entry(raw: dict[str, Any]) -> Entry:
    if raw["from"] not in get_args(Speaker):
        raise NotATurn("speaker")
    return Entry(
        speaker=raw["from"],
        at=datetime.fromisoformat(raw["at"]),
        text=str(raw.get("text") or ""),
        buttons=tuple(str(label) for label in raw.get("buttons", ())),
        card=tuple(_line(each) for each in raw.get("card", ())),
        item=raw.get("item"),
        media=raw.get("media"),
        by=raw.get("by"),
    )


def _line(raw: object) -> str:
    """A card line is a sentence, or the parts of one (name, phone, url, note)."""
    if isinstance(raw, dict):
        return " · ".join(str(part) for part in raw.values() if part)
    return str(raw)
