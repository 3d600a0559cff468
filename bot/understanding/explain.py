"""In words: what a text means, and which evidence weighed most. For `wegweiser understand --explain`."""

from __future__ import annotations

from typing import Final

from bot.understanding.crisis import judge
from bot.understanding.features import of_text
from bot.understanding.fold import fold
from bot.understanding.stretches import stretches
from bot.understanding.understand import understand
from bot.understanding.weights import load

_SHOWN: Final = 12


def explained(text: str) -> str:
    """What the text means outside any conversation and the features that weighed most. It repeats words of the text."""
    found = understand(text, language="de", country=None)
    lines = [
        f"language: {found.language}, formal: {found.formal}",
        f"crisis: {found.crisis or 'none'}",
        f"why: {', '.join(found.why) or 'nothing spoke for danger'}",
        "intents: " + ", ".join(f"{name} {score:.2f}" for name, score in found.intents),
    ]
    if not found.intents:
        return "\n".join(lines)
    groups, weights = of_text(text), load()
    limits = weights.limits
    judged = judge(weights.scores(groups), [weights.scores(part) for part in stretches(fold(text))])
    lines.append(
        f"danger: {judged.danger:+.2f} (asks from {limits.check_in:+.2f}), "
        f"urgent: {judged.urgent:+.2f} (interrupts from {limits.takeover:+.2f})"
    )
    models = {"danger": "danger", **{f"intent {name}": name for name, _ in found.intents[:1]}}
    for model, name in models.items():
        if model in weights.models:
            evidence = sorted(weights.evidence(groups, model), key=lambda one: (-abs(one.adds), one.feature))
            lines.append(f"for {name}: " + ", ".join(f"{one.feature!r} {one.adds:+.2f}" for one in evidence[:_SHOWN]))
    return "\n".join(lines)
