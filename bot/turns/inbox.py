"""Storing what people send, before anybody hears "got it" (R1). Duplicates end here (S21)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from bot.channels.contract import PULLED, ChannelName, Inbound, Renamed
from bot.clock import Clock
from bot.db import conversations, dead_letters, inbox, outbox, windows
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
    also: tuple[bytes, ...] = field(default=(), repr=False)
    """Lookups of the other address the platform gave (`Inbound.also`)."""

    @property
    def lookup(self) -> bytes:
        """The one that is written today."""
        return self.lookups[0]


@dataclass(frozen=True, slots=True)
class _Kept:
    """How many messages were new, whose answer comes from the bot, whose waiting answers moved to which channel, and
    whether something had waited for somebody to write."""

    count: int
    ours: frozenset[str]
    moved: dict[str, ChannelName]
    released: bool


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
        kept = await self._store.write(lambda tx: self._keep(tx, letters, refs), patience=PATIENCE)
        if kept.count:
            self._wake.notify("turns")
        for ref, channel in kept.moved.items():
            if channel in PULLED:
                self._wake.notify("web", ref)
            else:
                self._wake.notify("outbox")
        if kept.released:
            self._wake.notify("outbox")
        log.info("inbox.accepted", count=kept.count, rows=len(letters))
        return kept.ours

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
        also = () if inbound.also is None else tuple(keys.lookup(inbound.channel, inbound.also) for keys in each)
        return _Letter(inbound, lookups, tuple(digests), also)

    def _keep(self, tx: Transaction, letters: Sequence[_Letter], refs: dict[bytes, str]) -> _Kept:
        now = self._clock()
        # Noted under every key, so that doors which write under different ones cannot both take it for new.
        fresh = inbox.remember(tx, [digest for letter in letters for digest in letter.digests], now)
        wanted = {lookup for letter in letters for lookup in (*letter.lookups, *letter.also)}
        known = conversations.find_by_lookups(tx, list(wanted))
        until: dict[int, datetime] = {}
        wrote: set[int] = set()
        due: dict[int, datetime] = {}
        rows = []
        ours = set()
        moved: dict[str, ChannelName] = {}
        for letter in letters:
            if not fresh.issuperset(letter.digests):
                continue
            fresh.difference_update(letter.digests)
            person = conversations.find_any(known, letter.lookups) or self._known_as(tx, letter, known)
            first = person is None
            if person is None:
                person = known[letter.lookup] = self._meet(tx, letter, refs[letter.lookup], now)
            elif not person.current:
                person = known[letter.lookup] = self._come_back(tx, person, moved, now)
            place = person.conversation
            payload = self._keys.seal_queue(place.ref, encode_inbound(letter.inbound))
            rows.append(inbox.NewRow(place.id, person.address_id, payload, now))
            if (open_until := letter.inbound.open_until) is not None:
                until[person.address_id] = max(open_until, until.get(person.address_id, open_until))
                if open_until > now:  # a delivery that comes a day late opens nothing
                    wrote.add(place.id)
            at = now if first else self._due(letter.inbound, place, now)
            due[place.id] = min(at, due.get(place.id, at))
            if place.holder != "counsellor":
                ours.add(letter.inbound.address)
        inbox.store(tx, rows)
        conversations.make_due(tx, list(due.items()))
        windows.keep_open(tx, until)
        released = outbox.release(tx, sorted(wrote), now) > 0
        return _Kept(len(rows), frozenset(ours), moved, released)

    def _known_as(self, tx: Transaction, letter: _Letter, known: dict[bytes, Known]) -> Known | None:
        """Somebody we knew by their other address, who is known by this one from now on. The other is forgotten: a
        number passes to strangers, who must not come into this conversation."""
        person = conversations.find_any(known, letter.also)
        if person is None:
            return None
        for lookup in letter.also:
            known.pop(lookup, None)
        known[letter.lookup] = conversations.rename(tx, person, self._address(letter.inbound.address, letter))
        return known[letter.lookup]

    async def rename(self, renamed: Sequence[Renamed]) -> None:
        """People have other addresses from now on; a conversation goes along with its person. Harmless to repeat.

        Nothing happens to an address nobody is known under, and none where the new one is known: what was begun there
        is somebody else's, as far as anyone can tell. Raises StoreUnavailable.
        """
        each = self._keys.under_each_index()

        def move(tx: Transaction) -> int:
            count = 0
            for one in renamed:
                before = [keys.lookup(one.channel, one.before) for keys in each]
                now = [keys.lookup(one.channel, one.now) for keys in each]
                found = conversations.find_by_lookups(tx, [*before, *now])
                person = conversations.find_any(found, before)
                if person is not None and conversations.find_any(found, now) is None:
                    sealed = seal_address(self._keys, now[0], one.now)
                    conversations.rename(tx, person, NewAddress(one.channel, now[0], self._keys.lookup_kid, sealed))
                    count += 1
            return count

        if renamed:
            count = await self._store.write(move, patience=PATIENCE)
            log.info("inbox.renamed", count=count, rows=len(renamed))

    def _address(self, address: str, letter: _Letter) -> NewAddress:
        sealed = seal_address(self._keys, letter.lookup, address)
        return NewAddress(letter.inbound.channel, letter.lookup, self._keys.lookup_kid, sealed)

    def _meet(self, tx: Transaction, letter: _Letter, ref: str, now: datetime) -> Known:
        inbound = letter.inbound
        address = self._address(inbound.address, letter)
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
