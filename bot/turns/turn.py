"""One turn: everything a conversation sent within the collecting time, decided once, in one transaction (R2).

A turn runs as a job of the store, so it changes nothing but the database. `Decided` says what to do after the commit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Final, cast

from bot.channels.contract import (
    PULLED,
    Attachment,
    ChannelName,
    Inbound,
    Message,
    OutboxClass,
    Unreadable,
)
from bot.db import cases, conversations, counts, delivered, evidence, inbox, outbox, staff, timers, transcript
from bot.db.conversations import Held
from bot.db.inbox import Waiting
from bot.db.store import Transaction
from bot.dialogue.effects import Effect, Order, Say
from bot.dialogue.events import (
    Event,
    FollowUpDue,
    HandoffChanged,
    ItemReceived,
    ItemRefused,
    MediaOffered,
    Moment,
    Tapped,
    TextReceived,
    TimerFired,
)
from bot.dialogue.step import begin, open_choices, question, step
from bot.evidence.envelope import Place
from bot.evidence.seal import seal_text
from bot.turns import records
from bot.turns.addresses import seal_external_id
from bot.turns.before import Decided, FetchFirst, KeyMissing, Prepared, Tools
from bot.turns.carry_out import FOLLOW_UP, NOTICE, Deeds, NotKept, alert, carry_out, note_told, put_timer
from bot.turns.events import Arrived, Offered, Said, happened, heard, only_crisis, parts
from bot.turns.memory import keep, recall
from bot.turns.payload import Internal, decode_inbox, decode_timer, encode_message
from bot.turns.pressing import reserved
from bot.turns.render import Listener, joined, label, messages

MOST: Final = 50  # messages one turn takes; the next turn takes the rest
NOT_KEPT: Final = "evidence.refused.limit"
COMING_AND_GOING: Final = frozenset({"joined", "returned", "closed", "counsellor_away", "counsellor_gone"})


@dataclass(slots=True)
class _Spoken:
    klass: OutboxClass
    message: Message


def take_turn(
    tx: Transaction,
    tools: Tools,
    *,
    conversation_id: int,
    token: str,
    now: datetime,
    prepared: Prepared,
) -> Decided | None:
    """Take all that is due. None when the lease is lost; then somebody else has taken, or will take, the turn.

    Raises KeyMissing, ReaderNotReady, FetchFirst and SealFirst (carry_out) for what belongs before the transaction, and
    whatever a poison message makes anything raise; each time nothing is kept.
    """
    held = conversations.hold_lease(tx, conversation_id, token=token, now=now)
    if held is None:
        return None
    due = held.turn_due_at is not None and held.turn_due_at <= now
    waiting = inbox.waiting(tx, conversation_id, most=MOST) if due else []
    rows = select_rows(waiting)
    fired = [] if rows or held.conversation.holder == "counsellor" else timers.due(tx, conversation_id, now)
    next_due = None if due else held.turn_due_at
    if not rows and not fired:
        conversations.give_back(tx, conversation_id, token=token, due_at=next_due, next_seq=held.next_seq)
        return Decided()
    turn = _Turn(tx, tools, held, now, prepared)
    names = [decode_timer(_open(tools, held, timer.payload)) for timer in fired]
    timers.drop(tx, [timer.id for timer in fired])  # before the turn, which may set one of the same name anew
    turn.take(_messages(tools, held, rows), names)
    inbox.finish(tx, [row.id for row in rows])
    if rows and (len(rows) < len(waiting) or len(waiting) == MOST):
        next_due = now  # nothing can have come since: whoever adds a message makes the conversation due, and we hold it
    return turn.end(token, next_due)


def select_rows(waiting: Sequence[Waiting]) -> list[Waiting]:
    """A message that made a turn fail is taken alone, so that its neighbours do not suffer with it."""
    for n, row in enumerate(waiting):
        if row.tries:
            return list(waiting[: max(n, 1)])
    return list(waiting)


def _messages(tools: Tools, held: Held, rows: Sequence[Waiting]) -> list[Inbound | Internal]:
    found = [decode_inbox(_open(tools, held, row.payload)) for row in rows]
    return [_read(tools, each) if isinstance(each, Inbound) and each.raw is not None else each for each in found]


def _read(tools: Tools, inbound: Inbound) -> Inbound:
    reader = tools.readers.get(inbound.channel)
    if reader is None:
        raise Unreadable("no_reader")
    return reader(inbound)


def _open(tools: Tools, held: Held, sealed: bytes) -> bytes:
    return tools.keys.open_queue(held.conversation.ref, sealed)


def _own_class(event: Event) -> OutboxClass:
    """Words nobody asked for, also with a card in them. A counsellor's coming and going is no such word."""
    by_counsellor = isinstance(event, HandoffChanged) and event.change in COMING_AND_GOING
    return "flow" if by_counsellor else "self_started"


class _Turn:
    """One turn in progress; lives as long as its transaction."""

    def __init__(self, tx: Transaction, tools: Tools, held: Held, now: datetime, prepared: Prepared) -> None:
        self._tx = tx
        self._keys = tools.keys
        self._knowledge = tools.knowledge
        self._origin = held.conversation
        self._next_seq = held.next_seq
        self._now = now
        self._deeds = Deeds(
            tx, self._keys, held.conversation, self._channel(), now, self._knowledge.hours, prepared.items
        )
        self._files, self._hurry = prepared.files, prepared.hurry
        self._session = recall(self._keys, self._knowledge.charts, held.conversation) or begin(
            self._knowledge.charts, held.conversation.language, self._moment(held.conversation.language)
        )
        self._entries: list[records.Entry] = []
        self._spoken: list[_Spoken] = []
        self._answers: list[str] = []
        self._effects = 0
        self._by_person = False

    # --- what happens -----------------------------------------------------------------------------------------------

    def take(self, arrived: Sequence[Inbound | Internal], names: Sequence[str]) -> None:
        self._note_removable(arrived)
        everything = list(parts(arrived))
        self._offered = [said.event.file for said in everything if isinstance(said.event, Offered)]
        for said in everything:
            self._answers.extend(said.answers)
            self._by_person = self._by_person or not said.own
            self._one(said)
        for name in names:
            self._timer(name)

    def _timer(self, name: str) -> None:
        if name == FOLLOW_UP:
            self._follow_up()
            return
        if not name.startswith(NOTICE):
            if name in self._session.timers:
                self._one(Said(TimerFired(name), own=True))
            return
        change = name.removeprefix(NOTICE)
        if self._deeds.conversation.holder == "waiting":
            note_told(self._deeds, change)
            self._one(Said(HandoffChanged(change), own=True))  # type: ignore[arg-type]  # written by timers.py from Notice

    def _follow_up(self) -> None:
        """One that comes too late in the day – the house was down – waits for the next good hour."""
        good = self._knowledge.hours.afternoon(self._session.language, self._now)
        if good == self._now:
            self._one(Said(FollowUpDue(), own=True))
        elif good is not None:
            put_timer(self._tx, self._keys, self._origin, FOLLOW_UP, good)

    def _one(self, said: Said) -> None:
        moment = self._moment(self._session.language)
        event, item = self._event(said, moment)
        self._entries.extend(records.of_person(said, event, self._tapped(said, moment), item, self._now))
        if event is None:
            return
        if moment.holder == "counsellor" and not (isinstance(event, HandoffChanged) or reserved(event)):
            self._relay(event)
            return
        session, effects = step(self._knowledge.charts, self._session, event, moment)
        try:
            klass = carry_out(self._deeds, session, effects, said.text)
            self._session = session
        except NotKept:
            klass, effects = "flow", (Say(NOT_KEPT), *question(self._knowledge.charts, self._session, moment))
        self._effects += len(effects)
        if said.own and self._session.quick_exit:
            return  # "do not write first"
        self._speak(event, effects, _own_class(event) if said.own else klass)

    def _event(self, said: Said, moment: Moment) -> tuple[Event | None, int | None]:
        """The event, and the number of the evidence item it is about."""
        event = self._file(said.event.file) if isinstance(said.event, Offered) else said.event
        match event:
            case Arrived(item=ref):
                accepted = evidence.accept(self._tx, self._deeds.id, ref, self._now)
                if accepted is None:
                    return ItemRefused("interrupted"), None
                return ItemReceived(accepted.number, accepted.kind, accepted.repeated), accepted.number
            case None:
                event = TextReceived(heard(self._knowledge, self._session, moment, said.text or ""))
                return (event if not said.caption or only_crisis(event) else None), None
            case event:
                return event, None

    def _file(self, file: Attachment) -> Event | Arrived:
        """A file that waits with its messenger: fetched only once the media gate is open (S36)."""
        if file.handle is None or "files" not in self._session.awaiting:
            return MediaOffered(file.kind)
        fetched = self._files.get(file.handle)
        if fetched is None and self._hurry:
            return ItemRefused("interrupted")
        if fetched is None:
            missing = [each for each in self._offered if each.handle is not None and each.handle not in self._files]
            raise FetchFirst(self._deeds.channel, missing)
        return happened(fetched)

    def _note_removable(self, arrived: Sequence[Inbound | Internal]) -> None:
        """Ids of what the person wrote, where we can take it back for them later."""
        address = conversations.current_address(self._tx, self._origin.id)
        for message in arrived:
            if address is not None and isinstance(message, Inbound) and message.removable is not None:
                sealed = seal_external_id(self._keys, address.id, message.removable)
                delivered.add(self._tx, address.id, sealed, buttons=False, now=self._now)

    def _tapped(self, said: Said, moment: Moment) -> str | None:
        """The words on the button, for the transcript."""
        if not isinstance(said.event, Tapped):
            return None
        chosen = said.event.choice
        for choice in open_choices(self._knowledge.charts, self._session, moment):
            if choice.id == chosen:
                return label(self._knowledge, choice, self._session)
        return f"[{chosen}]"

    def _relay(self, event: Event) -> None:
        """A counsellor has the chat: they get it, the bot is silent; danger alarms all the same."""
        if isinstance(event, TextReceived) and event.understood.crisis is not None:
            alert(self._deeds, self._session.language)
        cases.mark_unread(self._tx, self._deeds.id)
        self._deeds.wake.add(("desk", cases.ref_of(self._tx, self._deeds.id) or ""))

    # --- what is said -----------------------------------------------------------------------------------------------

    def _speak(self, event: Event, effects: Sequence[Effect], klass: OutboxClass) -> None:
        changed = any(isinstance(effect, Order) for effect in effects)
        moment = self._moment(self._session.language) if changed or isinstance(event, ItemReceived) else self._before
        listener = Listener(
            self._session, moment, self._knowledge.capabilities[self._deeds.channel], self._items, self._deeds.code
        )
        said = messages(self._knowledge, listener, self._numbered(effects))
        if isinstance(event, HandoffChanged):
            said = [replace(message, speaker="notice") for message in said]
        deeds = self._deeds
        deeds.code = None
        if said and (deeds.left or deeds.clear):
            said[0] = replace(said[0], clear=deeds.clear)  # what follows it stays on the screen
            said[-1] = replace(said[-1], leave=deeds.left)
            deeds.left, deeds.clear = False, False
        self._spoken.extend(_Spoken(klass, message) for message in said)

    def _numbered(self, effects: Sequence[Effect]) -> Sequence[Effect]:
        """What is said about a text that became an item names that item's number, known only now."""
        noted, self._deeds.noted = self._deeds.noted, None
        if noted is None:
            return effects
        return [
            replace(each, values={**each.values, "n": noted}) if isinstance(each, Say) else each for each in effects
        ]

    def _final(self) -> list[_Spoken]:
        """One turn asks one question: the last. Questions before it are answered already or overtaken; what was said
        with them stays, so words and questions are joined only now."""
        asking = [n for n, spoken in enumerate(self._spoken) if spoken.message.buttons]
        superseded = {n for n in asking[:-1] if self._spoken[n].klass != "emergency"}
        kept = [spoken for n, spoken in enumerate(self._spoken) if n not in superseded]
        limits = self._knowledge.capabilities[self._deeds.channel]
        return [
            _Spoken(klass, message)
            for klass, group in groupby(kept, key=lambda spoken: spoken.klass)
            for message in joined([spoken.message for spoken in group], limits)
        ]

    # --- the end ----------------------------------------------------------------------------------------------------

    def end(self, token: str, next_due: datetime | None) -> Decided:
        """Write everything down: words to send, the sealed turn, the summary card, the session."""
        deeds = self._deeds
        spoken = self._final()
        self._entries.extend(records.of_bot(each.message, self._now) for each in spoken)
        self._seal_turn()
        self._queue(spoken)
        self._remember()
        counts.add(self._tx, self._now.date().isoformat(), deeds.counts)
        conversations.give_back(self._tx, self._origin.id, token=token, due_at=next_due, next_seq=self._next_seq)
        return Decided(frozenset(deeds.wake), deeds.erase, self._effects)

    def _seal_turn(self) -> None:
        if not self._entries:
            return
        key = evidence.newest_key(self._tx, self._origin.id)
        if key is None:
            raise KeyMissing
        epoch, recipient = key
        place = Place(self._origin.ref, epoch, "turn", seq=self._next_seq)
        sealed = seal_text(recipient, place, records.encode(self._entries), self._now)
        transcript.add(self._tx, self._origin.id, seq=self._next_seq, epoch=epoch, sealed=sealed, now=self._now)
        self._next_seq += 1
        case = cases.ref_of(self._tx, self._origin.id)
        if case is not None and not self._deeds.parted:
            self._deeds.wake.add(("desk", case))
            card = records.summary(self._knowledge.charts, self._session, self._moment(self._session.language))
            place = Place(self._origin.ref, epoch, "summary")
            cases.set_summary(self._tx, self._origin.id, seal_text(recipient, place, card, self._now), epoch)

    def _queue(self, spoken: Sequence[_Spoken]) -> None:
        if not spoken:
            return
        to = self._deeds.conversation
        last = len(spoken) - 1
        rows = [
            outbox.NewRow(
                each.klass,
                each.message.speaker,
                self._keys.seal_queue(to.ref, encode_message(each.message, self._answers if n == last else ())),
            )
            for n, each in enumerate(spoken)
        ]
        channel = outbox.add(self._tx, to.id, fence=to.fence, rows=rows, now=self._now)
        if channel is not None:
            self._deeds.wake.add(("web", to.ref) if channel in PULLED else ("outbox", ""))

    def _remember(self) -> None:
        to = self._deeds.conversation
        conversations.save(
            self._tx,
            to.id,
            session=keep(self._keys, to.ref, self._session),
            language=self._session.language,
            silent=self._session.quick_exit,
            contact_at=self._now if self._by_person else None,
        )

    # --- the world --------------------------------------------------------------------------------------------------

    def _channel(self) -> ChannelName:
        address = conversations.current_address(self._tx, self._origin.id)
        return "web" if address is None else cast(ChannelName, address.channel)

    def _moment(self, language: str) -> Moment:
        """What is true now. Asked again after every order, because orders change it."""
        to = self._deeds.conversation
        hours = self._knowledge.hours.status(language, self._now)
        listed = evidence.held(self._tx, to.id)
        self._items = records.listed(self._knowledge, listed, language)
        self._before = Moment(
            at=self._now,
            holder=to.holder,
            open=hours.open,
            staffed=hours.open and staff.staffed(self._tx, language, self._now),
            closes_at=hours.closes_at,
            next_opening=hours.next_opening,
            position=cases.position(self._tx, to.id) if to.holder == "waiting" else None,
            items=tuple((item.number, item.kind) for item in listed if item.number is not None),
            batch=evidence.newest_batch(listed),
            channel=self._deeds.channel,
        )
        return self._before
