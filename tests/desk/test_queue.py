"""The list, the dead letters, the hours."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.db import cases, chains, dead_letters
from bot.desk.live import changes
from tests.desk.house import House

pytestmark = pytest.mark.anyio


async def test_everybody_stands_where_one_looks_for_them(house: House) -> None:
    jana, ole = await house.member(), await house.member("ole")
    crisis = await house.person(urgent=True, ago=timedelta(minutes=2))
    long = await house.person(ago=timedelta(minutes=50))
    left_word = await house.person(waits=False, message=True, ago=timedelta(hours=9))
    with_bot = await house.person(waits=False)
    theirs, mine = await house.person(), await house.person()
    await house.stores.main.write(lambda tx: cases.claim(tx, theirs, ole[0].id, house.clock()))
    await house.stores.main.write(lambda tx: cases.claim(tx, mine, jana[0].id, house.clock()))
    async with await house.sign_in(jana) as client:
        page = (await client.get("/queue")).text
    places = [page.index(ref) for ref in (mine, crisis, left_word, long, theirs, with_bot)]
    assert places == sorted(places)
    assert 'data-waiting="3"' in page and "50 Min." in page and "9 Std." in page and "bei ole" in page
    assert page.count("Krise") == 1 and page.count("Nachricht hinterlassen") == 1


async def test_r10_dead_letters_are_counted_retried_and_dismissed(house: House) -> None:
    jana = await house.member()

    def fail() -> object:
        return house.stores.main.write(
            lambda tx: dead_letters.record(tx, source="timer", reason="ValueError", tries=5, now=house.clock())
        )

    first, second = await fail(), await fail()  # type: ignore[misc]  # the write of a store is awaited
    async with await house.sign_in(jana) as client:
        page = (await client.get("/dead-letters")).text
        assert "ValueError" in page and '<span class="count alarm">2</span>' in page
        await client.post(f"/dead-letters/{first}/retry", data={"csrf": client.csrf})
        await client.post(f"/dead-letters/{second}/dismiss", data={"csrf": client.csrf})
        await client.post("/dead-letters/" + "<" * 32 + "/dismiss", data={"csrf": client.csrf})
        assert "Alles ist angekommen" in (await client.get("/dead-letters")).text
    assert await house.stores.main.read(lambda tx: chains.first_bad(tx, "audit")) is None


async def test_opening_hours_are_shown_per_team(house: House) -> None:
    jana = await house.member()
    async with await house.sign_in(jana) as client:
        page = (await client.get("/hours")).text
    assert "Jetzt geöffnet" in page and "Jetzt geschlossen" in page and "Koningsdag" in page


def test_a_page_is_told_what_changed_and_nothing_else() -> None:
    assert changes(None, {"a": (1,)}) == [("queue", ""), ("case", "a")]
    assert changes({"a": (1,)}, {"a": (1,)}) == []
    assert changes({"a": (1,), "b": (1,)}, {"a": (2,), "c": (1,)}) == [
        ("queue", ""),
        ("case", "a"),
        ("case", "b"),
        ("case", "c"),
    ]
