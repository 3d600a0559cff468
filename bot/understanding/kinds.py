"""Which danger it is: the models say whether and of which label, frames and meanings decide kind, level and whose.

The labels of the corpus are coarser than the answers the helpline gives: `danger_now` is violence, a meeting or a home
that is not safe; `assault` is also coercion before a camera. Levels: A life or body in danger now, B serious.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from bot.understanding.frames import Finding
from bot.understanding.results import Crisis, Kind, Level, Reaction, Risk

_KINDS: Final[dict[str, tuple[Kind, ...]]] = {
    "suicide": ("suicide",),
    "self_harm": ("self_harm",),
    "danger_now": ("violence", "meeting", "unsafe_home"),
    "assault": ("assault", "coercion"),
}

# Meanings that speak for one of several kinds; on a tie the kind named first above, the more acute one, is taken.
_SPEAKS: Final[dict[Kind, frozenset[str]]] = {
    "violence": frozenset(
        ["HIT", "WEAPON", "OUTSIDE", "FOLLOW", "LOCKED", "REVENGE", "KILL", "GET_ME", "RAGE", "HIDE", "THREAT"]
    ),
    "meeting": frozenset(["MEET", "GO_NOW", "PLACE", "CAR", "SHOULD_I", "BLACKMAIL", "PERPETRATOR"]),
    "unsafe_home": frozenset(["RUN_AWAY", "SLEEP_ROUGH", "AFRAID_HOME", "HONOUR"]),
    "assault": frozenset(["RAPE", "TOUCH", "NO_CONSENT", "DRUGGED", "BED", "SEX", "PREGNANT", "SECRET"]),
    "coercion": frozenset(["CAM", "UNDRESS"]),
}
_NOW: Final = frozenset(["NOW", "TODAY", "GO_NOW"])
_SUICIDE_NOW: Final = frozenset(
    ["PILLS", "SWALLOW", "HEIGHT", "TRAIN", "ROPE", "FAREWELL", "PLAN", "TRY", "BLADE", "LAST", "FOREVER"]
)
_WOUND_NOW: Final = frozenset(["BLOOD"])
_RISKS: Final[dict[Kind, Risk]] = {
    "suicide": "suicide",
    "self_harm": "self_harm",
    "violence": "violence",
    "meeting": "meeting",
    "unsafe_home": "violence",
    "assault": "assault",
    "coercion": "assault",
}


def crisis_of(
    label: str, meant: Collection[str], frame: Finding | None, *, reaction: Reaction, other_person: bool
) -> Crisis:
    """The danger of this label as the helpline answers it. `meant`: all meanings of the text."""
    kind = _kind(label, meant, frame)
    level = frame.crisis.level if frame and frame.crisis.kind == kind else _level(kind, meant)
    if other_person:
        return Crisis("other_at_risk", level, reaction, _RISKS[kind])
    return Crisis(kind, level, reaction)


def _kind(label: str, meant: Collection[str], frame: Finding | None) -> Kind:
    kinds = _KINDS[label]
    if frame is not None and frame.crisis.kind in kinds:
        return frame.crisis.kind
    return max(kinds, key=lambda kind: len(_SPEAKS.get(kind, frozenset()).intersection(meant)))


def _level(kind: Kind, meant: Collection[str]) -> Level:
    now = not _NOW.isdisjoint(meant)
    match kind:
        case "violence" | "meeting":
            return "A"
        case "suicide":
            return "A" if now and not _SUICIDE_NOW.isdisjoint(meant) else "B"
        case "self_harm":
            return "A" if now and not _WOUND_NOW.isdisjoint(meant) else "B"
        case _:
            return "B"
