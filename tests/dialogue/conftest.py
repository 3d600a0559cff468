from __future__ import annotations

import pytest

from bot.config import ROOT
from bot.dialogue.chart import Charts
from bot.dialogue.load import load_charts, load_texts
from bot.dialogue.parse import parse_charts
from tests.dialogue.person import Person
from tests.dialogue.small import SMALL


@pytest.fixture(scope="session")
def real() -> Charts:
    """The flows of this installation."""
    return load_charts(ROOT / "flows")


@pytest.fixture(scope="session")
def real_files() -> dict[str, str]:
    return load_texts(ROOT / "flows")


@pytest.fixture(scope="session")
def small() -> Charts:
    """A handful of states that show each rule of the engine once."""
    return parse_charts(SMALL)


@pytest.fixture
def person(small: Charts) -> Person:
    """Somebody at the start menu of the small flows."""
    return Person(small).starts()
