"""What counsellors work on: facts about cases and the team, as the database knows them in clear (class C1).

Nothing here says what happened to a child; that is sealed and only a `Reader` opens it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NewType

CaseRef = NewType("CaseRef", str)
StaffRef = NewType("StaffRef", str)

Holder = Literal["bot", "waiting", "counsellor", "closed"]
"""Who speaks now. While `waiting` the bot still speaks."""
CaseState = Literal["open", "closed"]
Role = Literal["counsellor", "supervisor", "admin"]


@dataclass(frozen=True, slots=True)
class Staff:
    """One member of the team. `recipient` is missing until the invitation was accepted."""

    id: int
    ref: StaffRef
    handle: str
    role: Role
    languages: tuple[str, ...]
    active: bool
    recipient: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One line of the queue. `code` (first eight characters of the ref) is what people say aloud; it opens nothing."""

    id: int
    ref: CaseRef
    conversation_id: int
    conversation: str
    state: CaseState
    holder: Holder
    fence: int
    counsellor_id: int | None
    counsellor: str | None
    language: str
    channel: str
    urgent: bool
    waiting_since: datetime | None
    message_waiting: bool
    unread: bool
    silent: bool
    opened_at: datetime
    last_contact_at: datetime

    @property
    def code(self) -> str:
        return self.ref[:8].upper()
