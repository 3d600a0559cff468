"""What counsellors should be told now. Pure: facts in, decisions out.

urgent     a crisis was noticed; day and night, whatever kind it is
waits      somebody waits for a person while the team is open
unclaimed  … and nobody has taken the chat for ten minutes
nobody     … and nobody of the team is signed in
dead       something could not be delivered or worked
An event lasts until its cause is gone; while it lasts every reader is told once (what may be lost: `doubts.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.db.bell import Linked, NewNotice, NoticeKind, OpenCase, Standing

UNCLAIMED_AFTER: Final = timedelta(minutes=10)
EVERYBODY: Final = ""
"""The team of an event that concerns all."""


@dataclass(frozen=True, slots=True)
class Situation:
    """All that is looked at, at one moment. `open_teams`: within opening hours; `staffed`: somebody is at the desk."""

    now: datetime
    cases: Sequence[OpenCase]
    dead: int
    teams: Sequence[str]
    open_teams: Collection[str]
    staffed: Collection[str]

    def team(self, case: OpenCase) -> str:
        """Whose case it is; a language no team speaks is everybody's."""
        return case.language if case.language in self.teams else EVERYBODY

    def waiting(self, team: str) -> list[OpenCase]:
        return [case for case in self.cases if case.holder == "waiting" and self.team(case) == team]


@dataclass(frozen=True, slots=True)
class Event:
    kind: NoticeKind
    team: str
    conversation_id: int | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """What to write: notices that begin, and the ids of those that are over."""

    begin: tuple[NewNotice, ...]
    over: tuple[int, ...]


def decide(situation: Situation, standing: Iterable[Standing], readers: Sequence[Linked], *, to_group: bool) -> Changes:
    """Compare what is with what was told. A reader who joins later is told what still lasts."""
    causes = lasting(situation)
    known = {each.open_as: each for each in standing}
    fresh = [
        new
        for event, worth_telling in causes.items()
        if worth_telling
        for new in _notices(event, readers, to_group=to_group)
        if new.open_as not in known
    ]
    over = [each.id for each in known.values() if Event(each.kind, each.team, each.conversation_id) not in causes]
    return Changes(tuple(fresh), tuple(over))


def lasting(situation: Situation) -> Mapping[Event, bool]:
    """Every event whose cause is there, and whether it is worth a notice to those who were not told yet."""
    found: dict[Event, bool] = {}
    for case in situation.cases:
        found |= _of_case(situation, case)
    for team in situation.teams:
        if team in situation.open_teams and team not in situation.staffed and situation.waiting(team):
            found[Event("nobody", team)] = True
    if situation.dead:
        found[Event("dead", EVERYBODY)] = True
    return found


def _of_case(situation: Situation, case: OpenCase) -> dict[Event, bool]:
    team = situation.team(case)
    found: dict[Event, bool] = {}
    if case.urgent:
        found[Event("urgent", team, case.conversation_id)] = True
    if case.holder == "waiting":
        here = team in situation.open_teams
        long = case.waiting_since is not None and situation.now - case.waiting_since >= UNCLAIMED_AFTER
        found[Event("waits", team, case.conversation_id)] = here and not case.urgent and not long
        found[Event("unclaimed", team, case.conversation_id)] = long and (here or case.urgent)
    return found


def _notices(event: Event, readers: Sequence[Linked], *, to_group: bool) -> list[NewNotice]:
    about = f"{event.kind} {event.conversation_id if event.conversation_id is not None else event.team}"
    if to_group:
        return [NewNotice(event.kind, event.conversation_id, event.team, None, f"{about} group")]
    return [
        NewNotice(event.kind, event.conversation_id, event.team, reader.staff_id, f"{about} {reader.staff_id}")
        for reader in readers
        if event.team == EVERYBODY or event.team in reader.languages
    ]
