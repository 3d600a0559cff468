"""One delivery of the Cloud API → what is in it, item by item (Meta, "Webhooks"; `whatsapp.md` sections 3 and 4).

A delivery holds up to a thousand items of mixed kinds, and anything but "got it" brings all of them back. So nothing
here raises: an item nobody can read is one item. A message whose sender is known is never dropped: what we have no word
for is an attachment of kind `unknown`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal

from bot.channels.contract import Inbound, NotSent, Refused, Renamed, Report, RetryAfter, Sent
from bot.channels.whatsapp.codes import proven
from bot.channels.whatsapp.contents import content_of, kind_of
from bot.channels.whatsapp.window import open_until

OLDEST: Final = timedelta(days=29)
"""Older messages are ignored: what recognises a repeated delivery is kept for thirty days (S21)."""
ID_MAX, ADDRESS_MAX = 512, 160
ARRIVED: Final = frozenset({"sent", "delivered", "read", "played"})
NOBODY_WROTE: Final = frozenset({"reaction", "revoke", "system"})
MOVED: Final = frozenset({"user_changed_number", "user_changed_user_id"})
LANGUAGES: Final[Mapping[str, Literal["de", "nl"]]] = {"NL": "nl", "BE": "nl", "31": "nl", "32": "nl"}
Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing in a delivery.

    person      `inbound` is to be stored. `wrote_at`: the platform's time; `file`: no words, only a file; `code`: the
                words are a resume code
    report      the platform tells what became of a message of ours
    renamed     a person has another address now
    ignored     nothing for us
    unreadable  nobody can be told from it; `kind` says why
    `key` is the same when the platform delivers the same again.
    """

    verdict: Literal["person", "report", "renamed", "ignored", "unreadable"]
    kind: str
    key: str = field(default="", repr=False)
    inbound: Inbound | None = None
    wrote_at: datetime | None = None
    file: bool = False
    code: str | None = field(default=None, repr=False)
    report: Report | None = None
    renamed: Renamed | None = None


def items(body: bytes, at: datetime, *, phone_number_id: str) -> list[Item]:
    """Everything in one delivery, in its order. What is meant for another number is left out."""
    try:
        delivery = json.loads(body)
    except (ValueError, RecursionError):
        return [Item("unreadable", "no_json", _digest(body))]
    return list(_walk(delivery, at, phone_number_id))


def _walk(delivery: object, at: datetime, own: str) -> Iterator[Item]:
    for entry in _list(delivery, "entry"):
        for change in _list(entry, "changes"):
            value = change.get("value") if isinstance(change, dict) else None
            if not isinstance(value, dict):
                yield _unreadable("change", change)
            elif change.get("field") == "user_id_update":
                yield from _new_ids(value)
            elif change.get("field") == "messages" and _ours(value, own):
                yield from _messages(value, at)
            else:
                yield Item("ignored", "other")


def _ours(value: Json, own: str) -> bool:
    metadata = value.get("metadata")
    return isinstance(metadata, dict) and metadata.get("phone_number_id") == own


def _messages(value: Json, at: datetime) -> Iterator[Item]:
    contacts = [contact for contact in _list(value, "contacts") if isinstance(contact, dict)]
    for message in _list(value, "messages"):
        yield from _message(message, contacts, at)
    for status in _list(value, "statuses"):
        yield _status(status)


# --- what people send -----------------------------------------------------------------------------------------------


def _message(message: object, contacts: Sequence[Json], at: datetime) -> Iterator[Item]:
    if not isinstance(message, dict) or not (external_id := _id(message.get("id"))):
        yield _unreadable("message", message)
        return
    if "group_id" in message:
        yield Item("ignored", "group", external_id)
        return
    kind = kind_of(message)
    if kind == "system":
        yield from _moves(message)
    user_id, number = _sender(message, contacts)
    address = user_id or number
    if kind in NOBODY_WROTE:
        yield Item("ignored", kind, external_id)
    elif address is None:
        yield _unreadable("message.from", message)
    else:
        yield _person(message, kind, external_id, address, number if user_id else None, at)


def _person(message: Json, kind: str, external_id: str, address: str, also: str | None, at: datetime) -> Item:
    wrote_at = _time(message.get("timestamp"))
    if wrote_at is not None and wrote_at < at - OLDEST:
        return Item("ignored", "too_old", external_id)
    content = content_of(message, kind)
    inbound = Inbound(
        "whatsapp",
        external_id,
        address,
        at,
        text=content.text,
        tap=content.tap,
        attachments=content.attachments,
        start=content.start,
        topic=content.topic,
        language=_language(address),
        edits=content.edits,
        also=also,
        open_until=open_until(wrote_at, at),
    )
    file = bool(content.attachments) and content.text is None
    return Item("person", kind, external_id, inbound, wrote_at, file=file, code=content.code)


def _sender(message: Json, contacts: Sequence[Json]) -> tuple[str | None, str | None]:
    """The id of the person with us, and their number. The number may be missing, and so may the id in old samples."""
    number = _digits(message.get("from"))
    user_id = _user_id(message.get("from_user_id"))
    if user_id is None:
        same = [contact for contact in contacts if number is not None and contact.get("wa_id") == number]
        only = same or (contacts if len(contacts) == 1 else [])
        user_id = next((found for contact in only if (found := _user_id(contact.get("user_id")))), None)
        if number is None and only:
            number = _digits(only[0].get("wa_id"))
    return user_id, number


def _moves(message: Json) -> Iterator[Item]:
    """A person has another number, another id, or both. Only what Meta says of it counts: numbers pass to strangers."""
    system = message.get("system")
    if not isinstance(system, dict) or system.get("type") not in MOVED:
        return
    pairs = (
        (_user_id(message.get("from_user_id")), _user_id(system.get("user_id"))),
        (_digits(message.get("from")), _digits(system.get("wa_id"))),
    )
    yield from (_renamed(before, now) for before, now in pairs if before and now and before != now)


def _new_ids(value: Json) -> Iterator[Item]:
    """The field `user_id_update`: previous and current id, alone or as a list."""
    for update in (value, *_list(value, "user_id_update"), *_list(value, "updates")):
        if isinstance(update, dict):
            before, now = _user_id(update.get("previous")), _user_id(update.get("current"))
            if before and now and before != now:
                yield _renamed(before, now)


def _renamed(before: str, now: str) -> Item:
    return Item("renamed", "renamed", renamed=Renamed("whatsapp", before, now))


# --- what became of ours --------------------------------------------------------------------------------------------


def _status(status: object) -> Item:
    if not isinstance(status, dict) or not isinstance(state := status.get("status"), str):
        return _unreadable("status", status)
    proof = status.get("biz_opaque_callback_data")
    if not isinstance(proof, str) or not 0 < len(proof) <= ID_MAX:
        return Item("ignored", "status")  # not one of the outbox's rows: a template by hand, an earlier program
    outcome: Sent | RetryAfter | NotSent | Refused
    if state in ARRIVED:
        outcome = Sent(_id(status.get("id")))
    elif state == "failed":
        outcome = _failed(status)
    else:
        return Item("ignored", "status")
    return Item("report", "status", report=Report("whatsapp", proof, outcome))


def _failed(status: Json) -> RetryAfter | NotSent | Refused:
    """Whatever the reason, it did not arrive: the first code that says more than that counts. Where none does –
    "something went wrong" – it is tried again, within the limits of reports."""
    codes = (error.get("code") for error in _list(status, "errors") if isinstance(error, dict))
    found = (proven(code) for code in codes if isinstance(code, int))
    return next((one for one in found if isinstance(one, RetryAfter | NotSent | Refused)), NotSent())


# --- small things ---------------------------------------------------------------------------------------------------


def _list(value: object, name: str) -> list[Any]:
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, list) else []


def _id(value: object) -> str | None:
    return value if isinstance(value, str) and 0 < len(value) <= ID_MAX else None


def _digits(value: object) -> str | None:
    good = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= ADDRESS_MAX
    return value if good and isinstance(value, str) else None


def _user_id(value: object) -> str | None:
    """`DE.` and letters or digits (`whatsapp.md` section 4); the dot tells it from a number."""
    if not isinstance(value, str) or len(value) > ADDRESS_MAX or not value.isascii():
        return None
    country, _, rest = value.partition(".")
    return value if len(country) == 2 and country.isalpha() and rest.replace(".", "").isalnum() else None


def _language(address: str) -> Literal["de", "nl"] | None:
    return LANGUAGES.get(address[:2].upper())


def _time(value: object) -> datetime | None:
    """Whole seconds, as a string."""
    if not isinstance(value, str | int) or not (str(value).isascii() and str(value).isdigit()):
        return None
    try:
        return datetime.fromtimestamp(int(value), UTC)
    except (OverflowError, OSError, ValueError):
        return None


def _unreadable(kind: str, item: object) -> Item:
    return Item("unreadable", kind, _digest(json.dumps(item, sort_keys=True).encode()))


def _digest(body: bytes) -> str:
    return f"x{hashlib.sha256(body).hexdigest()}"
