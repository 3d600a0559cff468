"""Measuring: cases take turns, round after round, so that a busy minute of the machine hits all of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Literal

Role = Literal["peer", "limit", "us", "info"]


@dataclass(frozen=True)
class Size:
    """How much is done. `rounds` of each case; `scale` multiplies the number of messages, files and so on."""

    rounds: int = 5
    scale: float = 1.0

    def of(self, count: int, least: int = 1) -> int:
        return max(least, round(count * self.scale))


@dataclass(frozen=True)
class Case:
    """One thing measured; `run` returns the figure of one round, in `unit`."""

    name: str
    role: Role
    run: Callable[[], Awaitable[float]]


@dataclass(frozen=True)
class Goal:
    """`factor` at most (or at least) that of the case named."""

    versus: str
    factor: float
    kind: Literal["at most", "at least"] = "at most"
    number: str = ""

    def met(self, ratio: float) -> bool:
        return ratio <= self.factor if self.kind == "at most" else ratio >= self.factor


@dataclass(frozen=True)
class Figure:
    name: str
    role: Role
    values: tuple[float, ...]

    @property
    def middle(self) -> float:
        return median(self.values)


@dataclass(frozen=True)
class Table:
    """Cases of one unit side by side. `goals` by the name of the case they are about."""

    title: str
    unit: str
    figures: tuple[Figure, ...]
    goals: dict[str, tuple[Goal, ...]] = field(default_factory=dict)

    def ratio(self, figure: Figure, versus: str) -> float | None:
        """Median against median; None without the other or with nothing to divide by."""
        other = next((one.middle for one in self.figures if one.name == versus), 0.0)
        return figure.middle / other if other else None

    def as_json(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "unit": self.unit,
            "figures": [
                {
                    "name": one.name,
                    "role": one.role,
                    "median": one.middle,
                    "min": min(one.values),
                    "max": max(one.values),
                    "values": list(one.values),
                    "ratios": {other.name: self.ratio(one, other.name) for other in self.figures if other is not one},
                    "goals": [
                        {"number": goal.number, "versus": goal.versus, goal.kind: goal.factor, "met": met}
                        for goal in self.goals.get(one.name, ())
                        if (ratio := self.ratio(one, goal.versus)) is not None
                        for met in [goal.met(ratio)]
                    ],
                }
                for one in self.figures
            ],
        }


async def alternate(cases: Sequence[Case], rounds: int) -> tuple[Figure, ...]:
    """One round of each case in turn, `rounds` times; the first of all is a warm-up and does not count."""
    values: dict[str, list[float]] = {case.name: [] for case in cases}
    for number in range(rounds + 1):
        for case in cases:
            value = await case.run()
            if number:
                values[case.name].append(value)
    return tuple(Figure(case.name, case.role, tuple(values[case.name])) for case in cases)
