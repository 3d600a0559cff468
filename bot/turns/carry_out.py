"""The dialogue's decisions become rows of one transaction: one small function per order, carried out in their order."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, assert_never, get_args

from bot.channels.contract import PULLED, ChannelName, OutboxClass
from bot.db import cases, conversations, evidence, resume, timers
from bot.db.conversations import Conversation
from bot.db.store import Transaction
from bot.dialogue.effects import CancelTimer, Effect, Order, OrderName, RaiseAlert, Say, SetTimer, ShowCard, ShowItems
from bot.dialogue.session import Session
from bot.handoff.rules import Notice
from bot.hours import OpeningHours
from bot.server_keys import PublicKeys
from bot.turns import codes
from bot.turns.payload import encode_timer

ERASE_LATER: Final = timedelta(hours=24)  # S50: a forced deletion can be undone for a day
CONSENT: Final = "evidence"
NOTICE: Final = "notice."
"""Timers of this name are words about the queue, not of the dialogue; `told.` remembers that they were said."""
FOLLOW_UP: Final = "follow_up"
"""The timer of the one check-in; no state's own, so that it outlives the state that set it."""
FOLLOW_UP_DAYS: Final[Mapping[str, int]] = {"next_day": 1, "two_days": 2}
TOLD: Final = "told."
NOTICES: Final[tuple[Notice, ...]] = get_args(Notice)
REMEMBERED: Final = timedelta(days=30)


class SealFirst(Exception):
    """This turn makes the person's text an evidence item. Its key header belongs into the other store before a row
    may name it (S22), so the turn is undone, the text sealed, and the turn taken again."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(kind)
        self.kind = kind
        self.text = text


class NotKept(Exception):
    """The text could not be sealed as an item: too many of them, no space, or the link was cut meanwhile."""


@dataclass(slots=True)
class Deeds:
    """Everything one turn has done so far. Lives as long as its transaction.

    `prepared` holds items.ref of texts sealed beforehand, by (kind, text). `conversation` is the one leased, until
    the person asks for everything to be erased: then it is their new, empty one, and answers go there.
    """

    tx: Transaction
    keys: PublicKeys
    conversation: Conversation
    channel: ChannelName
    now: datetime
    hours: OpeningHours
    prepared: Mapping[tuple[str, str], str] = field(default_factory=dict, repr=False)
    wake: set[tuple[str, str]] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)
    parted: bool = False
    erase: bool = False
    left: bool = False
    clear: bool = False
    noted: int | None = None
    """Number of the evidence item this step made of a text."""
    code: str | None = field(default=None, repr=False)

    @property
    def id(self) -> int:
        return self.conversation.id

    def reload(self) -> None:
        self.conversation = conversations.get(self.tx, self.conversation.id)


def carry_out(deeds: Deeds, session: Session, effects: Sequence[Effect], text: str | None) -> OutboxClass:
    """Do everything but speaking; returns the class of what is said. `text` is what the person wrote."""
    klass: OutboxClass = "flow"
    for effect in effects:
        match effect:
            case Order():
                _ORDERS[effect.name](deeds, session, effect.arg, text)
            case SetTimer():
                _set_timer(deeds, effect)
            case CancelTimer():
                timers.cancel(deeds.tx, deeds.id, name=timer_name(deeds.keys, deeds.conversation.ref, effect.name))
            case RaiseAlert():
                _raise_alert(deeds, session)
                klass = "emergency"
            case ShowCard():
                klass = "emergency"
            case Say() | ShowItems():
                pass
            case _:
                assert_never(effect)
    return klass


def timer_name(keys: PublicKeys, ref: str, name: str) -> bytes:
    """Names of timers would tell the flow (S33): the same name is another digest in each conversation."""
    return keys.digest("timer", ref.encode(), name.encode())


def put_timer(tx: Transaction, keys: PublicKeys, conversation: Conversation, name: str, due_at: datetime) -> None:
    """Start or move a timer."""
    payload = keys.seal_queue(conversation.ref, encode_timer(name))
    timers.put(tx, conversation.id, name=timer_name(keys, conversation.ref, name), payload=payload, due_at=due_at)


def follow_up_at(hours: OpeningHours, language: str, days: int, now: datetime) -> datetime | None:
    """When the check-in comes: on the afternoon of that day, or the next on which people are there."""
    return hours.afternoon(language, hours.days_on(now, days))


def note_told(deeds: Deeds, notice: str) -> None:
    """A notice is given once in one wait."""
    put_timer(deeds.tx, deeds.keys, deeds.conversation, TOLD + notice, deeds.now + REMEMBERED)


def told(tx: Transaction, keys: PublicKeys, conversation: Conversation) -> frozenset[Notice]:
    """The notices about the queue given in this wait."""
    names = {timer_name(keys, conversation.ref, TOLD + notice): notice for notice in NOTICES}
    return frozenset(names[name] for name in timers.running(tx, conversation.id, list(names)))


def alert(deeds: Deeds, language: str) -> None:
    """The case is seen at any hour, first in the queue."""
    case_ref = _case(deeds, language)
    cases.set_urgent(deeds.tx, deeds.id, urgent=True)
    cases.mark_unread(deeds.tx, deeds.id)
    deeds.counts["alert"] += 1
    deeds.wake.add(("desk", case_ref))


# --- effects --------------------------------------------------------------------------------------------------------


def _set_timer(deeds: Deeds, effect: SetTimer) -> None:
    put_timer(deeds.tx, deeds.keys, deeds.conversation, effect.name, deeds.now + effect.after)


def _raise_alert(deeds: Deeds, session: Session) -> None:
    alert(deeds, session.language)


def _case(deeds: Deeds, language: str) -> str:
    _, ref = cases.open_case(
        deeds.tx,
        deeds.id,
        ref=secrets.token_hex(16),
        language=language,
        channel=deeds.channel,
        now=deeds.now,
    )
    deeds.reload()
    return ref


def _open_case(deeds: Deeds, session: Session, arg: str | None, _text: str | None) -> None:
    deeds.wake.add(("desk", _case(deeds, session.language)))
    deeds.counts[f"case.{arg or 'human'}"] += 1


def _request_human(deeds: Deeds, session: Session, _arg: str | None, _text: str | None) -> None:
    deeds.wake.add(("desk", _case(deeds, session.language)))
    cases.request_human(deeds.tx, deeds.id, deeds.now)
    if deeds.conversation.holder != "waiting":
        for notice in NOTICES:
            timers.cancel(deeds.tx, deeds.id, name=timer_name(deeds.keys, deeds.conversation.ref, TOLD + notice))
    deeds.reload()


def _leave_queue(deeds: Deeds, _session: Session, _arg: str | None, _text: str | None) -> None:
    cases.leave_queue(deeds.tx, deeds.id)
    deeds.wake.add(("desk", cases.ref_of(deeds.tx, deeds.id) or ""))
    deeds.reload()


def _take_message(deeds: Deeds, session: Session, _arg: str | None, _text: str | None) -> None:
    deeds.wake.add(("desk", _case(deeds, session.language)))
    cases.take_message(deeds.tx, deeds.id, deeds.now)


def _record_consent(deeds: Deeds, _session: Session, arg: str | None, _text: str | None) -> None:
    evidence.record_consent(deeds.tx, deeds.id, CONSENT, arg or "no", deeds.now)


def _start_batch(deeds: Deeds, _session: Session, _arg: str | None, _text: str | None) -> None:
    evidence.start_batch(deeds.tx, deeds.id, deeds.now)


def _seal_item(deeds: Deeds, _session: Session, arg: str | None, text: str | None) -> None:
    kind = arg or "note"
    item = deeds.prepared.get((kind, text or ""))
    if item is None:
        raise SealFirst(kind, text or "")
    accepted = evidence.accept(deeds.tx, deeds.id, item, deeds.now)
    if accepted is None:
        raise NotKept
    deeds.noted = accepted.number


def _lock_batch(deeds: Deeds, _session: Session, _arg: str | None, _text: str | None) -> None:
    evidence.lock_batch(deeds.tx, deeds.id, deeds.now)


def _unlock_batch(deeds: Deeds, _session: Session, _arg: str | None, _text: str | None) -> None:
    evidence.unlock_batch(deeds.tx, deeds.id, deeds.now)


def _erase_batch(deeds: Deeds, _session: Session, _arg: str | None, _text: str | None) -> None:
    deeds.erase |= bool(evidence.mark_batch_erased(deeds.tx, deeds.id, deeds.now))


def _erase_item(deeds: Deeds, session: Session, _arg: str | None, _text: str | None) -> None:
    if session.picked is not None:
        deeds.erase |= bool(evidence.mark_item_erased(deeds.tx, deeds.id, session.picked, deeds.now))


def _erase_later(deeds: Deeds, session: Session, _arg: str | None, _text: str | None) -> None:
    _part(deeds, session, deeds.now + ERASE_LATER)


def _erase_now(deeds: Deeds, session: Session, _arg: str | None, _text: str | None) -> None:
    _part(deeds, session, deeds.now)
    deeds.erase = True


def _part(deeds: Deeds, session: Session, erase_at: datetime) -> None:
    new = conversations.part(
        deeds.tx, deeds.id, ref=secrets.token_hex(16), language=session.language, erase_at=erase_at
    )
    deeds.wake.add(("web", deeds.conversation.ref))
    deeds.conversation = conversations.get(deeds.tx, new)
    deeds.parted = deeds.clear = True
    deeds.counts["erase"] += 1
    deeds.wake.add(("desk", ""))


def _quick_exit(deeds: Deeds, _session: Session, _arg: str | None, _text: str | None) -> None:
    deeds.left = True


def _request_export(deeds: Deeds, session: Session, _arg: str | None, _text: str | None) -> None:
    deeds.wake.add(("desk", _case(deeds, session.language)))
    cases.mark_unread(deeds.tx, deeds.id)


def _give_resume_code(deeds: Deeds, _session: Session, _arg: str | None, _text: str | None) -> None:
    deeds.code = codes.fresh()
    valid_for = resume.VALID_FOR if deeds.channel in PULLED else resume.VALID_IN_MESSENGER
    resume.replace(deeds.tx, deeds.id, codes.digest(deeds.keys, deeds.code), deeds.now, valid_for=valid_for)


def _follow_up(deeds: Deeds, session: Session, arg: str | None, _text: str | None) -> None:
    at = follow_up_at(deeds.hours, session.language, FOLLOW_UP_DAYS[arg or "two_days"], deeds.now)
    if at is not None:
        put_timer(deeds.tx, deeds.keys, deeds.conversation, FOLLOW_UP, at)


def _cancel_follow_up(deeds: Deeds, _session: Session, _arg: str | None, _text: str | None) -> None:
    timers.cancel(deeds.tx, deeds.id, name=timer_name(deeds.keys, deeds.conversation.ref, FOLLOW_UP))


def _count(deeds: Deeds, _session: Session, arg: str | None, _text: str | None) -> None:
    deeds.counts[arg or "unnamed"] += 1


def _nothing(_deeds: Deeds, _session: Session, _arg: str | None, _text: str | None) -> None:
    """Held in the session itself; the turn saves it."""


_ORDERS: Final[Mapping[OrderName, Callable[[Deeds, Session, str | None, str | None], None]]] = {
    "open_case": _open_case,
    "request_human": _request_human,
    "leave_queue": _leave_queue,
    "take_message": _take_message,
    "record_consent": _record_consent,
    "start_batch": _start_batch,
    "seal_item": _seal_item,
    "lock_batch": _lock_batch,
    "unlock_batch": _unlock_batch,
    "erase_batch": _erase_batch,
    "erase_item": _erase_item,
    "erase_later": _erase_later,
    "erase_now": _erase_now,
    "quick_exit": _quick_exit,
    "allow_writing": _nothing,
    "request_export": _request_export,
    "follow_up": _follow_up,
    "cancel_follow_up": _cancel_follow_up,
    "give_resume_code": _give_resume_code,
    "count": _count,
}
