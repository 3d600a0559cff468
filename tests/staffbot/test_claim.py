"""S18, R16: a chat is taken by a button as in the desk, by linked counsellors only, and by one of them."""

from __future__ import annotations

import asyncio
import secrets

import pytest

from bot.db import cases, chains, inbox, keyring
from bot.db.store import StoreUnavailable
from bot.turns.payload import Internal, decode_inbox
from tests.staffbot.team import Team, shown

pytestmark = pytest.mark.anyio


async def test_s18_the_button_takes_the_chat_over_as_the_desk_does(team: Team) -> None:
    jana = await team.house.member()
    ref = await team.house.person()
    async with team.bell() as running:
        phone = await team.links(jana, running)
        await running.ring()
        phone.taps("Übernehmen")
        await running.hear()
        assert phone.notices == (f"Du hast {ref[:8].upper()} übernommen. Schreiben kannst du am Beratungsplatz.",)
        await running.ring()
    assert shown(phone)[1:] == [f"jana hat {ref[:8].upper()} übernommen."]
    assert phone.newest.buttons == ()
    case = await team.house.stores.main.read(lambda tx: cases.find(tx, ref))
    assert case is not None and (case.counsellor, case.fence, case.unread) == ("jana", 1, False)
    rows = await team.house.stores.main.read(lambda tx: inbox.waiting(tx, case.conversation_id, most=9))
    told = [decode_inbox(team.house.public.open_queue(case.conversation, row.payload)) for row in rows]
    assert told == [Internal("joined")]
    audit = await team.house.stores.main.read(lambda tx: [link.entry for link in chains.read(tx, "audit")])
    assert '"case.claimed"' in audit[-1] and ref in audit[-1] and jana[0].ref in audit[-1]
    async with await team.house.sign_in(jana) as client:
        assert 'name="fence" value="1"' in (await client.get(f"/cases/{ref}")).text, "the desk lets jana write"


async def test_r16_desk_and_button_at_once_one_wins_both_are_told(team: Team) -> None:
    jana, ole = await team.house.member(), await team.house.member("ole")
    for _ in range(6):
        ref = await team.house.person()
        code = ref[:8].upper()
        async with team.bell() as running, await team.house.sign_in(ole) as client:
            phone = await team.links(jana, running)
            await running.ring()
            data = next(data for _, data in phone.newest.buttons)
            phone.taps(data=data)
            pressed = await running.fetch()
            desk = client.post(f"/cases/{ref}/claim", data={"csrf": client.csrf}, headers={"x-desk": "script"})
            answer, _ = await asyncio.gather(desk, running.line.take(pressed))
            winner = await team.holder(ref)
            if winner == "jana":
                assert answer.status_code == 409 and "jana" in answer.text
                assert phone.notices[-1].startswith(f"Du hast {code} übernommen")
            else:
                assert winner == "ole" and answer.status_code == 204
                assert phone.notices[-1] == f"ole hat {code} schon übernommen."
            await running.ring()
            assert f"{winner} hat {code} übernommen." in shown(phone)
    audit = await team.house.stores.main.read(lambda tx: [link.entry for link in chains.read(tx, "audit")])
    assert sum('"case.claimed"' in entry for entry in audit) == 6


async def test_r16_two_buttons_pressed_in_one_batch(team: Team) -> None:
    jana, ole = await team.house.member(), await team.house.member("ole")
    ref = await team.house.person()
    async with team.bell() as running:
        hers, his = await team.links(jana, running), await team.links(ole, running)
        await running.ring()
        hers.taps("Übernehmen")
        his.taps("Übernehmen")
        await running.hear()
        await running.ring()
    winner = await team.holder(ref)
    lost = his if winner == "jana" else hers
    assert lost.notices[-1] == f"{winner} hat {ref[:8].upper()} schon übernommen."
    assert shown(hers)[-1] == shown(his)[-1] == f"{winner} hat {ref[:8].upper()} übernommen."


async def test_a_button_pressed_again_changes_nothing_more(team: Team) -> None:
    jana = await team.house.member()
    ref = await team.house.person()
    team.platform.faults.repeat(True)
    async with team.bell() as running:
        phone = await team.links(jana, running)
        await running.ring()
        [(label, data)] = phone.newest.buttons
        phone.taps(label)
        phone.taps(data=data)
        await running.hear()
        await running.ring()
        phone.taps(data=data)
        await running.hear()
    assert len(set(phone.notices)) == 1 and len(phone.notices) == 3
    case = await team.house.stores.main.read(lambda tx: cases.find(tx, ref))
    assert case is not None and case.fence == 1


@pytest.mark.parametrize("by_button", [True, False])
async def test_a_notice_whose_answer_was_lost_is_known_by_its_button(team: Team, by_button: bool) -> None:
    jana, ole = await team.house.member(), await team.house.member("ole")
    ref = await team.house.person()
    async with team.bell() as running:
        phone = await team.links(jana, running)
        team.platform.faults.lose_answers(60, methods={"sendMessage"}, times=1)
        await running.ring()
        team.passes(seconds=10)
        if not by_button:
            await team.claims(ole, ref)
            await running.ring()
        phone.taps("Übernehmen")
        await running.hear()
        await running.ring()
    winner = "jana" if by_button else "ole"
    assert await team.holder(ref) == winner
    assert shown(phone)[-1] == f"{winner} hat {ref[:8].upper()} übernommen."


async def test_a_chat_nobody_can_take_any_more_says_so(team: Team) -> None:
    jana, ole = await team.house.member(), await team.house.member("ole")
    ref = await team.house.person()
    async with team.bell() as running:
        phone = await team.links(jana, running)
        await running.ring()
        await team.claims(ole, ref)
        await team.house.stores.main.write(lambda tx: cases.close(tx, ref, ole[0].id, 1, team.house.clock()))
        phone.taps("Übernehmen")
        await running.hear()
        await running.ring()
    assert phone.notices == (f"{ref[:8].upper()} ist nicht mehr zu übernehmen.",)
    assert shown(phone)[-1] == f"{ref[:8].upper()} wartet nicht mehr."


async def test_s18_forged_callbacks_get_silence(team: Team) -> None:
    jana, ole = await team.house.member(), await team.house.member("ole")
    ref = await team.house.person()
    stranger = team.platform.person(bot="staff")
    async with team.bell() as running:
        hers, his = await team.links(jana, running), await team.links(ole, running)
        await running.ring()
        mine, other = hers.newest.buttons[0][1], his.newest.buttons[0][1]
        before = running.said()
        forged = [other, "claim", f"claim {ref}", f"claim {secrets.token_hex(16)}", f"{mine}x", mine.upper(), "", "\0"]
        for data in forged:
            hers.taps(data=data or " ")
        callback = {"id": "1", "from": stranger.card, "chat_instance": "1", "data": mine}
        team.platform.deliver({"callback_query": callback}, bot="staff")
        team.platform.deliver({"callback_query": {**callback, "inline_message_id": "1"}}, bot="staff")
        chat = {"id": hers.chat_id, "type": "private", "first_name": "Jana"}
        message = {"message_id": hers.newest.message_id, "date": 0, "chat": chat}
        team.platform.deliver({"callback_query": {**callback, "message": message}}, bot="staff")
        await running.hear()
        assert running.said() == before and await team.holder(ref) is None


async def test_s18_an_unlinked_account_gets_silence_also_in_the_staff_group(team: Team) -> None:
    await team.is_here(await team.house.member())
    ref = await team.house.person()
    group, phone = team.platform.group(), team.platform.person(bot="staff")
    group.adds("staff", admin=True)
    group.adds(phone)
    async with team.bell(group=group.chat_id) as running:
        await running.ring()
        before = running.said()
        group.taps("Übernehmen", by=phone)
        await running.hear()
        assert running.said() == before == 1 and await team.holder(ref) is None


async def test_s18_the_staff_group_membership_is_asked_at_each_press(team: Team) -> None:
    jana = await team.house.member()
    first = await team.house.person()
    group = team.platform.group()
    group.adds("staff", admin=True)
    async with team.bell(group=group.chat_id) as running:
        phone = await team.links(jana, running)
        await running.ring()
        before = running.said()
        group.taps("Übernehmen", by=phone)
        await running.hear()
        assert running.said() == before and await team.holder(first) is None, "linked, but not in the group"
        group.adds(phone)
        group.taps("Übernehmen", by=phone)
        await running.hear()
        await running.ring()
        assert await team.holder(first) == "jana"
        assert shown(group) == [f"jana hat {first[:8].upper()} übernommen."]
        second = await team.house.person()
        await running.ring()
        group.removes(phone)
        before = running.said()
        group.taps("Übernehmen", by=phone)
        await running.hear()
        assert running.said() == before and await team.holder(second) is None, "removed since"
        team.platform.faults.errors(60, methods={"getChatMember"})
        group.adds(phone)
        group.taps("Übernehmen", by=phone)
        await running.hear()
        assert running.said() == before and await team.holder(second) is None, "Telegram does not say"


async def test_s18_a_foreign_group_gets_silence(team: Team) -> None:
    jana = await team.house.member()
    ref = await team.house.person()
    group, foreign = team.platform.group(), team.platform.group()
    for each in (group, foreign):
        each.adds("staff", admin=True)
    async with team.bell(group=group.chat_id) as running:
        phone = await team.links(jana, running)
        group.adds(phone)
        foreign.adds(phone)
        await running.ring()
        data = group.newest.buttons[0][1]
        before = running.said()
        chat = {"id": foreign.chat_id, "type": "supergroup", "title": "Gruppe"}
        message = {"message_id": 5, "date": 1, "chat": chat}
        callback = {"id": "1", "from": phone.card, "chat_instance": "1", "data": data, "message": message}
        team.platform.deliver({"callback_query": callback}, bot="staff")
        phone.taps(data=data)
        foreign.says("/start", by=phone)
        await running.hear()
        assert running.said() == before and await team.holder(ref) is None
    assert shown(foreign) == []


async def test_s17_who_could_not_open_the_chat_cannot_take_it(team: Team) -> None:
    ref = await team.house.person()
    late = await team.house.member("neu")
    async with team.bell() as running:
        phone = await team.links(late, running)
        await running.ring()
        case = await team.house.stores.main.read(lambda tx: cases.find(tx, ref))
        assert case is not None
        held = await team.house.stores.keyring.read(lambda tx: keyring.grants_of(tx, case.conversation, late[0].ref))
        assert held == {}
        phone.taps("Übernehmen")
        await running.hear()
    assert phone.notices == (f"{ref[:8].upper()} ist nicht mehr zu übernehmen.",)
    assert await team.holder(ref) is None


async def test_a_store_that_is_away_has_the_press_delivered_again(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    jana = await team.house.member()
    ref = await team.house.person()
    async with team.bell() as running:
        phone = await team.links(jana, running)
        await running.ring()
        phone.taps("Übernehmen")
        batch = await running.api.get_updates(running.offset)
        with monkeypatch.context() as broken:
            broken.setattr(type(team.house.stores.main), "read", away)
            assert not await running.line.take(batch)
        assert await running.line.take(batch)
    assert await team.holder(ref) == "jana"


async def away(*_: object, **__: object) -> None:
    raise StoreUnavailable("OperationalError")


async def test_an_update_nobody_can_read_does_not_hold_up_the_next(team: Team) -> None:
    jana = await team.house.member()
    ref = await team.house.person()
    async with team.bell() as running:
        phone = await team.links(jana, running)
        await running.ring()
        team.platform.deliver({"message": {"message_id": "seven"}}, bot="staff")
        team.platform.deliver({"callback_query": 7}, bot="staff")
        team.platform.deliver({"something_new": {"id": 1}}, bot="staff")
        phone.taps("Übernehmen")
        assert await running.hear()
        assert await running.line.take([None, 7, "text", {}, []])
    assert await team.holder(ref) == "jana"
