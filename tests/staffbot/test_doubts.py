"""Notices of which nobody knows whether they arrived: told again, for a double harms nobody, but not for ever.

What is said of `waits`, which is not repeated: `test_ring.py`.
"""

from __future__ import annotations

import asyncio

import pytest

from tests.staffbot.team import Bell, Team, shown
from tests.staffbot.test_ring import LINK

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("fault", "restarts"),
    [("http_500", False), ("lost_answer", False), ("lost_answer", True), ("killed", True)],
)
async def test_a_crisis_of_which_nobody_knows_whether_it_was_told_is_told_again(
    team: Team, monkeypatch: pytest.MonkeyPatch, fault: str, restarts: bool
) -> None:
    jana, ole = await team.house.member(), await team.house.member("ole")

    async def goes_on(running: Bell) -> None:
        for seconds in (0, 40):
            team.passes(seconds=seconds)
            await running.ring()
        assert len(shown(phone)) == 1 + arrived, "not at once: another process may be sending it"
        team.passes(seconds=25)
        await running.ring()
        for _ in range(30):
            team.passes(minutes=1)
            await running.ring()
        assert shown(phone)[1:] == [f"DRINGEND: {ref[:8].upper()}{LINK}"] * (1 + arrived), "and no more than once"
        await team.claims(ole, ref)
        await running.ring()
        assert shown(phone)[-1] == f"ole hat {ref[:8].upper()} übernommen."

    async with team.bell() as running:
        phone = await team.links(jana, running)
        ref = await team.house.person(waits=False, urgent=True)
        if fault == "killed":
            monkeypatch.setattr(running.line, "send", killed)
            with pytest.raises(asyncio.CancelledError):
                await running.ring()
        elif fault == "lost_answer":
            team.platform.faults.lose_answers(60, methods={"sendMessage"}, times=1)
        else:
            team.platform.faults.errors(60, 500, methods={"sendMessage"}, times=1)
        if fault != "killed":
            await running.ring()
        arrived = len(shown(phone)) - 1
        assert arrived == (fault == "lost_answer")
        if not restarts:
            await goes_on(running)
    if restarts:
        async with team.bell() as running:
            await goes_on(running)


async def killed(*_: object) -> None:
    """The end of the process, between the row and the message."""
    raise asyncio.CancelledError


async def test_a_notice_that_stays_in_doubt_is_sent_five_times_and_no_more(team: Team) -> None:
    jana = await team.house.member()
    async with team.bell() as running:
        await team.links(jana, running)
        await team.house.person(waits=False, urgent=True)
        team.platform.faults.errors(24 * 3600, 500, methods={"sendMessage"})
        before, tries = len(team.platform.called("sendMessage", bot="staff")), []
        for minute in range(120):
            await running.ring()
            if len(team.platform.called("sendMessage", bot="staff")) - before > len(tries):
                tries.append(minute)
            team.passes(minutes=1)
    assert tries[:2] == [0, 2] and len(tries) == 5 and tries[-1] < 30
