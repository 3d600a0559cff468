"""Reading: a stored raw update → the whole message, by aiogram's types.

The door has looked at the update already and given it its ids, its address and a language; what it said about content
is replaced.
Nothing here is ever dropped in silence: what we have no word for is an attachment of kind `unknown`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final, Literal

from aiogram.types import CallbackQuery, Message, Update
from pydantic import ValidationError

from bot.channels.contract import Attachment, Inbound, Unreadable
from bot.channels.telegram.capabilities import CAPABILITIES
from bot.channels.telegram.commands import plain_words, start_of

NAME_MAX: Final = 255  # characters; no file system knows longer names
DECLARED_MAX: Final = 127  # characters of a media type (RFC 6838 section 4.2: 63 on each side of the slash)
NOTHING: Final = Attachment(kind="unknown")


def read(inbound: Inbound) -> Inbound:
    """Raises Unreadable: no update, or one that does not fit the types of this version."""
    try:
        update = Update.model_validate_json(inbound.raw or "")
    except (ValidationError, RecursionError):
        raise Unreadable("update") from None
    whole = replace(inbound, raw=None, text=None, tap=None, attachments=(), start=False, topic=None)
    if update.callback_query is not None:
        return _tap(whole, update.callback_query)
    if update.message is not None:
        return _message(whole, update.message)
    if update.edited_message is not None:
        edited = _message(whole, update.edited_message)
        return replace(edited, edits=f"m{update.edited_message.message_id}", removable=None)  # noted when it first came
    return replace(whole, attachments=(NOTHING,))


def _tap(inbound: Inbound, tap: CallbackQuery) -> Inbound:
    """The message the button hung on may be inaccessible by now; what was tapped stands in the tap itself."""
    if not tap.data:
        raise Unreadable("callback_query")
    return replace(inbound, tap=tap.data)


def _message(inbound: Inbound, message: Message) -> Inbound:
    """A forwarded message is a message; whom it came from is not read."""
    removable = str(message.message_id)
    text = message.text or message.caption
    if message.text and (start := start_of(message.text)):
        return replace(inbound, start=True, topic=start.topic, removable=removable)
    if message.text:
        text = plain_words(message.text, inbound.language)
    attachments = tuple(_attachments(message))
    if not text and not attachments:
        attachments = (NOTHING,)
    return replace(inbound, text=text, attachments=attachments, removable=removable)


def _attachments(message: Message) -> Iterator[Attachment]:
    """At most one: an album comes as one message per file. Only what the evidence store could keep has a handle."""
    if message.photo:
        largest = max(message.photo, key=lambda size: size.width * size.height)
        yield _file("image", largest.file_id, largest.file_size, "image/jpeg")
    elif message.live_photo:
        still = message.live_photo.photo
        yield _file("image", still[-1].file_id, still[-1].file_size, "image/jpeg") if still else Attachment("video")
    elif message.animation or message.video or message.video_note:
        yield Attachment(kind="video")  # a GIF has a `document` as well
    elif document := message.document:
        yield _file("file", document.file_id, document.file_size, document.mime_type, document.file_name)
    elif voice := message.voice:
        yield _file("voice", voice.file_id, voice.file_size, voice.mime_type)
    elif audio := message.audio:
        yield _file("voice", audio.file_id, audio.file_size, audio.mime_type, audio.file_name)
    elif message.sticker:
        yield Attachment(kind="sticker")
    elif message.location or message.venue:
        yield Attachment(kind="location")
    elif message.contact:
        yield Attachment(kind="contact")
    elif not message.text:
        yield NOTHING  # polls, dice, stories, games, and whatever comes next


def _file(
    kind: Literal["image", "file", "voice"],
    file_id: str,
    size: int | None,
    declared: str | None,
    name: str | None = None,
) -> Attachment:
    """Type and name are what the sender claims; both may be lies."""
    offered = Attachment(
        kind, size_bytes=size, declared=(declared or "")[:DECLARED_MAX], name=name[:NAME_MAX] if name else None
    )
    if size is not None and size > CAPABILITIES.file_max_bytes:
        return replace(offered, refused="too_large")
    return replace(offered, handle=file_id)
