"""From scores on unseen scenarios to probabilities and thresholds, and the figures that are reviewed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from bot.understanding.crisis import Judged
from bot.understanding.training.corpus import Labelled

if TYPE_CHECKING:
    from bot.understanding.training.solve import Floats

HARD_TAKEOVER: Final = 0.17
"""At most this share of harmless messages with words of alarm is interrupted. Origin: issue 5 wants four of five
interruptions right; the corpus is harder than what others write, where about that many are."""

MISSED: Final = 0.1
"""At most this share of suicide and danger is passed over without a question. About half as many are missed of messages
others write. Going further costs more than it brings: with 0.065 two of a hundred more are noticed, and twice as many
ordinary messages are met with a question about life and death – after which people stop writing."""

_SHARPNESS: Final = tuple(step / 2 for step in range(2, 25))


def calibrated(
    rows: Sequence[Labelled], judged: Sequence[Judged], unseen: Floats, models: Sequence[str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The settings for `weights.bin` and the figures of the cross-validation."""
    takeover, check_in = thresholds(rows, judged)
    names = [name for name in models if name.startswith("intent ")]
    scores = unseen[:, [models.index(name) for name in names]]
    labels = [name.removeprefix("intent ") for name in names]
    sharpness = max(_SHARPNESS, key=lambda one: _likelihood(rows, scores, labels, one))
    settings = {"takeover": round(takeover, 3), "check_in": round(check_in, 3), "sharpness": sharpness}
    return settings, _figures(rows, judged, takeover, check_in)


def thresholds(rows: Sequence[Labelled], judged: Sequence[Judged]) -> tuple[float, float]:
    """How urgent a message must be to interrupt, and how dangerous for one gentle question.

    Harmless messages with words of alarm set the first, messages of suicide and danger the second.
    """
    pairs = list(zip(rows, judged, strict=True))
    hard = sorted((one.urgent for row, one in pairs if row.crisis == "none" and "hard" in row.flags), reverse=True)
    deadly = sorted(one.danger for row, one in pairs if row.crisis in ("suicide", "danger_now"))
    if not hard or not deadly:
        return 0.0, 0.0
    return hard[int(HARD_TAKEOVER * len(hard))], deadly[int(MISSED * len(deadly))]


def _likelihood(rows: Sequence[Labelled], scores: Floats, labels: Sequence[str], sharpness: float) -> float:
    total = 0.0
    for row, own in zip(rows, scores.tolist(), strict=True):
        top = max(own)
        odds = [math.exp(sharpness * (score - top)) for score in own]
        right = sum(odd for odd, label in zip(odds, labels, strict=True) if label in (row.intent, *row.also))
        total += math.log(max(right / sum(odds), 1e-9))
    return total


def _figures(rows: Sequence[Labelled], judged: Sequence[Judged], takeover: float, check_in: float) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for language in ("de", "nl"):
        for name in ("suicide", "self_harm", "danger_now", "assault", "none", "none_hard"):
            own = [
                one
                for row, one in zip(rows, judged, strict=True)
                if row.language == language
                and (row.crisis + ("_hard" if row.crisis == "none" and "hard" in row.flags else "")) == name
            ]
            found[f"{language} {name}"] = {
                "messages": len(own),
                "takeover": sum(one.urgent >= takeover for one in own),
                "check_in": sum(one.urgent < takeover and one.danger >= check_in for one in own),
            }
    return found
