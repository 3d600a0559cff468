"""Near-duplicates in the corpus: a message that only repeats another teaches nothing and flatters the figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from bot.understanding.training.corpus import Labelled

RATIO: Final = 0.85
"""From this similarity (twice the matching letters by all letters) two messages are one. Origin: issue 5."""

_WORD_OF_BOTH: Final = 12
"""Shorter messages may stand in both languages: "hallo" and "stop" are words of both."""


def near_duplicates(rows: Sequence[Labelled]) -> list[tuple[Labelled, Labelled, float]]:
    """Pairs of messages that are too much alike, the later one second. About ten seconds for ten thousand messages."""
    from rapidfuzz import fuzz, process

    texts = [row.text.casefold() for row in rows]
    found = []
    for place, text in enumerate(texts):
        later = texts[place + 1 :]
        alike = process.extract(text, later, scorer=fuzz.ratio, score_cutoff=100 * RATIO, limit=None)
        for other_text, ratio, offset in alike:
            one, other = rows[place], rows[place + 1 + offset]
            if one.language == other.language or len(other_text) > _WORD_OF_BOTH:
                found.append((one, other, ratio / 100))
    return found


def counts(rows: Sequence[Labelled]) -> Iterator[str]:
    """How many messages of each kind there are, one line each."""
    kinds = Counter((row.language, row.crisis, "hard" if "hard" in row.flags else "") for row in rows)
    for (language, crisis, hard), count in sorted(kinds.items()):
        yield f"{language} {crisis} {hard}".rstrip() + f": {count}"
    yield f"all: {len(rows)} in {len({(row.language, row.scenario) for row in rows})} scenarios"
