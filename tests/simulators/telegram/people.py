"""Who writes to the bots, and what they see: a person in a private chat, people in a group.

People are invented. Everything they do returns what Telegram would number it with.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from tests.simulators.telegram.world import OUTSIDE, Account, Chat, Json, Message, StoredFile, Tap

if TYPE_CHECKING:
    from tests.simulators.telegram.platform import Telegram


@dataclass(frozen=True)
class Shown:
    """One message as it stands in the chat now. `buttons`: label and callback data (or link, or text to copy)."""

    message_id: int
    text: str
    buttons: tuple[tuple[str, str], ...]
    by: Literal["bot", "person"]
    deleted: bool
    protected: bool
    previews: bool
    silent: bool
    edited: bool
    at: datetime
    block: bool = False
    """The whole text is one block that a tap copies."""


def _choices(message: Message) -> list[tuple[str, str]]:
    """Buttons that tell the bot something when they are pressed: label and data."""
    buttons = [button for row in (message.markup or {}).get("inline_keyboard", []) for button in row]
    return [(button["text"], button["callback_data"]) for button in buttons if "callback_data" in button]


def _does(button: Json) -> str:
    """What a button carries: data, a link, or a text to copy."""
    carried: str = button.get("callback_data") or button.get("url") or button.get("copy_text", {}).get("text", "")
    return carried


def _shown(message: Message) -> Shown:
    buttons = [button for row in (message.markup or {}).get("inline_keyboard", []) for button in row]
    return Shown(
        message.message_id,
        message.text,
        tuple((button["text"], _does(button)) for button in buttons),
        "bot" if message.by_bot else "person",
        message.deleted,
        message.protected,
        message.previews,
        message.silent,
        message.edited is not None,
        message.sent,
        any(entity["type"] == "pre" for entity in message.content.get("entities", ())),
    )


class Room:
    """What a private chat and a group have in common."""

    def __init__(self, platform: Telegram, chat: Chat) -> None:
        self._platform = platform
        self._chat = chat

    @property
    def chat_id(self) -> int:
        return self._chat.chat_id

    @property
    def chat(self) -> tuple[Shown, ...]:
        """All messages, oldest first, deleted ones marked."""
        with self._platform.lock:
            return tuple(_shown(message) for message in self._chat.messages.values())

    @property
    def newest(self) -> Shown:
        """The bot's newest message that is still there."""
        return [shown for shown in self.chat if shown.by == "bot" and not shown.deleted][-1]

    def waits_for(self, condition: Callable[[Shown], bool], seconds: float = 60.0, *, after: int = 0) -> Shown:
        """The newest message of a bot, not deleted and younger than message `after`, for which the condition holds.

        Raises `TimeoutError`. In a coroutine: `await asyncio.to_thread(mila.waits_for, …)`.
        """
        found: list[Shown] = []

        def there() -> bool:
            mine = (one for one in self.chat if one.by == "bot" and not one.deleted and one.message_id > after)
            found[:] = [one for one in mine if condition(one)]
            return bool(found)

        if not self._platform.bell.wait(there, seconds):
            shown = [one.text[:60] for one in self.chat if one.by == "bot"]
            raise TimeoutError(f"no such message within {seconds} s; {len(shown)} from the bot, the last: {shown[-1:]}")
        return found[-1]

    def _write(self, by: Json, content: Json, chat: Chat | None = None) -> Message:
        """A message in this chat, not yet told to any bot."""
        message = Message(self._platform.numbers.message(), by, self._platform.clock(), content)
        (chat or self._chat).messages[message.message_id] = message
        return message

    def _tap(self, by: Json, label: str | None, data: str | None, message_id: int | None) -> str:
        """Presses a button. With `data` alone, also one that is gone by now: an old phone may still show it."""
        with self._platform.lock:
            messages = [one for one in self._chat.messages.values() if one.by_bot]
            if message_id is not None:
                messages = [one for one in messages if one.message_id == message_id]
            for message in reversed(messages):
                for shown, value in () if message.deleted else _choices(message):
                    if (label, data) in {(shown, None), (None, value), (shown, value)}:
                        return self._press(by, message, value)
            if data is None or not messages:
                raise LookupError("no message shows such a button")
            return self._press(by, messages[-1], data)

    def _press(self, by: Json, message: Message, data: str) -> str:
        account = next(one for one in self._platform.accounts.values() if one.user_id == message.sender["id"])
        query_id = str(secrets.randbits(63))
        account.taps[query_id] = Tap(self._chat, by["id"], self._platform.clock())
        shown = self._chat.shows(message)
        if message.deleted:
            shown = {"chat": self._chat.card(), "message_id": message.message_id, "date": 0}
        body = {"id": query_id, "from": by, "chat_instance": self._chat.instance, "message": shown, "data": data}
        self._platform.tells(account, "callback_query", body, ("callback_query", by["id"]))
        return query_id


class Person(Room):
    """Somebody in a private chat with one bot."""

    def __init__(self, platform: Telegram, account: Account, chat: Chat, card: Json) -> None:
        super().__init__(platform, chat)
        self._account = account
        self.card = card

    @property
    def notices(self) -> tuple[str, ...]:
        """What the bot answered taps with, oldest first; "" is a tap that was only acknowledged."""
        with self._platform.lock:
            return tuple(tap.notice for tap in self._account.taps.values() if tap.chat is self._chat and tap.answered)

    def says(self, text: str) -> int:
        entities = {}
        if text.startswith("/"):
            command = text.split()[0]
            entities = {"entities": [{"type": "bot_command", "offset": 0, "length": len(command)}]}
        return self.sends(text=text, **entities)

    def starts(self, payload: str = "") -> int:
        """Presses Start, perhaps behind a link `t.me/<bot>?start=<payload>`."""
        assert len(payload) <= self._platform.description.limits["start_payload_chars"]
        return self.says(f"/start {payload}".strip())

    def taps(self, label: str | None = None, *, data: str | None = None, message_id: int | None = None) -> str:
        """The id of the callback query."""
        return self._tap(self.card, label, data, message_id)

    def sends(self, **content: object) -> int:
        """A message of any kind, by the fields of Bot API's Message (`sticker={…}`, `location={…}`)."""
        with self._platform.lock:
            assert not self._chat.blocked, "who blocked the bot must unblock it first"
            self._chat.begun = True
            message = self._write(self.card, dict(content))
            self._tell("message", message)
            return message.message_id

    def sends_photo(self, data: bytes, caption: str | None = None, album: str | None = None) -> int:
        """Recompressing is Telegram's; here the bytes stay what they are, in two sizes."""
        sizes = []
        for width, height in ((90, 67), (1280, 960)):
            card = self._store(data, len(data), "photos", ".jpg")
            sizes.append({**card, "width": width, "height": height})
        return self.sends(photo=sizes, **_beside(caption, album))

    def sends_file(
        self,
        data: bytes,
        name: str,
        mime: str,
        *,
        caption: str | None = None,
        album: str | None = None,
        size: int | None = None,
    ) -> int:
        """`size` is what Telegram says about it; more than 20 MB need not be sent to be refused."""
        card = self._store(data, len(data) if size is None else size, "documents", "")
        return self.sends(document={**card, "file_name": name, "mime_type": mime}, **_beside(caption, album))

    def edits(self, message_id: int, text: str) -> None:
        """Changes an own text, or the caption of a photo or file."""
        with self._platform.lock:
            message = self._chat.messages[message_id]
            assert not message.by_bot
            message.content["text" if "text" in message.content else "caption"] = text
            message.edited = self._platform.clock()
            self._tell("edited_message", message)

    def blocks(self) -> None:
        self._chat.blocked = True
        self._platform.moves(self._account, self._chat, self.card, "kicked")

    def unblocks(self) -> None:
        self._chat.blocked = False
        self._platform.moves(self._account, self._chat, self.card, "member")

    def _tell(self, kind: str, message: Message) -> None:
        self._platform.tells(self._account, kind, self._chat.shows(message), ("chat", self.chat_id))

    def _store(self, data: bytes, size: int, folder: str, ending: str) -> Json:
        with self._platform.lock:
            file_id, unique = secrets.token_urlsafe(54), secrets.token_urlsafe(11)
            path = f"{folder}/file_{len(self._account.files)}{ending}"
            self._account.files[file_id] = StoredFile(data, size, unique, path)
            return {"file_id": file_id, "file_unique_id": unique, "file_size": size}


def _beside(caption: str | None, album: str | None) -> Json:
    both = {"caption": caption, "media_group_id": album}
    return {name: value for name, value in both.items() if value is not None}


class Group(Room):
    """A group, supergroup or channel. `owner` acts where nobody is named."""

    def __init__(self, platform: Telegram, chat: Chat, owner: Json) -> None:
        super().__init__(platform, chat)
        self._owner = owner

    def adds(self, who: str | Person, *, admin: bool = False) -> None:
        """`who`: "public", "staff", or a person. A bot that is told so also sees the service message."""
        status = "administrator" if admin or self._chat.kind == "channel" else "member"
        with self._platform.lock:
            if isinstance(who, Person):
                self._chat.members[who.card["id"]], self._chat.users[who.card["id"]] = status, who.card
                return
            account = self._platform.accounts[who]
            account.chats[self.chat_id] = self._chat
            self._platform.moves(account, self._chat, self._owner, status)
            if self._chat.kind != "channel":
                self._tell(self._write(self._owner, {"new_chat_members": [account.card()]}))

    def removes(self, who: str | Person) -> None:
        """A bot is kicked and told so; a person is gone."""
        with self._platform.lock:
            if isinstance(who, Person):
                self._chat.members[who.card["id"]] = "left"
            else:
                self._platform.moves(self._platform.accounts[who], self._chat, self._owner, "kicked")

    def upgrades(self) -> None:
        """A group becomes a supergroup: a new id, and the old one is only good for an error that names it."""
        with self._platform.lock:
            assert self._chat.kind == "group"
            old, self._chat = (
                self._chat,
                replace(self._chat, chat_id=self._platform.numbers.group(), kind="supergroup", messages={}),
            )
            self._tell(self._write(self._owner, {"migrate_to_chat_id": self.chat_id}, old), old)
            old.moved_to = self.chat_id
            for account in self._platform.accounts.values():
                if account.chats.get(old.chat_id) is old:
                    account.chats[self.chat_id] = self._chat
            self._tell(self._write(self._owner, {"migrate_from_chat_id": old.chat_id}))

    def says(self, text: str, *, by: Person | None = None) -> int:
        with self._platform.lock:
            message = self._write(by.card if by else self._owner, {"text": text})
            self._tell(message)
            return message.message_id

    def taps(
        self, label: str | None = None, *, by: Person, data: str | None = None, message_id: int | None = None
    ) -> str:
        return self._tap(by.card, label, data, message_id)

    def _tell(self, message: Message, chat: Chat | None = None) -> None:
        """Privacy mode: a bot that is no administrator sees commands, what names it, and service messages."""
        chat = chat or self._chat
        for account in self._platform.accounts.values():
            status = chat.members.get(account.user_id, "left")
            sees = status == "administrator" or not message.text or message.text.startswith("/")
            if status not in OUTSIDE and (sees or f"@{account.username}" in message.text):
                body = chat.shows(message)
                if chat.kind == "channel":
                    del body["from"]
                kind = "channel_post" if chat.kind == "channel" else "message"
                self._platform.tells(account, kind, body, ("chat", chat.chat_id))
