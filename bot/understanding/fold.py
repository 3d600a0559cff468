"""Brings what people type into one plain shape, so that one rule fits many spellings.

Folded text is lower case without accents and apostrophes; every run of one letter is a single letter
("doooood" and "dood" meet at "dod"); umlauts and their two-letter spellings meet ("ä", "ae" at "a"); digits inside
a word are the letters they stand for ("su1zid").
Words and emoji are separated by single spaces, ends of sentences are a dot of their own.
Rules are folded the same way, so they are written in ordinary spelling.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from bot.understanding.results import MAX_CHARACTERS

END: Final = "."

_UNREADABLE = re.compile(
    "[\ud800-\udfff\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe0e\ufe0f\u20e3]"
)
_SKIN = re.compile("[\U0001f3fb-\U0001f3ff]")
_APOSTROPHES = re.compile("['’‘`´ʼ]")
_RUN = re.compile(r"([a-z])\1+")
_MARKS = re.compile(r"[.!?…\n\r;]+")
_TOKEN = re.compile(r"[^\W_]+|[.]|[^\w\s]", re.UNICODE)
_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "ı": "i", "đ": "d", "æ": "ae", "œ": "oe"})
_DIGRAPHS = re.compile("([aou])e")
_MASKED = re.compile(r"(?<=[a-z])[013457]+(?=[a-z])")
_UNMASKED = str.maketrans("013457", "oieast")
_DOTTED = re.compile(r"(?<=\d)\.(?=\d)")


def clip(text: str) -> str:
    """The part of a message that is read: all of it, or both ends of a very long one."""
    if len(text) <= MAX_CHARACTERS:
        return text
    half = MAX_CHARACTERS // 2
    return text[:half] + "\n" + text[-half:]


def plain(text: str) -> str:
    """Lower case without accents, apostrophes and characters nobody can read. Length is bounded by `clip`."""
    readable = _UNREADABLE.sub("", clip(text))
    lowered = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", readable).casefold())
    bare = "".join(c for c in lowered[: 2 * MAX_CHARACTERS] if not unicodedata.combining(c)).translate(_LETTERS)
    return _APOSTROPHES.sub("", _SKIN.sub("", bare))


def fold_word(word: str) -> str:
    """One word that is already plain, in the shape rules are compared in."""
    shown = _MASKED.sub(lambda found: found[0].translate(_UNMASKED), word)
    return _RUN.sub(r"\1", _DIGRAPHS.sub(r"\1", shown))


def fold(text: str) -> str:
    """The whole text in the shape rules are compared in; "" for a text without anything readable."""
    spaced = _MARKS.sub(" . ", _DOTTED.sub("", plain(text)))
    words: list[str] = []
    for token in _TOKEN.findall(spaced):
        if token == END:
            if words and words[-1] != END:
                words.append(END)
        elif token[0].isalnum():
            words.append(fold_word(token))
        elif not _is_punctuation(token):
            words.append(token)
    return " ".join(words)


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text, accents off, letters as typed: for guessing the language."""
    return tuple(re.findall(r"[^\W\d_]+", plain(text)))


def _is_punctuation(sign: str) -> bool:
    """Whether a sign carries no meaning for us; pictures, ticks and crosses do."""
    return unicodedata.category(sign)[0] in "PZC" or sign in "+<>=|~^$€"
