"""What lies sealed in inbox, outbox and timer rows: JSON, version inside."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from bot.channels.contract import Attachment, Button, CardLine, Inbound, Message
from bot.dialogue.events import HANDOFF_CHANGES, HandoffChange

VERSION: Final = 1


class UnknownPayload(ValueError):
    """A row written by a newer program, or not by us; it ends as a dead letter."""


@dataclass(frozen=True, slots=True)
class Internal:
    """Something the house itself tells a turn: a counsellor came or went, a notice about the queue is due."""

    change: HandoffChange


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What an outbox row holds. `answers` are external ids of the messages this answers."""

    message: Message
    answers: tuple[str, ...] = field(default=(), repr=False)


def encode_inbound(inbound: Inbound) -> bytes:
    """The window belongs to the address, where the store keeps it."""
    fields = _fields(inbound)
    for name in ("received_at", "also", "open_until"):
        del fields[name]
    return _dump({"received": inbound.received_at.isoformat(), **fields})


def encode_internal(change: HandoffChange) -> bytes:
    """What the desk puts into the inbox (`bot.db.inbox.store_internal`)."""
    return _dump({"internal": change})


def decode_inbox(plain: bytes) -> Inbound | Internal:
    """Raises UnknownPayload."""
    raw = _load(plain)
    try:
        if "internal" in raw:
            if raw["internal"] not in HANDOFF_CHANGES:
                raise UnknownPayload("internal")
            return Internal(raw["internal"])
        raw["received_at"] = datetime.fromisoformat(raw.pop("received"))
        raw["attachments"] = tuple(Attachment(**each) for each in raw["attachments"])
        return Inbound(**raw)
    except (KeyError, TypeError) as error:
        raise UnknownPayload("inbox") from error


def encode_message(message: Message, answers: Sequence[str] = ()) -> bytes:
    """An outbox payload; the desk seals it with `DeskKeys.seal_for_public`, the bot with `PublicKeys.seal_queue`."""
    return _dump({"message": message, "answers": list(answers)})


def decode_message(plain: bytes) -> Outgoing:
    """Raises UnknownPayload."""
    raw = _load(plain)
    try:
        message = raw["message"]
        message["buttons"] = tuple(Button(**each) for each in message["buttons"])
        message["card"] = tuple(CardLine(**each) for each in message["card"])
        return Outgoing(Message(**message), tuple(raw["answers"]))
    except (KeyError, TypeError) as error:
        raise UnknownPayload("message") from error


def encode_timer(name: str) -> bytes:
    return _dump({"name": name})


def decode_timer(plain: bytes) -> str:
    """Raises UnknownPayload."""
    name = _load(plain).get("name")
    if not isinstance(name, str):
        raise UnknownPayload("timer")
    return name


def _dump(value: dict[str, Any]) -> bytes:
    return json.dumps({"v": VERSION, **value}, separators=(",", ":"), default=_fields).encode()


def _fields(value: Inbound | Message | Attachment | Button | CardLine) -> dict[str, Any]:
    """A shape of the contract as it is; `asdict` would copy everything below it first."""
    return {name: getattr(value, name) for name in value.__slots__}


def _load(plain: bytes) -> dict[str, Any]:
    raw = json.loads(plain)
    if not isinstance(raw, dict) or raw.pop("v", VERSION) != VERSION:
        raise UnknownPayload("version")
    return raw
