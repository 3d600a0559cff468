"""Notices: one message per event, changed in place when it is over, never repeated, without content.

What is sent again because nobody knows whether it arrived: `test_doubts.py`.
"""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bot.cases.summary import Summary
from bot.cases.thread import Entry
from bot.db import cases, dead_letters, erasure, staff
from bot.db.tables import conversations, notices
from bot.retention.rules import RULES
from bot.retention.sweep import Sweep
from tests.simulators.telegram import Rates, telegram
from tests.simulators.telegram.methods import METHODS
from tests.simulators.telegram.world import Refused
from tests.staffbot.team import Team, shown

pytestmark = pytest.mark.anyio

LINK = "\nhttp://localhost:8090/"


async def test_somebody_waits_until_somebody_takes_over(team: Team) -> None:
    jana, ole = await team.house.member(), await team.house.member("ole")
    async with team.bell() as running:
        phone = await team.links(jana, running)
        first = await team.house.person()
        second = await team.house.person(ago=timedelta(minutes=3))
        for _ in range(3):
            await running.ring()
        codes = first[:8].upper(), second[:8].upper()
        assert shown(phone)[1:] == [
            f"{codes[1]} wartet seit Mi. 11:57. Es warten: 2.{LINK}",
            f"{codes[0]} wartet seit Mi. 12:00. Es warten: 2.{LINK}",
        ]
        assert all(message.protected and not message.previews for message in phone.chat if message.by == "bot")
        team.passes(seconds=5)
        await team.claims(ole, first)
        await running.ring()
        await running.ring()
    assert shown(phone)[2] == f"ole hat {codes[0]} übernommen." and codes[1] in shown(phone)[1]
    assert len(team.platform.called("sendMessage", bot="staff")) == 3
    assert len(team.platform.called("editMessageText", bot="staff")) == 1


async def test_a_crisis_rings_at_night_and_does_not_say_what_it_is(team: Team) -> None:
    jana = await team.house.member()
    async with team.bell() as running:
        phone = await team.links(jana, running)
        team.passes(hours=13)
        ref = await team.house.person(waits=False, urgent=True, card=Summary(topic="deepnude"))
        await running.ring()
        assert shown(phone)[1:] == [f"DRINGEND: {ref[:8].upper()}{LINK}"]
        assert len(phone.newest.buttons) == 1
        case = await team.house.stores.main.read(lambda tx: cases.find(tx, ref))
        assert case is not None
        await team.house.stores.main.write(lambda tx: cases.set_urgent(tx, case.conversation_id, urgent=False))
        await running.ring()
    assert shown(phone)[1:] == [f"{ref[:8].upper()} ist nicht mehr dringend."]


async def test_unclaimed_for_ten_minutes(team: Team) -> None:
    jana = await team.house.member()
    async with team.bell() as running:
        phone = await team.links(jana, running)
        ref = await team.house.person()
        await running.ring()
        team.passes(minutes=10)
        await team.is_here(jana)
        await running.ring()
        code = ref[:8].upper()
        assert shown(phone)[2:] == [f"{code} wartet seit Mi. 12:00, niemand hat übernommen. Es warten: 1.{LINK}"]
        phone.taps("Übernehmen")
        await running.hear()
        await running.ring()
    assert shown(phone)[1:] == [f"jana hat {code} übernommen."] * 2


async def test_nobody_is_signed_in_while_somebody_waits(team: Team) -> None:
    jana, fleur = await team.house.member(), await team.house.member("fleur", languages=("nl",))
    async with team.bell() as running:
        hers, other = await team.links(jana, running), await team.links(fleur, running, language="nl")
        team.passes(minutes=2)
        await team.is_here(fleur)
        await team.house.person()
        await running.ring()
        assert shown(hers)[2:] == [f"Es ist geöffnet und niemand ist angemeldet. Es warten: 1, seit Mi. 12:02.{LINK}"]
        assert hers.newest.buttons == ()
        team.passes(seconds=5)
        await team.is_here(jana)
        await running.ring()
        assert shown(hers)[2:] == ["Erledigt: Es ist jemand da, oder es wartet niemand mehr."]
        await team.house.stores.main.write(lambda tx: staff.left(tx, jana[0].id))
        await running.ring()
        assert len(shown(hers)) == 4, "it has begun again"
    assert len(shown(other)) == 1, "not her team"


async def test_r10_dead_letters_are_counted(team: Team) -> None:
    jana = await team.house.member()

    async def fails() -> str:
        return await team.house.stores.main.write(
            lambda tx: dead_letters.record(tx, source="inbox", reason="ValueError", tries=3, now=team.house.clock())
        )

    async with team.bell() as running:
        phone = await team.links(jana, running)
        refs = [await fails(), await fails()]
        await running.ring()
        refs.append(await fails())
        await running.ring()
        assert shown(phone)[1:] == [f"Nicht zugestellt: 2{LINK}"]
        for ref in refs:
            await team.house.stores.main.write(lambda tx, ref=ref: dead_letters.dismiss(tx, ref))
        await running.ring()
    assert shown(phone)[1:] == ["Erledigt: Alles ist zugestellt oder abgehakt."]


async def test_a_restart_repeats_nothing_and_still_ends_what_is_over(team: Team) -> None:
    jana, ole = await team.house.member(), await team.house.member("ole")
    async with team.bell() as running:
        phone = await team.links(jana, running)
        ref = await team.house.person()
        await running.ring()
    async with team.bell() as running:
        await running.ring()
        assert len(shown(phone)) == 2
        await team.claims(ole, ref)
    async with team.bell() as running:
        await running.ring()
    assert shown(phone)[1:] == [f"ole hat {ref[:8].upper()} übernommen."]


async def test_killed_between_row_and_message_it_is_not_sent_twice(team: Team) -> None:
    jana = await team.house.member()
    async with team.bell() as running:
        phone = await team.links(jana, running)
        await team.house.person()
        team.platform.faults.lose_answers(60, methods={"sendMessage"}, times=1)
        await running.ring()
        assert len(shown(phone)) == 2, "it was sent, and the answer lost"
    async with team.bell() as running:
        for _ in range(3):
            team.passes(minutes=1)
            await team.is_here(jana)
            await running.ring()
        assert len(shown(phone)) == 2
        team.passes(minutes=8)
        await team.is_here(jana)
        await running.ring()
    assert "niemand hat übernommen" in shown(phone)[-1], "who still waits is told about anew"


async def test_what_surely_was_not_sent_is_sent_later(team: Team) -> None:
    jana = await team.house.member()
    async with team.bell() as running:
        phone = await team.links(jana, running)
        ref = await team.house.person()
        team.platform.faults.errors(5, status=503, methods={"sendMessage"})
        await running.ring()
        assert len(shown(phone)) == 1
        team.passes(seconds=6)
        team.platform.faults.flood(30, retry_after=20, methods={"sendMessage"}, times=1)
        await running.ring()
        team.passes(seconds=10)
        await running.ring()
        assert len(shown(phone)) == 1 and len(team.platform.called("sendMessage", bot="staff")) == 3
        team.passes(seconds=10)
        await running.ring()
    assert ref[:8].upper() in shown(phone)[-1] and len(shown(phone)) == 2


async def test_what_is_over_before_it_could_be_sent_never_is(team: Team) -> None:
    jana, ole = await team.house.member(), await team.house.member("ole")
    async with team.bell() as running:
        phone = await team.links(jana, running)
        ref = await team.house.person()
        team.platform.faults.errors(5, status=503, methods={"sendMessage"})
        await running.ring()
        await team.claims(ole, ref)
        team.passes(seconds=30)
        await running.ring()
    assert len(shown(phone)) == 1


async def test_an_edit_whose_answer_was_lost_is_made_again(team: Team) -> None:
    jana, ole = await team.house.member(), await team.house.member("ole")
    async with team.bell() as running:
        phone = await team.links(jana, running)
        ref = await team.house.person()
        await running.ring()
        await team.claims(ole, ref)
        team.platform.faults.lose_answers(60, methods={"editMessageText"}, times=1)
        await running.ring()
        for _ in range(2):
            team.passes(seconds=30)
            await running.ring()
    assert shown(phone)[1:] == [f"ole hat {ref[:8].upper()} übernommen."]
    assert [call.answered for call in team.platform.called("editMessageText", bot="staff")] == [None, 400]


async def test_who_blocked_the_bot_holds_up_nobody(team: Team) -> None:
    jana, ole = await team.house.member(), await team.house.member("ole")
    async with team.bell() as running:
        hers, his = await team.links(jana, running), await team.links(ole, running)
        hers.blocks()
        ref = await team.house.person()
        await running.ring()
        assert ref[:8].upper() in shown(his)[-1]
        await running.ring()
        await team.claims(ole, ref)
        await running.ring()
    assert len(shown(hers)) == 1 and shown(his)[-1].startswith("ole hat")
    assert len(team.platform.called("sendMessage", bot="staff")) == 4


async def test_the_group_hears_at_most_twenty_times_a_minute_the_urgent_first(team: Team) -> None:
    jana = await team.house.member()
    with telegram(clock=team.house.clock, rates=Rates()) as platform:
        team.platform = platform
        group = platform.group()
        group.adds("staff", admin=True)
        async with team.bell(group=group.chat_id) as running:
            await team.is_here(jana)
            for _ in range(24):
                await team.house.person()
            urgent = await team.house.person(urgent=True)
            await running.ring()
            assert len(shown(group)) == 20 and urgent[:8].upper() in shown(group)[0]
            await running.ring()
            assert len(shown(group)) == 20
            team.passes(minutes=1)
            await team.is_here(jana)
            await running.ring()
            assert len(shown(group)) == 25 and len(set(shown(group))) == 25
        assert {call.answered for call in platform.called("sendMessage", bot="staff")} == {200}
        assert platform.broken == []


async def test_the_group_is_spoken_to_in_the_language_of_the_team(team: Team) -> None:
    await team.is_here(await team.house.member())
    group = team.platform.group()
    group.adds("staff", admin=True)
    async with team.bell(group=group.chat_id) as running:
        ref = await team.house.person(language="nl")
        await running.ring()
        assert shown(group) == [f"{ref[:8].upper()} wacht sinds wo 12:00. Wachtenden: 1.{LINK}"]
        assert group.newest.buttons[0][0] == "Overnemen"


async def test_a_group_that_got_another_id_is_followed(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    await team.is_here(await team.house.member())
    old, new = -500, team.platform.group()
    new.adds("staff", admin=True)
    plain = METHODS["sendMessage"]

    def moved(platform: object, account: object, params: dict[str, object]) -> object:
        if params["chat_id"] == old:
            raise Refused(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=new.chat_id)
        return plain(platform, account, params)  # type: ignore[arg-type]  # the simulator's own

    monkeypatch.setitem(METHODS, "sendMessage", moved)
    async with team.bell(group=old) as running:
        await team.house.person()
        await running.ring()
        await running.ring()
        assert running.line.group == new.chat_id and len(shown(new)) == 1


async def test_a_deleted_conversation_is_over_and_its_row_goes_with_it(team: Team) -> None:
    jana = await team.house.member()
    async with team.bell() as running:
        phone = await team.links(jana, running)
        ref = await team.house.person()
        await running.ring()
        case = await team.house.stores.main.read(lambda tx: cases.find(tx, ref))
        assert case is not None
        asked = conversations.update().where(conversations.c.id == case.conversation_id)
        await team.house.stores.main.write(lambda tx: tx.execute(asked.values(erase_at=team.house.clock())).rowcount)
        await running.ring()
        assert shown(phone)[1:] == [f"{ref[:8].upper()} wartet nicht mehr."]
    await team.house.stores.main.write(lambda tx: erasure.remove(tx, case.conversation_id, team.house.clock()))
    assert await kept(team) == 0


async def test_s59_what_is_over_is_forgotten_and_what_lasts_is_not(team: Team) -> None:
    jana, ole = await team.house.member(), await team.house.member("ole")
    limit = RULES["notice"]
    assert limit is not None
    async with team.bell() as running:
        await team.links(jana, running)
        await team.code(ole)
        lasting, over = await team.house.person(), await team.house.person()
        await running.ring()
        await team.claims(ole, over)
        await running.ring()
        assert await kept(team) == 2
        team.passes(seconds=limit.total_seconds() + 1)
        report = await Sweep(team.house.stores, team.house.vault, team.house.clock).run()
        assert report.counts["notices"] == 1 and report.counts["link_codes"] == 1 and await kept(team) == 1
        assert await team.holder(lasting) is None


async def test_s18_no_notice_and_no_log_says_anything_of_a_person(
    team: Team, capsys: pytest.CaptureFixture[str]
) -> None:
    markers = {name: f"kanarie-{name}-9f3a" for name in ("text", "note", "topic", "name", "handle")}
    jana, ole = await team.house.member(), await team.house.member("ole")
    group = team.platform.group(markers["name"])
    group.adds("staff", admin=True)
    talk = [Entry("person", team.house.clock(), markers["text"])]
    async with team.bell() as running:
        phone = await team.links(jana, running)
        stranger = team.platform.person(bot="staff", name=markers["handle"])
        stranger.says(f"/start {markers['text']}")
        stranger.says(markers["text"])
        team.platform.deliver({"message": {"text": markers["text"]}}, bot="staff")
        refs = [
            await team.house.person(talk, urgent=urgent, notes=[("link", markers["note"])], card=Summary(topic="x"))
            for urgent in (True, False)
        ]
        await running.hear()
        await running.ring()
        team.passes(minutes=11)
        await team.is_here(jana)
        await running.ring()
        await team.claims(ole, refs[0])
        await running.ring()
        phone.taps("Übernehmen", message_id=next(m.message_id for m in phone.chat if refs[1][:8].upper() in m.text))
        await running.hear()
        await running.ring()
    asked = repr([(call.method, call.params) for call in team.platform.calls])
    said = capsys.readouterr()
    logged = said.out + said.err
    secret = [team.platform.staff_token, str(phone.chat_id), str(stranger.chat_id)]
    for marker in markers.values():
        assert marker not in asked and marker not in logged
    assert not [each for each in secret if each in logged]
    for ref in refs:
        assert ref not in asked, "eight characters of a case, never more"
    codes = {ref[:8].upper() for ref in refs}
    assert codes <= set(re.findall(r"\b[0-9A-F]{8}\b", asked)) and "deepnude" not in asked


async def kept(team: Team) -> int:
    return await team.house.stores.main.read(lambda tx: len(tx.execute(notices.select()).all()))
