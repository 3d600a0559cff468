"""Notices danger in a text. The models say how likely it is, frames what it is; unclear words get a question.

Above one score a message interrupts, above a lower one the helpline asks gently; both are set by cross-validation
(`training/calibrate.py`). A frame is never overruled to nothing: what the lists find is at least asked about, and
what they find with certainty interrupts as soon as the models nearly would ask.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from bot.understanding.frames import Finding, Frames
from bot.understanding.kinds import crisis_of
from bot.understanding.results import Crisis, Reaction

TYPES: Final = ("suicide", "self_harm", "danger_now", "assault")
LISTED: Final = 0.15
"""So far below the score for a question a certain finding of the lists still interrupts: a third of them is danger."""

IDIOM: Final = 0.4
"""What an idiom without any word of danger beside it takes from the score: one in ten of such messages is danger."""

CLEARLY: Final = 0.5
"""By how much another label must be likelier than the one the lists would ask about."""

_OF_KIND: Final = {
    "suicide": "suicide",
    "self_harm": "self_harm",
    "violence": "danger_now",
    "meeting": "danger_now",
    "unsafe_home": "danger_now",
    "assault": "assault",
    "coercion": "assault",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """Scores of the danger model from which a message interrupts, and from which one question is asked."""

    takeover: float
    check_in: float


@dataclass(frozen=True, slots=True)
class Noticed:
    """A danger and which evidence decided; `denied`: the person says it is not so."""

    crisis: Crisis
    why: tuple[str, ...]
    denied: bool = False


def notice(scores: Mapping[str, float], frames: Frames, meant: Collection[str], limits: Limits) -> Noticed | None:
    """The danger in a text, or None. `scores` of all models, `frames` what lists found, `meant` all its meanings."""
    frame = frames.finding
    figurative = frames.idioms and frame is None
    danger = scores["danger"] - (IDIOM if figurative else 0.0)
    reaction = _reaction(danger, frame, limits)
    if reaction is None:
        return None
    why = (f"model {danger:+.2f}", *(("idiom",) if figurative else ()), *(frame.why if frame else ()))
    denied = frame is not None and frame.denied
    if frame is not None and (danger < limits.check_in or frame.crisis.kind in ("panic", "other_at_risk")):
        crisis = frame.crisis
        return Noticed(Crisis(crisis.kind, crisis.level, reaction, crisis.about), why, denied)
    label = _label(scores, frame)
    other_person = scores["other_person"] > 0
    return Noticed(crisis_of(label, meant, frame, reaction=reaction, other_person=other_person), why, denied)


def _reaction(danger: float, frame: Finding | None, limits: Limits) -> Reaction | None:
    if danger >= limits.takeover:
        return "interrupt" if frame is None or not frame.denied else "check_in"
    if frame is not None and frame.crisis.reaction == "interrupt" and danger >= limits.check_in - LISTED:
        return "interrupt"
    return "check_in" if frame is not None or danger >= limits.check_in else None


def _label(scores: Mapping[str, float], frame: Finding | None) -> str:
    """The most likely label; where lists are certain, theirs, and where they ask, theirs unless clearly another."""
    listed = _OF_KIND.get(frame.crisis.kind, "") if frame else ""
    if frame is not None and listed and frame.crisis.reaction == "interrupt":
        return listed
    return max(TYPES, key=lambda name: scores[name] + (CLEARLY if name == listed else 0))
