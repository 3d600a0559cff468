"""The worker's half of Telegram against the platform's simulator, without a house around it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest

from bot.channels.contract import Button, Message, Outbound
from bot.channels.telegram.connection import Connection, connect
from tests.simulators.telegram import Person, Telegram, telegram

CODE_LINK = "https://help.example.com/#code="


@pytest.fixture
def platform() -> Iterator[Telegram]:
    with telegram() as running:
        yield running
        assert running.broken == []


@pytest.fixture
def mila(platform: Telegram) -> Person:
    person = platform.person()
    person.starts()
    return person


def connected(platform: Telegram) -> Connection:
    return connect(platform.token, api_url=platform.url, code_link=CODE_LINK)


def using(platform: Telegram, doing: Callable[[Connection], Awaitable[Any]]) -> Any:
    """Run a coroutine with a connection of its own; it is closed afterwards."""

    async def story() -> Any:
        connection = connected(platform)
        try:
            return await doing(connection)
        finally:
            await connection.close()

    return asyncio.run(story())


def sending(platform: Telegram, *outbounds: Outbound) -> list[Any]:
    """Send one after the other; what came of each."""

    async def story(connection: Connection) -> list[Any]:
        return [await connection.sender.send(outbound) for outbound in outbounds]

    found: list[Any] = using(platform, story)
    return found


def outbound(chat: int | str, text: str = "Hallo", *labels: str, **more: Any) -> Outbound:
    """A bot's message; `more` goes to the message if it has such a field, else to the outbound."""
    about = {name: more.pop(name) for name in list(more) if name in Message.__slots__}
    buttons = tuple(Button(f"start.{label}", label) for label in labels)
    said = Message(about.pop("speaker", "bot"), text, buttons, **about)
    return Outbound(1, str(chat), said, **more)
