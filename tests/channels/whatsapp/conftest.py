from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conftest import StandingClock
from tests.simulators.whatsapp import WhatsApp, whatsapp


@pytest.fixture
def platform(clock: StandingClock) -> Iterator[WhatsApp]:
    with whatsapp(clock) as running:
        yield running
