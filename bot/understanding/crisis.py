"""Notices danger in a text. The models say how likely it is, frames what it is; unclear words get a question.

Two models judge: whether there is danger at all, and whether it is of the kind that must interrupt. From one score of
the first the helpline asks gently, from one of both together it interrupts; cross-validation sets the two
(`training/calibrate.py`). A frame is never overruled to nothing: what the lists find is at least asked about, and
what they find with certainty interrupts as soon as the models nearly would.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.understanding.frames import Finding, Frames
from bot.understanding.kinds import crisis_of
from bot.understanding.results import Crisis, Reaction

TYPES: Final = ("suicide", "self_harm", "danger_now", "assault")
LISTED: Final = 0.3
"""So far below the score that interrupts a certain finding of the lists still does: most of them are danger."""

GENTLE: Final = 0.6
"""So far above it only words that are to be asked about, and nothing else the lists know, interrupt."""

_ASKED_ABOUT: Final = (("told_to_die",), ("coercion_maybe",))
"""A quoted "kill yourself", a hint at a price for deleting: mostly somebody else's words, so a question is kinder."""

IDIOM: Final = 0.4
"""What an idiom without any word of danger beside it takes from the score: one in ten of such messages is danger."""

LONG: Final = 0.25
"""What a long message must show beyond a short one: among many stretches one looks like danger by chance."""

CLEARLY: Final = 0.5
"""By how much another label, or another person, must be likelier than what the lists found."""

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
    """How urgent a message must be to interrupt, and how dangerous for one question to be asked."""

    takeover: float
    check_in: float


@dataclass(frozen=True, slots=True)
class Judged:
    """What the models say of a message: whether there is danger, and whether it is the kind that must interrupt."""

    danger: float
    urgent: float

    def less(self, much: float) -> Judged:
        """The same, somewhat less likely."""
        return Judged(self.danger - much, self.urgent - much)


def judge(whole: Mapping[str, float], stretches: Sequence[Mapping[str, float]]) -> Judged:
    """From the scores of all models for a message and, when it is long, for its stretches."""
    found = _judged(whole)
    if not stretches:
        return found
    parts = [_judged(scores) for scores in stretches]
    danger = (found.danger + max(part.danger for part in parts)) / 2
    urgent = (found.urgent + max(part.urgent for part in parts)) / 2
    return Judged(danger, urgent).less(LONG)


def _judged(scores: Mapping[str, float]) -> Judged:
    return Judged(scores["danger"], (scores["danger"] + scores["acute"]) / 2)


@dataclass(frozen=True, slots=True)
class Noticed:
    """A danger and which evidence decided; `denied`: the person says it is not so."""

    crisis: Crisis
    why: tuple[str, ...]
    denied: bool = False


def notice(
    scores: Mapping[str, float], judged: Judged, frames: Frames, meant: Collection[str], limits: Limits
) -> Noticed | None:
    """The danger in a text, or None. `scores` of all models, `frames` what lists found, `meant` all its meanings."""
    frame = frames.finding
    figurative = frames.idioms and frame is None
    judged = judged.less(IDIOM) if figurative else judged
    reaction = _reaction(judged, frame, limits)
    if reaction is None:
        return None
    weighed = f"model {judged.danger:+.2f} {judged.urgent:+.2f}"
    why = (weighed, *(("idiom",) if figurative else ()), *(frame.why if frame else ()))
    denied = frame is not None and frame.denied
    if frame is not None and (judged.danger < limits.check_in or _knows(frame)):
        crisis = frame.crisis
        return Noticed(Crisis(crisis.kind, crisis.level, reaction, crisis.about), why, denied)
    label = _label(scores, frame)
    own = frame is not None and frame.crisis.reaction == "interrupt"
    other_person = scores["other_person"] > (CLEARLY if own else 0)
    return Noticed(crisis_of(label, meant, frame, reaction=reaction, other_person=other_person), why, denied)


def _knows(frame: Finding) -> bool:
    """Whether the lists know better than the models what kind of danger it is."""
    return frame.crisis.kind in ("panic", "other_at_risk") or frame.why in _ASKED_ABOUT


def _reaction(judged: Judged, frame: Finding | None, limits: Limits) -> Reaction | None:
    gentle = frame is not None and frame.why in _ASKED_ABOUT
    if judged.urgent >= limits.takeover + (GENTLE if gentle else 0):
        return "interrupt" if frame is None or not frame.denied else "check_in"
    certain = frame is not None and frame.crisis.reaction == "interrupt"
    if certain and judged.urgent >= limits.takeover - LISTED:
        return "interrupt"
    return "check_in" if frame is not None or judged.danger >= limits.check_in else None


def _label(scores: Mapping[str, float], frame: Finding | None) -> str:
    """The most likely label; where lists are certain, theirs, and where they ask, theirs unless clearly another."""
    listed = _OF_KIND.get(frame.crisis.kind, "") if frame else ""
    if frame is not None and listed and frame.crisis.reaction == "interrupt":
        return listed
    return max(TYPES, key=lambda name: scores[name] + (CLEARLY if name == listed else 0))
