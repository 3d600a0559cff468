from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journeys.browser import chromium
from tests.journeys.desk_site import Site, desk_site


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser per module: an open one keeps an event loop running, which other modules' tests cannot bear."""
    with chromium() as opened:
        yield opened


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """The desk alone, without anybody in it."""
    with desk_site(tmp_path) as found:
        yield found
