"""What the public doors need from the rest of the house, handed in by `app/public.py`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Protocol

from bot.channels.contract import (
    Accept,
    Attachment,
    CardLine,
    ChannelName,
    Inbound,
    Message,
    Outbound,
    Renamed,
    Report,
    SendOutcome,
)
from bot.clock import Clock
from bot.config import Public
from bot.db.wake import Subscription
from bot.public.words import LegalLanguage, LegalName, LegalText
from bot.turns.emergency import EmergencyVoice
from bot.turns.uploads import Refused, Taken

PageLanguage = Literal["de", "nl", "en"]


class WebFormat(Protocol):
    """The web chat's wire format: `bot.channels.web.wire`. Every `parse_` raises BadBody for any other body."""

    @property
    def BadBody(self) -> type[Exception]: ...

    @property
    def static(self) -> Path: ...

    def address(self, token: str) -> str | None:
        """The address a chat token stands for; None for what can be no token."""

    def new_token(self) -> str: ...

    def parse_start(self, body: bytes, address: str, at: datetime) -> Inbound: ...

    def carried_on(self, address: str, at: datetime) -> Inbound: ...

    def parse_message(self, body: bytes, address: str, at: datetime) -> Inbound: ...

    def parse_ack(self, body: bytes) -> tuple[int, ...]: ...

    def parse_code(self, body: bytes) -> str: ...

    def parse_upload(self, upload_id: str, content_type: str, name: str) -> tuple[str, str, str]:
        """Id, declared type and the person's own file name of an upload, from its path and headers."""

    def file_arrived(self, upload_id: str, address: str, at: datetime, attachment: Attachment) -> Inbound: ...

    def frame(self, outbound: Outbound) -> bytes:
        """One line of the stream."""

    def message_json(self, message: Message) -> dict[str, Any]: ...

    def card_json(self, card: tuple[CardLine, ...]) -> list[dict[str, str | None]]: ...


class Chats(Protocol):
    """What is known about web chats (`bot.turns`). All raise StoreUnavailable."""

    async def find(self, address: str) -> str | None:
        """`conversations.ref` of the conversation whose current address this is."""

    async def pending(self, address: str) -> Sequence[Outbound]:
        """Rows not yet acknowledged, oldest first."""

    async def acknowledge(self, address: str, rows: Sequence[int]) -> None:
        """The page has shown these rows: they are sent and their payload goes."""

    async def carry_on(self, code: str, address: str) -> Literal["same_channel", "other_channel"] | None:
        """Make `address` the current one of the conversation with this code, and say where it was until now. None:
        unknown or expired."""

    async def fresh_code(self, address: str) -> str | None:
        """A new resume code, older ones stop working; None when the address has no conversation."""


class Uploads(Protocol):
    """The one place where evidence enters: `bot.turns.uploads.UploadDesk`."""

    async def take(
        self, conversation: str, chunks: AsyncIterator[bytes], *, declared: str = "", name: str | None = None
    ) -> Taken | Refused:
        """Seal one file while it arrives. What the chunks raise passes through; nothing partial remains."""


class Seen(Protocol):
    """What a door's first look finds at one thing a messenger delivers."""

    @property
    def kind(self) -> str: ...

    @property
    def key(self) -> str: ...

    @property
    def inbound(self) -> Inbound | None: ...

    @property
    def wrote_at(self) -> datetime | None: ...

    @property
    def file(self) -> bool: ...

    @property
    def code(self) -> str | None: ...


class Look(Seen, Protocol):
    """One of Telegram's updates: `bot.channels.telegram.peek.Look`."""

    @property
    def verdict(self) -> Literal["person", "leave", "ignored", "unreadable"]: ...

    @property
    def tap(self) -> str | None: ...

    @property
    def chat(self) -> str | None: ...


class TelegramCalls(Protocol):
    """What the door says to Telegram by itself: `bot.channels.telegram.api.Api`. None of them raises."""

    async def answer_tap(self, query: str) -> SendOutcome: ...

    async def show_typing(self, chat: str) -> SendOutcome: ...

    async def leave(self, chat: str) -> SendOutcome: ...

    async def say(self, chat: str, message: Message) -> SendOutcome: ...


class SetAside(Protocol):
    """`Inbox.set_aside`: one dead letter for what belongs to nobody. Raises StoreUnavailable."""

    async def __call__(self, channel: ChannelName, key: str, reason: str) -> None: ...


@dataclass(frozen=True, slots=True)
class TelegramDeps:
    """What Telegram's door needs besides what all doors need."""

    peek: Callable[[object, datetime], Look]
    set_aside: SetAside
    resume: Callable[[str, str], Awaitable[bool]]
    """(code, address): `Chats.resume` of this channel. Raises StoreUnavailable."""
    too_many: Mapping[Literal["de", "nl"], Message]
    """The one notice of the flood limit (S46)."""
    only_private: Message
    """Said before the bot leaves a group."""
    link: Callable[[str, str], str]
    """(user name of the bot, resume code): opens Telegram and carries the conversation on there."""
    webhook_secret: bytes | None = field(default=None, repr=False)
    """Without it there is no webhook: updates are fetched."""


class Item(Seen, Protocol):
    """One thing in a delivery of WhatsApp's: `bot.channels.whatsapp.inbound.Item`."""

    @property
    def verdict(self) -> Literal["person", "report", "renamed", "ignored", "unreadable"]: ...

    @property
    def report(self) -> Report | None: ...

    @property
    def renamed(self) -> Renamed | None: ...


class WhatsAppCalls(Protocol):
    """What the door says to Meta by itself: `bot.channels.whatsapp.graph.Graph`. None of them raises."""

    async def say(self, address: str, message: Message) -> SendOutcome: ...

    async def seen(self, message_id: str) -> SendOutcome: ...


@dataclass(frozen=True, slots=True)
class WhatsAppDeps:
    """What WhatsApp's door needs besides what all doors need."""

    items: Callable[[bytes, datetime], Sequence[Item]]
    is_signed: Callable[[bytes, Sequence[bytes]], bool]
    """(raw bytes, values of the signature's header)"""
    challenge: Callable[[Sequence[tuple[str, str]]], str | None]
    """What a verification request wants to hear; None for any other."""
    header: bytes
    set_aside: SetAside
    resume: Callable[[str, str], Awaitable[bool]]
    rename: Callable[[Sequence[Renamed]], Awaitable[None]]
    note: Callable[[Sequence[Report]], Awaitable[None]]
    too_many: Mapping[Literal["de", "nl"], Message]


@dataclass(frozen=True, slots=True)
class Deps:
    """Everything `create_app` needs. `ready` names no cause to outsiders (R23)."""

    settings: Public
    upload_max_bytes: int
    clock: Clock
    web: WebFormat
    texts: Callable[[PageLanguage], Mapping[str, str]]
    legal: Callable[[LegalName, LegalLanguage], LegalText]
    voice: EmergencyVoice
    """Emergency contacts from memory: for the page to keep, and the answer when the store is away (R11)."""
    urgent: Callable[[Inbound], bool]
    """Whether a message asks for the emergency answer, which passes every limit (S46)."""
    accept: Accept
    chats: Chats
    uploads: Uploads
    ready: Callable[[], Awaitable[bool]]
    subscribe: Callable[[], Subscription]
    """Wake-ups of topic `web`."""
