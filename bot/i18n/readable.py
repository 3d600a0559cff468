"""How easy a text reads: Flesch's reading ease in its German and its Dutch form. 100 is a children's book, 0 a statute.

German: Toni Amstad, "Wie verständlich sind unsere Zeitungen?", Zürich 1978: 180 − words per sentence − 58.5 × syllables
per word. Dutch: W. H. Douma, "De leesbaarheid van landbouwbladen", Wageningen 1960: 206.84 − 0.93 × words per sentence
− 77 × syllables per word. Syllables are counted as groups of vowels, which is right for nearly all words of both.
"""

from __future__ import annotations

import re
from typing import Final

_SYLLABLES: Final = {
    "de": re.compile(r"au|äu|eu|ei|ie|ai|ay|ey|aa|ee|oo|[aeiouyäöü]"),
    "nl": re.compile(r"ij|aai|ooi|oei|eeu|ieu|aa|ee|oo|uu|ie|oe|eu|ui|ei|au|ou|[aeiouyëïéèäöü]"),
}
_SENTENCE: Final = re.compile(r"[.!?…:]+(?=\s|$)|\n+")
_WORD: Final = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
_VALUE: Final = re.compile(r"\{\w+\}")


def reading_ease(text: str, language: str) -> float | None:
    """The score; None for a text without words. Values that are filled in later do not count."""
    plain = _VALUE.sub(" ", text)
    sentences = [found for part in _SENTENCE.split(plain) if (found := _WORD.findall(part))]
    words = [word.lower() for sentence in sentences for word in sentence]
    if not words:
        return None
    length = len(words) / len(sentences)
    syllables = sum(syllable_count(word, language) for word in words) / len(words)
    return 180 - length - 58.5 * syllables if language == "de" else 206.84 - 0.93 * length - 77 * syllables


def syllable_count(word: str, language: str) -> int:
    return max(1, len(_SYLLABLES[language].findall(word)))
