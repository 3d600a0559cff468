"""Storing what people send, before anybody hears "got it" (R1). Duplicates end here (S21)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from bot.channels.contract import PULLED, ChannelName, Inbound
from bot.clock import Clock
from bot.db import conversations, dead_letters, inbox, outbox
from bot.db.conversations import Conversation, Known, NewAddress
from bot.db.store import Store, Transaction
from bot.db.wake import Wake
from bot.dialogue.codec import UnreadableSession
from bot.dialogue.events import Moment
from bot.dialogue.listen import PLAIN
from bot.logs import get_logger
from bot.server_keys import NotOpened, PublicKeys
from bot.turns.addresses import seal_address
from bot.turns.events import heard
from bot.turns.knowledge import Knowledge
from bot.turns.memory import recall
from bot.turns.payload import encode_inbound

COLLECTING: Final = timedelta(seconds=1.5)  # style.md, "One inbound message", 3
PATIENCE: Final = timedelta(seconds=2.5)  # R11: the emergency card is there within 3 s
AT_ONCE: Final = frozenset({"stop_or_exit", "emergency"})
"""Words nobody waits after: somebody is coming, or help is needed."""
TEXT_MAX: Final = 8_000  # characters kept of one message; more than any messenger sends

log = get_logger("turns")


@dataclass(frozen=True, slots=True)
class _Letter:
    """One message with everything about it that needs no database; lookups and digests under each index key (S29)."""

    inbound: Inbound
    lookups: tuple[bytes, ...] = field(repr=False)
    digests: tuple[bytes, ...] = field(repr=False)

    @property
    def lookup(self) -> bytes:
        """The one that is written today."""
        return self.lookups[0]


class Inbox:
    """The one door for messages from people; every channel is given `accept`."""

    def __init__(self, store: Store, keys: PublicKeys, wake: Wake, clock: Clock, knowledge: Knowledge) -> None:
        self._store = store
        self._keys = keys
        self._wake = wake
        self._clock = clock
        self._knowledge = knowledge

    async def accept(self, inbounds: Sequence[Inbound]) -> frozenset[str]:
        """Store messages durably, in order; returns after the commit: whose answer comes from the bot.

        Repeated deliveries get no answer, and what a counsellor holds gets theirs.
        Raises StoreUnavailable: nothing was kept as far as anyone knows, deliver again; repeating is harmless.
        """
        if not inbounds:
            return frozenset()
        letters = [self._letter(inbound) for inbound in inbounds]
        refs = {letter.lookup: secrets.token_hex(16) for letter in letters}
        count, ours, moved = await self._store.write(lambda tx: self._keep(tx, letters, refs), patience=PATIENCE)
        if count:
            self._wake.notify("turns")
        for ref, channel in moved.items():
            if channel in PULLED:
                self._wake.notify("web", ref)
            else:
                self._wake.notify("outbox")
        log.info("inbox.accepted", count=count, rows=len(letters))
        return ours

    async def set_aside(self, channel: ChannelName, key: str, reason: str) -> None:
        """A platform delivered what belongs to nobody: one dead letter without content (R10), however often it comes.

        `key` is the same when it is delivered again; empty if nothing tells it. Raises StoreUnavailable.
        """
        digests = [keys.digest("aside", channel.encode(), key.encode()) for keys in self._keys.under_each_index()]

        def note(tx: Transaction) -> bool:
            now = self._clock()
            if key and not inbox.remember(tx, digests, now).issuperset(digests):
                return False
            dead_letters.record(tx, source="update", reason=reason, tries=1, now=now)
            return True

        if await self._store.write(note, patience=PATIENCE):
            self._wake.notify("desk")
            log.warning("inbox.set_aside", channel=channel, reason=reason)

    def _letter(self, inbound: Inbound) -> _Letter:
        external = inbound.external_id.encode("utf-8", "surrogatepass")
        channel = inbound.channel.encode()
        each = self._keys.under_each_index()
        lookups = tuple(keys.lookup(inbound.channel, inbound.address) for keys in each)
        # One person's page cannot hide another's message by using the same id.
        digests = (keys.digest("seen", channel, own, external) for keys, own in zip(each, lookups, strict=True))
        return _Letter(inbound, lookups, tuple(digests))

    def _keep(
        self, tx: Transaction, letters: Sequence[_Letter], refs: dict[bytes, str]
    ) -> tuple[int, frozenset[str], dict[str, ChannelName]]:
        """How many were new, whose answer comes from the bot, and whose waiting answers moved to which channel."""
        now = self._clock()
        # Noted under every key, so that doors which write under different ones cannot both take it for new.
        fresh = inbox.remember(tx, [digest for letter in letters for digest in letter.digests], now)
        known = conversations.find_by_lookups(tx, list({lookup for letter in letters for lookup in letter.lookups}))
        due: dict[int, datetime] = {}
        rows = []
        ours = set()
        moved: dict[str, ChannelName] = {}
        for letter in letters:
            if not fresh.issuperset(letter.digests):
                continue
            fresh.difference_update(letter.digests)
            person = conversations.find_any(known, letter.lookups)
            first = person is None
            if person is None:
                person = known[letter.lookup] = self._meet(tx, letter, refs[letter.lookup], now)
            elif not person.current:
                person = known[letter.lookup] = self._come_back(tx, person, moved, now)
            place = person.conversation
            payload = self._keys.seal_queue(place.ref, encode_inbound(letter.inbound))
            rows.append(inbox.NewRow(place.id, person.address_id, payload, now))
            at = now if first else self._due(letter.inbound, place, now)
            due[place.id] = min(at, due.get(place.id, at))
            if place.holder != "counsellor":
                ours.add(letter.inbound.address)
        inbox.store(tx, rows)
        conversations.make_due(tx, list(due.items()))
        return len(rows), frozenset(ours), moved

    def _meet(self, tx: Transaction, letter: _Letter, ref: str, now: datetime) -> Known:
        inbound = letter.inbound
        sealed = seal_address(self._keys, letter.lookup, inbound.address)
        address = NewAddress(inbound.channel, letter.lookup, self._keys.lookup_kid, sealed)
        return conversations.create(tx, ref=ref, language=inbound.language or "de", address=address, now=now)

    def _come_back(self, tx: Transaction, person: Known, moved: dict[str, ChannelName], now: datetime) -> Known:
        """Answers go where somebody writes now, those that still wait as well."""
        place = person.conversation
        conversations.lock(tx, place.id)
        conversations.come_back(tx, person)
        channel = outbox.follow(tx, place.id, now)
        if channel is not None:
            moved[place.ref] = channel
        return replace(person, current=True)

    def _due(self, inbound: Inbound, place: Conversation, now: datetime) -> datetime:
        """Free text and albums are collected; everything that cannot grow into more is answered at once."""
        if inbound.tap is not None or inbound.start or place.holder == "counsellor" or place.session is None:
            return now
        if inbound.text and self._urgent(inbound.text, place, inbound, now):
            return now
        return now + COLLECTING

    def _urgent(self, text: str, place: Conversation, inbound: Inbound, now: datetime) -> bool:
        """A crisis, a word that cannot wait, or an answer to the open question. An unreadable session is the turn's
        to tell."""
        try:
            session = recall(self._keys, self._knowledge.charts, place)
        except (NotOpened, UnreadableSession):
            return True
        if session is None:
            return True
        moment = Moment(at=now, holder=place.holder, channel=inbound.channel)
        found = heard(self._knowledge, session, moment, text[:TEXT_MAX])
        plain = any(name in AT_ONCE and score >= PLAIN for name, score in found.intents[:1])
        return found.crisis is not None or plain or (found.answer is not None and not inbound.attachments)
