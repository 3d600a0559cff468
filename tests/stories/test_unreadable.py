"""One update that nobody can read, among many: all others are answered, the desk sees one dead letter (S47)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final, get_args

import pytest

from bot.channels.contract import Outbound, SendOutcome
from bot.channels.telegram.send import TelegramSender
from tests.simulators.telegram import Person
from tests.stories.telegram_house import Mode
from tests.stories.teller import Stage, Team, staged

PEOPLE: Final = 20
LETTER: Final = re.compile(r'action="/dead-letters/([0-9a-f]{32})')


def to_nobody(_: Person) -> dict[str, Any]:
    """Not even the chat can be told."""
    return {"message": {"message_id": 1, "date": 0, "text": "hallo"}}


def of_another_form(person: Person) -> dict[str, Any]:
    """The door knows whose it is; the types of the library do not know its form."""
    chat = {"id": person.chat_id, "type": "private", "first_name": "Mila"}
    body = {"message_id": 999_999, "date": 1_764_000_000, "chat": chat, "from": person.card, "text": "hallo"}
    return {"message": {**body, "entities": "none"}}


class Listening:
    """The real sender, noting what each message answers."""

    def __init__(self, sender: TelegramSender) -> None:
        self._sender = sender
        self.capabilities = sender.capabilities
        self.answered: list[tuple[str, str]] = []

    async def send(self, outbound: Outbound) -> SendOutcome:
        self.answered += [(outbound.address, each) for each in outbound.answers]
        return await self._sender.send(outbound)


@pytest.mark.parametrize("mode", get_args(Mode))
@pytest.mark.parametrize("unreadable", [to_nobody, of_another_form])
@pytest.mark.parametrize("updates", [100, pytest.param(1_000, marks=pytest.mark.long)])
def test_s47_all_others_are_answered(
    updates: int, unreadable: Any, mode: Mode, tmp_path: Path, sqlite_at_head: tuple[Path, Path]
) -> None:
    with staged(tmp_path / "data", sqlite_at_head, mode) as stage:
        stage.runner.run(many(stage, updates, unreadable))
        assert stage.house.platform.broken == []


async def many(stage: Stage, updates: int, unreadable: Any) -> None:
    house = stage.house
    ear = house.office.relay._senders["telegram"] = Listening(house.office.sender)  # type: ignore[index]  # a dict
    people = [house.platform.person(language="nl" if number % 2 else "de") for number in range(PEOPLE)]
    wanted: set[tuple[str, str]] = set()
    for number in range(updates):
        person = people[number % PEOPLE]
        if number == updates // 2:
            house.platform.deliver(unreadable(person))
        else:
            wanted.add((str(person.chat_id), f"m{person.says(f'hallo {number}')}"))
        if person is people[-1] and number // PEOPLE % 3 == 2:
            await house.settle()
    await house.settle()
    house.clock.advance(minutes=10)
    await house.settle()
    assert len(wanted) == updates - 1
    assert wanted <= set(ear.answered)
    own = [each for each in ear.answered if each in wanted]
    assert len(own) == len(set(own)), "each was answered once"
    for person in people:
        assert person.chat[-1].by == "bot", "nobody waits"
    await seen_at_the_desk(stage.team)


async def seen_at_the_desk(team: Team) -> None:
    """One line on the page of dead letters, without a word of what it held."""
    async with await team.desk().sign_in((team.member, team.bundle)) as jana:
        page = await jana.get("/dead-letters")
    assert page.status_code == 200
    assert len(set(LETTER.findall(page.text))) == 1
    assert "hallo" not in page.text
