"""From scores on unseen scenarios to probabilities and thresholds, and the figures that are reviewed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from bot.understanding.training.corpus import Labelled

if TYPE_CHECKING:
    from bot.understanding.training.solve import Floats

HARD_TAKEOVER: Final = 0.12
HARD_CHECK_IN: Final = 0.25
"""At most this share of harmless messages with words of alarm is interrupted, or asked about. Origin: issue 5."""

_SHARPNESS: Final = tuple(step / 2 for step in range(2, 25))


def calibrated(
    rows: Sequence[Labelled], unseen: Floats, models: Sequence[str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The settings for `weights.bin` and the figures of the cross-validation."""
    danger = [float(score) for score in unseen[:, models.index("danger")]]
    takeover, check_in = thresholds(rows, danger)
    names = [name for name in models if name.startswith("intent ")]
    scores = unseen[:, [models.index(name) for name in names]]
    labels = [name.removeprefix("intent ") for name in names]
    sharpness = max(_SHARPNESS, key=lambda one: _likelihood(rows, scores, labels, one))
    settings = {"takeover": round(takeover, 3), "check_in": round(check_in, 3), "sharpness": sharpness}
    return settings, _figures(rows, danger, takeover, check_in)


def thresholds(rows: Sequence[Labelled], danger: Sequence[float]) -> tuple[float, float]:
    """Scores from which a message interrupts, and from which one gentle question is asked.

    Harmless messages with words of alarm set both: below these scores lie all but the share that may be disturbed.
    """
    hard = sorted(
        (score for row, score in zip(rows, danger, strict=True) if row.crisis == "none" and "hard" in row.flags),
        reverse=True,
    )
    if not hard:
        return 0.0, 0.0
    return hard[int(HARD_TAKEOVER * len(hard))], hard[int((HARD_TAKEOVER + HARD_CHECK_IN) * len(hard))]


def _likelihood(rows: Sequence[Labelled], scores: Floats, labels: Sequence[str], sharpness: float) -> float:
    total = 0.0
    for row, own in zip(rows, scores.tolist(), strict=True):
        top = max(own)
        odds = [math.exp(sharpness * (score - top)) for score in own]
        right = sum(odd for odd, label in zip(odds, labels, strict=True) if label in (row.intent, *row.also))
        total += math.log(max(right / sum(odds), 1e-9))
    return total


def _figures(rows: Sequence[Labelled], danger: Sequence[float], takeover: float, check_in: float) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for language in ("de", "nl"):
        for name in ("suicide", "self_harm", "danger_now", "assault", "none", "none_hard"):
            own = [
                score
                for row, score in zip(rows, danger, strict=True)
                if row.language == language
                and (row.crisis + ("_hard" if row.crisis == "none" and "hard" in row.flags else "")) == name
            ]
            found[f"{language} {name}"] = {
                "messages": len(own),
                "takeover": sum(score >= takeover for score in own),
                "check_in": sum(check_in <= score < takeover for score in own),
            }
    return found
