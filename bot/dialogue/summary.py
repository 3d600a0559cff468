"""The summary card a counsellor sees: enumerated values only (paths.md section 6)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bot.dialogue.chart import RATHER_NOT, Charts, PlanStep
from bot.dialogue.events import Moment
from bot.dialogue.guards import CHANNEL_FACTS
from bot.dialogue.moves import CARD_OF
from bot.dialogue.session import FlowId, Session
from bot.dialogue.walk import TOPIC

SHARED: Final = frozenset(
    {
        "start", "root", "about_you", "steps", "safety", "human", "my_data", "evidence",
        "police", "rights", "feelings", "protect", "glossary", "report", "escalate", "hash", "papers", "follow_up",
    }
)  # fmt: skip
"""Flows every path uses; they are the topic only when there is no other."""


def summarise(charts: Charts, session: Session, moment: Moment) -> dict[str, object]:
    """The card as plain JSON-ready values, first what the person wants now.

    Times are ISO 8601 UTC. `steps` maps `flow.step` to done, skipped or open, for every plan begun.
    """
    topics = _topics(session)
    front = session.stack[-1]
    return {
        "wants": topics[0] if topics else str(front.flow),
        "topics": topics[1:],
        "role": session.slots.get("about"),
        "adult_form": session.adult_form,
        "language": session.language,
        "country": session.slots.get("country"),
        "answers": {name: session.slots[name] for name in charts.slots if _answered(session, name)},
        "not_answered": [name for name in charts.slots if session.slots.get(name) == RATHER_NOT],
        "risk": _risk(session),
        "interrupted_at": [f"{frame.flow}.{frame.state}" for frame in session.stack[:-1]],
        "now_at": f"{front.flow}.{front.state}",
        "steps": dict(_steps(charts, session)),
        "items": {"count": len(moment.items), "kinds": _kinds(moment)},
        "channel": moment.channel,
        "others_can_read": "private_channel" not in CHANNEL_FACTS[moment.channel],
        "phone_seen": session.slots.get("phone_seen"),
        "do_not_write_first": session.quick_exit or session.slots.get("phone_seen") != "only_me",
        "quick_exit": session.quick_exit,
        "next_opening": moment.next_opening.isoformat() if moment.next_opening else None,
        "position": moment.position,
        "last_button": session.answered,
    }


def _topics(session: Session) -> list[str]:
    """Topics visited, newest first, paths of their own before shared flows."""
    visited = sorted(
        ((rank, name.removeprefix(TOPIC)) for name, rank in session.extra.items() if name.startswith(TOPIC)),
        reverse=True,
    )
    own = [name for _, name in visited if name not in SHARED]
    return own or [name for _, name in visited][:1]


def _answered(session: Session, slot: str) -> bool:
    return session.slots.get(slot) not in (None, RATHER_NOT)


def _risk(session: Session) -> dict[str, object] | None:
    danger = session.danger
    if danger is None:
        return None
    return {
        "kind": danger.kind,
        "level": danger.level,
        "noticed_at": danger.noticed_at.isoformat(),
        "card": CARD_OF[danger.kind],
        "resolved": danger.resolved,
        "last_answer": session.answered if (session.answered or "").startswith("safety.") else None,
    }


def _kinds(moment: Moment) -> dict[str, int]:
    counted: dict[str, int] = {}
    for _, kind in moment.items:
        counted[kind] = counted.get(kind, 0) + 1
    return counted


def _steps(charts: Charts, session: Session) -> Iterator[tuple[str, str]]:
    """Steps of each flow that is in progress or has a step done or skipped."""
    begun = {frame.flow for frame in session.stack}
    begun |= {FlowId(mark.partition(".")[0]) for mark in session.done | session.skipped}
    for flow in sorted(begun):
        chart = charts.flows.get(flow)
        for state in chart.states.values() if chart else ():
            for step in state.plan:
                yield step.mark, _progress(session, step)


def _progress(session: Session, step: PlanStep) -> str:
    if step.mark in session.done:
        return "done"
    return "skipped" if step.mark in session.skipped else "open"
