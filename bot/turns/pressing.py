"""What cannot wait: danger, and the few words that reach the bot whoever has the chat and whatever it is doing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.channels.contract import ChannelName, Inbound, ReaderNotReady, Unreadable
from bot.db import conversations, inbox
from bot.db.conversations import Conversation
from bot.db.inbox import Waiting
from bot.db.store import Transaction
from bot.dialogue.codec import UnreadableSession
from bot.dialogue.events import Event, Moment, Tapped, TextReceived
from bot.dialogue.listen import PLAIN
from bot.server_keys import NotOpened
from bot.turns.before import Tools
from bot.turns.events import heard, parts
from bot.turns.memory import recall
from bot.turns.payload import Internal, UnknownPayload, decode_inbox

RESERVED: Final = frozenset({"stop_or_exit", "delete_my_data", "emergency"})
"""What still reaches the bot while a counsellor has the chat."""
OWN_WORDS: Final = frozenset({"stop", "delete", "emergency"})
OWN_FLOW: Final = "my_data."
"""Buttons for the same; the question that follows "delete" has to be answered too."""
MOST: Final = 500  # rows one look reads; above what one chat may send in an hour


@dataclass(frozen=True, slots=True)
class Look:
    """What waits now: ids of rows, and whether one of them cannot wait."""

    rows: frozenset[int] = frozenset()
    pressing: bool = False


def reserved(event: Event) -> bool:
    """Words and buttons for leaving, deleting and help at once."""
    match event:
        case Tapped(choice=choice):
            return choice.startswith(OWN_FLOW) or choice.rpartition(".")[2] in OWN_WORDS
        case TextReceived(understood=understood):
            return any(name in RESERVED and score >= PLAIN for name, score in understood.intents[:1])
        case _:
            return False


def look(
    tx: Transaction, tools: Tools, *, conversation_id: int, channel: ChannelName, known: Set[int], now: datetime
) -> Look:
    """Look through what waits for a turn, if there is more than the rows already `known`. Changes nothing.

    What cannot be read is left for the turn to tell; when the session cannot be, nobody waits for that.
    """
    waiting = inbox.waiting(tx, conversation_id, most=MOST)
    rows = frozenset(row.id for row in waiting)
    if rows <= known:
        return Look(rows)
    held = conversations.get(tx, conversation_id)
    try:
        session = recall(tools.keys, tools.knowledge.charts, held)
    except (NotOpened, UnreadableSession):
        session = None
    if session is None:
        return Look(rows, pressing=True)
    moment = Moment(at=now, holder=held.holder, channel=channel)
    for said in parts(list(_messages(tools, held, waiting))):
        event = said.event
        if event is None:
            event = TextReceived(heard(tools.knowledge, session, moment, said.text or ""))
        if isinstance(event, Tapped | TextReceived) and _pressing(event):
            return Look(rows, pressing=True)
    return Look(rows)


def _pressing(event: Tapped | TextReceived) -> bool:
    return reserved(event) or (isinstance(event, TextReceived) and event.understood.crisis is not None)


def _messages(tools: Tools, held: Conversation, rows: Iterable[Waiting]) -> Iterator[Inbound | Internal]:
    for row in rows:
        try:
            message = decode_inbox(tools.keys.open_queue(held.ref, row.payload))
        except (NotOpened, UnknownPayload, ValueError):
            continue
        if isinstance(message, Inbound) and message.raw is not None and message.channel in tools.readers:
            with suppress(Unreadable, ReaderNotReady):  # then what the door saw of it
                message = tools.readers[message.channel](message)
        yield message
