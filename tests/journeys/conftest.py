from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.browser import chromium

expect.set_options(timeout=20_000)  # two browsers and three services share two cores


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser per module: an open one keeps an event loop running, which other modules' tests cannot bear."""
    with chromium() as opened:
        yield opened
