"""What one message says: words, a tapped choice, a file that was offered (`whatsapp.md` section 3.1).

Only what the evidence store could keep has a handle; whom something was forwarded from is not read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from bot.channels.contract import Attachment

NAME_MAX: Final = 255  # characters; no file system knows longer names
DECLARED_MAX: Final = 127  # characters of a media type (RFC 6838 section 4.2)
TAP_MAX: Final = 256
NOTHING: Final = Attachment(kind="unknown")
CODE: Final = re.compile(r"[0-9A-Za-z]{4}(?:-[0-9A-Za-z]{4}){3}")
"""A resume code as the web chat shows it."""
START: Final = re.compile(r"/start(?:\s+([A-Za-z0-9_-]{1,64}))?")
"""What a link on a poster writes for the person (`https://wa.me/<number>?text=/start%20<topic>`), as on Telegram."""
CARRY_ON: Final = "c_"
MEDIA_ID: Final = re.compile(r"[0-9A-Za-z_.-]{1,128}")
SHA256: Final = re.compile(r"[0-9A-Za-z+/=]{1,128}")
BETWEEN: Final = "|"
Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Content:
    """`code`: the text is a resume code and nothing else. `edits`: it replaces the message with this id."""

    text: str | None = field(default=None, repr=False)
    tap: str | None = None
    attachments: tuple[Attachment, ...] = ()
    start: bool = False
    topic: str | None = None
    code: str | None = field(default=None, repr=False)
    edits: str | None = field(default=None, repr=False)


def kind_of(message: Json) -> str:
    """Its type; samples of Meta's own leave it out for contacts and locations."""
    named = message.get("type")
    if isinstance(named, str) and named:
        return named[:40]
    return next((kind for kind in _READ if kind in message), "unknown")


def content_of(message: Json, kind: str) -> Content:
    """Never raises and is never empty."""
    found = _READ[kind](message.get(kind)) if kind in _READ else None
    if found is None or found == Content():
        return Content(attachments=(NOTHING,))
    return found


def plain(value: object) -> str | None:
    """Words as they can be kept: no NUL, nothing but blanks is nothing."""
    if not isinstance(value, str):
        return None
    words = value.replace("\0", "")
    return words if words.strip() else None


def _text(part: object) -> Content | None:
    words = plain(_get(part, "body"))
    if words is None:
        return None
    bare = words.strip()
    if (start := START.fullmatch(bare)) is not None:
        named = start[1] or ""
        if named.startswith(CARRY_ON):
            return Content(start=True, code=named.removeprefix(CARRY_ON))
        return Content(start=True, topic=named or None)
    return Content(words, code=bare if CODE.fullmatch(bare) else None)


def _interactive(part: object) -> Content | None:
    """A button or a line of a list; forms and calls are nothing we ever send."""
    for kind in ("button_reply", "list_reply"):
        chosen = _get(_get(part, kind), "id")
        if isinstance(chosen, str) and chosen:
            return Content(tap=chosen[:TAP_MAX])
    return None


def _button(part: object) -> Content | None:
    """The answer button of a template: its words."""
    return Content(plain(_get(part, "text")))


def _file(kind: Literal["image", "file", "voice"]) -> Callable[[object], Content | None]:
    def read(part: object) -> Content | None:
        if not isinstance(part, dict):
            return None
        name = part.get("filename")
        declared = part.get("mime_type")
        offered = Attachment(
            kind,
            declared=declared.partition(";")[0].strip()[:DECLARED_MAX] if isinstance(declared, str) else "",
            name=name[:NAME_MAX] if isinstance(name, str) and name else None,
            handle=handle_of(part),
        )
        return Content(plain(part.get("caption")), attachments=(offered,))

    return read


def _seen(kind: Literal["video", "sticker", "location", "contact"]) -> Callable[[object], Content | None]:
    """What is recognised and never fetched. Other people's cards are not even read."""

    def read(part: object) -> Content | None:
        return Content(plain(_get(part, "caption")), attachments=(Attachment(kind),))

    return read


def _edit(part: object) -> Content | None:
    """New words for an earlier message; only numbers that are also used in Meta's own app get these."""
    message, original = _get(part, "message"), _get(part, "original_message_id")
    if not isinstance(message, dict) or not isinstance(original, str):
        return None
    new = content_of(message, kind_of(message))
    return None if new.text is None else Content(new.text, edits=original)


def _opened(_: object) -> Content | None:
    """The person has opened the chat for the first time and waits for a greeting."""
    return Content(start=True)


_READ: Final[Mapping[str, Callable[[object], Content | None]]] = {
    "text": _text,
    "interactive": _interactive,
    "button": _button,
    "image": _file("image"),
    "document": _file("file"),
    "audio": _file("voice"),
    "video": _seen("video"),
    "sticker": _seen("sticker"),
    "location": _seen("location"),
    "contacts": _seen("contact"),
    "edit": _edit,
    "request_welcome": _opened,
}


def handle_of(part: Json) -> str | None:
    """Its id and what its bytes must hash to; None when there is nothing to ask for."""
    media, digest = part.get("id"), part.get("sha256")
    if not isinstance(media, str) or not MEDIA_ID.fullmatch(media):
        return None
    known = digest if isinstance(digest, str) and SHA256.fullmatch(digest) else ""
    return f"{media}{BETWEEN}{known}"


def _get(part: object, name: str) -> object:
    return part.get(name) if isinstance(part, dict) else None
