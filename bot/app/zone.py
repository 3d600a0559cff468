"""What the two roles of the public zone share: sealing without being able to open."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from bot.app.role import House
from bot.db import evidence, keyring, staff
from bot.db.store import Transaction
from bot.evidence.keys import Recipient, create_conversation_key
from bot.evidence.vault import Vault
from bot.turns.uploads import Taken, UploadDesk


def vault(house: House) -> Vault:
    return Vault.at(house.settings.blobs, free_floor=house.settings.evidence.free_space_floor)


def key_maker(house: House) -> Callable[[int, str], Awaitable[None]]:
    """Makes a conversation's key: grants committed in the keyring first, then the row in main (S22).

    Readers: active counsellors and supervisors, and the recovery key if the settings name one (S23).
    """
    recovery = house.settings.recovery_recipient

    async def make(conversation_id: int, ref: str) -> None:
        readers = [Recipient(reader, key) for reader, key in await house.stores.main.read(staff.readers)]
        if recovery is not None:
            readers.append(Recipient("recovery", recovery))
        now = house.clock()
        epoch, recipient = await house.stores.keyring.write(lambda keys: _grant(keys, ref, readers, now))
        await house.stores.main.write(
            lambda tx: evidence.add_key(tx, conversation_id, epoch=epoch, recipient=recipient, now=now)
        )

    return make


def _grant(keys: Transaction, ref: str, readers: Sequence[Recipient], now: datetime) -> tuple[int, str]:
    key = create_conversation_key(ref, readers, now, epoch=keyring.free_epoch(keys, ref))
    sealed = [(grant.reader, grant.sealed) for grant in key.grants]
    keyring.add_grants(keys, conversation=ref, epoch=key.epoch, sealed=sealed, now=now)
    return key.epoch, key.recipient


def note_sealer(uploads: UploadDesk) -> Callable[[str, str, str], Awaitable[str | None]]:
    """Seals a link, a name or a memory as an evidence item."""

    async def seal(conversation: str, kind: str, text: str) -> str | None:
        taken = await uploads.take_text(conversation, kind, text)  # type: ignore[arg-type]  # kinds are the flows'
        return taken.item if isinstance(taken, Taken) else None

    return seal
