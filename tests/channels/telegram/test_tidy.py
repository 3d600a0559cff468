"""Buttons retire, traces go; what is told to be done needs no further try, and nothing else is."""

from __future__ import annotations

import time
from collections.abc import Iterable

import pytest

from bot.channels.contract import Sent
from bot.channels.telegram import send, wire
from bot.channels.telegram.connection import Connection
from tests.channels.telegram.conftest import outbound, sending, using
from tests.channels.telegram.test_send import params
from tests.conftest import StandingClock
from tests.simulators.telegram import Person, Telegram, telegram

TIDY = {"editMessageReplyMarkup", "deleteMessages"}


def tidying(
    platform: Telegram, person: Person, retire: Iterable[object] = (), take_back: Iterable[object] = ()
) -> set[str]:
    async def story(connection: Connection) -> frozenset[str]:
        return await connection.sender.tidy(str(person.chat_id), tuple(map(str, retire)), tuple(map(str, take_back)))

    return set(using(platform, story))


def test_sending_does_nothing_else(platform: Telegram, mila: Person) -> None:
    sending(platform, outbound(mila.chat_id, "Was ist passiert?", "Bild"), outbound(mila.chat_id, "Weg.", leave=True))
    assert [call.method for call in platform.calls] == ["sendMessage", "sendMessage"]


def test_buttons_retire(platform: Telegram, mila: Person) -> None:
    first, _ = sending(
        platform, outbound(mila.chat_id, "Was ist passiert?", "Bild"), outbound(mila.chat_id, "Seit wann?", "Heute")
    )
    assert tidying(platform, mila, retire=[first.external_id]) == {first.external_id}
    assert [shown.buttons for shown in mila.chat if shown.by == "bot"] == [(), (("Heute", "start.Heute"),)]


def test_what_is_gone_already_or_was_never_there_needs_no_further_try(platform: Telegram, mila: Person) -> None:
    [plain] = sending(platform, outbound(mila.chat_id, "Ohne Tasten."))
    done = tidying(platform, mila, [plain.external_id, 999_999, "not-a-number"], [888_888, "nor-this"])
    assert done == {plain.external_id, "999999", "888888", "not-a-number", "nor-this"}
    assert len(platform.called("editMessageReplyMarkup")) == 2


def test_what_the_platform_did_not_answer_is_not_done(
    platform: Telegram, mila: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(send, "RETIRE_SECONDS", 0.3)
    monkeypatch.setattr(send, "TAKE_BACK_SECONDS", 0.3)
    [asked] = sending(platform, outbound(mila.chat_id, "Was ist passiert?", "Bild"))
    trace = mila.says("geheim")
    faults = platform.faults
    for fault in (faults.black_hole, faults.errors, faults.lose_answers, faults.flood):
        fault(60, methods=TIDY)
        assert tidying(platform, mila, [asked.external_id], [trace]) == set()
        faults.clear()
    monkeypatch.undo()
    assert tidying(platform, mila, [asked.external_id], [trace]) == {asked.external_id, str(trace)}


def test_what_was_done_before_the_time_was_up_stays_done(
    platform: Telegram, mila: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(send, "TAKE_BACK_SECONDS", 30)
    monkeypatch.setattr(wire, "CALL_SECONDS", 0.5)
    written = [str(mila.says(f"Nachricht {n}")) for n in range(150)]
    platform.faults.black_hole(60, methods={"deleteMessages"}, times=send.TAKE_BACK_TRIES)
    assert tidying(platform, mila, take_back=written) == set(written[100:])


def test_a_blocked_bot_leaves_the_traces_for_later_after_one_call(platform: Telegram, mila: Person) -> None:
    written = [mila.says(f"Nachricht {n}") for n in range(20)]
    platform.faults.errors(60, 403, methods={"deleteMessages"})
    assert tidying(platform, mila, take_back=written) == set()
    assert len(platform.called("deleteMessages")) == 1


def test_an_address_that_is_no_chat_is_asked_for_nothing(platform: Telegram) -> None:
    async def story(connection: Connection) -> frozenset[str]:
        return await connection.sender.tidy("@somebody", ("1",), ("2",))

    assert using(platform, story) == {"1", "2"}
    assert platform.calls == []


def test_hundreds_of_traces_do_not_hold_back_the_next_message() -> None:
    """Refused calls are halved again and again; they count for the total pace only."""
    clock = StandingClock()
    with telegram(clock=clock) as platform:
        mila = platform.person()
        mila.starts()
        old = [str(mila.says(f"alt {n}")) for n in range(30)]
        clock.advance(days=3)

        async def story(connection: Connection) -> float:
            assert await connection.sender.tidy(str(mila.chat_id), (), old) == set(old)
            begun = time.monotonic()
            assert isinstance(await connection.sender.send(outbound(mila.chat_id)), Sent)
            return time.monotonic() - begun

        assert using(platform, story) < 10  # as many seconds as calls, if they counted for the chat
        assert len(platform.called("deleteMessages")) > 30


def test_s57_traces_go_in_slices_of_a_hundred(platform: Telegram, mila: Person) -> None:
    written = [mila.says(f"Nachricht {n}") for n in range(230)]
    assert tidying(platform, mila, take_back=written) == set(map(str, written))
    assert [len(each["message_ids"]) for each in params(platform, "deleteMessages")] == [100, 100, 30]
    assert [shown.text for shown in mila.chat if not shown.deleted] == ["/start"]


def test_s57_a_message_that_is_too_old_keeps_no_other_one_there() -> None:
    clock = StandingClock()
    with telegram(clock=clock) as platform:
        mila = platform.person()
        mila.starts()
        old = mila.says("vor drei Tagen")
        clock.advance(days=3)
        new = [mila.says(f"eben {n}") for n in range(20)]
        assert tidying(platform, mila, take_back=[old, *new]) == {str(each) for each in (old, *new)}, "old: for good"
        left = [shown.text for shown in mila.chat if not shown.deleted]
    assert left == ["/start", "vor drei Tagen"]


def test_s57_a_lost_answer_is_asked_again_before_traces_are_given_up(platform: Telegram, mila: Person) -> None:
    trace = mila.says("geheim")
    platform.faults.errors(60, 502, methods={"deleteMessages"}, times=1)
    assert tidying(platform, mila, take_back=[trace]) == {str(trace)}
    assert [shown.text for shown in mila.chat if not shown.deleted] == ["/start"]
