"""Which language a text is written in, by its small words. Short texts stay undecided."""

from __future__ import annotations

from typing import Final, Literal

from bot.understanding.fold import plain, words_of
from bot.understanding.lexicon.answers import LANGUAGES
from bot.understanding.results import Spoken

_WORDS: Final[dict[str, frozenset[str]]] = {name: frozenset(plain(words).split()) for name, words in LANGUAGES.items()}
_LETTER_SIGNS: Final = (("de", ("sch", "cht", "ung", "tz")), ("nl", ("ij", "aa", "oo", "ee", "uu", "ui", "oe")))
FOREIGN: Final = 0.0
NATIVE: Final = -0.8
"""Scores beyond which the model decides about another language. Origin: cross-validation on the corpus."""

_LATIN_END: Final = "\u024f"


def guess_language(text: str, usual: Spoken, *, foreign: float = 0.0) -> Literal["de", "nl", "other"] | None:
    """`other` for anything but German and Dutch, None for a text too short or too mixed to tell.

    `usual` is what this person has been writing; between German and Dutch alike it wins. `foreign` is the score of
    the model for other languages: it outweighs small words where it is clear.
    """
    small = _by_small_words(text, usual)
    if small != "other" and foreign > FOREIGN:
        return "other"
    if small == "other" and foreign < NATIVE and not _foreign_script(words_of(text)):
        return _by_letters(words_of(text))
    return small


def _by_small_words(text: str, usual: Spoken) -> Literal["de", "nl", "other"] | None:
    words = words_of(text)
    if _foreign_script(words):
        return "other"
    known = {name: sum(word in own for word in words) for name, own in _WORDS.items()}
    alone = {
        name: sum(word in own and not any(word in _WORDS[o] for o in _WORDS if o != name) for word in words)
        for name, own in _WORDS.items()
    }
    score = {name: known[name] + 2 * alone[name] for name in known}
    ranked = sorted(score, key=lambda name: (-score[name], name))
    best, second = ranked[0], ranked[1]
    if score[best] > score[second] and alone[best]:
        return _spoken(best)
    if score["de"] == score["nl"] == score[best] > len(words):
        return usual
    return _by_letters(words) if len(words) > 2 else None


def _spoken(name: str) -> Literal["de", "nl", "other"]:
    match name:
        case "de":
            return "de"
        case "nl":
            return "nl"
        case _:
            return "other"


def _foreign_script(words: tuple[str, ...]) -> bool:
    letters = "".join(words)
    return bool(letters) and 2 * sum(letter > _LATIN_END for letter in letters) > len(letters)


def _by_letters(words: tuple[str, ...]) -> Literal["de", "nl"] | None:
    hits = {name: sum(sign in word for word in words for sign in signs) for name, signs in _LETTER_SIGNS}
    if hits["de"] == hits["nl"]:
        return None
    return "de" if hits["de"] > hits["nl"] else "nl"
