"""Who waits, in what order and why; what is mine; what could not be delivered; when we are open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from starlette.responses import RedirectResponse, Response

from bot.cases.facts import Case, Staff
from bot.db import cases, chains, dead_letters
from bot.db.store import Transaction
from bot.desk.deps import Desk
from bot.desk.door import Visit
from bot.desk.pages import minutes
from bot.handoff.rules import Why, order, why

Group = Literal["mine", "waiting", "bot", "others"]


@dataclass(frozen=True, slots=True)
class Line:
    """One case in the queue, with what is computed from now."""

    case: Case
    why: Why
    minutes: int
    place: int | None


@dataclass(frozen=True, slots=True)
class Lines:
    """The whole queue for one counsellor. `waiting_count` is what title and sound follow."""

    groups: Mapping[Group, Sequence[Line]]
    waiting_count: int
    longest: int
    unread_mine: int
    dead: int


class QueueScreens:
    """The list on the left and the pages beside it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def page(self, visit: Visit) -> Response:
        return self._desk.pages.render("queue.html", visit.language, **await shell(self._desk, visit))

    async def lines(self, visit: Visit) -> Response:
        """The list alone, for the page's script."""
        selected = visit.request.query_params.get("selected", "")
        return self._desk.pages.render("_queue.html", visit.language, **await shell(self._desk, visit, selected))

    async def hours(self, visit: Visit) -> Response:
        """When each language team is here; read only."""
        teams = self._desk.teams(self._desk.clock())
        values = await shell(self._desk, visit)
        return self._desk.pages.render("hours.html", visit.language, teams=teams, **values)

    async def dead_letters(self, visit: Visit) -> Response:
        """Count, age, reason – no content (R10)."""
        letters = await self._desk.main.read(dead_letters.open_letters)
        values = await shell(self._desk, visit)
        return self._desk.pages.render("dead_letters.html", visit.language, letters=letters, **values)

    async def retry(self, visit: Visit) -> Response:
        ref, now, me = visit.request.path_params["ref"], self._desk.clock(), visit.me.member

        def job(tx: Transaction) -> None:
            dead_letters.retry(tx, ref, now)
            chains.append(tx, "audit", "dead_letter.retry", now, staff=me.ref, letter=_id(ref))

        await self._desk.main.write(job)
        self._desk.wake.notify("turns")
        self._desk.wake.notify("outbox")
        return RedirectResponse("/dead-letters", status_code=303)

    async def dismiss(self, visit: Visit) -> Response:
        ref, now, me = visit.request.path_params["ref"], self._desk.clock(), visit.me.member

        def job(tx: Transaction) -> None:
            dead_letters.dismiss(tx, ref)
            chains.append(tx, "audit", "dead_letter.dismiss", now, staff=me.ref, letter=_id(ref))

        await self._desk.main.write(job)
        return RedirectResponse("/dead-letters", status_code=303)


async def shell(desk: Desk, visit: Visit, selected: str = "") -> dict[str, Any]:
    """What every page inside shows around its own content: who is signed in, the queue, the connection."""
    me, now = visit.me, desk.clock()
    sees_cases = me.member.role != "admin"

    def look(tx: Transaction) -> tuple[Sequence[Case], int]:
        return (cases.queue(tx) if sees_cases else ()), dead_letters.count_open(tx)

    found, dead = await desk.main.read(look)
    return {
        "me": me.member,
        "csrf": me.csrf,
        "now": now,
        "selected": selected,
        "sees_cases": sees_cases,
        "has_bell": desk.link is not None and sees_cases,
        "lines": arrange(found, me.member, now, dead),
    }


def arrange(found: Sequence[Case], me: Staff, now: datetime, dead: int) -> Lines:
    """Put every case where this counsellor looks for it."""
    groups: dict[Group, list[Line]] = {"mine": [], "waiting": [], "bot": [], "others": []}
    place = 0
    for case in order(found):
        reason = why(case)
        waits = case.holder == "waiting" or (case.holder != "counsellor" and (case.message_waiting or case.urgent))
        place += waits
        since = case.waiting_since or case.last_contact_at
        line = Line(case=case, why=reason, minutes=minutes(since, now), place=place if waits else None)
        if case.holder == "counsellor":
            groups["mine" if case.counsellor_id == me.id else "others"].append(line)
        else:
            groups["waiting" if waits else "bot"].append(line)
    waiting = groups["waiting"]
    return Lines(
        groups=groups,
        waiting_count=len(waiting),
        longest=max((line.minutes for line in waiting if line.case.holder == "waiting"), default=0),
        unread_mine=sum(line.case.unread for line in groups["mine"]),
        dead=dead,
    )


def _id(ref: str) -> str:
    """Only what can be one of our random ids goes into the audit chain."""
    return ref if len(ref) == 32 and ref.isalnum() else "unknown"
