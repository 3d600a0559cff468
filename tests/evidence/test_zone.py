"""What the public zone can and cannot do (S22, S40)."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from bot.config import ROOT
from bot.db import evidence, keyring
from bot.db.store import Stores, StoreUnavailable, Transaction
from bot.evidence import keys
from bot.evidence.envelope import Place
from bot.evidence.seal import seal_text
from bot.evidence.unseal import open_grant, open_text
from tests.conftest import StandingClock
from tests.evidence.test_uploads import READER, build

FORBIDDEN = ("bot.evidence.unseal", "bot.desk", "PIL", "fpdf", "bot.evidence.keys")


@pytest.mark.parametrize(
    ("module", "forbidden"),
    [
        ("bot.app.public", FORBIDDEN[:4]),
        ("bot.app.worker", FORBIDDEN[:4]),
        ("bot.turns.uploads", FORBIDDEN),
        ("bot.evidence.keys", FORBIDDEN[:1]),
        ("bot.evidence.seal", FORBIDDEN),
        ("bot.evidence.sniff", (*FORBIDDEN, "pyrage")),
    ],
)
def test_s22_s40_importing_it_loads_nothing_that_opens_or_parses(module: str, forbidden: tuple[str, ...]) -> None:
    code = f"import sys, {module}; print([m for m in {forbidden!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"


def test_s22_killed_between_the_two_commits_no_case_is_unreadable(
    stores: Stores, tmp_path: Path, clock: StandingClock
) -> None:
    """Grants are committed, the process dies before the main row; the next turn makes another key."""

    async def story() -> None:
        house = await build(stores, tmp_path, clock)
        recipients = [keys.Recipient(READER, house.reader.recipient)]
        other = "d1" * 16

        def grant(tx: Transaction) -> keys.ConversationKey:
            key = keys.create_conversation_key(other, recipients, clock(), epoch=keyring.free_epoch(tx, other))
            sealed = [(each.reader, each.sealed) for each in key.grants]
            keyring.add_grants(tx, conversation=other, epoch=key.epoch, sealed=sealed, now=clock())
            return key

        def dies(tx: Transaction) -> None:
            raise StoreUnavailable("killed")

        orphan = await stores.keyring.write(grant)
        with pytest.raises(StoreUnavailable):
            await stores.main.write(dies)
        used = await stores.keyring.write(grant)
        await stores.main.write(
            lambda tx: evidence.add_key(tx, house.id, epoch=used.epoch, recipient=used.recipient, now=clock())
        )
        assert (orphan.epoch, used.epoch) == (1, 2)
        place = Place(other, used.epoch, "turn", seq=1)
        sealed = seal_text(used.recipient, place, b"Worte", clock())
        grants = await stores.keyring.read(lambda tx: keyring.grants_of(tx, other, READER))
        private = open_grant(house.reader.reading, grants[used.epoch], other, used.epoch, READER)
        assert open_text(private, sealed, place).body == b"Worte"

    asyncio.run(story())
