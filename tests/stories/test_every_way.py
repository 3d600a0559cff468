"""Every story by buttons and by typing, in every way updates can come (`make long`)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final, get_args

import pytest

from tests.stories.telegram_house import Mode
from tests.stories.teller import By, Condition, Stage, Teller, staged, told_in_a_house
from tests.stories.test_chosen_stories import check, really

pytestmark = pytest.mark.long
STORIES: Final = told_in_a_house()
WAYS: Final[tuple[By, ...]] = get_args(By)
CONDITIONS: Final[tuple[Condition, ...]] = get_args(Condition)


@pytest.fixture(scope="module", params=get_args(Mode))
def stage(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, sqlite_at_head: tuple[Path, Path]
) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("every") / "data", sqlite_at_head, request.param) as running:
        yield running


@pytest.mark.parametrize("by", WAYS)
@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize(("number", "name"), list(enumerate(STORIES)), ids=list(STORIES))
def test_story(stage: Stage, number: int, name: str, condition: Condition, by: By) -> None:
    """Languages change from one to the next, so that each story is told in both."""
    dutch = (number + WAYS.index(by) + CONDITIONS.index(condition)) % 2
    teller = Teller(stage.house, stage.team, "nl" if dutch else "de", by, condition)
    with really(stage, condition):
        stage.runner.run(teller.plays(STORIES[name]))
    assert teller.diverged == []
    check(stage)
