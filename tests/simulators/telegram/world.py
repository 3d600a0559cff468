"""What the platform knows: bots, chats, messages, files. Facts and small deeds; no HTTP, no rules about calls.

Everything here is read and changed under the platform's lock.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from tests.simulators.telegram.mailbox import Mailbox

Json = dict[str, Any]
ChatKind = Literal["private", "group", "supergroup", "channel"]
OUTSIDE = frozenset({"left", "kicked"})


class Refused(Exception):
    """A call that gets `status` and Telegram's own words; `parameters` as in ResponseParameters."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters


@dataclass
class Message:
    """One message of one chat. `content` is what differs by kind (text, photo …), as in Bot API's Message."""

    message_id: int
    sender: Json
    sent: datetime
    content: Json
    markup: Json | None = None
    protected: bool = False
    previews: bool = True
    silent: bool = False
    edited: datetime | None = None
    deleted: bool = False

    @property
    def by_bot(self) -> bool:
        return bool(self.sender["is_bot"])

    @property
    def text(self) -> str:
        text: str = self.content.get("text") or self.content.get("caption") or ""
        return text


@dataclass
class Chat:
    """A private chat of one bot with one person, or a group. `members`: user id → status; a private chat needs none.

    `begun`: the person wrote first; before that a bot cannot write. `blocked`: the person stopped the bot. `moved_to`:
    the supergroup that this group has become.
    """

    chat_id: int
    kind: ChatKind
    title: str
    instance: str = field(default_factory=lambda: str(secrets.randbits(62)))
    begun: bool = False
    blocked: bool = False
    moved_to: int | None = None
    members: dict[int, str] = field(default_factory=dict)
    users: dict[int, Json] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)

    def card(self) -> Json:
        name = "first_name" if self.kind == "private" else "title"
        return {"id": self.chat_id, name: self.title, "type": self.kind}

    def shows(self, message: Message) -> Json:
        """The message as Bot API tells it."""
        shown: Json = {
            "message_id": message.message_id,
            "from": message.sender,
            "chat": self.card(),
            "date": int(message.sent.timestamp()),
            **message.content,
        }
        if message.edited is not None:
            shown["edit_date"] = int(message.edited.timestamp())
        if message.protected:
            shown["has_protected_content"] = True
        if not message.previews:
            shown["link_preview_options"] = {"is_disabled": True}
        if message.markup is not None and "inline_keyboard" in message.markup:
            shown["reply_markup"] = message.markup
        return shown


@dataclass
class StoredFile:
    """`size` is what Telegram says, perhaps more than the bytes kept here. `linked`: when getFile was last asked."""

    data: bytes
    size: int
    unique: str
    path: str
    linked: datetime | None = None


@dataclass
class Tap:
    """A pressed button that waits for its answer. `notice` is what the person then saw."""

    chat: Chat
    user_id: int
    at: datetime
    answered: bool = False
    notice: str = ""


@dataclass
class Webhook:
    """Where updates go. `round` changes with every setWebhook, so that an old delivery notices it is over."""

    url: str = ""
    secret: str = ""
    connections: int = 40
    round: int = 0
    error: str = ""
    failed: datetime | None = None


@dataclass
class Account:
    """One bot and all that belongs to it."""

    name: str
    token: str
    username: str
    mailbox: Mailbox
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    chats: dict[int, Chat] = field(default_factory=dict)
    files: dict[str, StoredFile] = field(default_factory=dict)
    taps: dict[str, Tap] = field(default_factory=dict)
    webhook: Webhook = field(default_factory=Webhook)

    @property
    def user_id(self) -> int:
        return int(self.token.partition(":")[0])

    def card(self) -> Json:
        return {"id": self.user_id, "is_bot": True, "first_name": self.name, "username": self.username}

    def chat(self, chat_id: int | str) -> Chat:
        """The chat, if this bot may act there. Raises `Refused` in Telegram's words otherwise."""
        chat = self.chats.get(chat_id) if isinstance(chat_id, int) else None
        if chat is None or (chat.kind == "private" and not chat.begun):
            raise Refused(400, "Bad Request: chat not found")
        if chat.moved_to is not None:
            told = "Bad Request: group chat was upgraded to a supergroup chat"
            raise Refused(400, told, migrate_to_chat_id=chat.moved_to)
        if chat.blocked:
            raise Refused(403, "Forbidden: bot was blocked by the user")
        match chat.members.get(self.user_id, "left"):
            case "kicked" if chat.kind != "private":
                raise Refused(403, f"Forbidden: bot was kicked from the {chat.kind} chat")
            case "left" if chat.kind != "private":
                raise Refused(403, f"Forbidden: bot is not a member of the {chat.kind} chat")
        return chat


class Numbers:
    """Ids that differ: users, groups, messages."""

    def __init__(self) -> None:
        self._user = 1_000_000 * secrets.randbelow(1_000) + 5_000_000_000
        self._group = -1_002_000_000_000 - 1_000 * secrets.randbelow(1_000_000)
        self._message = 0

    def user(self) -> int:
        self._user += 1
        return self._user

    def group(self) -> int:
        self._group -= 1
        return self._group

    def message(self) -> int:
        self._message += 1
        return self._message


def new_token(user_id: int) -> str:
    """Shaped like Telegram's, and different each time, so that none stands in the repository."""
    return f"{user_id}:AA{secrets.token_urlsafe(32)[:33]}"
