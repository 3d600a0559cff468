"""Which of the open choices a typed answer means: its number, its label, or a word that stands for it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from bot.understanding.fold import clip, fold, fold_word, plain
from bot.understanding.lexicon.answers import AROUND, LAST, NUMBER_SIGNS, ORDINALS
from bot.understanding.results import OpenChoice

SURE: Final = 0.8
"""An intent at least this certain may stand for a choice that lists it."""

_LONGEST_ANSWER_WORDS: Final = 12
_ORDINALS: Final = {fold_word(plain(word)): number for word, number in ORDINALS.items()}
_LAST: Final = frozenset(fold(LAST).split())
_AROUND: Final = frozenset(fold(AROUND).split())
_LONGEST_NUMBER: Final = 3
_SHORTEST_FUZZY: Final = 4
_SHORTEST_LOOSE: Final = 9
_SHORTEST_PREFIX: Final = 4


def find_answer(
    text: str, folded: str, choices: Sequence[OpenChoice], intents: Sequence[tuple[str, float]]
) -> tuple[str, str] | None:
    """The id of the choice and the name of the rule that found it; None if none or more than one fits."""
    words = tuple(word for word in folded.split() if word != ".")
    if not choices or not words or len(words) > _LONGEST_ANSWER_WORDS:
        return _by_intent(choices, intents) if words else None
    return (
        _one("label", [c for c in choices if folded.rstrip(" .") in _labels(c)])
        or _by_number(text, words, choices)
        or _one("typo", [c for c in choices if c.number is None and _nearly(" ".join(words), c)])
        or _by_intent(choices, intents)
        or _one("label_inside", [c for c in choices if _inside(words, c)])
    )


def _one(rule: str, fitting: Sequence[OpenChoice]) -> tuple[str, str] | None:
    return (fitting[0].id, rule) if len(fitting) == 1 else None


def _labels(choice: OpenChoice) -> tuple[str, ...]:
    return _folded(choice.labels)


@lru_cache(maxsize=4096)
def _folded(labels: tuple[str, ...]) -> tuple[str, ...]:
    """Labels come from the catalogues, so the same few hundred are asked for again and again."""
    return tuple(folded for label in labels if (folded := fold(label).replace(" . ", " ").rstrip(" .")))


def _by_number(text: str, words: Sequence[str], choices: Sequence[OpenChoice]) -> tuple[str, str] | None:
    signs = [NUMBER_SIGNS[sign] for sign in clip(text) if sign in NUMBER_SIGNS]
    rest = [word for word in words if word not in _AROUND]
    own = {choice.number: choice for choice in choices if choice.number is not None}
    if len(rest) == 1 and rest[0] in _LAST:
        return (own[max(own)] if own else choices[-1]).id, "number"
    number = signs[0] if len(signs) == 1 and len(rest) <= 1 else _number(rest or words)
    meant = own or dict(enumerate(choices, start=1))
    return (meant[number].id, "number") if number in meant else None


def _number(words: Sequence[str]) -> int | None:
    if len(words) != 1:
        return None
    word = words[0]
    if word.isascii() and word.isdecimal() and len(word) <= _LONGEST_NUMBER:
        return int(word)
    return _ORDINALS.get(word)


def _by_intent(choices: Sequence[OpenChoice], intents: Sequence[tuple[str, float]]) -> tuple[str, str] | None:
    for name, score in intents[:1]:
        if score >= SURE:
            return _one("intent", [choice for choice in choices if name in choice.intents])
    return None


def _nearly(text: str, choice: OpenChoice) -> bool:
    return any(
        len(label) >= _SHORTEST_FUZZY and within(text, label, 2 if len(label) >= _SHORTEST_LOOSE else 1)
        for label in _labels(choice)
    )


def _inside(words: Sequence[str], choice: OpenChoice) -> bool:
    """All words of a label in the answer, or the answer's one word opening a word of the label ("insta")."""
    said = [word for word in words if word not in _AROUND]
    for label in _labels(choice):
        telling = [word for word in label.split() if word not in _AROUND]
        if telling and all(word in said for word in telling):
            return True
        if len(said) == 1 and len(said[0]) >= _SHORTEST_PREFIX and any(w.startswith(said[0]) for w in telling):
            return True
    return False


def within(one: str, other: str, limit: int) -> bool:
    """Whether at most `limit` letters were added, left out, changed or swapped with their neighbour."""
    if abs(len(one) - len(other)) > limit:
        return False
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        now = [i]
        for j, theirs in enumerate(other, start=1):
            cost = min(row[j] + 1, now[j - 1] + 1, row[j - 1] + (letter != theirs))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == theirs:
                cost = min(cost, before[j - 2] + 1)
            now.append(cost)
        if min(now) > limit:
            return False
        before, row = row, now
    return row[-1] <= limit
