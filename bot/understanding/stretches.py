"""Long messages, above all dictated ones, are read a second time in stretches: one telling sentence shall not drown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bot.understanding.features import Groups, features
from bot.understanding.frames import find_frames

LONG_WORDS: Final = 40
"""Longer messages are read in stretches too. Origin: cross-validation; below, the whole message tells more."""

_STRETCH: Final = 12
"""Words to a stretch: the length of most messages in the corpus, which the models know best."""

_STEP: Final = 6
_MOST: Final = 40
"""So many stretches at most, half of them from each end: about 480 words."""


def stretches(folded: str) -> Iterator[Groups]:
    """The features of each stretch of a long folded text; nothing for a short one."""
    words = folded.split()
    if len(words) <= LONG_WORDS:
        return
    begins = list(range(0, len(words) - _STEP, _STEP))
    if len(begins) > _MOST:
        begins = begins[: _MOST // 2] + begins[-_MOST // 2 :]
    for begin in begins:
        yield features(find_frames(" ".join(words[begin : begin + _STRETCH])), asks=False)
