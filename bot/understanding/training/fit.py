"""Trains all models on labelled messages and measures them on scenarios they did not see.

Deterministic: the same messages give the same bytes. About a minute for ten thousand messages.
"""

from __future__ import annotations

import json
import math
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bot.understanding.crisis import Judged, judge
from bot.understanding.features import GROUPS, Groups, of_text
from bot.understanding.fold import fold
from bot.understanding.stretches import stretches
from bot.understanding.training.calibrate import calibrated
from bot.understanding.training.corpus import CRISES, LABELS, Labelled, digest
from bot.understanding.training.solve import solve
from bot.understanding.weights import FILE, SQUARE_STEPS, ZERO, to_bytes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from bot.understanding.training.solve import Floats, Row

METRICS: Final = "metrics.json"
DANGER: Final = "danger"
ACUTE: Final = "acute"
OTHER_PERSON: Final = "other_person"
TYPES: Final = CRISES[1:]
MODELS: Final = (DANGER, ACUTE, OTHER_PERSON, *TYPES, *(f"intent {label}" for label in LABELS))
FOLDS: Final = 4
MOST_ROWS: Final = 95_000
"""Keeps `weights.bin` below 5 MB."""

_SEEN_TIMES: Final = (2, 2, 3, 1)
_COST: Final = 0.35
_DOUBTFUL: Final = 0.5
"""An ambiguous message counts half for the question whether it is danger."""
_NOT_ACUTE: Final = 0.3
"""How much a danger that may wait counts against those that must interrupt: the border is a matter of degree."""
_BESIDE_DANGER: Final = 0.3
"""How much a message of danger counts for intents: they are asked for when there is none."""
_RARE: Final = 0.75
_RAREST: Final = 6.0
"""Rare intents count more: this power of how much rarer they are than the mean, at most so many times."""
_FOLD_SEED: Final = 11


@dataclass(frozen=True, slots=True)
class Trained:
    """The bytes of `weights.bin` and what is written to `metrics.json` beside it."""

    weights: bytes
    metrics: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Every feature that counts: its place, and how rare it is (inverse document frequency)."""

    groups: tuple[dict[str, tuple[int, float]], ...]

    @property
    def width(self) -> int:
        """How many features there are, without the bias."""
        return sum(map(len, self.groups))

    def row(self, found: Groups) -> Row:
        """A message as places and values, every group brought to its length; the bias comes last."""
        import numpy as np

        where: list[int] = []
        values: list[float] = []
        for known, names, weight in zip(self.groups, found, GROUPS.values(), strict=True):
            own = sorted(known[name] for name in names if name in known)
            length = math.sqrt(sum(rare * rare for _, rare in own))
            where.extend(place for place, _ in own)
            values.extend(weight * rare / length for _, rare in own)
        return np.array([*where, self.width], np.int32), np.array([*values, 1], np.float32)


def vocabulary(messages: Sequence[Groups]) -> Vocabulary:
    """The features that stand in enough messages, in a fixed order."""
    groups = []
    begin = 0
    for group, (_, least) in enumerate(zip(GROUPS, _SEEN_TIMES, strict=True)):
        counts = Counter(name for found in messages for name in found[group])
        names = sorted(name for name, count in counts.items() if count >= least and "\n" not in name)
        rare = {name: math.log((1 + len(messages)) / (1 + counts[name])) + 1 for name in names}
        groups.append({name: (begin + place, rare[name]) for place, name in enumerate(names)})
        begin += len(names)
    return Vocabulary(tuple(groups))


def train(rows: Sequence[Labelled], *, say: Callable[[str], None] = lambda _: None) -> Trained:
    """Cross-validate by scenario, set the thresholds from that, then train on everything."""
    import numpy as np

    say(f"reading {len(rows)} messages")
    messages = [of_text(row.text) for row in rows]
    parts = [list(stretches(fold(row.text))) for row in rows]
    yes, cost = _questions(rows)
    unseen = np.zeros((len(rows), len(MODELS)), np.float32)
    judged: list[Judged] = [Judged(0, 0)] * len(rows)
    for number, inside in enumerate(folds(rows), start=1):
        say(f"cross-validation {number} of {FOLDS}")
        outside = [at for at in range(len(rows)) if at not in inside]
        words = vocabulary([messages[at] for at in outside])
        weights = solve([words.row(messages[at]) for at in outside], yes[outside], cost[outside], words.width + 1)

        def scores(found: Groups, words: Vocabulary = words, weights: Floats = weights) -> Floats:
            where, values = words.row(found)
            return values @ weights[where]

        for at in inside:
            unseen[at] = scores(messages[at])
            judged[at] = judge(_named(unseen[at]), [_named(scores(part)) for part in parts[at]])
    settings, measured = calibrated(rows, judged, unseen, MODELS)
    say("training on all messages")
    words = vocabulary(messages)
    weights = solve([words.row(found) for found in messages], yes, cost, words.width + 1)
    metrics = {"corpus": {"messages": len(rows), "digest": digest(rows)}, "cross_validation": measured, **settings}
    return Trained(_packed(words, weights, settings), metrics)


def _named(scores: Floats) -> dict[str, float]:
    return dict(zip(MODELS, map(float, scores), strict=True))


def folds(rows: Sequence[Labelled]) -> list[frozenset[int]]:
    """The messages in equal parts, whole scenarios together."""
    scenarios = sorted({(row.language, row.scenario) for row in rows})
    random.Random(_FOLD_SEED).shuffle(scenarios)  # noqa: S311 - an order, not a secret
    part = {scenario: place % FOLDS for place, scenario in enumerate(scenarios)}
    return [
        frozenset(at for at, row in enumerate(rows) if part[row.language, row.scenario] == number)
        for number in range(FOLDS)
    ]


def _questions(rows: Sequence[Labelled]) -> tuple[Floats, Floats]:
    """What every model is asked about every message, and how much its mistakes matter."""
    import numpy as np

    yes = np.full((len(rows), len(MODELS)), -1, np.float32)
    cost = np.full((len(rows), len(MODELS)), _COST, np.float32)
    place = {name: at for at, name in enumerate(MODELS)}
    in_danger = [place[OTHER_PERSON], *(place[name] for name in TYPES)]
    counts = Counter(row.intent for row in rows)
    intents = [place[f"intent {label}"] for label in LABELS]
    for at, row in enumerate(rows):
        if row.crisis == "none":
            cost[at, in_danger] = 0
        else:
            yes[at, [place[DANGER], place[row.crisis]]] = 1
            yes[at, place[OTHER_PERSON]] = 1 if "third" in row.flags else -1
            if "must" in row.flags:
                yes[at, place[ACUTE]] = 1
            else:
                cost[at, place[ACUTE]] *= _NOT_ACUTE
        if "ambiguous" in row.flags:
            cost[at, place[DANGER]] *= _DOUBTFUL
        own = place[f"intent {row.intent}"]
        yes[at, own] = 1
        cost[at, own] *= min(_RAREST, len(rows) / len(counts) / counts[row.intent]) ** _RARE
        if row.crisis != "none":
            cost[at, intents] *= _BESIDE_DANGER
        cost[at, [place[f"intent {other}"] for other in row.also if other != row.intent]] = 0
    return yes, cost


def _packed(words: Vocabulary, weights: Floats, settings: dict[str, Any]) -> bytes:
    """Rows as bytes: the square of the rarity, then every model's weight times the rarity in 255 steps."""
    import numpy as np

    names = [name for group in words.groups for name in group]
    rare = np.array([rarity for group in words.groups for _, rarity in group.values()], np.float64)
    strong = weights[:-1].astype(np.float64) * rare[:, None]
    scales = np.maximum(np.abs(strong).max(axis=0), 1e-9) / (ZERO - 1)
    kept = _strongest(np.abs(strong / scales).max(axis=1))
    squares = np.clip(np.rint(rare * rare * SQUARE_STEPS), 1, 255)
    steps = np.clip(np.rint(strong / scales) + ZERO, 0, 255)
    lanes = np.concatenate([squares[:, None], steps], axis=1)[kept].astype(np.uint8)
    sizes, begin = [], 0
    for group in words.groups:
        sizes.append(int(kept[begin : begin + len(group)].sum()))
        begin += len(group)
    head = {
        "models": MODELS,
        "groups": list(GROUPS.values()),
        "sizes": sizes,
        "scales": [float(f"{scale:.6g}") for scale in scales],
        "bias": [float(f"{bias:.6g}") for bias in weights[-1]],
        **json.loads(json.dumps(settings)),
    }
    return to_bytes(head, [name for name, keep in zip(names, kept, strict=True) if keep], lanes.tobytes())


def _strongest(strength: NDArray[np.float64]) -> NDArray[np.bool_]:
    import numpy as np

    if len(strength) <= MOST_ROWS:
        return np.ones(len(strength), np.bool_)
    kept = np.zeros(len(strength), np.bool_)
    kept[np.argsort(-strength, kind="stable")[:MOST_ROWS]] = True
    return kept


def write(rows: Sequence[Labelled], folder: Path | None, *, say: Callable[[str], None]) -> tuple[Path, Path]:
    """Train and write `weights.bin` and, for review, `metrics.json`; into the room when no folder is given."""
    trained = train(rows, say=say)
    where = folder or FILE.parent
    weights, metrics = where / FILE.name, where / METRICS
    weights.write_bytes(trained.weights)
    metrics.write_text(json.dumps(trained.metrics, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    return weights, metrics
