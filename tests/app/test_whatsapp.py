"""WhatsApp in the roles: joined when its settings are there, and honest about what is missing."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.app import role
from bot.app.messengers import messengers
from bot.app.whatsapp import whatsapp_line
from bot.app.whatsapp_sending import knocking
from bot.config import ROOT, Settings
from bot.db.outbox import Sending
from bot.dialogue import codec
from bot.dialogue.events import Moment
from bot.dialogue.load import load_charts
from bot.dialogue.step import begin
from bot.server_keys import PublicKeys, make_missing
from bot.turns.memory import FIELD
from tests.conftest import StandingClock

OWN: dict[str, Any] = {
    "token": "test-token-of-nobody-at-all",
    "phone_number_id": "100000000000001",
    "app_secret": "0123456789abcdef" * 2,
    "verify_token": "test-word-of-nobody",
}


def settings(folder: Path, **changes: Any) -> Settings:
    return Settings(data_dir=folder, whatsapp={**OWN, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize("knock", [True, False])
def test_the_worker_sends_and_fetches_and_reads_nothing_twice(tmp_path: Path, knock: bool) -> None:
    async def look() -> None:
        async with messengers(settings(tmp_path, knock=knock)) as connected:
            assert set(connected.senders) == set(connected.fetchers) == {"whatsapp"}
            assert connected.readers == {}, "the door has read all of it"
            assert connected.senders["whatsapp"].capabilities.knocks == knock
            assert OWN["token"] not in repr(connected)

    asyncio.run(look())


def test_without_a_token_there_is_no_whatsapp(tmp_path: Path) -> None:
    async def look() -> None:
        async with messengers(Settings(data_dir=tmp_path)) as connected:
            assert dict(connected.senders) == {}

    asyncio.run(look())


@pytest.mark.parametrize("missing", ["phone_number_id", "app_secret", "verify_token"])
def test_the_door_does_not_open_without_what_proves_who_knocks(tmp_path: Path, missing: str) -> None:
    nothing: Any = None
    lacking = settings(tmp_path, **{missing: "" if missing == "phone_number_id" else None})
    house = role.House(lacking, StandingClock(), nothing, nothing, nothing)
    with pytest.raises(SystemExit, match=rf"whatsapp\.{missing}: needed with whatsapp\.token"):
        whatsapp_line(house, nothing, nothing, nothing, nothing)


def test_who_said_that_others_look_at_the_phone_is_not_knocked_at(tmp_path: Path) -> None:
    make_missing(tmp_path / "secrets")
    keys = PublicKeys.load(tmp_path / "secrets")
    charts = load_charts(ROOT / "flows")
    may = knocking(keys, charts)
    at = StandingClock()()

    def row(session: bytes | None) -> Sending:
        return Sending(1, 1, "ref", "counsellor", b"", 0, at, "whatsapp", 1, b"", b"", False, session=session)

    def sealed(**slots: str) -> bytes:
        session = begin(charts, "de", Moment(at=at))
        return keys.seal_field(*FIELD, "ref", codec.encode(replace(session, slots=slots)))

    assert may(row(sealed())) and may(row(sealed(phone_seen="only_me")))
    assert not may(row(None)), "claimed before the window closed: the next claim brings what was said"
    assert not may(row(sealed(phone_seen="others")))
    assert not may(row(b"damaged")), "in doubt nothing is shown"
