"""A platform on a standing clock, and a bot as plain as can be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.conftest import StandingClock
from tests.simulators.telegram import Telegram, telegram

Ask = Callable[..., Any]


@pytest.fixture
def platform(clock: StandingClock) -> Iterator[Telegram]:
    """Webhooks repeat after 10 ms; held messages wait 50 ms."""
    with telegram(clock=clock, retry_seconds=0.01, hold_seconds=0.05) as running:
        yield running


@pytest.fixture
def ask(platform: Telegram) -> Iterator[Ask]:
    """`ask("sendMessage", chat_id=1, text="x")` as the public bot, in JSON: the result, or (status, description)."""
    with httpx.Client(base_url=platform.url, trust_env=False, timeout=10) as http:

        def call(method: str, *, token: str = "", **params: Any) -> Any:
            answer = http.post(f"/bot{token or platform.token}/{method}", json=params)
            body = answer.json()
            assert body["ok"] == (answer.status_code == 200)
            return body["result"] if body["ok"] else (answer.status_code, body["description"])

        yield call
