"""Sending and fetching against the simulator: what a call becomes, and where the token goes (S45)."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.channels.contract import (
    FetchFailed,
    Message,
    NotSent,
    Outbound,
    Refused,
    RetryAfter,
    Sent,
    Uncertain,
)
from bot.channels.whatsapp.fetch import WhatsAppFetcher
from bot.channels.whatsapp.graph import Graph, Number
from bot.channels.whatsapp.outbound import WhatsAppSender
from bot.channels.whatsapp.pace import pace
from tests.conftest import StandingClock
from tests.simulators.whatsapp import Person, WhatsApp
from tests.simulators.whatsapp.platform import Fault

HELLO = Message("bot", "Hallo")
DATA = b"\xff\xd8\xff" + b"x" * 200_000


def graph(platform: WhatsApp, **changes: Any) -> Graph:
    number = replace(Number(platform.phone_number_id, platform.url, "v26.0", platform.token), **changes)
    return Graph(number.outgoing(), number, code_link="https://chat.example.com/#code=")


def using(platform: WhatsApp, doing: Callable[[Graph], Awaitable[Any]], **changes: Any) -> Any:
    async def run() -> Any:
        connected = graph(platform, **changes)
        try:
            return await doing(connected)
        finally:
            await connected.outgoing.close()

    return asyncio.run(run())


def send(platform: WhatsApp, person: Person, *outbounds: Outbound, **changes: Any) -> list[Any]:
    async def doing(connected: Graph) -> list[Any]:
        clock = platform.clock
        sender = WhatsAppSender(connected, pace(lambda: clock().timestamp(), _no_wait), knocks=True)
        return [await sender.send(each) for each in outbounds]

    found = using(platform, doing, **changes)
    assert isinstance(found, list)
    return found


async def _no_wait(_: float) -> None:
    return


def to(person: Person, **more: Any) -> Outbound:
    return Outbound(1, person.number or person.user_id, HELLO, **more)


@pytest.fixture
def mila(platform: WhatsApp) -> Person:
    mila = platform.person()
    mila.says("hallo")
    return mila


def test_by_id_or_by_number_and_with_our_mark(platform: WhatsApp, mila: Person) -> None:
    noor = platform.person(number=True)
    noor.says("hallo")
    [sent] = send(platform, mila, to(mila, proof="beweis"))
    assert isinstance(sent, Sent) and sent.external_id == mila.last().wamid
    send(platform, noor, to(noor))
    first, second = [call.body for call in platform.calls]
    assert (first["recipient"], first["biz_opaque_callback_data"], "to" in first) == (mila.user_id, "beweis", False)
    assert (second["to"], "recipient" in second, "biz_opaque_callback_data" in second) == (noor.number, False, False)
    assert platform.broken == []


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (Fault("lost", 1), Uncertain()),
        (Fault("error", 1, 500, 131000), Uncertain()),
        (Fault("error", 1, 503, 131016), NotSent()),
        (Fault("error", 1, 401, 190), NotSent()),
        (Fault("error", 1, 400, 131047), Refused("window_closed")),
        (Fault("error", 1, 400, 131026), Refused("gone")),
        (Fault("error", 1, 400, 100), Refused("invalid")),
        (Fault("error", 1, 400, 130429), RetryAfter(timedelta(seconds=2))),
    ],
)
def test_what_came_of_it(platform: WhatsApp, mila: Person, fault: Fault, outcome: Any) -> None:
    platform.faults.append(fault)
    assert send(platform, mila, to(mila)) == [outcome]


def test_nobody_there_is_not_sent(platform: WhatsApp, mila: Person) -> None:
    assert send(platform, mila, to(mila), api_url="http://127.0.0.1:1") == [NotSent()]
    assert send(platform, mila, to(mila), token="x" * 30) == [NotSent()]


def test_the_pair_limit_is_waited_out_longer_each_time(platform: WhatsApp, mila: Person) -> None:
    async def doing(connected: Graph) -> list[Any]:
        clock = platform.clock
        sender = WhatsAppSender(connected, pace(lambda: clock().timestamp(), _no_wait), knocks=False)
        found = []
        for _ in range(3):
            found.append(await sender.send(to(mila)))
            assert isinstance(clock, StandingClock)
            clock.advance(seconds=100)
        return found

    platform.faults.append(Fault("error", 2, 400, 131056))
    first, second, third = using(platform, doing)
    assert (first, second) == (RetryAfter(timedelta(seconds=4)), RetryAfter(timedelta(seconds=16)))
    assert isinstance(third, Sent)


def test_r9_a_burst_passes_and_an_emergency_overtakes(platform: WhatsApp, mila: Person) -> None:
    outcomes = send(platform, mila, *[to(mila)] * 17, to(mila, urgent=True))
    assert [isinstance(each, Sent) for each in outcomes[:15]] == [True] * 15
    assert all(isinstance(each, RetryAfter) for each in outcomes[15:17])
    assert isinstance(outcomes[17], Sent)


def test_a_knock_is_a_template_and_nothing_of_the_message(platform: WhatsApp, mila: Person) -> None:
    assert send(platform, mila, to(mila, knock="nl")) == [Refused("invalid")], "not approved"
    platform.templates["answer_waits", "nl"] = {"status": "APPROVED"}
    [sent] = send(platform, mila, to(mila, knock="nl"))
    assert isinstance(sent, Sent)
    assert "Hallo" not in str(platform.calls[-1].body)


def test_s52_the_token_is_in_no_log(platform: WhatsApp, mila: Person, capsys: pytest.CaptureFixture[str]) -> None:
    platform.faults.append(Fault("error", 1, 401, 190))
    send(platform, mila, to(mila))
    told = capsys.readouterr().out
    assert "whatsapp.needs_operator" in told
    assert platform.token not in told and mila.user_id not in told


# --- files ------------------------------------------------------------------------------------------------------------


def fetch(platform: WhatsApp, handle: str) -> bytes:
    async def doing(connected: Graph) -> bytes:
        fetcher = WhatsAppFetcher(connected)
        data = b"".join([piece async for piece in fetcher.fetch(handle)])
        await fetcher.forget(handle)
        return data

    data = using(platform, doing)
    assert isinstance(data, bytes)
    return data


@pytest.mark.parametrize("form", ["hex", "base64", "none"])
def test_a_file_arrives_whole_and_is_deleted_at_meta(platform: WhatsApp, form: str) -> None:
    import base64

    digest = hashlib.sha256(DATA).digest()
    told = {"hex": digest.hex(), "base64": base64.b64encode(digest).decode(), "none": ""}[form]
    media = platform.stores_file(DATA, "image/jpeg")
    assert fetch(platform, f"{media}|{told}") == DATA
    assert platform.media[media].deleted
    assert platform.broken == []


def test_a_file_that_is_another_one_is_not_kept(platform: WhatsApp) -> None:
    media = platform.stores_file(DATA, "image/jpeg")
    with pytest.raises(FetchFailed, match="interrupted"):
        fetch(platform, f"{media}|{hashlib.sha256(b'x').hexdigest()}")
    assert not platform.media[media].deleted


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/x", "http://169.254.169.254/latest", "http://[::1]/x", "https://example.com/x",
        "https://graph.facebook.com.example.com/x", "https://a@lookaside.fbsbx.com/x", "file:///etc/passwd", "x", "",
    ],
)  # fmt: skip
def test_s45_only_meta_s_own_hosts_are_asked(platform: WhatsApp, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    media = platform.stores_file(DATA, "image/jpeg")
    monkeypatch.setattr(platform, "link", lambda _: {"url": url})
    with pytest.raises(FetchFailed, match="interrupted"):
        fetch(platform, f"{media}|")


def test_s45_what_is_too_large_is_cut_off(platform: WhatsApp, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.channels.whatsapp import fetch as fetching

    monkeypatch.setattr(fetching, "CAPABILITIES", replace(fetching.CAPABILITIES, file_max_bytes=1_000))
    media = platform.stores_file(DATA, "image/jpeg")
    with pytest.raises(FetchFailed, match="too_large"):
        fetch(platform, f"{media}|")
    real = platform.link
    monkeypatch.setattr(platform, "link", lambda media: {"url": real(media)["url"]})
    with pytest.raises(FetchFailed, match="too_large"):
        fetch(platform, f"{media}|")


def test_a_link_that_has_run_out_is_asked_for_again(platform: WhatsApp, monkeypatch: pytest.MonkeyPatch) -> None:
    media = platform.stores_file(DATA, "image/jpeg")
    real, asked = platform.link, []

    def link(wanted: str) -> Any:
        asked.append(wanted)
        return real(wanted) if len(asked) > 1 else {"url": f"{platform.url}/media/over"}

    monkeypatch.setattr(platform, "link", link)
    assert fetch(platform, f"{media}|") == DATA
    assert len(asked) == 2


def test_a_file_that_is_gone_is_told(platform: WhatsApp) -> None:
    with pytest.raises(FetchFailed, match="interrupted"):
        fetch(platform, "12345|")
