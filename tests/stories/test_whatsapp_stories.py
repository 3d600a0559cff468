"""The golden stories on WhatsApp: by buttons and by typing, with everything said in one breath as one message."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.dialogue.session import Language
from tests.stories.teller import By, Condition, Stage, Teller, staged, told_in_a_house
from tests.stories.test_all_stories import WAYS
from tests.stories.test_chosen_stories import CHOSEN

STORIES = told_in_a_house()


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, sqlite_at_head: tuple[Path, Path]) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("whatsapp") / "data", sqlite_at_head, "whatsapp") as running:
        yield running


def tell(stage: Stage, name: str, language: Language, by: By, condition: Condition = "normal") -> None:
    teller = Teller(stage.house, stage.team, language, by, condition)
    stage.runner.run(teller.plays(STORIES[name]))
    assert teller.diverged == []
    assert stage.house.platform.broken == []


@pytest.mark.parametrize("condition", ["normal", "repeated", "restarted"])
@pytest.mark.parametrize(("number", "name"), list(enumerate(CHOSEN)), ids=CHOSEN)
def test_story(stage: Stage, number: int, name: str, condition: Condition) -> None:
    tell(stage, name, *WAYS[number % len(WAYS)], condition)


@pytest.mark.long
@pytest.mark.parametrize(("language", "by"), WAYS)
@pytest.mark.parametrize("name", STORIES)
def test_every_story_in_every_way(stage: Stage, name: str, language: Language, by: By) -> None:
    tell(stage, name, language, by)
