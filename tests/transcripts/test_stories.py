"""Golden stories: what a person does and what everyone then sees, in both languages, saved and reloaded in between.

With WEGWEISER_REWRITE_STORIES=1 the stories are written as they are now, instead of being compared.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.config import ROOT
from bot.dialogue.chart import Charts
from bot.dialogue.load import load_charts
from bot.dialogue.session import Language
from bot.i18n import Catalogs
from tests.transcripts.player import FOLDER, LANGUAGES, REWRITE, Seen, catalogs, documents, play, read, stories, write

STORIES = stories()


@pytest.fixture(scope="module")
def charts() -> Charts:
    return load_charts(ROOT / "flows")


@pytest.fixture(scope="module")
def words() -> Catalogs:
    return catalogs()


def test_every_state_is_in_a_story(charts: Charts) -> None:
    entered: set[str] = set()
    for story in STORIES.values():
        for seen in play(charts, story, "de"):
            entered.update(seen.entered)
    assert sorted({state.where for state in charts.states.values()} - entered) == []


if REWRITE:

    @pytest.mark.parametrize(
        "path", sorted(FOLDER.glob("*/*.yaml")), ids=lambda path: f"{path.parent.name}/{path.stem}"
    )
    def test_rewrite(charts: Charts, words: Catalogs, path: Path) -> None:
        told = documents(path)
        for story in told:
            played = {language: list(play(charts, story, language)) for language in LANGUAGES}
            for number, step in enumerate(story["steps"]):
                _rewrite(story, step, {language: seen[number] for language, seen in played.items()}, words)
        write(path, told)

else:

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("name", STORIES)
    def test_story(charts: Charts, words: Catalogs, name: str, language: Language) -> None:
        story = STORIES[name]
        for number, (step, seen) in enumerate(zip(story["steps"], play(charts, story, language), strict=True), start=1):
            where = f"step {number} of {name}"
            assert (seen.see, seen.at) == (step["see"], step["at"]), where
            said = read(words, seen, language)
            if "read" in step:
                assert said == step["read"][language], where

    def test_a_story_that_differs_is_noticed(charts: Charts) -> None:
        first = next(play(charts, STORIES["deepnude/mila#0"], "de"))
        with pytest.raises(AssertionError):
            assert first.see == [*STORIES["deepnude/mila#0"]["steps"][0]["see"], "planted"]


def _rewrite(story: dict[str, Any], step: dict[str, Any], seen: dict[Language, Seen], words: Catalogs) -> None:
    step.pop("read", None)
    step.update(see=seen["de"].see, at=seen["de"].at)
    if story.get("prose") and seen["de"].keys:
        step["read"] = {str(language): read(words, one, language) for language, one in seen.items()}
