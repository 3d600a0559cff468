"""The role `bell` in the real program: a person waits, a counsellor is rung, takes over by button, writes in the desk.
Whatever becomes of the bell, people's chats go on."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from pathlib import Path

import pytest

from tests.canary.sweep import sweep
from tests.installation import Installation, free_ports, running
from tests.simulators.counsellor import FIELD, Counsellor
from tests.simulators.telegram import Telegram, telegram
from tests.simulators.web_person import WebPerson, client
from tests.staffbot.team import LINE

WEDNESDAY_EVENING = "2026-11-25T19:10:00+00:00"
TOKEN = "5270000009:" + "A" * 35


def settings(url: str, token: str) -> dict[str, str]:
    return {
        "WEGWEISER_CLOCK": WEDNESDAY_EVENING,
        "WEGWEISER_TELEGRAM__API_URL": url,
        "WEGWEISER_STAFFBOT__TOKEN": token,
        "WEGWEISER_STAFFBOT__MODE": "bell",
    }


def test_s18_person_waits_notice_button_desk(tmp_path: Path) -> None:
    with telegram() as platform, running(tmp_path / "house", **settings(platform.url, platform.staff_token)) as house:
        account = asyncio.run(story(house, platform))
        assert platform.broken == []
        said = [call for call in platform.called("sendMessage", bot="staff") if "wartet seit" in call.params["text"]]
        assert len(said) == 1, "also after a kill"
    assert sweep([platform.staff_token, str(account)], [house.folder]) == []


async def story(house: Installation, platform: Telegram) -> int:
    phone = platform.person(bot="staff", name="Jana")
    async with client(house.chat_url) as http, Counsellor(house.desk_url) as jana:
        await jana.sign_in(house.link)
        await jana.be_here()
        page = (await jana.http.get("/bell")).text
        made = await jana.http.post("/bell/code", data=dict(FIELD.findall(page)))
        found = LINE.search(made.text)
        assert found is not None
        phone.starts(found[1])
        await asyncio.to_thread(phone.waits_for, lambda shown: shown.text.startswith("Verbunden"), 90)
        mila = WebPerson(http, random.Random(7))
        await mila.start()
        listening = asyncio.create_task(mila.listen())
        for choice in ("root.human", "human.here.yes", ""):
            asked = [button["id"] for frame in mila.frames for button in frame.get("buttons", ())]
            assert await mila.answered(await mila.taps(choice or asked[-1]), 90)
        rung = await asyncio.to_thread(phone.waits_for, lambda shown: "wartet seit" in shown.text, 90)
        # The bell dies; the chat goes on; the next bell tells nothing twice.
        platform.faults.errors(2, status=502, methods={"getMe"})
        assert house.kill("bell")
        assert await mila.answered(await mila.says("hallo, ist da jemand?"), 90)
        phone.taps("Übernehmen")
        case = await jana.next_case()
        assert case[:8].upper() in rung.text
        await asyncio.to_thread(phone.waits_for, lambda shown: "hat" in shown.text and "übernommen" in shown.text, 90)
        page = await jana.open(case)
        assert 'name="fence"' in page, "the desk shows that jana has the chat"
        said = await jana.act(case, "messages", text="Hallo, ich bin da.")
        assert said.status_code in (200, 204, 303)
        async with asyncio.timeout(90):
            while not any("Hallo, ich bin da." in frame["text"] for frame in mila.frames):
                await asyncio.sleep(0.05)
        listening.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await listening
    return phone.chat_id


@pytest.mark.parametrize("why", ["nobody listens there", "the token is not known", "a key is missing"])
def test_s18_a_bell_that_cannot_ring_harms_nobody(why: str, tmp_path: Path) -> None:
    with telegram() as platform:
        url = f"http://127.0.0.1:{free_ports(1)[0]}" if why == "nobody listens there" else platform.url
        token = TOKEN if why == "the token is not known" else platform.staff_token
        with running(tmp_path / "house", **settings(url, token)) as house:
            if why == "a key is missing":
                (house.data / "secrets" / "bell" / "field.key").unlink()
                house.kill("bell")
            asyncio.run(chat(house))
            ends = time.monotonic() + 90
            needle = b"role.died" if why == "a key is missing" else b'"bell.'
            while needle not in house.output.read_bytes() and time.monotonic() < ends:
                time.sleep(0.1)
            assert needle in house.output.read_bytes()
            assert house.stop() == 0
        assert token.encode() not in house.output.read_bytes()


async def chat(house: Installation) -> None:
    async with client(house.chat_url) as http:
        mila = WebPerson(http, random.Random(8))
        await mila.start()
        listening = asyncio.create_task(mila.listen())
        for text in ("hallo", "noch da?"):
            assert await mila.answered(await mila.says(text), 90)
        listening.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await listening
