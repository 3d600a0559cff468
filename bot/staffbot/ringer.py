"""Tells counsellors what has begun, once, and changes the message in place when it is over.

What was decided is a row before anything is sent (`db/bell.py`), so a restart repeats nothing that is known to be sent.
Of a notice whose answer was lost, or that a kill met on its way, nobody knows. `waits` is not repeated then: whoever
still waits after ten minutes is told about anew. Every other kind is sent again (`doubts.py`), for a crisis told twice
harms nobody; only the newest of such doubles is changed when it is over.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime
from typing import Final

from bot.clock import Clock
from bot.db import bell, staff
from bot.db.bell import Linked, Notice, OpenCase
from bot.db.store import Store, StoreUnavailable, Transaction
from bot.db.wake import Wake
from bot.hours import OpeningHours
from bot.logs import exception_place, get_logger
from bot.server_keys import BellKeys, NotOpened
from bot.staffbot.acts import button, seal_message
from bot.staffbot.doubts import Doubts
from bot.staffbot.events import Changes, Situation, decide
from bot.staffbot.pace import Pace
from bot.staffbot.wire import Done, Line, NotNow, Outcome, Refused
from bot.staffbot.words import Words, code_of

LOOK: Final = 1.0
"""Seconds between two looks at the clock, which may have been moved, and at what pace held back."""
REST: Final = 0.25
"""Seconds between two looks however much happens."""

log = get_logger("bell")


class Ringer:
    """The loop around the notices."""

    def __init__(
        self,
        store: Store,
        keys: BellKeys,
        wake: Wake,
        clock: Clock,
        hours: Callable[[], OpeningHours],
        words: Words,
        line: Line,
    ) -> None:
        self._store = store
        self._keys = keys
        self._wake = wake
        self._clock = clock
        self._hours = hours
        self._words = words
        self._line = line
        self._pace = Pace()
        self._doubts = Doubts()

    async def run(self, stop: asyncio.Event) -> None:
        with self._wake.subscribe("desk", "hours") as noticed:
            while not stop.is_set():
                try:
                    await self.look()
                    await self.ring()
                except StoreUnavailable as error:
                    log.warning("bell.store_away", reason=str(error))
                except Exception as error:  # noqa: BLE001 - the loop of a worker outlives any one fault
                    log.error("bell.failed", error=type(error).__name__, where=exception_place(error))
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), REST)
                await noticed.wait(LOOK)

    async def look(self) -> Changes:
        """Write down what has begun and what is over."""
        now = self._clock()
        changes = await self._store.read(lambda tx: self._decide(tx, now))

        def job(tx: Transaction) -> None:
            bell.begin(tx, changes.begin)
            bell.end(tx, changes.over, now)

        if changes.begin or changes.over:
            await self._store.write(job)
        return changes

    async def ring(self) -> None:
        """Send and edit what may go now; the rest waits for the next time."""
        await self._send_again()

        def read(tx: Transaction) -> tuple[list[Notice], list[Notice], Situation]:
            return bell.to_send(tx), bell.to_edit(tx), self._situation(tx, self._clock())

        fresh, over, situation = await self._store.read(read)
        for notice in fresh:
            await self._send(notice, situation)
        for notice in over:
            await self._edit(notice)

    # --- inside -----------------------------------------------------------------------------------------------------

    def _situation(self, tx: Transaction, now: datetime) -> Situation:
        hours = self._hours()
        return Situation(
            now=now,
            cases=bell.open_cases(tx),
            dead=bell.dead_count(tx),
            teams=hours.teams,
            open_teams=[team for team in hours.teams if hours.status(team, now).open],
            staffed=[team for team in hours.teams if staff.staffed(tx, team, now)],
        )

    def _decide(self, tx: Transaction, now: datetime) -> Changes:
        grouped = self._line.group is not None
        readers: list[Linked] = [] if grouped else bell.linked(tx)
        return decide(self._situation(tx, now), bell.standing(tx), readers, to_group=grouped)

    async def _send_again(self) -> None:
        """Put back into the line what has been in doubt for long enough."""

        def read(tx: Transaction) -> tuple[list[int], list[Notice]]:
            return bell.unsure(tx), bell.to_send(tx)

        unsure, waiting = await self._store.read(read)
        due = self._doubts.due(unsure, {notice.id for notice in waiting}, self._clock())
        if due:
            await self._store.write(lambda tx: bell.again(tx, due))

    async def _send(self, notice: Notice, situation: Situation) -> None:
        chat = self._chat(notice)
        text = self._text(notice, situation)
        if text is None or (chat is not None and not self._pace.may(chat, self._clock())):
            return
        if not await self._store.write(lambda tx: bell.take(tx, notice.id)):
            return
        if chat is None:  # its key is gone, or the staff group is no longer in the settings
            await self._store.write(lambda tx: bell.refused(tx, notice.id))
            return
        keys = None
        if notice.case is not None:
            keys = (self._words.say("bell.claim", _language(notice)), button(notice.ref))
        outcome = await self._line.send(chat, text, keys)
        self._heed(chat, outcome)
        match outcome:
            case Done(message_id):
                sealed = seal_message(self._keys, notice.ref, message_id)
                await self._store.write(lambda tx: bell.sent(tx, notice.id, sealed))
            case NotNow():
                await self._store.write(lambda tx: bell.not_sent(tx, notice.id))
            case Refused(reason):
                log.warning("bell.refused", reason=reason, kind=notice.kind, staff=notice.staff or "group")
                await self._store.write(lambda tx: bell.refused(tx, notice.id))
            case _:
                log.warning("bell.uncertain", kind=notice.kind, staff=notice.staff or "group")

    async def _edit(self, notice: Notice) -> None:
        chat, message_id = self._chat(notice), self._message(notice)
        if chat is not None and message_id is not None:
            if not self._pace.may(chat, self._clock()):
                return
            code = code_of(notice.case)
            text = self._words.over(notice.kind, _language(notice), code=code, taken_by=notice.taken_by)
            outcome = await self._line.edit(chat, message_id, text)
            self._heed(chat, outcome)
            if not isinstance(outcome, Done | Refused):
                return  # changing it twice is changing it once
        await self._store.write(lambda tx: bell.edited(tx, notice.id))

    def _heed(self, chat: int, outcome: Outcome) -> None:
        """Leave alone whom Telegram wants left alone; call nobody while it does not answer."""
        now = self._clock()
        match outcome:
            case Done() | Refused():
                self._pace.back()
                self._pace.took(chat, now)
            case NotNow(wait) if wait is not None:
                self._pace.hold(chat, now + wait)
            case _:
                self._pace.away(now)

    def _text(self, notice: Notice, situation: Situation) -> str | None:
        """None for what has just ended: the next look says so."""
        case = next((each for each in situation.cases if each.conversation_id == notice.conversation_id), None)
        if notice.conversation_id is not None and case is None:
            return None
        waiting = situation.waiting(notice.team)
        since = case.waiting_since if case is not None else _longest(waiting)
        count = situation.dead if notice.kind == "dead" else len(waiting)
        return self._words.notice(notice.kind, _language(notice), code=code_of(notice.case), count=count, since=since)

    def _chat(self, notice: Notice) -> int | None:
        if notice.staff is None:
            return self._line.group
        return self._open("staff_links", "account", notice.staff, notice.account)

    def _message(self, notice: Notice) -> int | None:
        return self._open("notices", "message", notice.ref, notice.message)

    def _open(self, table: str, column: str, row: str, sealed: bytes | None) -> int | None:
        if sealed is None:
            return None
        try:
            return int(self._keys.open_field(table, column, row, sealed))
        except NotOpened:
            log.error("bell.not_opened", kind=table)
            return None


def _language(notice: Notice) -> str:
    return notice.language or notice.team


def _longest(waiting: list[OpenCase]) -> datetime | None:
    return min((case.waiting_since for case in waiting if case.waiting_since is not None), default=None)
