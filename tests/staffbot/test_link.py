"""S18: an account is linked by a one-time code of the desk, and by nothing else."""

from __future__ import annotations

import secrets

import pytest

from bot.db import bell, chains
from bot.db.tables import link_codes, staff_links
from bot.desk.accounts import revoke
from tests.desk.house import House
from tests.staffbot.team import Team, shown

pytestmark = pytest.mark.anyio


async def test_s18_a_code_of_the_desk_links_an_account(team: Team) -> None:
    jana = await team.house.member()
    async with team.bell() as running:
        phone = await team.links(jana, running)
    assert shown(phone) == [
        "Verbunden. Hier klingelt es, wenn jemand wartet. Lösen kannst du die Verbindung am Beratungsplatz."
    ]
    async with await team.house.sign_in(jana) as client:
        page = (await client.get("/bell")).text
    assert "Verbunden seit" in page and str(phone.chat_id) not in page and "/start" not in page


@pytest.mark.parametrize("language", ["de", "nl", "en"])
async def test_the_bot_speaks_as_the_desk_did_when_it_was_linked(team: Team, language: str) -> None:
    jana = await team.house.member()
    async with team.bell() as running:
        phone = await team.links(jana, running, language=language)
    assert shown(phone)[0].startswith({"de": "Verbunden", "nl": "Gekoppeld", "en": "Linked"}[language])


async def test_s18_a_code_works_once(team: Team) -> None:
    jana = await team.house.member()
    code = await team.code(jana)
    mine, other = team.platform.person(bot="staff"), team.platform.person(bot="staff")
    async with team.bell() as running:
        mine.starts(code)
        other.starts(code)
        await running.hear()
    assert len(shown(mine)) == 1 and shown(other) == []
    linked = await team.account(jana)
    assert linked is not None
    opened = team.keys.open_field("staff_links", "account", jana[0].ref, linked.account)
    assert opened == str(mine.chat_id).encode()


@pytest.mark.parametrize(("minutes", "works"), [(9.99, True), (10, False)])
async def test_s18_a_code_ends_after_ten_minutes(team: Team, minutes: float, works: bool) -> None:
    jana = await team.house.member()
    code = await team.code(jana)
    team.passes(minutes=minutes)
    async with team.bell() as running:
        phone = team.platform.person(bot="staff")
        phone.starts(code)
        await running.hear()
    assert (await team.account(jana) is not None) is works
    assert len(shown(phone)) == works


async def test_a_new_code_ends_the_old_one(team: Team) -> None:
    jana = await team.house.member()
    old = await team.code(jana)
    await team.code(jana)
    async with team.bell() as running:
        team.platform.person(bot="staff").starts(old)
        await running.hear()
        assert running.said() == 0
    assert await team.account(jana) is None


@pytest.mark.parametrize("said", ["/start", "/start x", "/start {wrong}", "/start {code} {code}", "{code}", "hallo"])
async def test_s18_what_is_no_code_gets_silence(team: Team, said: str) -> None:
    jana = await team.house.member()
    code = await team.code(jana)
    async with team.bell() as running:
        team.platform.person(bot="staff").says(said.format(code=code, wrong=secrets.token_urlsafe(16)))
        await running.hear()
        assert running.said() == 0
    assert await team.account(jana) is None


async def test_s18_a_code_in_a_group_is_silence_and_stays_unused(team: Team) -> None:
    jana = await team.house.member()
    code = await team.code(jana)
    group, phone = team.platform.group(), team.platform.person(bot="staff")
    group.adds("staff", admin=True)
    group.adds(phone)
    async with team.bell(group=group.chat_id) as running:
        command = {"type": "bot_command", "offset": 0, "length": len("/start")}
        chat = {"id": group.chat_id, "type": "supergroup", "title": "Gruppe"}
        message = {"message_id": 7, "date": 1, "chat": chat, "from": phone.card, "text": f"/start {code}"}
        team.platform.deliver({"message": {**message, "entities": [command]}}, bot="staff")
        await running.hear()
        assert running.said() == 0 and await team.account(jana) is None
        phone.starts(code)
        await running.hear()
    assert await team.account(jana) is not None


async def test_the_newest_link_of_an_account_and_of_a_member_counts(team: Team) -> None:
    jana, ole = await team.house.member(), await team.house.member("ole")
    async with team.bell() as running:
        phone = await team.links(jana, running)
        phone.starts(await team.code(ole))
        await running.hear()
        assert await team.account(jana) is None and await team.account(ole) is not None
        await team.links(ole, running)
    found = await team.house.stores.main.read(lambda tx: bell.find_linked(tx, team.keys.lookups(phone.chat_id)))
    assert found is None, "ole has another phone now"


async def test_s18_unlinking_in_the_desk_makes_a_stranger(team: Team) -> None:
    jana = await team.house.member()
    async with team.bell() as running:
        phone = await team.links(jana, running)
        await team.house.person()
        await running.ring()
        async with await team.house.sign_in(jana) as client:
            answer = await client.post("/bell/unlink", data={"csrf": client.csrf})
            assert answer.status_code == 303
            assert "nicht verbunden" in (await client.get("/bell")).text
        before = running.said()
        phone.taps("Übernehmen")
        await running.hear()
        await running.ring()
        assert running.said() == before
    audit = await team.house.stores.main.read(lambda tx: [link.entry for link in chains.read(tx, "audit")])
    assert '"bell.unlinked"' in audit[-1]


async def test_s12_a_revoked_account_is_a_stranger(team: Team) -> None:
    jana = await team.house.member()
    async with team.bell() as running:
        phone = await team.links(jana, running)
        ref = await team.house.person()
        await running.ring()
        await revoke(team.house.stores, handle="jana", now=team.house.clock())
        before = running.said()
        phone.taps("Übernehmen")
        await running.hear()
        assert running.said() == before and await team.holder(ref) is None


async def test_s15_admins_and_houses_without_staff_bot_have_no_such_page(team: Team) -> None:
    admin, jana = await team.house.member("alma", "admin"), await team.house.member()
    async with await team.house.sign_in(admin) as client:
        assert (await client.get("/bell")).status_code == 404
        assert '"/bell"' not in (await client.get("/hours")).text
    async with await team.house.sign_in(jana) as client:
        assert 'href="/bell"' in (await client.get("/hours")).text
    house = House(team.house.stores, team.house.clock, team.house.folder)
    async with await house.sign_in(jana) as client:
        assert 'href="/bell"' not in (await client.get("/hours")).text
        for method, path in (("GET", "/bell"), ("POST", "/bell/code"), ("POST", "/bell/unlink")):
            answer = await client.request(method, path, data={"csrf": client.csrf} if method == "POST" else None)
            assert answer.status_code == 404


async def test_s24_neither_code_nor_account_lies_in_clear(team: Team) -> None:
    jana = await team.house.member()
    async with team.bell() as running:
        phone = await team.links(jana, running)
    code = await team.code(jana)

    def rows(tx: object) -> str:
        found = [tx.execute(table.select()).all() for table in (staff_links, link_codes)]  # type: ignore[attr-defined]  # a transaction
        return repr(found)

    stored = await team.house.stores.main.read(rows)
    assert code not in stored and str(phone.chat_id) not in stored
