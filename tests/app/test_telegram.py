"""The role `public` with Telegram: real HTTP both ways, a real store, updates fetched or brought."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal

import pytest
from sqlalchemy import func, select

from bot.app.public import public
from bot.app.role import House, open_house
from bot.app.telegram import TelegramLine
from bot.config import ROOT, Public, Settings, Telegram
from bot.db import dead_letters
from bot.db.store import StoreUnavailable, Transaction
from bot.db.tables import conversations, inbox
from bot.server_keys import make_missing
from tests.installation import free_ports
from tests.simulators.telegram import Telegram as Platform
from tests.simulators.telegram import telegram

Mode = Literal["polling", "webhook"]
MODES: tuple[Mode, ...] = ("polling", "webhook")
SECRET = "test-secret-" + "x" * 24


@pytest.fixture
def platform() -> Iterator[Platform]:
    with telegram(retry_seconds=0.1) as running:
        yield running
        assert running.broken == []


class Place:
    """One installation's public role with its platform. Blocking questions are asked from another thread."""

    def __init__(self, platform: Platform, settings: Settings, house: House) -> None:
        self.platform = platform
        self.settings = settings
        self.house = house
        self.main = settings.data / "main.sqlite"

    async def sees(self, condition: Callable[[], bool]) -> None:
        await asyncio.to_thread(self.platform.waits_for, condition, 20)

    async def everything_taken(self) -> None:
        await self.sees(lambda: self.platform.pending() == 0)

    async def rows(self, table: Any) -> int:
        def read(tx: Transaction) -> int:
            return int(tx.execute(select(func.count()).select_from(table)).scalar_one())

        return await self.house.stores.main.read(read)

    def called(self, method: str) -> list[dict[str, Any]]:
        return [call.params for call in self.platform.called(method)]


Story = Callable[[Place], Awaitable[None]]


@pytest.fixture
def plays(tmp_path: Path, sqlite_at_head: tuple[Path, Path], platform: Platform) -> Callable[[Mode, Story], None]:
    def play(mode: Mode, story: Story) -> None:
        data = tmp_path / "data"
        data.mkdir(mode=0o700)
        for file in sqlite_at_head:
            shutil.copy(file, data)
        make_missing(data / "secrets")
        [port] = free_ports(1)
        url = f"http://127.0.0.1:{port}"
        settings = Settings(
            data_dir=data,
            public=Public(listen=f"127.0.0.1:{port}", url=url),
            telegram=Telegram(token=platform.token, api_url=platform.url, mode=mode, webhook_secret=SECRET),
        )

        async def run() -> None:
            async with open_house(settings) as house:
                serving = asyncio.create_task(public(house))
                place = Place(platform, settings, house)
                try:
                    await place.sees(lambda: bool(platform.called("getMe")))
                    if mode == "webhook":
                        await asyncio.to_thread(set_webhook, platform, f"{url}/telegram/webhook")
                    await story(place)
                finally:
                    house.stop.set()
                    await asyncio.wait_for(serving, 20)

        asyncio.run(run())

    return play


def set_webhook(platform: Platform, url: str) -> None:
    body = json.dumps({"url": url, "secret_token": SECRET}).encode()
    asked = urllib.request.Request(
        f"{platform.url}/bot{platform.token}/setWebhook", body, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(asked, timeout=10) as answer:
        assert answer.status == 200


@pytest.mark.parametrize("mode", MODES)
def test_a_first_message_is_stored_once_and_sees_typing(plays: Callable[[Mode, Story], None], mode: Mode) -> None:
    async def story(place: Place) -> None:
        place.platform.faults.repeat(on=True)
        mila = place.platform.person()
        mila.says("hallo")
        await place.everything_taken()
        assert await place.rows(conversations) == await place.rows(inbox) == 1
        await place.sees(lambda: len(place.called("sendChatAction")) == 1)
        assert place.called("sendChatAction") == [{"chat_id": mila.chat_id, "action": "typing"}]

    plays(mode, story)


@pytest.mark.parametrize("mode", MODES)
def test_s47_one_unreadable_update_among_many_is_one_dead_letter(
    plays: Callable[[Mode, Story], None], mode: Mode
) -> None:
    async def story(place: Place) -> None:
        people = [place.platform.person(language="nl") for _ in range(30)]
        for number, person in enumerate(people):
            if number == 10:
                place.platform.deliver({"message": {"text": "zu niemandem"}})
            person.says("hoi")
        await place.everything_taken()
        assert await place.rows(conversations) == 30
        letters = await place.house.stores.main.read(dead_letters.open_letters)
        assert [(letter.source, letter.reason) for letter in letters] == [("update", "message.chat")]

    plays(mode, story)


@pytest.mark.parametrize("mode", MODES)
def test_groups_are_left(plays: Callable[[Mode, Story], None], mode: Mode) -> None:
    async def story(place: Place) -> None:
        group = place.platform.group("Klasse")
        group.adds("public")
        await place.sees(lambda: bool(place.called("leaveChat")))
        await place.everything_taken()
        assert place.called("leaveChat") == [{"chat_id": group.chat_id}]
        assert [said["chat_id"] for said in place.called("sendMessage")] == [group.chat_id]
        assert await place.rows(conversations) == 0

    plays(mode, story)


@pytest.mark.parametrize("mode", MODES)
def test_r11_without_a_store_the_card_comes_from_memory_and_nothing_is_lost(
    plays: Callable[[Mode, Story], None], mode: Mode
) -> None:
    async def story(place: Place) -> None:
        away = place.main.with_name("away.sqlite")
        mila = place.platform.person(language="nl")
        place.main.rename(away)
        mila.says("ik kan niet meer")
        await place.sees(lambda: any("112" in shown.text for shown in mila.chat))
        assert place.platform.pending() == 1
        with pytest.raises(StoreUnavailable):
            await place.rows(conversations)
        away.rename(place.main)
        await place.everything_taken()
        assert await place.rows(inbox) == 1
        [card] = [shown for shown in mila.chat if shown.by == "bot"]
        assert card.protected and not card.previews
        assert card.text.startswith("We kunnen je bericht nu niet bewaren.")

    plays(mode, story)


def test_s52_the_token_is_in_no_log(plays: Callable[[Mode, Story], None], capsys: pytest.CaptureFixture[str]) -> None:
    told: list[str] = []

    async def story(place: Place) -> None:
        told.append(place.platform.token)
        place.platform.faults.errors(60, methods=("getUpdates",), times=2)
        person = place.platform.person()
        for word in ("hallo", "noch da?"):  # the first may still come with the call that was under way
            person.says(word)
            await place.everything_taken()

    plays("polling", story)
    out = "".join(capsys.readouterr())
    assert "telegram.poll_failed" in out
    assert told[0] not in out and told[0].split(":")[1] not in out


class BrokenOnce:
    """A way out with a fault of ours in it, then the bot's name."""

    def __init__(self) -> None:
        self.asked = 0

    async def name(self) -> str:
        self.asked += 1
        if self.asked == 1:
            raise RuntimeError("KANARIENVOGEL")
        return "wegweiser_bot"


def test_a_fault_while_the_name_is_learned_does_not_end_the_web_chat(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("bot.app.telegram.ASK_AGAIN", 0.01)
    named: list[str] = []
    door = SimpleNamespace(introduce=named.append)
    line = TelegramLine(Telegram(), door)  # type: ignore[arg-type]  # all of a door that is used here
    asyncio.run(asyncio.wait_for(line._introduce(BrokenOnce(), asyncio.Event()), 5))  # type: ignore[arg-type]
    assert named == ["wegweiser_bot"]
    out = "".join(capsys.readouterr())
    assert "telegram.name_failed" in out and "RuntimeError" in out
    assert "KANARIENVOGEL" not in out


def test_p7_the_public_role_loads_no_messenger_library_and_no_client_before_its_doors_are_open() -> None:
    program = (
        "import sys, bot.app.public;"
        "assert not {'aiogram', 'aiohttp', 'httpx', 'telegram'} & set(sys.modules);"
        "import bot.channels.telegram.api, bot.channels.telegram.polling;"
        "assert not {'aiogram', 'aiohttp', 'telegram'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
