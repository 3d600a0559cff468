"""Session ⇄ bytes. Compact JSON with a version; what no longer exists in the flows is repaired while reading."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from bot.dialogue.chart import RATHER_NOT, Charts
from bot.dialogue.session import KINDS, LEVELS, ChoiceId, Danger, FlowId, Frame, Session, StateId

VERSION: Final = 1


class UnreadableSession(ValueError):
    """The bytes are no session of a known version: damaged, or written by a newer program."""


def encode(session: Session) -> bytes:
    """Compact JSON; fields at their defaults are left out. Holds enumerated values only."""
    danger = session.danger
    fields: dict[str, Any] = {
        "language": session.language,
        "stack": _pack(session.stack),
        "slots": dict(session.slots),
        "adult_form": session.adult_form,
        "trail": [_pack(stack) for stack in session.trail],
        "done": sorted(session.done),
        "skipped": sorted(session.skipped),
        "answered": session.answered,
        "misses": session.misses,
        "timers": sorted(session.timers),
        "picked": session.picked,
        "danger": danger and [danger.kind, danger.level, _time(danger.noticed_at), danger.since_card, danger.resolved],
        "quick_exit": session.quick_exit,
        "started_at": _time(session.started_at),
        "last_at": _time(session.last_at),
        "asked_wellbeing_at": _time(session.asked_wellbeing_at),
        "extra": dict(session.extra),
    }
    kept = {name: value for name, value in fields.items() if value not in (None, False, 0, [], {})}
    return json.dumps({"v": VERSION, **kept}, separators=(",", ":")).encode()


def decode(data: bytes, charts: Charts) -> Session:
    """The session, fitted to the present flows: nobody is stranded by a content change.

    A state that is gone becomes that flow's first plan, else its initial; a flow that is gone leaves the
    stack; an empty stack becomes the start menu. Answers are kept. Raises UnreadableSession.
    """
    try:
        fields = json.loads(data)
        if fields["v"] != VERSION:
            raise UnreadableSession("unknown version")
        return _session(fields, charts)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise UnreadableSession(type(error).__name__) from None


def _session(fields: Mapping[str, Any], charts: Charts) -> Session:
    stack = tuple(frame for raw in fields["stack"] if (frame := _fitted(raw, charts)))
    if not stack:
        home = charts.home
        stack = (Frame(home[0], charts.flows[home[0]].version, home[1]),)
    front = charts.states[stack[-1].flow, stack[-1].state]
    return Session(
        language=_one_of(fields["language"], ("de", "nl")),
        stack=stack,
        slots={str(name): _value(name, value, charts) for name, value in fields.get("slots", {}).items()},
        adult_form=fields.get("adult_form", False) is True,
        trail=tuple(whole for raw in fields.get("trail", ()) if (whole := _whole(raw, charts))),
        done=frozenset(map(str, fields.get("done", ()))),
        skipped=frozenset(map(str, fields.get("skipped", ()))),
        answered=_maybe(ChoiceId, fields.get("answered")),
        misses=int(fields.get("misses", 0)),
        timers=frozenset(map(str, fields.get("timers", ()))),
        awaiting=front.accepts,
        picked=_maybe(int, fields.get("picked")),
        danger=_maybe(_danger, fields.get("danger")),
        quick_exit=fields.get("quick_exit", False) is True,
        started_at=_maybe(_moment, fields.get("started_at")),
        last_at=_maybe(_moment, fields.get("last_at")),
        asked_wellbeing_at=_maybe(_moment, fields.get("asked_wellbeing_at")),
        extra={str(name): int(value) for name, value in fields.get("extra", {}).items()},
    )


def _pack(stack: Iterable[Frame]) -> list[list[str | int]]:
    return [[frame.flow, frame.version, frame.state, *([frame.via] if frame.via else [])] for frame in stack]


def _fitted(raw: list[Any], charts: Charts) -> Frame | None:
    """A frame that stands somewhere in the present flows; None when its flow is gone."""
    flow, version, state, *via = raw
    chart = charts.flows.get(FlowId(flow))
    if chart is None or not chart.states:
        return None
    if state in chart.states:
        return Frame(chart.flow, int(version), StateId(state), str(via[0]) if via else "")
    plan = next((one.name for one in chart.states.values() if one.plan), None)
    return Frame(chart.flow, chart.version, plan or chart.initial or next(iter(chart.states)))


def _whole(raw: list[list[Any]], charts: Charts) -> tuple[Frame, ...] | None:
    """A place on the trail, if it still exists as it was."""
    found = tuple(frame for row in raw if (frame := _fitted(row, charts)))
    return found if [frame.state for frame in found] == [row[2] for row in raw] and found else None


def _value(name: str, value: Any, charts: Charts) -> str:
    """An answer; one that is no longer offered counts as skipped."""
    slot = charts.slots.get(name)
    if slot is None or value in slot.values or value in (RATHER_NOT, slot.skip):
        return str(value)
    return RATHER_NOT


def _danger(raw: list[Any]) -> Danger:
    kind, level, noticed_at, since_card, resolved = raw
    return Danger(_one_of(kind, KINDS), _one_of(level, LEVELS), _moment(noticed_at), int(since_card), bool(resolved))


T = TypeVar("T")


def _one_of(value: Any, allowed: tuple[T, ...]) -> T:
    return allowed[allowed.index(value)]


def _maybe(read: Callable[[Any], T], value: Any) -> T | None:
    return None if value is None else read(value)


def _time(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat()


def _moment(written: str) -> datetime:
    at = datetime.fromisoformat(written)
    if at.tzinfo is None:
        raise ValueError("a time without zone")
    return at
