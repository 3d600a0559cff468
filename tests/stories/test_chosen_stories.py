"""One story of each flow, and the scenes with files, counsellors and danger, in every way updates can come: fetched or
brought; once, twice, with taps overtaking, and with a restart of door and worker in the middle."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, get_args

import pytest

from tests.stories.scenes import SCENES
from tests.stories.telegram_house import Mode
from tests.stories.teller import By, Condition, Stage, Teller, staged, told_in_a_house

STORIES = told_in_a_house()
CHOSEN: Final = (
    "about_you/walks#0",
    "already_paid/walks#2",
    "deepnude/walks#1",
    "evidence/walks#9",
    "feedback/walks#0",
    "human/saturday_night#0",
    "my_data/from_telegram#0",
    "parent/child_and_adult#0",
    "safety/none_of_these#0",
    "sextortion/walks#3",
    "start/not_understood#0",
    "steps/walks#1",
    "threat/walks#0",
)
ONCE: Final = (
    "escalate/walks#3",
    "feelings/walks#6",
    "follow_up/walks#0",
    "friend/walks#11",
    "glossary/a_word_on_the_way#0",
    "hash/whose_age_counts#0",
    "own_part/walks#9",
    "papers/without_a_name#0",
    "police/walks#9",
    "protect/walks#6",
    "real_image/walks#10",
    "report/a_second_place#0",
    "rights/walks#6",
    "school/walks#7",
    "school_staff/walks#8",
    "terms/walks#6",
)
"""Flows whose states ask nothing new of a channel: each in one of the conditions, all of them in `make long`."""
WHOLE: Final = ("already_paid/told_in_order#0", "deepnude/mila#0", "sextortion/told_in_order#0")
"""From the first word to the end, as they are told in `paths.md`."""
STRAIGHT: Final = frozenset({"deepnude/walks#1", "human/saturday_night#0", "threat/walks#0"})
"""Where a greeting in between would mean something else than nothing, so that nobody greets."""
CONDITIONS: Final[tuple[Condition, ...]] = get_args(Condition)


@pytest.fixture(scope="module", params=get_args(Mode))
def stage(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, sqlite_at_head: tuple[Path, Path]
) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("chosen") / "data"
    with staged(folder, sqlite_at_head, request.param) as running:
        yield running


def teller(stage: Stage, number: int, condition: Condition) -> Teller:
    """Languages and ways of answering change from one story to the next."""
    number += CONDITIONS.index(condition) + (stage.house.mode == "webhook")
    by: By = "buttons" if number // 2 % 2 else "typing"
    return Teller(stage.house, stage.team, "nl" if number % 2 else "de", by, condition)


def test_every_flow_has_its_story() -> None:
    assert {name.partition("/")[0] for name in (*CHOSEN, *ONCE)} == {name.partition("/")[0] for name in STORIES}


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize(
    ("number", "name"),
    [
        *(pytest.param(number, name, id=name) for number, name in enumerate(CHOSEN)),
        *(pytest.param(number, name, id=name, marks=pytest.mark.long) for number, name in enumerate(WHOLE)),
    ],
)
def test_story(stage: Stage, number: int, name: str, condition: Condition) -> None:
    with really(stage, condition):
        person = teller(stage, number, condition)
        stage.runner.run(person.plays(STORIES[name]))
    assert person.diverged == []
    assert person.overtaken or condition != "reordered" or name in STRAIGHT
    check(stage)


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize(("number", "name"), list(enumerate(SCENES)), ids=list(SCENES))
def test_scene(stage: Stage, number: int, name: str, condition: Condition) -> None:
    with really(stage, condition):
        person = teller(stage, number, condition)
        stage.runner.run(SCENES[name](person))
    check(stage)


@pytest.mark.parametrize(("number", "name"), list(enumerate(ONCE)), ids=ONCE)
def test_story_once(stage: Stage, number: int, name: str) -> None:
    condition = CONDITIONS[(number + (stage.house.mode == "webhook")) % len(CONDITIONS)]
    with really(stage, condition):
        person = teller(stage, number, condition)
        stage.runner.run(person.plays(STORIES[name]))
    assert person.diverged == []
    check(stage)


@contextmanager
def really(stage: Stage, condition: Condition) -> Iterator[None]:
    """The condition was not only named: updates came twice, or the house began anew."""
    house = stage.house
    sent, kept, restarts = len(house.platform.sent), house.door.kept, house.restarts
    yield
    assert (house.restarts > restarts) == (condition == "restarted")
    if condition != "restarted":
        times = 2 if condition == "repeated" else 1
        assert house.door.kept - kept >= times * (len(house.platform.sent) - sent)


def check(stage: Stage) -> None:
    house = stage.house
    house.platform.faults.clear()
    assert house.platform.broken == []
    taps = [tap for account in house.platform.accounts.values() for tap in account.taps.values()]
    assert all(tap.answered for tap in taps), "every tap was answered"
