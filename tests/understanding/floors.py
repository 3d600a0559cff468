"""Measures every set and writes to `floors.json` how far each figure that misses its target has come.

python -m tests.understanding.floors
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.understanding import scoring

FILE: Final = Path(__file__).with_name("floors.json")
VECTORS: Final = Path(__file__).parent.parent / "vectors" / "understanding"
LABELLED: Final = Path(__file__).parents[3] / "shared" / "utterances"
SETS: Final = sorted((*VECTORS.glob("unseen_*.yaml"), *VECTORS.glob("attack_*.yaml")))


def measured() -> Iterator[tuple[str, dict[str, scoring.Share]]]:
    """Every set by name with all its figures; the development set where it is on this machine."""
    for path in SETS:
        yield path.stem, _figures(scoring.of_blocks(path))
    for path in sorted(LABELLED.glob("dev_*.jsonl")):
        yield path.stem, _figures(scoring.of_lines(path))


def _figures(messages: list[scoring.Message]) -> dict[str, scoring.Share]:
    return scoring.figures([(message, scoring.ask(message)) for message in messages])


def levels(found: dict[str, scoring.Share]) -> dict[str, float]:
    """What a set reaches where it misses a target, rounded to hundredths towards easier."""
    return {
        target.figure: math.ceil(100 * found[target.figure].value) / 100
        if target.most
        else math.floor(100 * found[target.figure].value) / 100
        for target in scoring.TARGETS
        if not target.met(found[target.figure])
    }


def main() -> None:
    """Write the levels and print the figures they come from."""
    found = dict(measured())
    for name, figures in found.items():
        print(scoring.report(name, figures))
    text = json.dumps({name: levels(figures) for name, figures in found.items()}, indent=2, sort_keys=True)
    FILE.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
