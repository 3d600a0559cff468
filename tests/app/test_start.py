"""P7: the doors open as early with Telegram and the staff bot configured as without (`make long`)."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

from tests.installation import Installation
from tests.simulators.telegram import telegram

ROUNDS, MOST_ROUNDS = 5, 30
PATIENCE: Final = 120.0
NOISE: Final = (1.1, 0.1)
"""A tenth and a tenth of a second: two starts of the same program differ by as much."""
Doors = tuple[float, float]


@pytest.mark.long
def test_p7_web_chat_and_desk_open_no_later(tmp_path: Path) -> None:
    """The quickest of some starts, taken in turns: what slows all of them down is not ours. A machine that has other
    things to do gets more turns."""
    with telegram() as platform:
        more = {
            "WEGWEISER_TELEGRAM__TOKEN": platform.token,
            "WEGWEISER_TELEGRAM__API_URL": platform.url,
            "WEGWEISER_STAFFBOT__TOKEN": platform.staff_token,
            "WEGWEISER_STAFFBOT__MODE": "bell",
        }
        plain, connected = Installation(tmp_path / "plain"), Installation(tmp_path / "connected", more)
        for each in (plain, connected):
            opens(each)  # makes keys and databases
        without: list[Doors] = []
        with_it: list[Doors] = []
        for number in range(MOST_ROUNDS):
            without.append(opens(plain))
            with_it.append(opens(connected))
            if number >= ROUNDS - 1 and no_later(without, with_it):
                break
        platform.waits_for(lambda: bool(platform.called("getMe")), PATIENCE)
    for doors in zip(without, with_it, strict=True):
        print([[round(seconds, 2) for seconds in each] for each in doors])
    assert no_later(without, with_it)


def no_later(without: Sequence[Doors], with_it: Sequence[Doors]) -> bool:
    quickest = [[min(door) for door in zip(*found, strict=True)] for found in (without, with_it)]
    return all(there <= here * NOISE[0] + NOISE[1] for here, there in zip(*quickest, strict=True))


def opens(house: Installation) -> Doors:
    """Seconds until the web chat answers, and until the desk does."""
    began = time.monotonic()
    house.start(wait=False)
    try:
        found = [answers(f"{url}/healthz", began) for url in (house.chat_url, house.desk_url)]
        assert house.process is not None and house.process.poll() is None
    finally:
        assert house.stop() == 0
    return found[0], found[1]


def answers(url: str, began: float) -> float:
    while time.monotonic() - began < PATIENCE:
        try:
            with urllib.request.urlopen(url, timeout=PATIENCE):
                return time.monotonic() - began
        except (urllib.error.URLError, OSError):
            time.sleep(0.01)
    raise TimeoutError(url)
