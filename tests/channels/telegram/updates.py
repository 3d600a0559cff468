"""Raw updates as Telegram sends them, of invented people."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
CHAT = 7_001
WROTE = 1_795_604_400  # 2026-11-25 11:00 UTC


def person(number: int = CHAT, language: str | None = "de") -> Json:
    known = {"id": number, "is_bot": False, "first_name": "Mila"}
    return known if language is None else {**known, "language_code": language}


def private(number: int = CHAT) -> Json:
    return {"id": number, "type": "private", "first_name": "Mila"}


def message(update_id: int = 1, chat: int = CHAT, language: str | None = "de", **content: Any) -> Json:
    content = content or {"text": "hallo"}
    head = {"message_id": update_id + 100, "from": person(chat, language), "chat": private(chat), "date": WROTE}
    return {"update_id": update_id, "message": {**head, **content}}


def text(words: str, update_id: int = 1, **more: Any) -> Json:
    return message(update_id, text=words, **more)


def edited(words: str | None, update_id: int = 2, of: int = 101, **content: Any) -> Json:
    written = {} if words is None else {"text": words}
    head = {"message_id": of, "from": person(), "chat": private(), "date": WROTE, "edit_date": WROTE + 60}
    return {"update_id": update_id, "edited_message": {**head, **written, **content}}


def tap(data: str | None = "start.menu.human", update_id: int = 3, chat: Json | None = None, **query: Any) -> Json:
    where = {"message_id": 55, "date": 0, "chat": chat or private()}  # date 0: the message is not accessible any more
    content = {"id": "4242", "from": person(), "chat_instance": "1", "message": where}
    return {"update_id": update_id, "callback_query": {**content, **({} if data is None else {"data": data}), **query}}


def membership(status: str, kind: str = "supergroup", update_id: int = 4) -> Json:
    chat = private() if kind == "private" else {"id": -100_123, "type": kind, "title": "Klasse"}
    us = {"id": 9, "is_bot": True, "first_name": "Wegweiser"}
    change = {
        "chat": chat,
        "from": person(),
        "date": WROTE,
        "old_chat_member": {"user": us, "status": "left"},
        "new_chat_member": {"user": us, "status": status},
    }
    return {"update_id": update_id, "my_chat_member": change}
