"""What the understanding room is asked and what it answers: plain facts, no deed follows from them here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

Spoken = Literal["de", "nl"]
Kind = Literal[
    "suicide",
    "self_harm",
    "violence",
    "meeting",
    "assault",
    "other_at_risk",
    "coercion",
    "unsafe_home",
    "panic",
]
Risk = Literal["suicide", "self_harm", "assault", "violence", "meeting"]
Level = Literal["A", "B", "C"]
Reaction = Literal["interrupt", "check_in"]
Intent = Literal[
    "deepnude_of_me",
    "real_nude_shared",
    "sextortion",
    "already_paid",
    "know_someone_affected",
    "parent_or_teacher",
    "i_made_or_shared_it",
    "school_bullying",
    "report_platform",
    "hash_tools",
    "evidence_how",
    "evidence_send",
    "police",
    "legal_rights",
    "talk_to_human",
    "staffed_hours",
    "language_switch",
    "delete_my_data",
    "privacy_question",
    "is_this_a_bot",
    "yes",
    "no",
    "unsure",
    "back",
    "restart",
    "stop_or_exit",
    "thanks_bye",
    "greeting",
    "feeling_bad",
    "prevention",
    "wrong_picture",
    "smalltalk_or_offtopic",
    "abuse_or_spam",
    "other_language",
    "emergency",
    "help",
]
"""The labels of the labelled messages, and two words the dialogue needs: `emergency` ("112", "Notfall",
"spoed") and `help` (the bare word "Hilfe", "help")."""

MAX_CHARACTERS: Final = 4096
"""Longer messages are read at both ends only. Origin: Telegram's limit for one message."""


@dataclass(frozen=True, slots=True)
class OpenChoice:
    """One answer that is open now: its meaning, its words in every language, and what else means it.

    `number`: its own number, which need not be its place. Where one answer has a number, a typed number means that.
    """

    id: str
    labels: tuple[str, ...] = ()
    intents: tuple[str, ...] = ()
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Crisis:
    """Danger noticed in a text. `interrupt`: answer at once; `check_in`: one gentle question.

    Levels as everywhere in the helpline: A now, B serious, C strained. `about` says, for
    `other_at_risk`, what the other person is in danger of.
    """

    kind: Kind
    level: Level
    reaction: Reaction
    about: Risk | None = None


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a text says. `intents` are ranked, best first, scores between 0 and 1; empty: not understood.

    `language` is the language the text is written in: `other` for anything but German and Dutch, None
    when it is too short to tell ("ok", "2"). `answer` is the id of the open choice it means. `formal`:
    it addresses us with Sie or u. `why` names the rules that spoke, for debugging; it holds no word of
    the person, and still stays out of logs.
    """

    language: Literal["de", "nl", "other"] | None = None
    crisis: Crisis | None = None
    intents: tuple[tuple[str, float], ...] = ()
    answer: str | None = None
    formal: bool = False
    why: tuple[str, ...] = field(default=(), repr=False)
