"""Words to meanings: "umbringen", "van kant maken" and "kms" are one thing to the models, in any language.

A meaning is a name in the lists `people`, `danger`, `harm`, `frame`, `topics` and `everyday`. Their notation: words
apart by spaces, `sterb*` any ending, `nicht_mehr` words in a row (the last may end in `*`). A word can mean several.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from bot.understanding.fold import END, fold
from bot.understanding.lexicon.danger import DANGER
from bot.understanding.lexicon.everyday import EVERYDAY
from bot.understanding.lexicon.frame import FRAME
from bot.understanding.lexicon.harm import HARM
from bot.understanding.lexicon.people import PEOPLE
from bot.understanding.lexicon.topics import TOPICS

MEANINGS: Final[dict[str, str]] = PEOPLE | DANGER | HARM | FRAME | TOPICS | EVERYDAY

_KNOWN_WORDS: Final = 20_000


class Lexicon:
    """The lists, ready to be looked up in folded words."""

    def __init__(self, lists: dict[str, str]) -> None:
        self._whole: dict[str, set[str]] = {}
        self._begin: dict[str, set[str]] = {}
        self._rows: dict[str, list[tuple[tuple[str, ...], bool, str]]] = {}
        for name, words in lists.items():
            for word in words.split():
                self._add(name, word)
        self._shortest = min(map(len, self._begin), default=0)
        self._longest = max(map(len, self._begin), default=0)

    def _add(self, name: str, word: str) -> None:
        row = tuple(part for piece in word.removesuffix("*").split("_") for part in fold(piece).split())
        if not row:
            raise ValueError(f"nothing to look for in {word!r} of {name}")
        if len(row) > 1:
            self._rows.setdefault(row[0], []).append((row, word.endswith("*"), name))
        else:
            (self._begin if word.endswith("*") else self._whole).setdefault(row[0], set()).add(name)

    def of_word(self, word: str) -> frozenset[str]:
        """All meanings of one folded word by itself."""
        found = set(self._whole.get(word, ()))
        for length in range(self._shortest, min(len(word), self._longest) + 1):
            found.update(self._begin.get(word[:length], ()))
        return frozenset(found)

    def rows_at(self, words: list[str], at: int) -> set[str]:
        """Meanings of the words in a row that begin here."""
        return {
            name
            for row, open_end, name in self._rows.get(words[at], ())
            if _is_row(words[at : at + len(row)], row, open_end)
        }


def _is_row(words: list[str], row: tuple[str, ...], open_end: bool) -> bool:
    if len(words) != len(row) or any(one != other for one, other in zip(words[:-1], row[:-1], strict=True)):
        return False
    return words[-1].startswith(row[-1]) if open_end else words[-1] == row[-1]


_LEXICON: Final = Lexicon(MEANINGS)
_of_word = lru_cache(maxsize=_KNOWN_WORDS)(_LEXICON.of_word)


def meanings(words: list[str]) -> list[list[str]]:
    """The meanings of each word of a folded text, in a fixed order; none for the end of a sentence."""
    return [
        [] if word == END else sorted(_of_word(word) | _LEXICON.rows_at(words, place))
        for place, word in enumerate(words)
    ]
