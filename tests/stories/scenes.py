"""Stories that need more than a chat: files through the gate, a counsellor, traces that go, the web chat, danger."""

from __future__ import annotations

import re
import uuid
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

import httpx

from bot.channels.plain import COUNSELLOR
from bot.channels.web import wire
from bot.db import cases, evidence
from tests.simulators.telegram import Shown
from tests.stories.expecting import standing
from tests.stories.teller import PICTURE, Teller, Told

Scene = Callable[[Teller], Awaitable[None]]
OPEN: Final = {"open": True, "staffed": True}
TO_THE_GATE: Final = ("start.hello.more", "start.more.steps", "start.single_steps.hand_in", "evidence.what_for.yes",
                      "evidence.collect.file", "evidence.gate.clean")  # fmt: skip
TO_A_PERSON: Final = ("start.hello.human", "human.here.yes", "about_you.phone_seen_ask.only_me")
FIELD: Final = re.compile(r'name="(csrf|fence)" value="([^"]*)"')
CODE: Final = re.compile(r"/#code=([0-9A-Za-z-]+)")
DANGER: Final[Mapping[str, str]] = {"de": "ich will nicht mehr leben", "nl": "ik wil niet meer leven"}


def remaining(teller: Teller) -> list[Shown]:
    return [one for one in teller.person.chat if not one.deleted]


async def taps(teller: Teller, *choices: str) -> None:
    for number, choice in enumerate(choices):
        await teller.does({"tap": choice}, middle=number == len(choices) // 2)


async def two_photos(teller: Teller) -> None:
    """An album through the gate: fetched only then, sealed, numbered, and readable for a counsellor alone."""
    await teller.be_at({})
    await teller.does({"start": None})
    await teller.does({"offered": "image"})
    await teller.does({"tap": "evidence.media_picture.else"})
    await taps(teller, *TO_THE_GATE)
    platform = teller.house.platform
    fetched = len(platform.called("getFile"))
    pictures = [PICTURE + b"first", PICTURE + b"second"]
    before = len(teller.person.chat)
    for picture in pictures:
        teller.person.sends_photo(picture, album="album")
    if teller.condition == "restarted":
        await teller.outlives_a_restart()
    await teller.house.settle()
    receipts = [one.text for one in teller.person.chat[before:] if one.by == "bot"]
    if len(receipts) != 2:
        raise Told(f"{len(receipts)} receipts for two photos: {receipts}")
    place = (await standing(teller.house, teller.address, teller.language)).conversation
    assert place is not None
    held = await teller.house.place.stores.main.read(lambda tx: evidence.held(tx, place.id))
    assert [(item.number, item.kind, item.state) for item in held] == [(1, "image", "held"), (2, "image", "held")]
    assert len(platform.called("getFile")) == fetched + 2, "each was fetched once, and nothing else"
    await taps(teller, "evidence.files.done", "evidence.collect.list")
    async with await _at_the_desk(teller) as jana:
        case = await _own_case(teller, place.id)
        for number, picture in enumerate(pictures, start=1):
            opened = await _act(jana, case, f"items/{number}")
            assert opened.content == picture


async def a_counsellor_comes_and_goes(teller: Teller) -> None:
    """Queue, claim at the desk, words both ways, and back to the bot."""
    await teller.be_at(OPEN)
    await teller.does({"start": None})
    await taps(teller, *TO_A_PERSON)
    place = (await standing(teller.house, teller.address, teller.language)).conversation
    assert place is not None and place.holder == "waiting"
    async with await _at_the_desk(teller) as jana:
        case = await _own_case(teller, place.id)
        assert (await _act(jana, case, "claim")).status_code == 303
        await teller.house.settle()
        assert teller.person.newest.text, "somebody is here, says the bot"
        said = await _act(jana, case, "messages", text="Hallo, ich bin Jana.")
        assert said.status_code in (204, 303)
        await teller.house.settle()
        assert teller.person.newest.text == f"{COUNSELLOR}Hallo, ich bin Jana."
        assert not any("." in data for one in remaining(teller) for _, data in one.buttons), (
            "nothing to press meanwhile"
        )
        before = len(teller.person.chat)
        teller.person.says("danke, hier ist alles laut")
        await teller.house.settle()
        assert [one for one in teller.person.chat[before:] if one.by == "bot"] == [], "the bot is silent"
        assert "danke, hier ist alles laut" in (await jana.get(f"/cases/{case}")).text
        assert (await _act(jana, case, "hand-back")).status_code == 303
    await teller.house.settle()
    assert any("." in data for _, data in teller.person.newest.buttons), "the bot asks again"
    await teller.does({"tap": "root.emergency"})


async def quick_exit(teller: Teller) -> None:
    """Everything goes from the chat but one quiet word; nobody writes first afterwards."""
    await teller.be_at({})
    await teller.does({"start": "insta"})
    await teller.does({"tap": "root.topic.deepnude"}, middle=True)
    teller.person.says("Stopp" if teller.language == "de" else "stop")
    await teller.house.settle()
    [last] = remaining(teller)
    assert last.by == "bot" and not last.buttons
    teller.house.clock.advance(hours=3)
    await teller.house.settle()
    assert remaining(teller) == [last]
    await teller.does({"start": None})


async def everything_deleted(teller: Teller) -> None:
    """Delete all, now: the chat holds one last message, the house a stranger's conversation."""
    await teller.be_at({})
    await teller.does({"start": "insta"})
    before = (await standing(teller.house, teller.address, teller.language)).conversation
    await teller.does({"tap": "root.topic.deepnude"})
    await teller.does({"tap": "root.delete"})
    await teller.does({"tap": "my_data.delete.now"}, middle=True)
    [last] = remaining(teller)
    assert last.by == "bot" and not last.buttons
    after = (await standing(teller.house, teller.address, teller.language)).conversation
    assert before is not None and after is not None and before.ref != after.ref
    await teller.does({"start": None})


async def to_the_web_chat_and_back(teller: Teller) -> None:
    """One conversation: the link in Telegram opens it in the web chat, the web chat's link brings it back."""
    house = teller.house
    await teller.be_at({})
    await teller.does({"start": "insta"})
    await teller.does({"tap": "root.topic.deepnude"}, middle=True)
    begun = (await standing(house, teller.address, teller.language)).conversation
    before = len(teller.person.chat)
    [code] = {found for one in teller.person.chat for found in CODE.findall(one.text)}
    token = (await _web(teller, "/chat/resume", {"code": code}))["token"]
    await house.settle()
    page = wire.address(token)
    assert page is not None
    asked = (await house.chats.pending(page))[-1].message.buttons
    await _web(teller, "/chat/messages", {"id": str(uuid.uuid4()), "tap": asked[0].id}, token)
    await house.settle()
    assert (await house.chats.pending(page))[-1].message.buttons != asked
    assert len(teller.person.chat) == before, "Telegram hears nothing of it"
    link = (await _web(teller, "/chat/code", {}, token))["telegram"]
    teller.person.starts(link.partition("?start=")[2])
    await house.settle()
    there = await standing(house, teller.address, teller.language)
    assert begun is not None and there.conversation is not None and there.conversation.ref == begun.ref
    [data, *_] = [data for _, data in teller.person.newest.buttons]
    assert data != asked[0].id
    await teller.does({"tap": data})


async def crisis_by_text(teller: Teller) -> None:
    """Danger in free text is answered at once: no collecting, and with a sound."""
    await teller.be_at({})
    await teller.does({"start": None})
    teller.house.clock.advance(seconds=30)
    asked, before = teller.house.clock(), len(teller.person.chat)
    teller.person.says(DANGER[teller.language])
    if teller.condition == "restarted":
        await teller.outlives_a_restart()
    await teller.house.settle()
    first, *_ = [one for one in teller.person.chat[before:] if one.by == "bot"]
    assert (first.at - asked).total_seconds() < 0.5
    assert not first.silent
    await taps(teller, "safety.suicide.no", "root.human")


SCENES: Final[Mapping[str, Scene]] = {
    each.__name__: each
    for each in (
        two_photos,
        a_counsellor_comes_and_goes,
        quick_exit,
        everything_deleted,
        to_the_web_chat_and_back,
        crisis_by_text,
    )
}


async def _web(teller: Teller, path: str, body: dict[str, str], token: str = "") -> dict[str, str]:
    """What a page of the web chat asks of the same installation."""
    url = teller.house.settings.public.url
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    transport = httpx.ASGITransport(teller.house.door.app, client=("127.0.0.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url=url, headers={"Origin": url, **headers}) as http:
        answer = await http.post(path, json=body)
    assert answer.is_success, answer.status_code
    found: dict[str, str] = answer.json()
    return found


# --- at the desk ----------------------------------------------------------------------------------------------------


async def _at_the_desk(teller: Teller) -> httpx.AsyncClient:
    return await teller.team.desk().sign_in((teller.team.member, teller.team.bundle))


async def _own_case(teller: Teller, conversation: int) -> str:
    """The case of this story's person; others in the house have theirs."""
    case = await teller.house.place.stores.main.read(lambda tx: cases.ref_of(tx, conversation))
    assert case is not None
    return case


async def _act(jana: httpx.AsyncClient, case: str, what: str, **fields: str) -> httpx.Response:
    page = await jana.get(f"/cases/{case}")
    assert page.status_code == 200, page.status_code
    known = dict(FIELD.findall(page.text))
    return await jana.post(f"/cases/{case}/{what}", data={**known, "id": "6f1c2a3e", **fields})
