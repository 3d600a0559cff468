"""The trained weights: one row of small whole numbers per feature, and what a message's rows add up to.

`weights.bin` is written by `wegweiser understand train` and never by hand. Layout: MAGIC, four bytes length of a JSON
head, the head, the names of the features (one a line, group by group), the rows. A row is one byte per lane: first
the square of the feature's weight in the length of its group, then one lane per model, 128 meaning nothing.

Rows are added up as single long whole numbers, three bytes to a lane, so that a message of five hundred features costs
five hundred additions and needs no library.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from bot.understanding.crisis import Limits

MAGIC: Final = b"understanding 1\n"
FILE: Final = Path(__file__).with_name("weights.bin")
ZERO: Final = 128
SQUARE_STEPS: Final = 3
"""Steps of the first lane per unit: squares reach 85, which no corpus under a million lines exceeds."""

_LANE: Final = 3
_HEAD_LENGTH: Final = 4


class WeightsUnreadable(Exception):
    """`weights.bin` is missing, cut short or of another version: the installation is broken."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one feature adds to one model's score."""

    feature: str
    adds: float


class Weights:
    """All models at once. Raises WeightsUnreadable when the bytes are not what `to_bytes` writes."""

    def __init__(self, raw: bytes) -> None:
        if not raw.startswith(MAGIC):
            raise WeightsUnreadable("weights.bin is not a file of this version")
        begin = len(MAGIC) + _HEAD_LENGTH
        end = begin + int.from_bytes(raw[len(MAGIC) : begin], "little")
        self.head: dict[str, Any] = json.loads(raw[begin:end])
        self.models: tuple[str, ...] = tuple(self.head["models"])
        self._groups: list[float] = self.head["groups"]
        self._scales: list[float] = self.head["scales"]
        self._bias: list[float] = self.head["bias"]
        self.limits = Limits(self.head["takeover"], self.head["check_in"])
        self.sharpness: float = self.head["sharpness"]
        names_end = end + self.head["names_bytes"]
        names = raw[end:names_end].decode().split("\n")
        lanes = len(self.models) + 1
        if len(raw) != names_end + lanes * len(names) or len(names) != sum(self.head["sizes"]):
            raise WeightsUnreadable("weights.bin is cut short")
        spread = bytearray(_LANE * lanes * len(names))
        spread[::_LANE] = raw[names_end:]
        self._rows = memoryview(bytes(spread))
        self._width = _LANE * lanes
        self._at: list[dict[str, int]] = []
        begin = 0
        for size in self.head["sizes"]:
            self._at.append(
                {name: place * self._width for place, name in enumerate(names[begin : begin + size], begin)}
            )
            begin += size

    def scores(self, groups: Sequence[set[str]]) -> dict[str, float]:
        """The score of every model; above nothing means yes. `groups`: features as in `features.GROUPS`."""
        scores = list(self._bias)
        for known, found, weight in zip(self._at, groups, self._groups, strict=True):
            rows = [row for name in found if (row := known.get(name)) is not None]
            if rows:
                lanes = self._sum(rows)
                factor = weight / math.sqrt(lanes[0] / SQUARE_STEPS)
                nothing = ZERO * len(rows)
                for model, (lane, scale) in enumerate(zip(lanes[1:], self._scales, strict=True)):
                    scores[model] += (lane - nothing) * scale * factor
        return dict(zip(self.models, scores, strict=True))

    def _sum(self, rows: list[int]) -> list[int]:
        width = self._width
        total = sum(int.from_bytes(self._rows[row : row + width], "little") for row in rows)
        raw = total.to_bytes(width + 1, "little")
        return [int.from_bytes(raw[at : at + _LANE], "little") for at in range(0, width, _LANE)]

    def evidence(self, groups: Sequence[set[str]], model: str) -> Iterator[Evidence]:
        """What each known feature adds to the score of one model."""
        lane = self.models.index(model)
        for known, found, weight in zip(self._at, groups, self._groups, strict=True):
            rows = {name: known[name] for name in found if name in known}
            length = math.sqrt(sum(self._rows[row] for row in rows.values()) / SQUARE_STEPS) if rows else 1.0
            for name, row in rows.items():
                steps = self._rows[row + _LANE * (lane + 1)] - ZERO
                yield Evidence(name, steps * self._scales[lane] * weight / length)


def to_bytes(head: dict[str, Any], names: Sequence[str], rows: bytes) -> bytes:
    """The content of `weights.bin`; the same arguments always give the same bytes."""
    listed = "\n".join(names).encode()
    text = json.dumps(head | {"names_bytes": len(listed)}, sort_keys=True, separators=(",", ":")).encode()
    return MAGIC + len(text).to_bytes(_HEAD_LENGTH, "little") + text + listed + rows


@cache
def load() -> Weights:
    """The weights of this installation, read once. Raises WeightsUnreadable."""
    try:
        return Weights(FILE.read_bytes())
    except OSError:
        raise WeightsUnreadable("weights.bin cannot be read; run: wegweiser understand train") from None
