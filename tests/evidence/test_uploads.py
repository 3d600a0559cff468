"""Taking files: only behind the gate, only what is on the list, and nothing half taken."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.config import ROOT, Evidence
from bot.db import conversations, evidence, keyring, sweep
from bot.db.store import Stores, StoreUnavailable, Transaction
from bot.db.tables import chain_entries, headers, items
from bot.dialogue import codec
from bot.dialogue.load import load_charts
from bot.dialogue.session import FlowId, Frame, Session, StateId
from bot.evidence import keys
from bot.evidence.envelope import Interrupted, Place
from bot.evidence.unseal import OpenConversation, StoredItem, open_grant
from bot.evidence.vault import Draft, Vault
from bot.retention.rules import RULES
from bot.server_keys import KeyRing, PublicKeys, make_missing
from bot.turns.uploads import Refused, Taken, UploadDesk, attachment_of
from tests.conftest import StandingClock

CHARTS = load_charts(ROOT / "flows")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(600)
READER = "a1" * 16


async def pieces(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


def at(flow: str, state: str) -> Session:
    return Session(language="de", stack=(Frame(FlowId(flow), 1, StateId(state)),))


@dataclass
class House:
    """A conversation in the evidence step, and the desk that takes its files."""

    stores: Stores
    public: PublicKeys
    vault: Vault
    clock: StandingClock
    reader: keys.StaffIdentity
    ref: str
    id: int = 0

    def desk(self, **limits: Any) -> UploadDesk:
        return UploadDesk(self.stores, self.public, CHARTS, self.vault, Evidence(**limits), self.clock)

    async def stand_in(self, session: Session | None) -> None:
        sealed = None
        if session is not None:
            sealed = self.public.seal_field("conversations", "session", self.ref, codec.encode(session))
        await self.stores.main.write(
            lambda tx: conversations.save(
                tx, self.id, session=sealed, language="de", silent=False, contact_at=self.clock()
            )  # type: ignore[arg-type]  # None: a session that was forgotten
        )

    async def make_key(self) -> int:
        """A key as the public zone makes it, with the epoch that is free now; returns that."""
        recipients = [keys.Recipient(READER, self.reader.recipient)]

        def grant(tx: Transaction) -> keys.ConversationKey:
            epoch = keyring.free_epoch(tx, self.ref)
            key = keys.create_conversation_key(self.ref, recipients, self.clock(), epoch=epoch)
            sealed = [(grant.reader, grant.sealed) for grant in key.grants]
            keyring.add_grants(tx, conversation=self.ref, epoch=epoch, sealed=sealed, now=self.clock())
            return key

        key = await self.stores.keyring.write(grant)
        await self.stores.main.write(
            lambda tx: evidence.add_key(tx, self.id, epoch=key.epoch, recipient=key.recipient, now=self.clock())
        )
        return key.epoch

    async def sweep_key(self) -> None:
        """What retention does to a conversation that holds nothing and was quiet for long enough."""
        age = RULES["bot_transcript"]
        assert age is not None
        self.clock.advance(seconds=age.total_seconds() + 60)
        now = self.clock()
        assert await self.stores.main.write(lambda tx: sweep.bot_keys(tx, now - age, now, 500)) == 1

    async def open(self, ref: str) -> Any:
        stored = await self.stores.main.read(lambda tx: evidence.stored(tx, ref))
        header = await self.stores.keyring.read(lambda tx: keyring.header_of(tx, ref))
        grants = await self.stores.keyring.read(lambda tx: keyring.grants_of(tx, self.ref, READER))
        assert stored is not None and stored.blob is not None and header is not None
        private = {e: open_grant(self.reader.reading, g, self.ref, e, READER) for e, g in grants.items()}
        place = Place(self.ref, stored.epoch, stored.kind, item=ref)
        whole = StoredItem(place, header, self.vault.read(stored.blob), stored.sealed_bytes, stored.sealed_sha256)
        return OpenConversation(self.ref, private).item(whole)

    async def remains(self) -> tuple[int, int, int]:
        """Item rows, headers, files."""
        rows = await self.stores.main.read(lambda tx: tx.execute(select(func.count()).select_from(items)).scalar_one())
        heads = await self.stores.keyring.read(
            lambda tx: tx.execute(select(func.count()).select_from(headers)).scalar_one()
        )
        return rows, heads, len([path for path in self.vault._root.rglob("*") if path.is_file()])


async def build(stores: Stores, tmp_path: Path, clock: StandingClock) -> House:
    make_missing(tmp_path / "secrets")
    public = PublicKeys.load(tmp_path / "secrets")
    house = House(stores, public, Vault(tmp_path / "blobs"), clock, keys.create_identity(READER), secrets.token_hex(16))
    address = conversations.NewAddress("web", public.lookup("web", house.ref), public.lookup_kid, b"sealed")
    known = await stores.main.write(
        lambda tx: conversations.create(tx, ref=house.ref, language="de", address=address, now=clock())
    )
    house.id = known.conversation.id
    assert await house.make_key() == 1
    await stores.main.write(lambda tx: evidence.start_batch(tx, house.id, clock()))
    await house.stand_in(at("evidence", "files"))
    return house


@pytest.fixture
def house(stores: Stores, tmp_path: Path, clock: StandingClock) -> House:
    return asyncio.run(build(stores, tmp_path, clock))


def run(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(work)


def test_a_file_is_taken_numbered_and_opens_byte_for_byte(house: House) -> None:
    body = PNG + os.urandom(200_000)

    async def story() -> None:
        chunks = pieces(*[body[i : i + 70_000] for i in range(0, len(body), 70_000)])
        taken = await house.desk().take(house.ref, chunks, declared="image/png", name="Bild von M. 😀.png")
        assert isinstance(taken, Taken) and taken.kind == "image" and not taken.repeated
        assert attachment_of(taken).item == taken.item
        numbered = await house.stores.main.write(lambda tx: evidence.accept(tx, house.id, taken.item, house.clock()))
        assert numbered == evidence.Accepted(1, "image", repeated=False)
        opened = await house.open(taken.item)
        assert (opened.body, opened.name, opened.media_type) == (body, "Bild von M. 😀.png", "image/png")
        listed = await house.stores.main.read(lambda tx: evidence.held(tx, house.id))
        assert [(item.number, item.kind, item.batch, item.size_band) for item in listed] == [(1, "image", 1, "1m")]
        entry = await house.stores.main.read(lambda tx: tx.execute(select(chain_entries.c.entry)).scalar_one())
        assert taken.item in entry and "Bild" not in entry

    run(story())


def test_paths_5_12_the_same_file_again_is_recognised_and_kept_once(house: House) -> None:
    async def story() -> None:
        desk = house.desk()
        first = await desk.take(house.ref, pieces(PNG))
        await house.stores.main.write(lambda tx: evidence.accept(tx, house.id, first.item, house.clock()))  # type: ignore[union-attr]
        again = await desk.take(house.ref, pieces(PNG))
        assert again == Taken(first.item, "image", repeated=True)  # type: ignore[union-attr]
        numbered = await house.stores.main.write(lambda tx: evidence.accept(tx, house.id, again.item, house.clock()))
        assert numbered == evidence.Accepted(1, "image", repeated=True)
        assert await house.remains() == (1, 1, 1)

    run(story())


def test_s29_the_same_file_is_recognised_while_the_index_key_rotates(house: House) -> None:
    """After a rotation of the index key every file handed in before would have been new."""

    async def story() -> None:
        first = await house.desk().take(house.ref, pieces(PNG))
        assert isinstance(first, Taken)
        fresh = {"fresh": secrets.token_bytes(32)}
        house.public = replace(house.public, index=KeyRing("fresh", fresh | dict(house.public.index.keys)))
        desk = house.desk()
        assert await desk.take(house.ref, pieces(PNG)) == Taken(first.item, "image", repeated=True)
        other = await desk.take(house.ref, pieces(PNG, b"2"))
        assert isinstance(other, Taken)
        house.public = replace(house.public, index=KeyRing("fresh", fresh))
        assert await house.desk().take(house.ref, pieces(PNG, b"2")) == Taken(other.item, "image", repeated=True)

    run(story())


def test_two_equal_files_at_once_are_kept_once(house: House) -> None:
    async def story() -> None:
        desk = house.desk()
        both = await asyncio.gather(*[desk.take(house.ref, pieces(PNG)) for _ in range(4)])
        assert len({taken.item for taken in both if isinstance(taken, Taken)}) == 1
        assert await house.remains() == (1, 1, 1)

    run(story())


@pytest.mark.parametrize("state", [("start", "menu"), ("evidence", "gate"), ("evidence", "collect"), None])
def test_s36_outside_the_open_gate_no_byte_is_read(house: House, state: tuple[str, str] | None) -> None:
    read = []

    async def watched() -> AsyncIterator[bytes]:
        read.append(1)
        yield PNG

    async def story() -> None:
        await house.stand_in(at(*state) if state else None)
        assert await house.desk().take(house.ref, watched()) == Refused("gate_closed")
        assert await house.desk().take("f" * 32, watched()) == Refused("gate_closed")
        assert read == [] and await house.remains() == (0, 0, 0)

    run(story())


def test_s36_the_policy_none_takes_no_file_but_notes(house: House) -> None:
    async def story() -> None:
        assert await house.desk(media="none").take(house.ref, pieces(PNG)) == Refused("unsupported")
        assert isinstance(await house.desk(media="none").take_text(house.ref, "link", "example.com/x"), Taken)

    run(story())


@pytest.mark.parametrize(
    ("chunks", "declared", "name", "reason"),
    [
        ((), "", None, "empty"),
        ((b"",), "image/png", "a.png", "empty"),
        ((b"PK\x03\x04" + bytes(600),), "image/png", "a.png", "wrong_type"),
        ((PNG,), "text/html", "a.png", "wrong_type"),
        ((PNG,), "image/png", "a.png.exe", "wrong_type"),
        ((PNG, bytes(3_000_000)), "image/png", "a.png", "too_large"),
    ],
)
def test_s38_s39_refused_in_words_and_nothing_kept(
    house: House, chunks: tuple[bytes, ...], declared: str, name: str | None, reason: str
) -> None:
    async def story() -> None:
        desk = house.desk(file_max_bytes=2_000_000)
        outcome = await desk.take(house.ref, pieces(*chunks), declared=declared, name=name)
        assert outcome == Refused(reason)  # type: ignore[arg-type]
        assert attachment_of(outcome).refused == reason
        assert await house.remains() == (0, 0, 0)

    run(story())


def test_s38_number_total_and_pace_are_limited(house: House) -> None:
    async def story() -> None:
        assert isinstance(await house.desk().take(house.ref, pieces(PNG)), Taken)
        other = PNG + b"2"
        assert await house.desk(items_max=1).take(house.ref, pieces(other)) == Refused("limit")
        assert await house.desk(files_per_hour=1).take(house.ref, pieces(other)) == Refused("limit")
        assert isinstance(await house.desk(files_per_hour=1).take_text(house.ref, "note", "erinnert"), Taken)
        assert await house.desk(total_max_bytes=3_000).take(house.ref, pieces(other)) == Refused("limit")
        assert await house.remains() == (2, 2, 2)
        house.clock.advance(hours=1, minutes=1)
        assert isinstance(await house.desk(files_per_hour=1).take(house.ref, pieces(other)), Taken)

    run(story())


def test_s38_files_racing_for_the_last_place(house: House) -> None:
    async def story() -> None:
        desk = house.desk(items_max=2)
        outcomes = await asyncio.gather(*[desk.take(house.ref, pieces(PNG, bytes([n]))) for n in range(6)])
        assert sum(isinstance(outcome, Taken) for outcome in outcomes) == 2
        assert await house.remains() == (2, 2, 2)

    run(story())


def test_a_transfer_that_breaks_off_or_a_full_disk(house: House) -> None:
    async def breaking() -> AsyncIterator[bytes]:
        yield PNG
        raise Interrupted

    async def story() -> None:
        assert await house.desk().take(house.ref, breaking()) == Refused("interrupted")
        house.vault = Vault(house.vault._root, space=lambda _: (100, 1))
        assert await house.desk().take(house.ref, pieces(PNG)) == Refused("space")
        assert await house.desk().take_text(house.ref, "note", "x") == Refused("space")
        assert await house.remains() == (0, 0, 0)

    run(story())


def test_s22_header_is_committed_before_the_row_and_a_lost_database_leaves_no_row(house: House) -> None:
    async def story() -> None:
        committed: list[str] = []
        keyring_write, main_write = house.stores.keyring.write, house.stores.main.write

        async def to_keyring(job: Any, **options: Any) -> Any:
            result = await keyring_write(job, **options)
            committed.append("keyring")
            return result

        async def to_main(job: Any, **options: Any) -> Any:
            committed.append("main")
            raise StoreUnavailable("stopped")

        house.stores.keyring.write = to_keyring  # type: ignore[method-assign]  # the database goes away in between
        house.stores.main.write = to_main  # type: ignore[method-assign]
        with pytest.raises(StoreUnavailable):
            await house.desk().take(house.ref, pieces(PNG))
        house.stores.main.write = main_write  # type: ignore[method-assign]
        assert committed == ["keyring", "main"]
        assert await house.remains() == (0, 1, 1)
        assert isinstance(await house.desk().take(house.ref, pieces(PNG)), Taken)

    run(story())


def test_a_conversation_that_was_erased_meanwhile_takes_nothing(house: House) -> None:
    async def meanwhile() -> AsyncIterator[bytes]:
        yield PNG
        await house.stores.main.write(
            lambda tx: conversations.part(
                tx, house.id, ref=secrets.token_hex(16), language="de", erase_at=house.clock()
            )
        )
        yield bytes(10)

    async def story() -> None:
        assert await house.desk().take(house.ref, meanwhile()) == Refused("gate_closed")
        assert await house.remains() == (0, 0, 0)

    run(story())


@pytest.mark.parametrize("change", ["swept", "made anew", "made anew at once", "rotated"])
def test_a_file_whose_key_went_while_it_streamed_is_refused(house: House, change: str) -> None:
    """It was taken and acknowledged, and nobody could ever open it: its grants go as orphans."""

    async def meanwhile() -> AsyncIterator[bytes]:
        yield PNG
        if change != "rotated":
            await house.sweep_key()
        if change == "made anew":
            await house.stores.keyring.write(lambda tx: keyring.drop_grants(tx, house.ref))
            assert await house.make_key() == 1, "the number of the first key comes again"
        if change in ("made anew at once", "rotated"):
            assert await house.make_key() == 2
        yield bytes(10)

    async def story() -> None:
        assert await house.desk().take(house.ref, meanwhile()) == Refused("gate_closed")
        assert await house.remains() == (0, 0, 0)
        if change != "swept":
            taken = await house.desk().take(house.ref, pieces(PNG))
            assert isinstance(taken, Taken)
            assert (await house.open(taken.item)).body == PNG

    run(story())


def test_a_repeated_file_needs_no_key(house: House) -> None:
    async def story() -> None:
        first = await house.desk().take(house.ref, pieces(PNG))
        assert isinstance(first, Taken)

        async def meanwhile() -> AsyncIterator[bytes]:
            yield PNG
            await house.make_key()

        assert await house.desk().take(house.ref, meanwhile()) == Taken(first.item, "image", repeated=True)

    run(story())


class FullDisk(Vault):
    """There was room when the payload began, and none when its bytes came."""

    def begin(self) -> Draft:
        draft = super().begin()
        draft._file.close()
        draft._file = Path("/dev/full").open("wb", buffering=0)  # noqa: SIM115 - the draft closes it
        return draft


def test_a_note_that_finds_the_disk_full_leaves_no_draft(house: House) -> None:
    async def story() -> None:
        house.vault = FullDisk(house.vault._root)
        assert await house.desk().take_text(house.ref, "note", "x") == Refused("space")
        assert await house.desk().take(house.ref, pieces(PNG)) == Refused("space")
        assert await house.remains() == (0, 0, 0)

    run(story())


@pytest.mark.parametrize("what", ["note", "file"])
def test_a_database_lost_while_a_draft_is_written_leaves_no_draft(house: House, what: str) -> None:
    async def story() -> None:
        read = house.stores.main.read

        async def until_there_is_a_draft(job: Any, **options: Any) -> Any:
            if list(house.vault._root.glob("??/*")):
                raise StoreUnavailable("stopped")
            return await read(job, **options)

        house.stores.main.read = until_there_is_a_draft  # type: ignore[method-assign]  # the database goes away
        with pytest.raises(StoreUnavailable):
            if what == "note":
                await house.desk().take_text(house.ref, "note", "x")
            else:
                await house.desk().take(house.ref, pieces(PNG))
        house.stores.main.read = read  # type: ignore[method-assign]  # and is back
        assert await house.remains() == (0, 0, 0)

    run(story())


def test_s24_notes_are_items_too_and_their_words_are_nowhere_in_clear(house: House, tmp_path: Path) -> None:
    async def story() -> None:
        taken = await house.desk().take_text(house.ref, "handle", "@erfunden_marker")
        assert isinstance(taken, Taken)
        assert (await house.open(taken.item)).body == b"@erfunden_marker"
        assert await house.desk().take_text(house.ref, "note", " \n") == Refused("empty")

    run(story())
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert b"erfunden_marker" not in path.read_bytes()


def test_batches_lock_unlock_and_go_unseen(house: House) -> None:
    async def story() -> None:
        desk, write = house.desk(), house.stores.main.write

        async def hand_in(mark: bytes) -> str:
            taken = await desk.take(house.ref, pieces(PNG + mark))
            assert isinstance(taken, Taken)
            await write(lambda tx: evidence.accept(tx, house.id, taken.item, house.clock()))
            return taken.item

        first = await hand_in(b"1")
        await write(lambda tx: evidence.start_batch(tx, house.id, house.clock()))
        second, third = await hand_in(b"2"), await hand_in(b"3")
        listed = await house.stores.main.read(lambda tx: evidence.held(tx, house.id))
        assert evidence.newest_batch(listed) == (2, 3)
        locked = await write(lambda tx: evidence.lock_batch(tx, house.id, house.clock()))
        assert set(locked) == {second, third}
        assert await write(lambda tx: evidence.mark_item_erased(tx, house.id, 2, house.clock())) == (second,)
        assert await write(lambda tx: evidence.unlock_batch(tx, house.id, house.clock())) == (third,)
        assert await write(lambda tx: evidence.mark_batch_erased(tx, house.id, house.clock())) == (third,)
        assert await write(lambda tx: evidence.mark_item_erased(tx, house.id, 9, house.clock())) == ()
        listed = await house.stores.main.read(lambda tx: evidence.held(tx, house.id))
        assert [(item.number, item.ref) for item in listed] == [(1, first)]
        assert await hand_in(b"4") and evidence.newest_batch(
            await house.stores.main.read(lambda tx: evidence.held(tx, house.id))
        ) == (4,)

    run(story())
