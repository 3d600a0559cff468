"""The peer: one FSM step of aiogram, volatile and in clear text, from raw JSON to the handed-over reply.

Measured as `performance.md` section 1 does: MemoryStorage, a finished dispatcher, a session that answers at once.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from typing import Any

from aiogram import Bot, Dispatcher, Router
from aiogram.client.session.base import BaseSession
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.methods import TelegramMethod
from aiogram.types import Chat, Message, Update


class Answering(BaseSession):
    """Takes every call and answers as the platform would, without a network."""

    async def make_request(self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None) -> Any:
        return Message(message_id=1, date=0, chat=Chat(id=1, type="private"))

    async def close(self) -> None: ...

    async def stream_content(self, *args: Any, **kwargs: Any) -> AsyncGenerator[bytes, None]:
        yield b""


class Path(StatesGroup):
    first = State()
    second = State()


def dispatcher() -> tuple[Bot, Dispatcher]:
    router = Router()

    @router.message(Path.first)
    async def _first(message: Message, state: FSMContext) -> None:
        await state.set_state(Path.second)
        await message.answer("Bist du gerade in Sicherheit?")

    @router.message()
    async def _other(message: Message, state: FSMContext) -> None:
        await state.set_state(Path.first)
        await message.answer("Gut, dass du schreibst.")

    made = Dispatcher(storage=MemoryStorage())
    made.include_router(router)
    return Bot("1:test", session=Answering()), made


def updates(count: int, chats: int) -> list[bytes]:
    return [
        json.dumps(
            {
                "update_id": n,
                "message": {
                    "message_id": n,
                    "date": 1_795_600_000,
                    "chat": {"id": 1 + n % chats, "type": "private", "first_name": "Muster"},
                    "from": {"id": 1 + n % chats, "is_bot": False, "first_name": "Muster", "language_code": "de"},
                    "text": "ja",
                },
            }
        ).encode()
        for n in range(count)
    ]


async def run(count: int, *, chats: int, in_flight: int) -> None:
    """`count` steps, `in_flight` at a time."""
    bot, made = dispatcher()
    waiting = iter(updates(count, chats))

    async def work() -> None:
        for raw in waiting:
            await made.feed_update(bot, Update.model_validate(json.loads(raw), context={"bot": bot}))

    await asyncio.gather(*(work() for _ in range(in_flight)))
