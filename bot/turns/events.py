"""Inbound messages → events of the dialogue. What a text means is asked of the understanding room here only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.channels.contract import CARRIED_ON, Attachment, Inbound
from bot.dialogue.effects import Choice
from bot.dialogue.events import (
    Crisis,
    Event,
    HandoffChanged,
    ItemRefused,
    MediaOffered,
    Moment,
    Started,
    Tapped,
    TextReceived,
    Understood,
)
from bot.dialogue.session import ChoiceId, Language, Session
from bot.dialogue.step import answers
from bot.dialogue.terms import asked_term
from bot.i18n import fill
from bot.turns.knowledge import Knowledge
from bot.turns.payload import Internal
from bot.understanding.understand import OpenChoice, understand

LANGUAGES: Final[tuple[Language, ...]] = ("de", "nl")
REFUSALS: Final = frozenset(
    {"gate_closed", "wrong_type", "too_large", "empty", "limit", "space", "interrupted", "unsupported"}
)


@dataclass(frozen=True, slots=True)
class Arrived:
    """An attachment whose bytes are sealed already: the turn gives it its number and then makes the event."""

    item: str


@dataclass(frozen=True, slots=True)
class Offered:
    """A file whose bytes are still with its messenger; the media gate decides whether they are fetched."""

    file: Attachment


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that happened, in order, with what the person wrote. `answers` are external ids.

    Texts that followed each other are one `Said`; they are understood together, when their turn comes.
    """

    event: Event | Arrived | Offered | None
    text: str | None = field(default=None, repr=False)
    answers: tuple[str, ...] = field(default=(), repr=False)
    own: bool = False
    """Nobody wrote: a timer or a notice of the house."""
    caption: bool = False
    """It came with a file: only danger in it is answered."""


def parts(messages: Sequence[Inbound | Internal]) -> Iterator[Said]:
    """What happened, in order. A `Said` without event is text still to be understood."""
    texts: list[str] = []
    answers: list[str] = []
    for message in _edited(messages):
        if isinstance(message, Inbound) and _only_text(message):
            texts.append(message.text or "")
            answers.append(message.external_id)
            continue
        if texts:
            yield Said(None, "\n".join(texts), tuple(answers))
            texts, answers = [], []
        if isinstance(message, Internal):
            yield Said(HandoffChanged(message.change), own=True)
        else:
            yield from _parts_of(message)
    if texts:
        yield Said(None, "\n".join(texts), tuple(answers))


def _edited(messages: Sequence[Inbound | Internal]) -> Iterator[Inbound | Internal]:
    """What was put right before its turn came counts once, with its newest words, at its old place."""
    newest = {message.edits: message for message in messages if isinstance(message, Inbound) and message.edits}
    known = {message.external_id for message in messages if isinstance(message, Inbound)}
    for message in messages:
        if isinstance(message, Inbound) and message.external_id in newest:
            yield newest[message.external_id]
        elif isinstance(message, Inbound) and message.edits is not None:
            if message.edits not in known and newest[message.edits] is message:
                yield message
        else:
            yield message


def heard(knowledge: Knowledge, session: Session, moment: Moment, text: str) -> Understood:
    """What a text means to somebody who was asked what this session asks."""
    open_now = [
        OpenChoice(choice.id, words(knowledge, choice), choice.intents, choice.number)
        for choice in answers(knowledge.charts, session, moment)
    ]
    found = understand(text, choices=open_now, language=session.language, country=session.slots.get("country"))
    crisis = found.crisis
    return Understood(
        language=found.language,
        crisis=None if crisis is None else Crisis(crisis.kind, crisis.level, crisis.reaction),
        intents=found.intents,
        answer=None if found.answer is None else ChoiceId(found.answer),
        formal=found.formal,
        term=asked_term(text),
        why=found.why,
    )


def words(knowledge: Knowledge, choice: Choice) -> tuple[str, ...]:
    """The label of a choice in every language and form: people type what they read, also after a change of language."""
    key = (choice.label, choice.number)
    known = knowledge.labels.get(key)
    if known is None:
        found = (
            fill(knowledge.catalogs.text(choice.label, language, adult), {"n": choice.number})
            for language in LANGUAGES
            for adult in (False, True)
        )
        known = knowledge.labels[key] = tuple(dict.fromkeys(found))
    return known


def _only_text(message: Inbound) -> bool:
    return bool(message.text) and message.tap is None and not message.attachments and not message.start


def _parts_of(message: Inbound) -> Iterator[Said]:
    """A tap, a start or files; a caption comes after its file, because it may hold a crisis."""
    answers = (message.external_id,)
    if message.start:
        carried_on = message.topic == CARRIED_ON
        yield Said(Started(None if carried_on else message.topic, carried_on), message.text, answers)
    elif message.tap is not None:
        yield Said(Tapped(ChoiceId(message.tap)), None, answers)
    elif message.attachments:
        for attachment in message.attachments:
            yield Said(Offered(attachment) if _waits(attachment) else happened(attachment), None, answers)
        if message.text:
            yield Said(None, message.text, answers, caption=True)
    else:
        yield Said(MediaOffered("unknown"), None, answers)


def _waits(attachment: Attachment) -> bool:
    return attachment.handle is not None and attachment.item is None and attachment.refused is None


def happened(attachment: Attachment) -> Event | Arrived:
    """What a file that was taken, refused or only announced means to the dialogue."""
    if attachment.item is not None:
        return Arrived(attachment.item)
    if attachment.refused is not None:
        reason = attachment.refused if attachment.refused in REFUSALS else "unsupported"
        return ItemRefused(reason)  # type: ignore[arg-type]  # just checked against the closed list
    return MediaOffered(attachment.kind)


def only_crisis(event: TextReceived) -> bool:
    """Whether a caption has to be answered: only danger is; anything else belongs to its file."""
    return event.understood.crisis is not None
