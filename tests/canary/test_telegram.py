"""T5, S52, S18 on Telegram: tokens, ids, names, words, file names and handles of people in a messenger are in no file,
log, database, write-ahead log, name or process argument afterwards, and in nothing that rings a counsellor."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from tests.canary.sweep import sweep
from tests.canary.test_installation import TO_EVIDENCE, dump, marker
from tests.installation import Installation, running
from tests.simulators.counsellor import FIELD, Counsellor
from tests.simulators.telegram import Person, Shown, Telegram, telegram
from tests.staffbot.team import LINE
from tests.stories.telegram_house import Mode, set_webhook

JPEG: Final = bytes.fromhex("ffd8ffe000104a46494600010100000100010000")
PLACES: Final = (
    "first_name", "last_name", "username", "payload", "text", "edited", "crisis", "tap", "caption", "file", "file_name",
    "wrong_file", "contact", "group", "malformed", "poison", "after_kill", "note", "counsellor", "to_counsellor",
    "staff_name", "stranger",
)  # fmt: skip
WEDNESDAY_EVENING: Final = "2026-11-25T19:10:00+00:00"
PATIENCE: Final = 90.0
ROLES: Final = ("public", "worker", "desk", "bell")
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
    """Three people, a counsellor and a stranger at the staff bot, with markers wherever they can write.
    Returns the chat ids."""
    people = [platform.person(name=markers["first_name"]) for _ in range(3)]
    for person in people:
        person.card |= {"last_name": markers["last_name"], "username": markers["username"]}
    talking, handing_in, in_danger = map(Chat, people)
    misuse(platform, markers)
    async with Counsellor(house.desk_url) as jana:
        phone = await rings(platform, house, jana, markers)
        await asyncio.gather(
            hands_in(handing_in, markers), is_helped(in_danger, jana, phone, markers), talks(talking, markers)
        )
    house.kill("worker")
    await talking.hears(lambda: talking.person.says(f"noch da? {markers['after_kill']}"))
    return [str(person.chat_id) for person in (*people, phone)]


async def rings(platform: Telegram, house: Installation, jana: Counsellor, markers: dict[str, str]) -> Person:
    """The counsellor signs in and has her account rung from now on; a stranger tries to talk to the staff bot."""
    phone = platform.person(bot="staff", name=markers["staff_name"])
    await jana.sign_in(house.link)
    await jana.be_here()
    made = await jana.http.post("/bell/code", data=dict(FIELD.findall((await jana.http.get("/bell")).text)))
    found = LINE.search(made.text)
    assert found is not None
    stranger = platform.person(bot="staff", name=markers["stranger"])
    stranger.says(f"/start {markers['stranger']}")
    await Chat(phone).hears(lambda: phone.starts(found[1]))
    return phone


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


async def is_helped(chat: Chat, jana: Counsellor, phone: Person, markers: dict[str, str]) -> None:
    """Danger, a counsellor who is rung, reads it and answers, and the item somebody else has handed in."""
    mila = chat.person
    await chat.hears(lambda: mila.says(f"ich will nicht mehr leben {markers['crisis']}"))
    await chat.hears(lambda: mila.says("/mensch"))
    case = await jana.next_case()
    await asyncio.to_thread(phone.waits_for, lambda shown: case[:8].upper() in shown.text, PATIENCE)
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


@pytest.mark.parametrize(
    ("mode", "database"),
    [
        ("polling", "sqlite"),
        pytest.param("webhook", "sqlite", marks=pytest.mark.long),
        pytest.param("polling", "postgres", marks=[pytest.mark.long, pytest.mark.postgres]),
    ],
)
def test_t5_no_marker_of_a_messenger_stays_anywhere(
    mode: Mode, database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    markers = {place: marker(place) for place in PLACES}
    markers["username"] = markers["username"].replace("-", "_")
    webhook_secret = f"kanarie_{secrets.token_hex(16)}"
    urls: dict[str, str] = {}
    if database == "postgres":
        main, keyring = request.getfixturevalue("postgres_urls")
        urls = {"WEGWEISER_DATABASE_URL": main, "WEGWEISER_KEYRING_URL": keyring}
    with telegram(retry_seconds=0.1) as platform:
        settings = urls | settings_of(platform, mode, webhook_secret, tmp_path)
        with running(tmp_path / "house", **settings) as house:
            if mode == "webhook":
                set_webhook(platform, f"{house.chat_url}/telegram/webhook", webhook_secret)
            chats = asyncio.run(use(platform, house, markers))
            own = [*secrets_of(platform), webhook_secret, *chats, *handles(platform.sent)]
            assert len(own) >= 15, "a photo in two sizes and a file, each with two ids"
            everything = [*markers.values(), *own]
            pids = [pid for role in ROLES if (pid := house.pid_of(role)) is not None]
            hits = sweep(everything, [house.folder, *([dump(urls, tmp_path)] if urls else [])], pids)
            assert hits == []
            (house.data / "leak").write_text(json.dumps({"chat": chats[0]}))
            assert sweep(everything, [house.folder]), "the sweep itself would have missed a leak"
        (house.data / "leak").unlink()
        assert sweep(everything, [house.folder]) == [], "after the end, with write-ahead logs closed"
        rung = repr([call.params for call in platform.calls if call.bot == "staff"])
        assert [value for value in markers.values() if value in rung] == []
        assert platform.broken == []


def settings_of(platform: Telegram, mode: Mode, webhook_secret: str, folder: Path) -> dict[str, str]:
    """Secrets come from files that belong to the operator, not to the installation."""
    given = {"token": platform.token, "secret": webhook_secret, "staff": platform.staff_token}
    for name, value in given.items():
        (folder / name).write_text(value)
    return {
        "WEGWEISER_CLOCK": WEDNESDAY_EVENING,
        "WEGWEISER_TELEGRAM__TOKEN_FILE": str(folder / "token"),
        "WEGWEISER_TELEGRAM__WEBHOOK_SECRET_FILE": str(folder / "secret"),
        "WEGWEISER_TELEGRAM__API_URL": platform.url,
        "WEGWEISER_TELEGRAM__MODE": mode,
        "WEGWEISER_STAFFBOT__TOKEN_FILE": str(folder / "staff"),
        "WEGWEISER_STAFFBOT__MODE": "bell",
    }


def secrets_of(platform: Telegram) -> list[str]:
    return [part for token in (platform.token, platform.staff_token) for part in (token, token.partition(":")[2])]
