"""Places for files (S38): a few per process, fewer per chat, and none is lost however a transfer ends."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.channels.web import wire
from bot.db.store import StoreUnavailable
from bot.public import chat
from bot.public.chat import ChatDoors
from bot.public.live import Live
from tests.public.small_house import SmallHouse

Receive = Callable[[], Awaitable[dict[str, Any]]]
BUSY = (503, b'{"error":"busy"}')


def body(*messages: dict[str, Any]) -> Receive:
    """The messages a server would pass on, and then silence."""
    left = list(messages)

    async def receive() -> dict[str, Any]:
        if not left:
            await asyncio.Event().wait()
        return left.pop(0)

    return receive


WHOLE = {"type": "http.request", "body": b"x", "more_body": False}
PART = {"type": "http.request", "body": b"x", "more_body": True}
GONE = {"type": "http.disconnect"}


@dataclass
class Doors:
    """The upload door without a server in front, so that a test can end a transfer in every way there is."""

    house: SmallHouse
    doors: ChatDoors
    under_way: list[asyncio.Task[Response]] = field(default_factory=list)

    def chat(self) -> str:
        """Somebody whose chat is known; returns the token."""
        token = wire.new_token()
        address = wire.address(token)
        assert address is not None
        self.house.refs[address] = f"ref-{len(self.house.refs)}"
        return token

    def request(self, token: str, receive: Receive, length: str = "") -> Request:
        headers = {"authorization": f"Bearer {token}", "content-type": "image/png", "content-length": length}
        scope = {
            "type": "http",
            "method": "PUT",
            "path": "/",
            "query_string": b"",
            "path_params": {"id": str(uuid4())},
            "headers": [(name.encode(), value.encode()) for name, value in headers.items() if value],
        }
        return Request(scope, receive)

    async def hand_in(self, token: str, receive: Receive) -> tuple[int, bytes]:
        answer = await self.doors.hand_in(self.request(token, receive))
        return answer.status_code, bytes(answer.body)

    async def begin(self, token: str) -> asyncio.Task[Response]:
        """A file that has begun to arrive and goes on for ever."""
        task = asyncio.create_task(self.doors.hand_in(self.request(token, body(PART))))
        self.under_way.append(task)
        for _ in range(20):
            await asyncio.sleep(0)
        assert not task.done()
        return task

    async def end(self) -> None:
        for task in self.under_way:
            task.cancel()
        await asyncio.gather(*self.under_way, return_exceptions=True)


def story(house: SmallHouse, told: Callable[[Doors], Coroutine[Any, Any, None]]) -> None:
    async def all_of_it() -> None:
        doors = Doors(house, ChatDoors(house.deps(), Live(house._subscribe)))
        try:
            await told(doors)
        finally:
            await doors.end()

    asyncio.run(all_of_it())


def test_s38_one_chat_takes_two_places_and_leaves_the_others_to_others(house: SmallHouse) -> None:
    """A stranger with one open gate held all eight places, and nobody else could hand in anything."""

    async def told(at: Doors) -> None:
        greedy, other = at.chat(), at.chat()
        for _ in range(chat.TRANSFERS_PER_CHAT):
            await at.begin(greedy)
        assert await at.hand_in(greedy, body(WHOLE)) == BUSY
        assert (await at.hand_in(other, body(WHOLE)))[0] == 201

    assert chat.TRANSFERS_PER_CHAT == 2
    story(house, told)


def test_s38_a_refusal_says_when_to_come_back(house: SmallHouse) -> None:
    async def told(at: Doors) -> None:
        token = at.chat()
        first, _ = await at.begin(token), await at.begin(token)
        refused = await at.doors.hand_in(at.request(token, body(WHOLE)))
        assert refused.headers["Retry-After"] == "5"
        first.cancel()
        await asyncio.wait([first])
        assert (await at.hand_in(token, body(WHOLE)))[0] == 201

    story(house, told)


def test_s38_many_chats_together_hold_no_more_than_all_places(house: SmallHouse) -> None:
    async def told(at: Doors) -> None:
        for _ in range(chat.TRANSFERS_AT_ONCE):
            await at.begin(at.chat())
        assert await at.hand_in(at.chat(), body(WHOLE)) == BUSY

    story(house, told)


@pytest.mark.parametrize("ending", ["whole", "refused", "busy", "gone", "away", "error", "cancelled", "odd header"])
def test_s38_a_place_is_given_back_however_the_transfer_ends(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    async def fails(*_: object, **__: object) -> None:
        raise StoreUnavailable("stopped") if ending == "away" else RuntimeError("a fault of ours")

    async def told(at: Doors) -> None:
        token = at.chat()
        for _ in range(2 * chat.TRANSFERS_AT_ONCE):
            match ending:
                case "whole":
                    assert (await at.hand_in(token, body(WHOLE)))[0] == 201
                case "refused":
                    house.refuse_files = "gate_closed"
                    assert await at.hand_in(token, body(WHOLE)) == (201, b'{"refused":"gate_closed"}')
                case "busy":
                    two = [await at.begin(token), await at.begin(token)]
                    assert await at.hand_in(token, body(WHOLE)) == BUSY
                    await at.end()
                    assert all(task.cancelled() for task in two)
                case "gone":
                    with contextlib.suppress(HTTPException):
                        assert (await at.hand_in(token, body(PART, GONE)))[0] == 408
                case "away":
                    monkeypatch.setattr(house, "take", fails)
                    assert (await at.hand_in(token, body(WHOLE)))[0] == 503
                case "error":
                    monkeypatch.setattr(house, "take", fails)
                    with pytest.raises(RuntimeError):
                        await at.hand_in(token, body(WHOLE))
                case "cancelled":
                    task = await at.begin(token)
                    task.cancel()
                    await asyncio.wait([task])
                    assert task.cancelled()
                case _:
                    with pytest.raises(ValueError, match="limit"):
                        await at.doors.hand_in(at.request(token, body(WHOLE), length="9" * 5000))
        monkeypatch.undo()
        house.refuse_files = None
        assert await at.hand_in(token, body(WHOLE)) == (201, b'{"refused":null}')
        assert not at.doors.transfers

    story(house, told)
