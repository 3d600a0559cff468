"""Whether a counsellor's words reach the person now, on messengers that do not always take them (R15)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.db import outbox, windows
from bot.db.store import Transaction

REASONS: Final = ("gone", "blocked", "not_allowed", "too_long", "invalid")


@dataclass(frozen=True, slots=True)
class Reach:
    """`until`: they can be answered freely until then, None: always. `waiting`: answers that wait until they write,
    `told`: they know that something waits. `failed`: why answers never arrived, each reason once."""

    until: datetime | None = None
    closed: bool = False
    waiting: int = 0
    told: bool = False
    failed: tuple[str, ...] = ()


def reach(tx: Transaction, conversation_id: int, now: datetime) -> Reach:
    until = windows.open_until(tx, conversation_id)
    found = outbox.not_delivered(tx, conversation_id)
    held = [reason for state, reason in found if state == "held"]
    failed = dict.fromkeys(reason for state, reason in found if state == "refused" and reason in REASONS)
    closed = until is not None and now >= until
    return Reach(until, closed, len(held), "knocked" in held, tuple(failed))
