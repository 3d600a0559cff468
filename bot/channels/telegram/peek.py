"""The door's light look at one raw update: enough to store it under the right person, never more.

No types of a library are involved: one field that a newer server changed must not keep anybody out. The whole message
is made of `raw` when its turn comes, by this channel's Reader. Facts: core.telegram.org/bots/api, "Update" (10.3).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Literal

from bot.channels.contract import Inbound
from bot.channels.telegram.commands import plain_words, start_of

ALLOWED_UPDATES: Final = ("message", "edited_message", "callback_query", "my_chat_member")
"""What we ask Telegram for, by both ways of receiving."""
RAW_MAX: Final = 1_000_000  # characters of one update (S48); real ones have some ten thousand
SHOWN_MAX: Final = 256  # of a tap's data; ours have at most 64 bytes
SERVICE: Final = frozenset(
    {
        "boost_added",
        "chat_background_set",
        "chat_shared",
        "forum_topic_closed",
        "forum_topic_created",
        "forum_topic_edited",
        "forum_topic_reopened",
        "message_auto_delete_timer_changed",
        "pinned_message",
        "proximity_alert_triggered",
        "users_shared",
        "write_access_allowed",
    }
)
"""Notices about the chat itself in a private chat: nobody wrote them, so nobody answers them."""
HERE: Final = frozenset({"member", "administrator", "restricted"})
Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Look:
    """What one look found.

    person      `inbound` is to be stored. `code`: first carry on the conversation with this resume code.
                `tap`: the tapping app waits to be told that we heard it. `wrote_at`: the platform's time.
                `file`: a photo, a voice note … and no written message.
    leave       somebody put us into the group or channel `chat`
    ignored     nothing for us
    unreadable  nobody can be told from it; `kind` says why
    `key` is the same when the platform delivers the same again; empty where nothing tells it.
    """

    verdict: Literal["person", "leave", "ignored", "unreadable"]
    kind: str
    key: str = field(default="", repr=False)
    inbound: Inbound | None = None
    wrote_at: datetime | None = None
    file: bool = False
    code: str | None = field(default=None, repr=False)
    tap: str | None = field(default=None, repr=False)
    chat: str | None = field(default=None, repr=False)


class _Unreadable(Exception):
    """The text is the reason, one of a few fixed words."""


def peek(update: object, at: datetime) -> Look:
    """`update`: one parsed update, or bytes that ought to be one. Never raises."""
    raw: object = update
    try:
        if isinstance(update, bytes):
            update = _parsed(update)
        raw = _raw(update)
        return _look(update, raw, at)
    except _Unreadable as why:
        return Look("unreadable", str(why), _key(update, raw))


def _look(update: object, raw: str, at: datetime) -> Look:
    if not isinstance(update, dict):
        raise _Unreadable("not_an_object")
    update_id = _whole(update.get("update_id"))
    if update_id is None:
        raise _Unreadable("no_update_id")
    kind = next((kind for kind in ALLOWED_UPDATES if kind in update), None)
    if kind is None:
        return Look("ignored", "other")
    content = update[kind]
    if not isinstance(content, dict):
        raise _Unreadable(kind)
    key = f"u{update_id}"
    match kind:
        case "message" | "edited_message":
            return _message(kind, key, content, raw, at)
        case "callback_query":
            return _tap(key, content, raw, at)
        case _:
            return _membership(content)


def _message(kind: str, key: str, message: Json, raw: str, at: datetime) -> Look:
    chat, private = _chat(message, kind)
    sender = message.get("from")
    by_bot = isinstance(sender, dict) and sender.get("is_bot") is True
    if not private or by_bot or not SERVICE.isdisjoint(message):
        return Look("ignored", kind)
    language = _language(sender)
    text = next((words for name in ("text", "caption") if isinstance(words := message.get(name), str) and words), None)
    message_id, edited = _whole(message.get("message_id")), _whole(message.get("edit_date"))
    if kind == "edited_message":
        if text is None:
            return Look("ignored", kind)  # somebody's live location moves on
        known = message_id is not None and edited is not None
        edits = None if message_id is None else f"m{message_id}"
        inbound = Inbound(
            "telegram", f"e{message_id}:{edited}:{key[1:]}" if known else key, chat, at,
            text=plain_words(text, language), language=language, edits=edits, raw=raw,
        )  # fmt: skip
        return Look("person", kind, key, inbound, _time(edited))
    start = start_of(text) if text is not None and "text" in message else None
    inbound = Inbound(
        "telegram",
        key if message_id is None else f"m{message_id}",
        chat,
        at,
        text=None if text is None or start is not None else plain_words(text, language),
        start=start is not None,
        topic=None if start is None else start.topic,
        language=language,
        raw=raw,
        removable=None if message_id is None else str(message_id),
    )
    code = None if start is None else start.code
    return Look("person", kind, key, inbound, _time(message.get("date")), file="text" not in message, code=code)


def _tap(key: str, query: Json, raw: str, at: datetime) -> Look:
    message = query.get("message")
    if message is None and isinstance(query.get("inline_message_id"), str):
        return Look("ignored", "callback_query")  # we send no buttons through others
    if not isinstance(message, dict):
        raise _Unreadable("callback_query")
    chat, private = _chat(message, "callback_query")
    if not private:
        return Look("ignored", "callback_query")
    query_id, data = query.get("id"), query.get("data")
    query_id = query_id if isinstance(query_id, str) and query_id.isascii() else None
    inbound = Inbound(
        "telegram",
        key if query_id is None else f"t{query_id}",
        chat,
        at,
        tap=data[:SHOWN_MAX] if isinstance(data, str) else None,
        language=_language(query.get("from")),
        raw=raw,
    )
    return Look("person", "callback_query", key, inbound, tap=query_id)


def _membership(change: Json) -> Look:
    """In a private chat it says that somebody blocked us or came back: sending notices that by itself."""
    chat, private = _chat(change, "my_chat_member")
    now = change.get("new_chat_member")
    if not private and isinstance(now, dict) and now.get("status") in HERE:
        return Look("leave", "my_chat_member", chat=chat)
    return Look("ignored", "my_chat_member")


def _chat(content: Json, kind: str) -> tuple[str, bool]:
    """Id of the chat, and whether it is a private one."""
    chat = content.get("chat")
    chat_id = _whole(chat.get("id")) if isinstance(chat, dict) else None
    if not isinstance(chat, dict) or chat_id is None or not isinstance(chat.get("type"), str):
        raise _Unreadable(f"{kind}.chat")
    return str(chat_id), chat["type"] == "private"


def _language(sender: object) -> Literal["de", "nl"] | None:
    code = sender.get("language_code") if isinstance(sender, dict) else None
    match code.lower().partition("-")[0] if isinstance(code, str) else "":
        case "de":
            return "de"
        case "nl":
            return "nl"
        case _:
            return None


def _time(seconds: object) -> datetime | None:
    whole = _whole(seconds)
    try:
        return None if whole is None else datetime.fromtimestamp(whole, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _parsed(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise _Unreadable("no_json") from None


def _raw(update: object) -> str:
    """The update as JSON text in plain ASCII. Refuses NaN and its kin, which JSON does not have."""
    try:
        raw = json.dumps(update, separators=(",", ":"), allow_nan=False)
    except (ValueError, TypeError, RecursionError):
        raise _Unreadable("no_json") from None
    if len(raw) > RAW_MAX:
        raise _Unreadable("too_large")
    return raw


def _key(update: object, raw: object) -> str:
    """Its number if it has one, else a digest of its bytes; nothing for what cannot even be written down."""
    number = _whole(update.get("update_id")) if isinstance(update, dict) else None
    if number is not None:
        return f"u{number}"
    body = raw.encode() if isinstance(raw, str) else raw
    return f"x{hashlib.sha256(body).hexdigest()}" if isinstance(body, bytes) else ""
