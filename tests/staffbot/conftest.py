from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.db.store import open_stores
from tests.conftest import StandingClock
from tests.desk.house import House
from tests.simulators.telegram import telegram
from tests.staffbot.team import Team


@pytest.fixture
def team(tmp_path: Path, clock: StandingClock, sqlite_at_head: tuple[Path, Path]) -> Iterator[Team]:
    """Wednesday noon, both teams open; whatever the bot asked of Telegram must fit the description."""
    for file in sqlite_at_head:
        shutil.copy(file, tmp_path)
    stores = open_stores(f"sqlite:///{tmp_path / 'main.sqlite'}", f"sqlite:///{tmp_path / 'keyring.sqlite'}")
    with telegram(clock=clock) as platform:
        yield Team(House(stores, clock, tmp_path), platform)
        assert platform.broken == []
    stores.close()
