"""People and keys for the evidence tests; everything here is invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.evidence import keys
from bot.evidence.unseal import OpenConversation, open_grant
from bot.evidence.vault import Vault

AT = datetime(2026, 11, 25, 11, 0, 30, tzinfo=UTC)
CONVERSATION = "c0" * 16


@dataclass(frozen=True)
class Sealed:
    """A conversation key with two readers, and its private half as the first of them sees it."""

    readers: tuple[keys.StaffIdentity, keys.StaffIdentity]
    key: keys.ConversationKey

    @property
    def recipient(self) -> str:
        return self.key.recipient

    @property
    def identity(self) -> str:
        first = self.readers[0]
        return open_grant(first.reading, self.key.grants[0].sealed, CONVERSATION, 1, first.staff)

    @property
    def opened(self) -> OpenConversation:
        return OpenConversation(CONVERSATION, {1: self.identity})


@pytest.fixture
def sealed() -> Sealed:
    readers = (keys.create_identity("a1" * 16), keys.create_identity("b2" * 16))
    recipients = [keys.Recipient(reader.staff, reader.recipient) for reader in readers]
    return Sealed(readers, keys.create_conversation_key(CONVERSATION, recipients, AT))


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "blobs")
