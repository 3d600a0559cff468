"""What the staff bot concludes from an answer, and that the public bot's plain calls conclude the same."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.channels import contract
from bot.staffbot.wire import NotNow, Outcome, Refused, Unknown
from tests.staffbot.team import Team

pytestmark = pytest.mark.anyio

SECOND = timedelta(seconds=1)
SAME: list[tuple[int, Outcome, contract.SendOutcome]] = [
    (400, Refused("bad_request"), contract.Refused("invalid")),
    (401, NotNow(), contract.NotSent()),
    (403, Refused("blocked"), contract.Refused("blocked")),
    (404, NotNow(), contract.NotSent()),
    (408, NotNow(), contract.NotSent()),
    (409, NotNow(), contract.NotSent()),
    (413, Refused("too_long"), contract.Refused("too_long")),
    (429, NotNow(SECOND), contract.RetryAfter(SECOND)),
    (500, Unknown(), contract.Uncertain()),
    (502, Unknown(), contract.Uncertain()),
    (503, NotNow(), contract.NotSent()),
]


@pytest.mark.parametrize(("status", "bell", "public"), SAME, ids=[str(each[0]) for each in SAME])
async def test_r7_both_bots_read_an_answer_alike(
    team: Team, status: int, bell: Outcome, public: contract.SendOutcome
) -> None:
    async with team.bell() as running:
        team.platform.faults.errors(60, status, methods={"sendMessage", "answerCallbackQuery"})
        assert await running.line.send(7001, "Hallo") == bell
        assert await running.api.answer_tap("4242") == public


@pytest.mark.parametrize(("status", "told"), [(401, True), (404, True), (409, False), (500, False)])
async def test_a_token_nobody_knows_is_told_to_the_operator(
    team: Team, capsys: pytest.CaptureFixture[str], status: int, told: bool
) -> None:
    async with team.bell() as running:
        team.platform.faults.errors(60, status, methods={"sendMessage"})
        await running.line.send(7001, "Hallo")
    said = capsys.readouterr()
    assert ("bell.token_refused" in said.out + said.err) is told
    assert team.platform.staff_token not in said.out + said.err
