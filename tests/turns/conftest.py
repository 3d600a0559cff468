"""A helpline small enough to hold in one hand: real store, real keys, real flows; every text is its own key."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyrage
import pytest
from sqlalchemy import select

from bot.channels.contract import (
    Attachment,
    Capabilities,
    ChannelName,
    Inbound,
    Message,
    Outbound,
    Reader,
    SendOutcome,
    Sent,
)
from bot.channels.web.capabilities import CAPABILITIES as WEB
from bot.config import ROOT
from bot.db import cases, conversations, evidence, transcript
from bot.db.conversations import Conversation
from bot.db.store import Stores, Transaction
from bot.db.tables import staff as staff_table
from bot.db.wake import Subscription
from bot.dialogue.load import load_charts
from bot.directory import Directory
from bot.evidence.envelope import Place, unpack
from bot.handoff.rules import Claimed
from bot.hours import OpeningHours
from bot.i18n import Catalogs
from bot.i18n.dates import Dates
from bot.server_keys import PublicKeys, make_missing
from bot.turns.chats import Chats
from bot.turns.inbox import Inbox
from bot.turns.knowledge import Knowledge
from bot.turns.worker import Worker
from tests.conftest import StandingClock

CHARTS = load_charts(ROOT / "flows")
PUSH = Capabilities("telegram", "push", 4_096, 8, 60, 20, 60)
HELP = "turn.failed"


class KeysAsTexts(Catalogs):
    """Every text is its key: what is said can be asserted without owning the wording."""

    def text(self, key: str, language: str, adult: bool = False, domain: Any = "flows", *, count: Any = None) -> str:
        return super().text(key, language, adult, domain, count=count) if domain == "dates" else key


class DeafWake:
    """Notices are remembered and wake nobody: tests look by themselves."""

    def __init__(self) -> None:
        self.notices: list[tuple[str, str]] = []

    def notify(self, topic: str, ref: str = "") -> None:
        self.notices.append((topic, ref))

    def subscribe(self, *topics: str) -> Subscription:
        return Subscription(topics, lambda _: None)  # type: ignore[arg-type]  # any words will do


@dataclass
class Keyholder:
    """Makes conversation keys and keeps the private halves, as no part of the product does."""

    stores: Stores
    identities: dict[str, pyrage.x25519.Identity] = field(default_factory=dict)

    async def prepare(self, conversation_id: int, ref: str) -> None:
        identity = pyrage.x25519.Identity.generate()

        def put(tx: Transaction) -> None:
            if evidence.newest_key(tx, conversation_id) is None:
                self.identities[ref] = identity
                evidence.add_key(
                    tx, conversation_id, epoch=1, recipient=str(identity.to_public()), now=StandingClock().now
                )

        await self.stores.main.write(put)

    def open_turns(self, stores: Stores, ref: str) -> list[dict[str, Any]]:
        """All entries of the transcript, in order."""

        from bot.db.tables import conversations

        def read(tx: Transaction) -> list[Any]:
            found = tx.execute(select(conversations.c.id).where(conversations.c.ref == ref)).scalar_one()
            return list(transcript.read(tx, found))

        entries = []
        for row in asyncio.run(stores.main.read(read)):
            plain = pyrage.decrypt(row.sealed, [self.identities[ref]])
            opened = unpack(bytes(plain), Place(ref, row.epoch, "turn", seq=row.seq))
            entries += json.loads(opened.body)["entries"]
        return entries


@dataclass
class House:
    """Everything between a channel and the store, driven by hand."""

    stores: Stores
    keys: PublicKeys
    clock: StandingClock
    knowledge: Knowledge
    wake: DeafWake
    holder: Keyholder
    inbox: Inbox
    worker: Worker
    chats: Chats
    notes: list[tuple[str, str]] = field(default_factory=list)

    def run(self, doing: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run(doing)

    async def send(self, *inbounds: Inbound) -> None:
        await self.inbox.accept(inbounds)

    async def settle(self) -> int:
        """Take turns until nothing is due now; returns how many."""
        taken = 0
        while count := await self.worker.work():
            taken += count
        return taken

    async def talk(self, *inbounds: Inbound) -> list[Outbound]:
        """Send, let the collecting time pass, take the turn, fetch and acknowledge the answers."""
        await self.send(*inbounds)
        self.clock.advance(seconds=2)
        await self.settle()
        return await self.fetch(inbounds[0].address)

    async def fetch(self, address: str) -> list[Outbound]:
        rows = list(await self.chats.pending(address))
        await self.chats.acknowledge(address, [row.row for row in rows])
        return rows

    def another_worker(self) -> Worker:
        return make_worker(self.stores, self.keys, self.wake, self.clock, self.knowledge, self.holder, self.notes)


def make_worker(
    stores: Stores,
    keys: PublicKeys,
    wake: DeafWake,
    clock: StandingClock,
    knowledge: Knowledge,
    holder: Keyholder,
    notes: list[tuple[str, str]],
    readers: dict[ChannelName, Reader] | None = None,
) -> Worker:
    async def seal_note(_ref: str, kind: str, text: str) -> str | None:
        notes.append((kind, text))
        return None

    async def erase() -> None:
        return None

    async def fetch_file(_conversation: str, _channel: ChannelName, file: Attachment) -> Attachment:
        return replace(file, refused="interrupted")

    return Worker(
        stores,
        keys,
        wake,  # type: ignore[arg-type]  # a wake that wakes nobody
        clock,
        knowledge,
        prepare_key=holder.prepare,
        seal_note=seal_note,
        fetch_file=fetch_file,
        erase=erase,
        help_text=lambda _language: Message("bot", HELP),
        readers=readers or {},
    )


@pytest.fixture
def make_house(stores: Stores, clock: StandingClock, tmp_path: Path) -> Callable[..., House]:
    def make(**changes: Any) -> House:
        make_missing(tmp_path / "secrets")
        keys = PublicKeys.load(tmp_path / "secrets")
        catalogs = KeysAsTexts(ROOT / "locales")
        hours = OpeningHours(
            zone="Europe/Berlin",
            weekly={day: ["09:00-21:00"] for day in ("mon", "tue", "wed", "thu", "fri")},
            calendars={"de": ["DE-NW"], "nl": ["NL"]},
        )
        capabilities: dict[ChannelName, Capabilities] = {"web": WEB, "telegram": PUSH}
        facts: dict[str, Any] = {
            "charts": CHARTS,
            "catalogs": catalogs,
            "directory": Directory.load(ROOT / "flows" / "directory.yaml"),
            "hours": hours,
            "dates": Dates(catalogs, "Europe/Berlin"),
            "capabilities": capabilities,
            "operator": "Testhilfe",
            "retention_days": 30,
            "backup_days": 7,
        }
        knowledge = Knowledge(**(facts | changes))
        wake = DeafWake()
        holder = Keyholder(stores)
        notes: list[tuple[str, str]] = []
        return House(
            stores,
            keys,
            clock,
            knowledge,
            wake,
            holder,
            Inbox(stores.main, keys, wake, clock, knowledge),  # type: ignore[arg-type]  # as above
            make_worker(stores, keys, wake, clock, knowledge, holder, notes),
            Chats(stores.main, keys, clock),
            notes,
        )

    return make


@pytest.fixture
def house(make_house: Callable[..., House]) -> House:
    return make_house()


@dataclass
class Person:
    """Somebody who writes. Ids are fresh unless a test repeats one on purpose."""

    clock: StandingClock
    channel: ChannelName = "web"
    address: str = field(default_factory=lambda: f"person-{secrets.token_hex(8)}")

    def says(self, text: str, external_id: str | None = None) -> Inbound:
        return Inbound(self.channel, external_id or secrets.token_hex(8), self.address, self.clock(), text=text)

    def taps(self, choice: str, external_id: str | None = None) -> Inbound:
        return Inbound(self.channel, external_id or secrets.token_hex(8), self.address, self.clock(), tap=choice)

    def starts(self, topic: str | None = None, language: Any = "de") -> Inbound:
        return Inbound(
            self.channel, secrets.token_hex(8), self.address, self.clock(), start=True, topic=topic, language=language
        )

    def offers(self, attachment: Attachment, text: str | None = None) -> Inbound:
        return Inbound(
            self.channel, secrets.token_hex(8), self.address, self.clock(), text=text, attachments=(attachment,)
        )


@pytest.fixture
def mila(clock: StandingClock) -> Person:
    return Person(clock)


@pytest.fixture
def anna(clock: StandingClock) -> Person:
    """Somebody on a channel that is sent to."""
    return Person(clock, channel="telegram")


@dataclass
class FakeSender:
    """A messenger that answers as told; the last answer stays. Remembers every call."""

    outcomes: list[SendOutcome | Exception] = field(default_factory=lambda: [Sent()])
    sent: list[Outbound] = field(default_factory=list)
    capabilities: Capabilities = PUSH
    tidied: list[tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=list)
    stays: set[str] = field(default_factory=set)
    """External ids whose tidying comes to nothing."""

    async def tidy(self, address: str, retire: Sequence[str], take_back: Sequence[str]) -> frozenset[str]:
        self.tidied.append((tuple(retire), tuple(take_back)))
        return frozenset((*retire, *take_back)) - self.stays

    async def send(self, outbound: Outbound) -> SendOutcome:
        self.sent.append(outbound)
        outcome = self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


@pytest.fixture
def sender() -> FakeSender:
    return FakeSender()


def texts(rows: list[Outbound]) -> list[str]:
    return [row.message.text for row in rows]


COUNSELLOR = 7


async def claim(house: House, person: Person) -> int:
    """A counsellor takes the chat; returns the fence."""

    def take(tx: Transaction) -> int:
        known = conversations.find_by_lookups(tx, [house.keys.lookup(person.channel, person.address)])
        [found] = known.values()
        if not tx.execute(select(staff_table.c.id).where(staff_table.c.id == COUNSELLOR)).first():
            tx.execute(
                staff_table.insert().values(
                    id=COUNSELLOR,
                    ref=secrets.token_hex(16),
                    handle="jana",
                    role="counsellor",
                    languages="de",
                    active=True,
                    created_at=house.clock(),
                )
            )
        _, case = cases.open_case(
            tx,
            found.conversation.id,
            ref=secrets.token_hex(16),
            language="de",
            channel=person.channel,
            now=house.clock(),
        )
        taken = cases.claim(tx, case, COUNSELLOR, house.clock())
        assert isinstance(taken, Claimed)
        return taken.fence

    return await house.stores.main.write(take)


async def conversation_of(house: House, person: Person) -> Conversation:
    def read(tx: Transaction) -> Conversation:
        lookup = house.keys.lookup(person.channel, person.address)
        return conversations.find_by_lookups(tx, [lookup])[lookup].conversation

    return await house.stores.main.read(read)
