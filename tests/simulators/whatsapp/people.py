"""Somebody with WhatsApp on a phone: what they do, and what their chat with the helpline shows."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from tests.simulators.whatsapp.platform import WhatsApp

Json = dict[str, Any]


@dataclass(frozen=True)
class Shown:
    """One message in the chat. `buttons`: (label, id) as they can be tapped; `kind` as in the call."""

    by: Literal["person", "bot"]
    text: str = field(repr=False)
    kind: str = "text"
    buttons: tuple[tuple[str, str], ...] = ()
    wamid: str = ""


@dataclass
class Person:
    """`number` is None for somebody who shows only a user name."""

    platform: WhatsApp
    user_id: str
    number: str | None
    name: str
    chat: list[Shown] = field(default_factory=list)
    wrote_at: datetime | None = None
    paid_until: float = 0.0

    def says(self, text: str) -> str:
        return self.sends("text", {"body": text}, text)

    def starts(self, payload: str = "") -> str:
        """Through a link on a poster, which writes these words for them."""
        return self.says(f"/start {payload}".strip())

    def taps(self, label: str | None = None, *, data: str | None = None) -> str:
        """The newest button with this label, or any id."""
        for shown in reversed(self.chat):
            for words, choice in shown.buttons:
                if words == label or choice == data:
                    kind = "button_reply" if shown.kind == "button" else "list_reply"
                    return self.sends("interactive", {"type": kind, kind: {"id": choice, "title": words}}, words)
        assert data is not None, f"no button {label}"
        return self.sends("interactive", {"type": "button_reply", "button_reply": {"id": data, "title": "alt"}}, data)

    def answers_template(self) -> str:
        return self.sends("button", {"payload": "x", "text": "Antwort lesen"}, "Antwort lesen")

    def sends_file(
        self, data: bytes, kind: str = "image", mime: str = "image/jpeg", *, caption: str | None = None, **more: Any
    ) -> str:
        media = self.platform.stores_file(data, mime)
        digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
        content: Json = {"id": media, "mime_type": mime, "sha256": digest, **more}
        if caption is not None:
            content["caption"] = caption
        return self.sends(kind, content, caption or f"[{kind}]")

    def sends(self, kind: str, content: Any, shown: str = "") -> str:
        """Any message at all; returns its id."""
        wamid = new_wamid()
        with self.platform.lock:
            self.wrote_at = self.platform.clock()
            self.chat.append(Shown("person", shown, kind, wamid=wamid))
            at = str(int(self.wrote_at.timestamp()))
            message = {"id": wamid, "timestamp": at, "type": kind, kind: content, "from_user_id": self.user_id}
            contact: Json = {"user_id": self.user_id, "profile": {"name": self.name}}
            if self.number is not None:
                message["from"] = contact["wa_id"] = self.number
            self.platform.tells({"contacts": [contact], "messages": [message]})
        return wamid

    def moves_to(self, number: str | None) -> None:
        """Another phone number: another id, and a message of the system about it."""
        with self.platform.lock:
            before, self.user_id = self.user_id, new_user_id(self.user_id[:2])
            system: Json = {"type": "user_changed_user_id", "user_id": self.user_id, "body": "changed"}
            at = str(int(self.platform.clock().timestamp()))
            message: Json = {"id": new_wamid(), "timestamp": at, "type": "system", "system": system}
            message["from_user_id"] = before
            if self.number is not None and number is not None:
                message["from"], system["wa_id"] = self.number, number
            self.number = number
            self.platform.people[self.user_id] = self.platform.people.pop(before)
            self.platform.tells({"messages": [message]})

    def last(self) -> Shown:
        return self.chat[-1]

    def heard(self, wanted: Callable[[Shown], bool]) -> bool:
        return any(wanted(shown) for shown in self.chat if shown.by == "bot")


def new_wamid() -> str:
    return f"wamid.{secrets.token_hex(16)}"


def new_user_id(country: str) -> str:
    return f"{country}.Muster{secrets.token_hex(6)}"
