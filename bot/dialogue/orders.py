"""Orders as written in flows (`do`, `enter`, `exit`): the closed list, their arguments, and what they change.

Most go to the shell as they are; a few act on the session itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast

from bot.dialogue.chart import Do
from bot.dialogue.effects import Order, OrderName, RaiseAlert
from bot.dialogue.session import KINDS, LEVELS, CrisisKind, CrisisLevel, Danger, Language
from bot.dialogue.walk import CHECK_IN, Walk

SESSION_ORDERS: Final = frozenset(
    {"alert", "forget_session", "set_language", "adult_form", "tick", "skip", "danger", "count_below"}
)
ARGUMENTS: Final[Mapping[str, frozenset[str]]] = {
    "open_case": frozenset({"human", "message", "evidence", "crisis"}),
    "record_consent": frozenset({"yes", "no"}),
    "seal_item": frozenset({"link", "handle", "payment", "time", "note"}),
    "follow_up": frozenset({"next_day", "two_days"}),
    "set_language": frozenset({"de", "nl"}),
    "adult_form": frozenset({"yes", "no"}),
    "danger": frozenset({*LEVELS, *(f"{kind}:{level}" for kind in KINDS for level in LEVELS)}),
}
NAMED: Final = frozenset({"count", "count_below", "tick", "skip"})
"""Orders whose argument is a name of the flow's own choosing."""


def carry(walk: Walk, order: Do) -> None:
    """Do one order: to the session when it is about the session, else as an effect."""
    match order.name:
        case "alert":
            alert(walk)
        case "forget_session":
            walk.forget()
        case "set_language":
            walk.language = cast(Language, order.arg)
        case "adult_form":
            walk.adult_form = order.arg == "yes"
        case "tick":
            walk.done = walk.done | {_mark(walk, order)}
        case "skip":
            walk.skipped = walk.skipped | {_mark(walk, order)}
            walk.done = walk.done - {_mark(walk, order)}
        case "danger":
            _say_danger(walk, order.arg or "B")
        case "count_below":
            walk.effects.append(Order("count", f"{order.arg}.{_below(walk)}"))
        case "quick_exit":
            walk.quick_exit = True
            walk.effects.append(Order("quick_exit"))
        case name:
            walk.effects.append(Order(cast(OrderName, name), order.arg))


def alert(walk: Walk) -> None:
    """Tell the staff about the present danger; once per step."""
    danger = walk.danger
    effect = RaiseAlert(danger.kind, danger.level) if danger else RaiseAlert("panic", "B")
    if effect not in walk.effects:
        walk.effects.append(effect)


def open_danger(walk: Walk, kind: CrisisKind, level: CrisisLevel) -> None:
    """Remember a danger; an open one gives way only to a more acute one."""
    present = walk.danger
    if present is None or present.resolved or acuteness(kind, level) < acuteness(present.kind, present.level):
        walk.danger = Danger(kind, level, walk.moment.at)


def acuteness(kind: CrisisKind, level: CrisisLevel) -> tuple[int, int]:
    """Smaller is more acute: the level first, then the kind in the order of `CrisisKind`."""
    return LEVELS.index(level), KINDS.index(kind)


def _say_danger(walk: Walk, arg: str) -> None:
    kind, _, level = arg.rpartition(":")
    asked_about = KINDS[walk.extra.get(CHECK_IN, 0) % len(KINDS)]
    open_danger(walk, cast(CrisisKind, kind) if kind else asked_about, cast(CrisisLevel, level))


def _below(walk: Walk) -> str:
    """`flow.state` from which the flow in front was called."""
    frame = walk.stack[-2] if len(walk.stack) > 1 else walk.stack[-1]
    return f"{frame.flow}.{frame.state}"


def _mark(walk: Walk, order: Do) -> str:
    arg = order.arg or ""
    return arg if "." in arg else f"{walk.stack[-1].flow}.{arg}"
