"""T5, S52 on Telegram: tokens, ids, names, words, file names and handles of people in a messenger are in no file, log,
database, write-ahead log, name or process argument afterwards."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from tests.canary.sweep import sweep
from tests.canary.test_installation import TO_EVIDENCE, marker
from tests.installation import Installation, running
from tests.simulators.counsellor import Counsellor
from tests.simulators.telegram import Person, Shown, Telegram, telegram
from tests.stories.telegram_house import Mode, set_webhook

JPEG: Final = bytes.fromhex("ffd8ffe000104a46494600010100000100010000")
PLACES: Final = (
    "first_name", "last_name", "username", "payload", "text", "edited", "crisis", "tap", "caption", "file", "file_name",
    "wrong_file", "contact", "group", "malformed", "poison", "after_kill", "note", "counsellor", "to_counsellor",
)  # fmt: skip
WEDNESDAY_EVENING: Final = "2026-11-25T19:10:00+00:00"
PATIENCE: Final = 90.0
SECRETS: Final = frozenset({"file_id", "file_unique_id"})


class Chat:
    """One person's chat, and what has come since they last did something."""

    def __init__(self, person: Person) -> None:
        self.person = person

    async def hears(self, does: Callable[[], object], wanted: Callable[[Shown], bool] = lambda _: True) -> Shown:
        """Do something, and wait for the first message it brings that is as wanted."""
        after = max((shown.message_id for shown in self.person.chat), default=0)
        does()
        return await asyncio.to_thread(self.person.waits_for, wanted, PATIENCE, after=after)

    async def taps(self, *choices: str) -> None:
        for choice in choices:
            await self.hears(lambda choice=choice: self.person.taps(data=choice), lambda shown: bool(shown.buttons))  # type: ignore[misc]  # a default of its own


async def use(platform: Telegram, house: Installation, markers: dict[str, str]) -> list[str]:
    """Three people and a counsellor, with markers wherever they can write. Returns the chat ids."""
    people = [platform.person(name=markers["first_name"]) for _ in range(3)]
    for person in people:
        person.card |= {"last_name": markers["last_name"], "username": markers["username"]}
    talking, handing_in, in_danger = map(Chat, people)
    misuse(platform, markers)
    await asyncio.gather(hands_in(handing_in, markers), is_helped(in_danger, house, markers), talks(talking, markers))
    house.kill("worker")
    await talking.hears(lambda: talking.person.says(f"noch da? {markers['after_kill']}"))
    return [str(person.chat_id) for person in people]


async def talks(chat: Chat, markers: dict[str, str]) -> None:
    mila = chat.person
    await chat.hears(lambda: mila.starts(markers["payload"]))
    said = mila.says(f"hallo {markers['text']}")
    await chat.hears(lambda: mila.edits(said, f"hallo du {markers['edited']}"))
    await chat.hears(lambda: mila.taps(data=markers["tap"]))
    phone = {"phone_number": markers["contact"], "first_name": markers["contact"]}
    await chat.hears(lambda: mila.sends(contact=phone))


async def hands_in(chat: Chat, markers: dict[str, str]) -> None:
    """The gate, one photo, one wrong file, one note."""
    mila = chat.person
    await chat.hears(mila.starts)
    await chat.taps(*TO_EVIDENCE, "evidence.collect.file", "evidence.gate.clean")
    picture = JPEG + markers["file"].encode() * 50
    await chat.hears(lambda: mila.sends_photo(picture, caption=markers["caption"]))
    wrong = b"PK\x03\x04" + markers["wrong_file"].encode() * 50
    await chat.hears(lambda: mila.sends_file(wrong, f"{markers['file_name']}.zip", "application/zip"))
    await chat.taps("evidence.files.done", "evidence.collect.note")
    await chat.hears(lambda: mila.says(f"am 12.11. schrieb er {markers['note']}"))


async def is_helped(chat: Chat, house: Installation, markers: dict[str, str]) -> None:
    """Danger, a counsellor who reads it and answers, and the item somebody else has handed in."""
    mila = chat.person
    async with Counsellor(house.desk_url) as jana:
        await jana.sign_in(house.link)
        await jana.be_here()
        await chat.hears(lambda: mila.says(f"ich will nicht mehr leben {markers['crisis']}"))
        await chat.hears(lambda: mila.says("/mensch"))
        case = await jana.next_case()
        await jana.open(case)
        assert (await jana.act(case, "claim")).status_code in (200, 303)
        await jana.open(case)
        words = f"Hallo {markers['counsellor']}"
        assert (await jana.act(case, "messages", text=words)).status_code in (200, 204, 303)
        await asyncio.to_thread(mila.waits_for, lambda shown: markers["counsellor"] in shown.text, PATIENCE)
        mila.says(f"danke {markers['to_counsellor']}")
        page = ""
        async with asyncio.timeout(PATIENCE):
            while markers["to_counsellor"] not in page:
                page = await jana.open(case)
                await asyncio.sleep(0.1)
        assert markers["crisis"] in page, "the counsellor reads what was said before"
        async with asyncio.timeout(PATIENCE):
            while not await opens(jana, markers["file"]):
                await asyncio.sleep(0.2)


async def opens(jana: Counsellor, wanted: str) -> bool:
    """Whether an item with these words can be read in some case by now."""
    for case in await jana.queue():
        await jana.open(case)
        if wanted.encode() in (await jana.act(case, "items/1")).content:
            return True
    return False


def misuse(platform: Telegram, markers: dict[str, str]) -> None:
    """A group, an update of nobody, and one that the door takes for a message and no reader can read."""
    noor = platform.person(name=markers["poison"])
    platform.group(markers["group"]).adds("public")
    platform.deliver({"message": {"text": markers["malformed"]}})
    chat = {"id": noor.chat_id, "type": "private", "first_name": markers["poison"]}
    text = {"text": markers["poison"], "entities": markers["poison"]}
    platform.deliver({"message": {"message_id": 999_999_999, "date": 0, "chat": chat, **text}})


def handles(value: Any) -> list[str]:
    """Every file id the platform has given out."""
    found: list[str] = []
    for name, inner in (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    ):
        found += [inner] if name in SECRETS else handles(inner)
    return found


@pytest.mark.parametrize("mode", ["polling", pytest.param("webhook", marks=pytest.mark.long)])
def test_t5_no_marker_of_a_messenger_stays_anywhere(mode: Mode, tmp_path: Path) -> None:
    markers = {place: marker(place) for place in PLACES}
    markers["username"] = markers["username"].replace("-", "_")
    webhook_secret = f"kanarie_{secrets.token_hex(16)}"
    with telegram(retry_seconds=0.1) as platform:
        # Secrets come from files that belong to the operator, not to the installation.
        (tmp_path / "token").write_text(platform.token)
        (tmp_path / "secret").write_text(webhook_secret)
        settings = {
            "WEGWEISER_CLOCK": WEDNESDAY_EVENING,
            "WEGWEISER_TELEGRAM__TOKEN_FILE": str(tmp_path / "token"),
            "WEGWEISER_TELEGRAM__WEBHOOK_SECRET_FILE": str(tmp_path / "secret"),
            "WEGWEISER_TELEGRAM__API_URL": platform.url,
            "WEGWEISER_TELEGRAM__MODE": mode,
        }
        with running(tmp_path / "house", **settings) as house:
            if mode == "webhook":
                set_webhook(platform, f"{house.chat_url}/telegram/webhook", webhook_secret)
            chats = asyncio.run(use(platform, house, markers))
            own = [platform.token, platform.token.partition(":")[2], webhook_secret, *chats, *handles(platform.sent)]
            assert len(own) >= 12, "a photo in two sizes and a file, each with two ids"
            everything = [*markers.values(), *own]
            pids = [pid for role in ("public", "worker", "desk") if (pid := house.pid_of(role)) is not None]
            hits = sweep(everything, [house.folder], pids)
            assert hits == []
            (house.data / "leak").write_text(json.dumps({"chat": chats[0]}))
            assert sweep(everything, [house.folder]), "the sweep itself would have missed a leak"
        (house.data / "leak").unlink()
        assert sweep(everything, [house.folder]) == [], "after the end, with write-ahead logs closed"
        assert platform.broken == []
