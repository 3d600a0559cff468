"""The one check-in (`paths.md` section 6): agreed to, on a weekday afternoon, cancelled by whatever makes it wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from bot.channels.contract import Outbound
from bot.config import ROOT
from bot.db.store import Transaction
from bot.db.tables import outbox
from bot.dialogue.load import parse_charts
from tests.turns.conftest import House, Person, claim, texts

FILES = {path.name: path.read_text() for path in (ROOT / "flows").glob("*.yaml")}
AT_THE_END = parse_charts(
    FILES | {"root.yaml": FILES["root.yaml"].replace('to: "flow:start/hello"', 'to: "call:follow_up"')}
)
"""The real flows, but a conversation starts where a path ends."""
WEDNESDAY = datetime(2026, 11, 25, 19, 10, tzinfo=UTC)
FRIDAY_THREE = datetime(2026, 11, 27, 14, 0, tzinfo=UTC)  # 15:00 in Berlin
ASKED = "follow_up.ask.question"


@pytest.fixture
def house(make_house: Callable[..., House]) -> House:
    house = make_house(charts=AT_THE_END)
    house.clock.now = WEDNESDAY
    return house


async def agree(house: House, person: Person, seen_by: str = "only_me") -> list[str]:
    await house.talk(person.starts())
    await house.talk(person.taps("follow_up.wish.yes"))
    return texts(await house.talk(person.taps(f"about_you.phone_seen_ask.{seen_by}")))


async def later(house: House, person: Person, at: datetime) -> list[Outbound]:
    house.clock.now = at
    await house.settle()
    return await house.fetch(person.address)


def test_it_comes_once_on_the_agreed_afternoon_without_a_topic(house: House, mila: Person) -> None:
    async def story() -> None:
        assert "follow_up.two_days.body" in await agree(house, mila)
        assert await later(house, mila, FRIDAY_THREE.replace(hour=13, minute=59)) == []
        [asked] = await later(house, mila, FRIDAY_THREE)
        assert asked.message.text == ASKED
        assert [button.id.rpartition(".")[2] for button in asked.message.buttons] == ["good", "so_so", "human", "stop"]
        assert texts(await house.talk(mila.taps("follow_up.ask.good"))) == ["follow_up.good.body"]
        assert await later(house, mila, datetime(2026, 12, 2, 15, 0, tzinfo=UTC)) == []

    house.run(story())


def test_it_is_on_the_bots_own_account(house: House, mila: Person) -> None:
    """Class self_started: at most once, never after "do not write first"."""

    def classes(tx: Transaction) -> list[str]:
        return list(tx.execute(select(outbox.c["class"]).order_by(outbox.c.id)).scalars())

    async def story() -> None:
        await agree(house, mila)
        await later(house, mila, FRIDAY_THREE)
        assert (await house.stores.main.read(classes))[-1] == "self_started"

    house.run(story())


def test_after_a_threat_it_comes_the_next_day(house: House, mila: Person, make_house: Callable[..., House]) -> None:
    house = make_house(
        charts=parse_charts(
            FILES
            | {
                "root.yaml": FILES["root.yaml"].replace(
                    'to: "flow:start/hello"', 'set: {wants: money}, to: "call:follow_up"'
                )
            }
        )
    )
    house.clock.now = WEDNESDAY

    async def story() -> None:
        assert "follow_up.next_day.body" in await agree(house, mila)
        assert len(await later(house, mila, datetime(2026, 11, 26, 14, 0, tzinfo=UTC))) == 1

    house.run(story())


def test_a_late_one_waits_for_the_next_good_hour(house: House, mila: Person) -> None:
    """The house was down on Friday afternoon; nobody is asked on a Friday night, nor on a weekend."""

    async def story() -> None:
        await agree(house, mila)
        assert await later(house, mila, datetime(2026, 11, 27, 21, 30, tzinfo=UTC)) == []
        assert await later(house, mila, datetime(2026, 11, 28, 15, 0, tzinfo=UTC)) == []
        assert texts(await later(house, mila, datetime(2026, 11, 30, 14, 0, tzinfo=UTC))) == [ASKED]

    house.run(story())


def test_not_where_others_may_look_at_the_phone(house: House, mila: Person) -> None:
    async def story() -> None:
        assert "follow_up.better_not.body" in await agree(house, mila, "others")
        assert await later(house, mila, FRIDAY_THREE) == []

    house.run(story())


@pytest.mark.parametrize("word", ["stopp", "alles löschen"])
def test_a_word_ends_it(house: House, mila: Person, word: str) -> None:
    async def story() -> None:
        await agree(house, mila)
        await house.talk(mila.says(word))
        if word != "stopp":
            await house.talk(mila.taps("my_data.delete.now"))
        assert await later(house, mila, FRIDAY_THREE) == []

    house.run(story())


def test_a_danger_meanwhile_ends_it(house: House, mila: Person) -> None:
    async def story() -> None:
        await agree(house, mila)
        await house.talk(mila.says("ich will nicht mehr leben"))
        said = texts(await later(house, mila, FRIDAY_THREE))
        assert ASKED not in said

    house.run(story())


def test_a_new_contact_or_a_counsellor_ends_it(house: House, mila: Person) -> None:
    async def story() -> None:
        await agree(house, mila)
        house.clock.advance(hours=9)
        await house.talk(mila.says("hallo"))
        assert await later(house, mila, FRIDAY_THREE) == []

    async def other() -> None:
        ben = Person(house.clock)
        await agree(house, ben)
        await claim(house, ben)
        await house.settle()
        assert ASKED not in texts(await later(house, ben, datetime(2026, 12, 1, 14, 0, tzinfo=UTC)))

    house.run(story())
    house.run(other())
