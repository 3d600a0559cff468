"""Figures of the understanding on labelled messages, with counts and intervals, and the targets they are held to."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.understanding.line import to_json_line
from bot.understanding.training.corpus import read_file

NEAR_95: Final = 1.96


@dataclass(frozen=True)
class Message:
    """A labelled message as the corpus, the development set and the attack sets have it."""

    text: str
    language: str
    crisis: str
    intents: frozenset[str]
    crises: frozenset[str]
    tags: frozenset[str]


@dataclass(frozen=True)
class Found:
    """What the understanding says about it."""

    language: str | None
    action: str
    crisis: str
    intents: tuple[str, ...]


@dataclass(frozen=True)
class Share:
    """A share with its counts."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        return self.hits / self.of if self.of else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's interval at 95 %."""
        if not self.of:
            return (0.0, 1.0)
        share, z2 = self.value, NEAR_95**2
        middle = (share + z2 / (2 * self.of)) / (1 + z2 / self.of)
        half = NEAR_95 * math.sqrt(share * (1 - share) / self.of + z2 / (4 * self.of**2)) / (1 + z2 / self.of)
        return (max(0.0, middle - half), min(1.0, middle + half))

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.value:.3f} ({self.hits}/{self.of}, {low:.3f}–{high:.3f})"


@dataclass(frozen=True)
class Target:
    """A limit from issue 5: at least, or with `most` at most."""

    figure: str
    limit: float
    most: bool = False

    def met(self, share: Share) -> bool:
        return not share.of or (share.value <= self.limit if self.most else share.value >= self.limit)


TARGETS: Final = (
    Target("must: takeover", 1.0),
    Target("suicide and danger: noticed", 0.97),
    Target("suicide and danger, direct: noticed", 0.99),
    Target("suicide and danger, indirect: noticed", 0.90),
    Target("self_harm: noticed", 0.95),
    Target("assault: noticed", 0.95),
    Target("takeover: right", 0.80),
    Target("hard: takeover", 0.12, most=True),
    Target("hard: check-in", 0.25, most=True),
    Target("ordinary: interrupted", 0.02, most=True),
    Target("crisis type: right", 0.85),
    Target("intent: first", 0.80),
    Target("intent: among three", 0.93),
    Target("intent: macro-F1", 0.75),
    Target("other language: noticed", 0.90),
)


def of_blocks(path: Path) -> list[Message]:
    """Messages of a file of blocks as in the corpus; the language is in its name (`unseen_de.yaml`)."""
    language = "nl" if "_nl" in path.stem else "de"
    return [
        Message(
            row.text,
            "other" if row.intent == "other_language" else language,
            row.crisis,
            frozenset((row.intent, *row.also)),
            frozenset((row.crisis,)),
            row.flags,
        )
        for row in read_file(path, "nl" if language == "nl" else "de")
    ]


def of_lines(path: Path) -> list[Message]:
    """Messages of JSON lines as in the development set."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [
        Message(
            row["text"],
            row["lang"] if row["lang"] in ("de", "nl") else "other",
            row["crisis"],
            frozenset((row["intent"], *row.get("intent_alt", ()))),
            frozenset((row["crisis"], *row.get("crisis_alt", ()))),
            frozenset((*row.get("tags", ()), *(("must",) if row.get("must") else ()))) - {"hardneg"}
            | ({"hard"} if "hardneg" in row.get("tags", ()) else frozenset()),
        )
        for row in rows
    ]


def ask(message: Message) -> Found:
    """What the command `understand` answers."""
    line = json.loads(to_json_line("x", message.text))
    return Found(line["lang"], line["action"], line["crisis"], tuple(line["intents"]))


def figures(pairs: Sequence[tuple[Message, Found]]) -> dict[str, Share]:
    """Every figure a target names."""

    def share(of: Callable[[Message, Found], bool], hits: Callable[[Message, Found], bool]) -> Share:
        chosen = [pair for pair in pairs if of(*pair)]
        return Share(sum(hits(*pair) for pair in chosen), len(chosen))

    def noticed(_: Message, found: Found) -> bool:
        return found.action != "none"

    def taken(_: Message, found: Found) -> bool:
        return found.action == "takeover"

    def deadly(message: Message, _: Found) -> bool:
        return message.crisis in ("suicide", "danger_now")

    def asked(message: Message, _: Found) -> bool:
        return message.crisis == "none" and "context" not in message.tags

    return {
        "must: takeover": share(lambda m, _: "must" in m.tags, taken),
        "suicide and danger: noticed": share(deadly, noticed),
        "suicide and danger, direct: noticed": share(lambda m, f: deadly(m, f) and "indirect" not in m.tags, noticed),
        "suicide and danger, indirect: noticed": share(lambda m, f: deadly(m, f) and "indirect" in m.tags, noticed),
        "self_harm: noticed": share(lambda m, _: m.crisis == "self_harm", noticed),
        "assault: noticed": share(lambda m, _: m.crisis == "assault", noticed),
        "takeover: right": share(taken, lambda m, _: m.crisis != "none"),
        "hard: takeover": share(lambda m, _: m.crisis == "none" and "hard" in m.tags, taken),
        "hard: check-in": share(
            lambda m, _: m.crisis == "none" and "hard" in m.tags, lambda _, f: f.action == "checkin"
        ),
        "ordinary: interrupted": share(lambda m, _: m.crisis == "none" and not m.tags & {"hard", "ambiguous"}, noticed),
        "crisis type: right": share(
            lambda m, f: m.crisis != "none" and noticed(m, f), lambda m, f: f.crisis in m.crises
        ),
        "intent: first": share(asked, lambda m, f: f.intents[:1] != () and f.intents[0] in m.intents),
        "intent: among three": share(asked, lambda m, f: not m.intents.isdisjoint(f.intents[:3])),
        "intent: macro-F1": _macro_f1([pair for pair in pairs if asked(*pair)]),
        "other language: noticed": share(lambda m, _: m.language == "other", lambda _, f: f.language == "other"),
    }


def _macro_f1(pairs: Sequence[tuple[Message, Found]]) -> Share:
    """The mean F1 over all intents in thousandths, so that it prints like the other figures."""
    right: Counter[str] = Counter()
    wanted: Counter[str] = Counter()
    said: Counter[str] = Counter()
    for message, found in pairs:
        first = found.intents[0] if found.intents else ""
        label = first if first in message.intents else min(message.intents)
        wanted[label] += 1
        said[first] += 1
        right[label] += label == first
    scores = [2 * right[name] / (wanted[name] + said[name]) for name in wanted]
    return Share(round(1000 * sum(scores) / len(scores)), 1000) if scores else Share(0, 0)


def report(name: str, found: Mapping[str, Share]) -> str:
    """All figures with counts, intervals and targets, as lines."""
    lines = [name]
    for target in TARGETS:
        sign = "≤" if target.most else "≥"
        mark = "met" if target.met(found[target.figure]) else "missed"
        lines.append(f"  {target.figure:40} {found[target.figure]!s:34} {sign} {target.limit:.2f} {mark}")
    return "\n".join(lines)
