"""What can happen to a conversation, as the engine sees it: past tense, no free text, no bytes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal, get_args

from bot.dialogue.session import ChoiceId, CrisisKind, CrisisLevel, Holder, Language


@dataclass(frozen=True, slots=True)
class Crisis:
    """Noticed in a text: `interrupt` answers at once with the emergency path, `check_in` asks one gentle question."""

    kind: CrisisKind
    level: CrisisLevel
    reaction: Literal["interrupt", "check_in"]


@dataclass(frozen=True, slots=True)
class Understood:
    """What the understanding room made of a text. `intents` are ranked, best first, scores 0..1.

    `answer` is the open choice the text means (label, number, synonym), if any.
    `language` is what the text is written in; `other` for anything but German and Dutch, None for
    texts too short to tell ("ok", "2"). `term`: the word of the glossary the text asks about (`terms.asked_term`).
    """

    language: Literal["de", "nl", "other"] | None = None
    crisis: Crisis | None = None
    intents: tuple[tuple[str, float], ...] = ()
    answer: ChoiceId | None = None
    formal: bool = False
    term: str | None = None
    why: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Started:
    """First contact, or a deep link (`/start insta`). `topic` is a guess to confirm, never a fact.

    `carried_on`: no beginning at all, the same conversation goes on over another channel or on another device.
    """

    topic: str | None = None
    carried_on: bool = False


@dataclass(frozen=True, slots=True)
class TextReceived:
    """All texts of one turn, understood together."""

    understood: Understood


@dataclass(frozen=True, slots=True)
class Tapped:
    """A button. It may be from an older message; the engine answers by its meaning."""

    choice: ChoiceId


@dataclass(frozen=True, slots=True)
class ItemReceived:
    """One evidence item was sealed inside an open evidence step. `repeated`: we already had the same bytes."""

    number: int
    kind: str
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class ItemRefused:
    """A file could not be taken; nothing of it was kept."""

    reason: Literal["gate_closed", "wrong_type", "too_large", "empty", "limit", "space", "interrupted", "unsupported"]


@dataclass(frozen=True, slots=True)
class MediaOffered:
    """A picture, voice note, sticker, location … outside an evidence step. Nothing was fetched."""

    kind: Literal["image", "video", "file", "voice", "sticker", "location", "contact", "unknown"]


@dataclass(frozen=True, slots=True)
class TimerFired:
    name: str


HandoffChange = Literal[
    "joined",
    "returned",
    "closed",
    "counsellor_away",
    "counsellor_gone",
    "hours_over",
    "nobody_free_5",
    "nobody_free_10",
    "team_left",
]
HANDOFF_CHANGES: Final[frozenset[str]] = frozenset(get_args(HandoffChange))


@dataclass(frozen=True, slots=True)
class HandoffChanged:
    """Who speaks now has changed, or a notice about the queue is due.

    `joined`, `returned`, `closed`: a counsellor took over, gave the chat back, ended it.
    `counsellor_away`: nothing was heard from the counsellor's page for a while; the chat is still theirs.
    `counsellor_gone`: the counsellor has vanished, the person waits again.
    `hours_over`: closing time passed while waiting. `nobody_free_5`, `nobody_free_10`: still waiting.
    `team_left`: the last counsellor of this language signed out while the person waits.
    """

    change: HandoffChange


@dataclass(frozen=True, slots=True)
class FollowUpDue:
    """The one check-in the person agreed to: its day has come, and somebody is there to take "not good"."""


Event = (
    Started
    | TextReceived
    | Tapped
    | ItemReceived
    | ItemRefused
    | MediaOffered
    | TimerFired
    | HandoffChanged
    | FollowUpDue
)


@dataclass(frozen=True, slots=True)
class Moment:
    """What the engine may know about the world during one step. All times aware UTC.

    `open`: inside the opening hours of the person's language team. `staffed`: open and a counsellor
    of that team is signed in. `next_opening` is the next time the team opens (after now).
    `items` lists numbers and kinds of evidence held now, `batch` the numbers of the newest batch.
    """

    at: datetime
    holder: Holder = "bot"
    open: bool = False
    staffed: bool = False
    closes_at: datetime | None = None
    next_opening: datetime | None = None
    position: int | None = None
    items: tuple[tuple[int, str], ...] = ()
    batch: tuple[int, ...] = ()
    channel: Literal["web", "telegram", "whatsapp"] = "web"
    language_default: Language = "de"
