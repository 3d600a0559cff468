"""Every golden story, in both languages, by buttons and by typing, through the real door and the real sender."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from bot.dialogue.session import Language
from tests.stories.teller import By, Stage, Teller, staged, told_in_a_house

STORIES = told_in_a_house()
WAYS: Final[tuple[tuple[Language, By], ...]] = (
    ("de", "buttons"),
    ("nl", "typing"),
    ("nl", "buttons"),
    ("de", "typing"),
)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, sqlite_at_head: tuple[Path, Path]) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("stories") / "data", sqlite_at_head, "polling") as running:
        yield running


def tell(stage: Stage, name: str, language: Language, by: By) -> None:
    teller = Teller(stage.house, stage.team, language, by)
    stage.runner.run(teller.plays(STORIES[name]))
    assert teller.diverged == []
    assert stage.house.platform.broken == []


@pytest.mark.parametrize(("number", "name"), list(enumerate(STORIES)), ids=list(STORIES))
def test_story(stage: Stage, number: int, name: str) -> None:
    """Languages and ways of answering change from one story to the next; `make long` tells each in every one."""
    tell(stage, name, *WAYS[number % len(WAYS)])


@pytest.mark.long
@pytest.mark.parametrize(("language", "by"), WAYS)
@pytest.mark.parametrize("name", STORIES)
def test_every_story_in_every_way(stage: Stage, name: str, language: Language, by: By) -> None:
    tell(stage, name, language, by)
