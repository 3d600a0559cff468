from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.db.migrate import migrate
from bot.db.store import open_stores
from tests.conftest import StandingClock
from tests.desk.house import House


@pytest.fixture
def house(tmp_path: Path, clock: StandingClock) -> Iterator[House]:
    """A desk on SQLite; what differs between the databases is tested in tests/handoff."""
    urls = f"sqlite:///{tmp_path / 'main.sqlite'}", f"sqlite:///{tmp_path / 'keyring.sqlite'}"
    migrate(urls[0], "main")
    migrate(urls[1], "keyring")
    stores = open_stores(*urls)
    yield House(stores, clock, tmp_path)
    stores.close()
