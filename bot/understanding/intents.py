"""Which intents a text may have: certain for short messages that are little else, else as likely as models say."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final, get_args

from bot.understanding.lexicon import intents as lists
from bot.understanding.phrases import Phrases, phrases
from bot.understanding.results import Intent

CERTAIN: Final = 0.95
INTENTS: Final = frozenset(get_args(Intent)) | frozenset(lists.WHOLE)
"""Every intent this room can name."""

_MOST_LIKELY: Final = 0.9
_LEAST_LIKELY: Final = 0.01
_NAMED: Final = 5
_LONG_WORDS: Final = 9
_MODEL: Final = "intent "

_WHOLE: Final[dict[str, Phrases]] = {name: phrases(text) for name, text in lists.WHOLE.items()}
_FORMAL: Final = phrases(lists.FORMAL)


def rank_intents(folded: str, scores: Mapping[str, float], sharpness: float) -> tuple[tuple[str, float], ...]:
    """Intents of a folded text with probabilities, the best five first. `sharpness`: see `training/calibrate.py`."""
    likely = _likely(scores, sharpness)
    if len(folded.split()) <= _LONG_WORDS:
        for name, whole in _WHOLE.items():
            if whole.found(folded):
                likely[name] = CERTAIN
    ranked = sorted(likely.items(), key=lambda item: (-item[1], item[0]))[:_NAMED]
    return tuple((name, score) for name, score in ranked if score >= _LEAST_LIKELY)


def _likely(scores: Mapping[str, float], sharpness: float) -> dict[str, float]:
    own = {name.removeprefix(_MODEL): score for name, score in scores.items() if name.startswith(_MODEL)}
    top = max(own.values())
    odds = {name: math.exp(sharpness * (score - top)) for name, score in own.items()}
    total = sum(odds.values())
    return {name: round(min(_MOST_LIKELY, odd / total), 2) for name, odd in odds.items()}


def is_formal(text_words: tuple[str, ...], folded: str) -> bool:
    """Whether the person says Sie or u to us. A lone "Sie" in the middle of a sentence counts as well."""
    return _FORMAL.found(folded) or "Sie" in text_words[1:]
