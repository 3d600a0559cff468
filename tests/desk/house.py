"""A desk with people in it, without the public zone: conversations are sealed here as a turn would seal them."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx

from bot.app.keyholder import LocalKeyHolder
from bot.cases import summary, thread
from bot.cases.facts import CaseRef, Staff, StaffRef
from bot.cases.summary import Summary
from bot.cases.thread import Entry
from bot.clock import Clock
from bot.config import ROOT
from bot.db import cases, conversations, evidence, keyring, staff, transcript
from bot.db.store import Stores, Transaction
from bot.db.wake import Wake
from bot.desk.app import create_app
from bot.desk.deps import Desk, TeamLine
from bot.desk.pages import Pages
from bot.evidence.envelope import Place
from bot.evidence.keys import Recipient, create_conversation_key
from bot.evidence.seal import seal_item_text, seal_text
from bot.evidence.vault import Vault
from bot.i18n.catalog import Catalogs
from bot.server_keys import DeskKeys, PublicKeys, make_missing

URL = "http://localhost:8090"


class Silence:
    """A wake-up carrier for one process: nobody else is listening."""

    async def start(self, deliver: object) -> None: ...

    def send(self, notice: object) -> None: ...

    async def stop(self) -> None: ...


@dataclass
class House:
    """`signed_in` opens a client with the cookie of a member; `person` makes a case they can read."""

    stores: Stores
    clock: Clock
    folder: Path
    url: str = URL
    wake: Wake = field(default_factory=lambda: Wake(Silence()))

    def __post_init__(self) -> None:
        make_missing(self.folder / "secrets")
        self.keys = DeskKeys.load(self.folder / "secrets")
        self.public = PublicKeys.load(self.folder / "secrets")
        self.holder = LocalKeyHolder(self.keys.pepper)
        self.vault = Vault(self.folder / "blobs", free_floor=0)
        self.pages = Pages(Catalogs.load(ROOT / "locales"), ZoneInfo("Europe/Berlin"))
        self.desk = Desk(
            stores=self.stores, wake=self.wake, clock=self.clock, pages=self.pages, keys=self.keys,
            holder=self.holder, read_blob=self.vault.read, teams=self.teams, url=self.url,
        )  # fmt: skip
        self.app = create_app(self.desk)

    def teams(self, at: datetime) -> tuple[TeamLine, ...]:
        return (
            TeamLine("de", True, at + timedelta(hours=4), at + timedelta(hours=21)),
            TeamLine("nl", False, None, at + timedelta(hours=21), "Koningsdag"),
        )

    def client(self, **options: object) -> httpx.AsyncClient:
        """A browser without cookie that says where its forms come from."""
        headers = {"origin": self.url, "sec-fetch-site": "same-origin", "accept-language": "de"}
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app), base_url=self.url, headers=headers, timeout=30, **options
        )  # type: ignore[arg-type]  # options are httpx's own

    async def member(
        self, handle: str = "jana", role: str = "counsellor", languages: Sequence[str] = ("de", "nl")
    ) -> tuple[Staff, bytes]:
        """A member with keys; the bundle is what a password would open."""
        ref = StaffRef(secrets.token_hex(16))
        fresh = self.holder.new_identity(ref)

        def job(tx: Transaction) -> Staff:
            staff.add(tx, ref=ref, handle=handle, role=role, languages=languages, now=self.clock())  # type: ignore[arg-type]  # tests name any role
            staff.activate(tx, ref, recipient=fresh.recipient, verify_key=fresh.verify_key)
            found = staff.find(tx, ref)
            assert found is not None
            return found

        return await self.stores.main.write(job), fresh.bundle

    async def sign_in(self, member: tuple[Staff, bytes]) -> httpx.AsyncClient:
        """A client signed in as this member; `.csrf` is its form token."""
        fresh = self.holder.begin(member[0].ref, member[1])
        now = self.clock()
        await self.stores.keyring.write(
            lambda keys: staff.add_sign_in(keys, sid=fresh.sid, member=member[0].ref, identity=fresh.identity, now=now)
        )
        client = self.client()
        client.headers["cookie"] = f"__Host-desk={fresh.secret}"
        client.csrf = self.holder.csrf(fresh.secret)  # type: ignore[attr-defined]  # rides along for the tests
        return client

    async def person(
        self,
        said: Sequence[Entry] = (),
        *,
        language: str = "de",
        card: Summary | None = None,
        waits: bool = True,
        urgent: bool = False,
        notes: Sequence[tuple[str, str]] = (),
        readers: Sequence[Staff] | None = None,
        ago: timedelta = timedelta(0),
        message: bool = False,
    ) -> CaseRef:
        """A conversation with a case, as the turns would have left it. `notes` are (kind, text) evidence items."""
        now, ref = self.clock() - ago, secrets.token_hex(16)
        wanted = await self.stores.main.read(staff.readers)
        if readers is not None:
            wanted = [pair for pair in wanted if pair[0] in {each.ref for each in readers}]
        key = create_conversation_key(ref, [Recipient(*pair) for pair in wanted], now)
        await self.stores.keyring.write(
            lambda keys: keyring.add_grants(
                keys, conversation=ref, epoch=1, sealed=[(g.reader, g.sealed) for g in key.grants], now=now
            )
        )
        sealed_items = []
        for kind, text in notes:
            item_ref = secrets.token_hex(16)
            item, payload = seal_item_text(key.recipient, Place(ref, 1, kind, item=item_ref), text, now)
            draft = self.vault.begin()
            draft.write(payload)
            blob = draft.publish()
            await self.stores.keyring.write(
                lambda keys, r=item_ref, i=item: keyring.add_header(
                    keys, item=r, conversation=ref, header=i.header, now=now
                )
            )
            sealed_items.append((item_ref, kind, item, blob))

        def job(tx: Transaction) -> CaseRef:
            address = conversations.NewAddress("web", secrets.token_bytes(32), "k", b"sealed")
            made = conversations.create(tx, ref=ref, language=language, address=address, now=now)  # type: ignore[arg-type]  # tests pass any language
            conversation = made.conversation.id
            evidence.add_key(tx, conversation, epoch=1, recipient=key.recipient, now=now)
            _, case = cases.open_case(
                tx, conversation, ref=secrets.token_hex(16), language=language, channel="web", now=now
            )
            if waits:
                cases.request_human(tx, conversation, now)
            if message:
                cases.take_message(tx, conversation, now)
            if urgent:
                cases.set_urgent(tx, conversation, urgent=True)
            for entry in said:
                self._add_turn(tx, conversation, ref, key.recipient, [entry])
            if card is not None:
                body = seal_text(key.recipient, Place(ref, 1, "summary"), summary.encode(card), now)
                cases.set_summary(tx, conversation, body, 1)
            for item_ref, kind, item, blob in sealed_items:
                new = evidence.NewItem(
                    ref=item_ref, kind=kind, epoch=1, blob=blob, size_band="10k",
                    sealed_bytes=item.sealed_bytes, sealed_sha256=item.sealed_sha256, digest=item_ref.encode(),
                )  # fmt: skip
                evidence.add(tx, conversation, new, now)
                evidence.accept(tx, conversation, item_ref, now)
            return case

        return await self.stores.main.write(job)

    async def says(self, case: CaseRef, text: str) -> None:
        """The person writes once more."""
        now = self.clock()

        def job(tx: Transaction) -> None:
            found = cases.find(tx, case)
            assert found is not None
            key = evidence.newest_key(tx, found.conversation_id)
            assert key is not None
            entry = Entry("person", now, text)
            self._add_turn(tx, found.conversation_id, found.conversation, key[1], [entry])
            cases.mark_unread(tx, found.conversation_id)

        await self.stores.main.write(job)
        self.wake.notify("desk", case)

    def _add_turn(self, tx: Transaction, conversation: int, ref: str, recipient: str, entries: Sequence[Entry]) -> None:
        seq = transcript.take_seq(tx, conversation)
        body = seal_text(recipient, Place(ref, 1, "turn", seq=seq), thread.encode(entries), self.clock())
        transcript.add(tx, conversation, seq=seq, epoch=1, sealed=body, now=self.clock())
