"""Deliveries as the Cloud API writes them; people and numbers are invented."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

NUMBER_ID: Final = "100000000000001"
MILA: Final = "DE.MusterMila1"
JORIS: Final = "NL.MusterJoris1"
MILAS_NUMBER: Final = "49000000001"
SECRET: Final = "0123456789abcdef" * 2
WROTE: Final = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)
Json = dict[str, Any]


def message(
    kind: str,
    content: Any,
    message_id: str = "wamid.1",
    *,
    user_id: str | None = MILA,
    number: str | None = None,
    at: datetime = WROTE,
    **more: Any,
) -> Json:
    sender = {"from_user_id": user_id, "from": number}
    present = {name: value for name, value in sender.items() if value is not None}
    return {"id": message_id, "timestamp": str(int(at.timestamp())), "type": kind, kind: content, **present, **more}


def text(words: str, message_id: str = "wamid.1", **more: Any) -> Json:
    return message("text", {"body": words}, message_id, **more)


def button(choice: str, message_id: str = "wamid.1", **more: Any) -> Json:
    reply = {"type": "button_reply", "button_reply": {"id": choice, "title": "Muster"}}
    return message("interactive", reply, message_id, **more)


def image(message_id: str = "wamid.1", caption: str | None = None, **more: Any) -> Json:
    content = {"id": "900001", "mime_type": "image/jpeg", "sha256": "c2hh"}
    return message("image", content | ({} if caption is None else {"caption": caption}), message_id, **more)


def status(
    proof: str | None, state: str = "delivered", *, code: int | None = None, message_id: str = "wamid.o"
) -> Json:
    told: Json = {
        "id": message_id,
        "status": state,
        "timestamp": str(int(WROTE.timestamp())),
        "recipient_user_id": MILA,
    }
    if proof is not None:
        told["biz_opaque_callback_data"] = proof
    if code is not None:
        told["errors"] = [{"code": code, "title": "Muster"}]
    return told


def change(
    messages: Sequence[Any] = (), statuses: Sequence[Any] = (), contacts: Sequence[Any] = (), number_id: str = NUMBER_ID
) -> Json:
    value: Json = {"messaging_product": "whatsapp", "metadata": {"phone_number_id": number_id}}
    for name, found in (("messages", messages), ("statuses", statuses), ("contacts", contacts)):
        if found:
            value[name] = list(found)
    return {"field": "messages", "value": value}


def delivery(*changes: Any) -> Json:
    return {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": list(changes)}]}


def of(*messages: Any) -> Json:
    return delivery(change(messages))


def as_meta_writes(body: Any) -> bytes:
    """Everything beyond ASCII escaped."""
    return json.dumps(body, ensure_ascii=True, separators=(",", ":")).encode()


def signature(body: bytes, secret: str = SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
