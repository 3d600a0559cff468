"""A small notation for word lists, and the finding of its phrases in folded text.

One phrase per line, in ordinary spelling:

- `will sterben`: these words in a row; `will ~ sterben`: up to five words of the same sentence between
  them, `~2` up to two
- `(will|möchte) sterben`: one of these; a group may run over several lines
- `sterb*`, `*mord`: any ending, any beginning; `so? traurig`: the word may be missing
- `^ nein $`: from the beginning, to the end of the message

Lines starting with `#` give sources and reasons.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from bot.understanding.fold import fold_word, plain

GAP_WORDS: Final = 5
_GAP = re.compile(r"~(\d?)")
_PART = re.compile(r"\([^()]*\)\??|\S+")


@dataclass(frozen=True)
class Phrase:
    """One line of a list. At least one of `needles` is in every text it can fit: a cheap first look."""

    line: str
    needles: tuple[str, ...]
    expression: str

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Compiled when a needle is first found: a start compiles none of the thousand, a message a few."""
        return re.compile(self.expression)


@dataclass(frozen=True, slots=True)
class Phrases:
    """A word list, ready to be looked for."""

    phrases: tuple[Phrase, ...]

    def spans(self, folded: str) -> Iterator[tuple[int, int]]:
        """Where phrases of this list stand in a folded text (begin, end), in the list's order."""
        for phrase in self._likely(folded):
            for found in phrase.pattern.finditer(folded):
                yield found.span()

    def count(self, folded: str) -> int:
        """How many different phrases of this list the folded text holds."""
        return sum(phrase.pattern.search(folded) is not None for phrase in self._likely(folded))

    def found(self, folded: str) -> bool:
        """Whether any phrase of this list is in the folded text."""
        return next(self.spans(folded), None) is not None

    def _likely(self, folded: str) -> Iterator[Phrase]:
        for phrase in self.phrases:
            for needle in phrase.needles:
                if needle in folded:
                    yield phrase
                    break


def phrases(*texts: str) -> Phrases:
    """Read word lists written in the notation above. Raises ValueError on a line without any word."""
    return Phrases(tuple(_phrase(line) for text in texts for line in _lines(text)))


def _lines(text: str) -> Iterator[str]:
    begun = ""
    for line in map(str.strip, text.splitlines()):
        if not line or line.startswith("#"):
            continue
        begun += line
        if begun.count("(") == begun.count(")"):
            yield begun
            begun = ""
    if begun:
        raise ValueError(f"a group is never closed: {begun!r}")


def _phrase(line: str) -> Phrase:
    parts = _PART.findall(line)
    needles: tuple[str, ...] = ()
    pieces: list[str] = []
    for part in parts:
        piece, literals = _part(part)
        pieces.append(piece)
        if literals and (not needles or min(map(len, literals)) > min(map(len, needles))):
            needles = literals
    if not needles:
        raise ValueError(f"a phrase needs at least one word that must be there: {line!r}")
    return Phrase(line=line, needles=needles, expression=r"(?<!\S)" + "".join(pieces))


def _part(part: str) -> tuple[str, tuple[str, ...]]:
    """The regular expression of one part (each word takes the space behind it) and what must be there."""
    if gap := _GAP.fullmatch(part):
        return f"(?:[^ .]+ ){{0,{gap[1] or GAP_WORDS}}}", ()
    if part == "^":
        return r"(?<![\s\S])", ()
    if part == "$":
        return r"(?![^ .])(?:\. ?)?(?![\s\S])", ()
    optional = part.endswith("?") and len(part) > 1
    bare = part.removesuffix("?")
    options = bare[1:-1].split("|") if bare.startswith("(") else [bare]
    words = [_fold_option(option) for option in options]
    piece = "(?:" + "|".join(_expression(word) for word in words) + ")"
    if optional:
        return piece + "?", ()
    return piece, tuple(max(word.replace("*", " ").split(), key=len) for word in words)


def _fold_option(option: str) -> str:
    return " ".join(fold_word(plain(word)) for word in option.split())


def _expression(words: str) -> str:
    ends = (re.escape(word).replace(r"\*", r"[^ .]*") for word in words.split())
    return "".join(end + r"(?: |(?![\s\S]))" for end in ends)
