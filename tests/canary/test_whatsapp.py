"""T5, S52 on WhatsApp: token, app secret, ids, numbers, names, words and files of people are in no file, log, database,
write-ahead log, name or process argument afterwards."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tests.canary.sweep import sweep
from tests.canary.test_installation import TO_EVIDENCE, marker
from tests.installation import Installation, running
from tests.simulators.counsellor import Counsellor
from tests.simulators.whatsapp import Person, Shown, WhatsApp, whatsapp
from tests.simulators.whatsapp.platform import wait_until

JPEG: Final = bytes.fromhex("ffd8ffe000104a46494600010100000100010000")
PLACES: Final = (
    "name", "text", "crisis", "tap", "caption", "file", "file_name", "wrong_file", "malformed", "note", "counsellor",
    "to_counsellor", "after_kill",
)  # fmt: skip
BEGINS: Final = "2026-11-25T19:10:00+00:00"
PATIENCE: Final = 90.0


class Chat:
    """One person's chat."""

    def __init__(self, person: Person) -> None:
        self.person = person

    async def hears(self, does: Callable[[], object], wanted: Callable[[Shown], bool] = lambda _: True) -> None:
        """Do something, and wait until something comes that is as wanted."""
        before = len(self.person.chat)
        does()

        def came() -> bool:
            return any(shown.by == "bot" and wanted(shown) for shown in self.person.chat[before:])

        await asyncio.to_thread(wait_until, came, PATIENCE)

    async def taps(self, *choices: str) -> None:
        for choice in choices:
            await self.hears(lambda choice=choice: self.person.taps(data=choice), lambda shown: bool(shown.buttons))  # type: ignore[misc]  # a default of its own


async def use(platform: WhatsApp, house: Installation, markers: dict[str, str]) -> list[str]:
    """Three people and a counsellor, with markers wherever they can write. Returns what leads to these people."""
    people = [platform.person(name=markers["name"], number=number) for number in (True, False, False)]
    talking, handing_in, in_danger = map(Chat, people)
    platform.tells({"messages": [{"id": markers["malformed"], "type": "text", "text": {"body": markers["malformed"]}}]})
    await asyncio.gather(talks(talking, markers), hands_in(handing_in, markers), is_helped(in_danger, house, markers))
    house.kill("worker")
    await talking.hears(lambda: talking.person.says(f"noch da? {markers['after_kill']}"))
    ids = [known for person in people for known in (person.user_id, person.number) if known]
    return [*ids, *(shown.wamid for person in people for shown in person.chat), *platform.media, *platform.links]


async def talks(chat: Chat, markers: dict[str, str]) -> None:
    await chat.hears(lambda: chat.person.says(f"hallo {markers['text']}"))
    await chat.hears(lambda: chat.person.taps(data=markers["tap"]))


async def hands_in(chat: Chat, markers: dict[str, str]) -> None:
    mila = chat.person
    await chat.hears(lambda: mila.says("hallo"))
    await chat.taps(*TO_EVIDENCE, "evidence.collect.file", "evidence.gate.clean")
    picture = JPEG + markers["file"].encode() * 50
    await chat.hears(lambda: mila.sends_file(picture, caption=markers["caption"]))
    wrong = b"PK\x03\x04" + markers["wrong_file"].encode() * 50
    name = f"{markers['file_name']}.zip"
    await chat.hears(lambda: mila.sends_file(wrong, "document", "application/zip", filename=name))
    await chat.taps("evidence.files.done", "evidence.collect.note")
    await chat.hears(lambda: mila.says(f"am 12.11. schrieb er {markers['note']}"))


async def is_helped(chat: Chat, house: Installation, markers: dict[str, str]) -> None:
    mila = chat.person
    async with Counsellor(house.desk_url) as jana:
        await jana.sign_in(house.link)
        await jana.be_here()
        await chat.hears(lambda: mila.says(f"ich will nicht mehr leben {markers['crisis']}"))
        await chat.hears(lambda: mila.says("Mensch"))
        case = await jana.next_case()
        await jana.open(case)
        assert (await jana.act(case, "claim")).status_code in (200, 303)
        page = await jana.open(case)
        assert not any(known in page for known in (mila.user_id, markers["name"])), "a person has no name in the desk"
        words = f"Hallo {markers['counsellor']}"
        assert (await jana.act(case, "messages", text=words)).status_code in (200, 204, 303)
        await asyncio.to_thread(wait_until, lambda: mila.heard(lambda shown: words in shown.text), PATIENCE)
        mila.says(f"danke {markers['to_counsellor']}")
        async with asyncio.timeout(PATIENCE):
            while markers["to_counsellor"] not in (page := await jana.open(case)):
                await asyncio.sleep(0.1)
        assert markers["crisis"] in page


def test_t5_no_marker_of_a_person_on_whatsapp_stays_anywhere(tmp_path: Path) -> None:
    markers = {place: marker(place) for place in PLACES}
    begun, wanted = datetime.now(UTC), datetime.fromisoformat(BEGINS)
    with whatsapp(lambda: wanted + (datetime.now(UTC) - begun)) as platform:
        secrets = {"token": platform.token, "secret": platform.app_secret, "verify": platform.verify_token}
        for name, value in secrets.items():
            (tmp_path / name).write_text(value)
        settings = {
            "WEGWEISER_CLOCK": BEGINS,
            "WEGWEISER_WHATSAPP__TOKEN_FILE": str(tmp_path / "token"),
            "WEGWEISER_WHATSAPP__APP_SECRET_FILE": str(tmp_path / "secret"),
            "WEGWEISER_WHATSAPP__VERIFY_TOKEN_FILE": str(tmp_path / "verify"),
            "WEGWEISER_WHATSAPP__PHONE_NUMBER_ID": platform.phone_number_id,
            "WEGWEISER_WHATSAPP__API_URL": platform.url,
        }
        with running(tmp_path / "house", **settings) as house:
            platform.webhook = f"{house.chat_url}/whatsapp/webhook"
            people = asyncio.run(use(platform, house, markers))
            everything = [*markers.values(), *secrets.values(), *people]
            pids = [pid for role in ("public", "worker", "desk") if (pid := house.pid_of(role)) is not None]
            assert sweep(everything, [house.folder], pids) == []
            (house.data / "leak").write_text(json.dumps({"person": people[0]}))
            assert sweep(everything, [house.folder]), "the sweep itself would have missed a leak"
        (house.data / "leak").unlink()
        assert sweep(everything, [house.folder]) == [], "after the end, with write-ahead logs closed"
        assert platform.broken == []
