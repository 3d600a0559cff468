"""What the models see of a text: pieces of words, words in a row, meanings and what is near them, frames of danger.

Four groups, each weighed by itself, so that a long message does not drown its one telling word.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from bot.understanding.fold import END, fold
from bot.understanding.frames import Frames, find_frames
from bot.understanding.meanings import meanings

GROUPS: Final[dict[str, float]] = {"pieces": 1.0, "words": 1.0, "meanings": 1.0, "frames": 0.4}
"""The groups and how much each counts. Origin: cross-validation on the corpus, November 2026."""

_SHORTEST_PIECE: Final = 2
_LONGEST_PIECE: Final = 5
_LONGEST_ROW: Final = 3
_NEAR: Final = 6
_DENIAL_REACH: Final = 3
_LENGTHS: Final = (1, 3, 6, 12, 25)
_READ_WORDS: Final = 400


Groups = tuple[set[str], set[str], set[str], set[str]]


def of_text(text: str) -> Groups:
    """The features of a message as it was typed."""
    return features(find_frames(fold(text)), asks="?" in text)


def features(frames: Frames, *, asks: bool) -> Groups:
    """The features of a folded text, one set per group. `asks`: it holds a question mark (folding drops it)."""
    words = frames.text.split()
    if len(words) > _READ_WORDS:
        words = words[: _READ_WORDS // 2] + words[-_READ_WORDS // 2 :]
    return set(_pieces(words)), set(_rows(words)), _meant(words, asks), set(_framed(frames))


def _framed(frames: Frames) -> Iterator[str]:
    if frames.idioms:
        yield "= idiom"
        if frames.finding is None:
            yield "= idiom only"
    if frames.finding is not None:
        crisis = frames.finding.crisis
        yield from frames.finding.why
        yield from (f"= {crisis.reaction}", f"= {crisis.kind}", f"= {crisis.kind} {crisis.reaction}")


def _pieces(words: Sequence[str]) -> Iterator[str]:
    for word in set(words):
        if word != END:
            framed = f" {word} "
            length = len(framed)
            for size in range(_SHORTEST_PIECE, _LONGEST_PIECE + 1):
                for begin in range(max(1, length - size + 1)):
                    yield framed[begin : begin + size]


def _rows(words: Sequence[str]) -> Iterator[str]:
    for size in range(1, _LONGEST_ROW + 1):
        for begin in range(len(words) - size + 1):
            yield " ".join(words[begin : begin + size])


def _meant(words: list[str], asks: bool) -> set[str]:
    meant = meanings(words)
    found: set[str] = set()
    all_of_it = {"QUESTION"} if asks else set()
    denied_until = -1
    for place, here in enumerate(meant):
        if words[place] == END:
            denied_until = -1
            continue
        all_of_it.update(here)
        if place <= denied_until:
            found.update(f"not {name}" for name in here)
        if "NEG" in here:
            denied_until = place + _DENIAL_REACH
        for name in here:
            found.update(_pairs(name, words, meant, place))
    ranked = sorted(all_of_it)
    found.update(ranked)
    found.update(f"{one} & {other}" for at, one in enumerate(ranked) for other in ranked[at + 1 :])
    found.add(f"length {sum(len(words) > limit for limit in _LENGTHS)}")
    return found


def _pairs(name: str, words: Sequence[str], meant: Sequence[list[str]], place: int) -> Iterator[str]:
    """This meaning followed by another in the same sentence, near by or directly."""
    for later in range(place + 1, min(len(words), place + 1 + _NEAR)):
        if words[later] == END:
            return
        for other in meant[later]:
            yield f"{name} > {other}"
            if later == place + 1:
                yield f"{name} >> {other}"
