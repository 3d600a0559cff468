"""Free text in, meaning out: the one door of this room.

Deterministic and offline; the same text, choices and language always give the same answer. The room
never decides what to do about it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.understanding.answers import find_answer
from bot.understanding.crisis import Noticed, judge, notice
from bot.understanding.features import features
from bot.understanding.fold import clip, fold
from bot.understanding.frames import Frames, find_frames
from bot.understanding.intents import CERTAIN, is_formal, rank_intents
from bot.understanding.language import guess_language
from bot.understanding.results import Crisis, OpenChoice, Spoken, Understanding
from bot.understanding.stretches import stretches
from bot.understanding.weights import load

CALLS: Final = frozenset({"help", "emergency"})

__all__ = ["Crisis", "OpenChoice", "Understanding", "understand"]


def understand(
    text: str,
    *,
    choices: Sequence[OpenChoice] = (),
    language: Spoken,
    country: str | None = None,  # noqa: ARG001 - part of the interface; no rule needs it yet
) -> Understanding:
    """Say what one text (or one turn's texts, joined by line breaks) means.

    `choices` are the answers open now, in the order of their buttons; `language` is the conversation's,
    which decides between two that fit alike, `country` an ISO code or None. Whatever the text holds, nothing is
    raised but WeightsUnreadable in a broken installation; at most `MAX_CHARACTERS` are read. Crisis, intents and
    answer are independent findings, with three exceptions: a plain denial that answers an open yes/no question
    ("nein, keine Suizidgedanken") is an answer and no crisis, so are the words of a button, typed, and a bare call for
    help is that call.
    """
    folded = fold(text)
    if not folded.strip(" ."):
        return Understanding()
    weights = load()
    frames = find_frames(folded)
    found = features(frames, asks="?" in text)
    scores = weights.scores(found)
    spoken = guess_language(text, language, foreign=scores["intent other_language"])
    intents = rank_intents(folded, scores, weights.sharpness)
    judged = judge(scores, [weights.scores(part) for part in stretches(folded)])
    noticed = notice(scores, judged, frames, found[2], weights.limits)
    answer = find_answer(text, folded, choices, intents)
    pressed = answer is not None and _pressed(answer[1], frames)
    if noticed and (pressed or (answer and _denies(noticed, intents))):
        noticed = None
    if noticed and _calls(intents, frames):
        noticed = None
    return Understanding(
        language=language if pressed else spoken,  # a button's words say nothing about what somebody speaks
        crisis=noticed.crisis if noticed else None,
        intents=intents,
        answer=answer[0] if answer else None,
        formal=is_formal(tuple(clip(text).split()), folded),
        why=(*(noticed.why if noticed else ()), *((answer[1],) if answer else ())),
    )


def _denies(noticed: Noticed, intents: Sequence[tuple[str, float]]) -> bool:
    return noticed.denied and bool(intents) and intents[0][0] == "no"


def _calls(intents: Sequence[tuple[str, float]], frames: Frames) -> bool:
    """A bare call for help, "Hilfe" or "Notfall" and nothing else: the dialogue answers it with a person and the
    emergency numbers at once, which no question about danger must put off (paths.md 1.6)."""
    return frames.finding is None and bool(intents) and intents[0][1] >= CERTAIN and intents[0][0] in CALLS


def _pressed(rule: str, frames: Frames) -> bool:
    """The very words of an open answer, which we wrote ourselves: typing them means what tapping does, also where they
    name a danger ("Weiß, wo ich wohne"). So does its number, with nothing of danger beside it."""
    return rule == "label" or (rule == "number" and frames.finding is None)
