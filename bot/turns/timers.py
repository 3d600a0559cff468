"""Words nobody asked for: what people waiting for a counsellor are told about the queue (`paths.md` 1.8), and the
way back into it when a counsellor has vanished (R17).

Timers of the dialogue need no loop of their own: a due timer makes its conversation due (`db/conversations.py`)
and fires inside a turn. This sweep only finds who has to be told something and sets such a timer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from bot.cases.facts import CaseRef
from bot.clock import Clock
from bot.db import cases, chains, conversations, inbox, staff, timers
from bot.db.store import Store, StoreUnavailable, Transaction
from bot.db.wake import Wake
from bot.handoff.rules import AWAY_AFTER, GONE_AFTER, Waiting, due_notice
from bot.hours import OpeningHours
from bot.logs import exception_place, get_logger
from bot.server_keys import PublicKeys
from bot.turns.carry_out import NOTICE, TOLD, put_timer, timer_name, told
from bot.turns.payload import encode_internal

EVERY: Final = timedelta(seconds=20)  # paths.md 1.8: told within two minutes of closing time
AWAY: Final = "counsellor_away"
SAID_AGAIN: Final = timedelta(minutes=30)
LOOK: Final = 1.0  # seconds between two looks at the clock, which may have been moved

log = get_logger("turns")


class QueueNotices:
    """Looks at everybody who waits; at most one notice per look and person."""

    def __init__(
        self, store: Store, keys: PublicKeys, wake: Wake, clock: Clock, hours: Callable[[], OpeningHours]
    ) -> None:
        self._store = store
        self._keys = keys
        self._wake = wake
        self._clock = clock
        self._hours = hours
        self._staffed: dict[str, bool] = {}
        self._alone: dict[cases.Held, datetime] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Look every 20 seconds of the installation's clock, and at once when hours or presence change."""
        with self._wake.subscribe("hours") as noticed:
            looked_at = self._clock() - EVERY
            while not stop.is_set():
                if self._clock() - looked_at >= EVERY:
                    looked_at = self._clock()
                    await self._look_safely()
                if any(topic == "hours" for topic, _ in await noticed.wait(LOOK)):
                    looked_at = self._clock() - EVERY

    async def look(self) -> int:
        """Set a timer for everybody who is owed a word, say that a counsellor is away, and take chats back from those
        who have gone; returns for how many people."""
        count = await self._store.write(self._set)
        told, taken = await self._without_counsellor()
        count += told
        if count + len(taken):
            self._wake.notify("turns")
        for case in taken:
            log.warning("case.taken_back", case=case)
            self._wake.notify("desk", case)
        return count + len(taken)

    async def _without_counsellor(self) -> tuple[int, list[CaseRef]]:
        """What was alone at an earlier look already: after a jump of the clock every page gets the time to say that it
        is still there. Whoever is alone for less is told so, once; returns how many, and the chats taken back."""
        now = self._clock()
        alone = await self._store.read(lambda tx: cases.left_alone(tx, now - AWAY_AFTER))
        self._alone = {held: self._alone.get(held, now) for held in alone}
        away = [held for held, noticed_at in self._alone.items() if now - noticed_at >= EVERY]

        def job(tx: Transaction) -> tuple[int, list[CaseRef]]:
            gone = set(cases.left_alone(tx, now - GONE_AFTER)) & set(away)
            told = [self._away(tx, held) for held in away if held not in gone]
            return sum(told), [held.case for held in away if held in gone and self._back(tx, held)]

        return await self._store.write(job) if away else (0, [])

    def _away(self, tx: Transaction, held: cases.Held) -> bool:
        """Said once; a counsellor who comes and goes with a bad line is not told of again and again."""
        person = conversations.get(tx, held.conversation_id)
        said = timer_name(self._keys, person.ref, TOLD + AWAY)
        if timers.running(tx, person.id, [said]):
            return False
        now = self._clock()
        put_timer(tx, self._keys, person, TOLD + AWAY, now + SAID_AGAIN)
        inbox.store_internal(tx, person.id, self._keys.seal_queue(person.ref, encode_internal(AWAY)), now)
        return True

    def _back(self, tx: Transaction, held: cases.Held) -> bool:
        now = self._clock()
        if not cases.take_back(tx, held, now):
            return False
        word = self._keys.seal_queue(held.conversation, encode_internal("counsellor_gone"))
        inbox.store_internal(tx, held.conversation_id, word, now)
        chains.append(tx, "audit", "case.taken_back", now, case=held.case)
        return True

    async def _look_safely(self) -> None:
        try:
            await self.look()
        except StoreUnavailable as error:
            log.warning("notices.store_away", reason=str(error))
        except Exception as error:  # noqa: BLE001 - the loop of a worker outlives any one fault
            log.error("notices.failed", error=type(error).__name__, where=exception_place(error))

    def _set(self, tx: Transaction) -> int:
        now = self._clock()
        hours = self._hours()
        count = 0
        staffed = {team: staff.staffed(tx, team, now) for team in hours.teams}
        for person, since in conversations.waiting(tx):
            language = person.language
            said = told(tx, self._keys, person)
            if not hours.status(language, since).open:
                said |= {"hours_over"}  # they asked while closed and were told so then
            waiting = Waiting(since, person.silent, self._staffed.get(language, False), said)
            notice = due_notice(waiting, open_now=hours.status(language, now).open, staffed=staffed[language], now=now)
            if notice is not None:
                put_timer(tx, self._keys, person, NOTICE + notice, now)
                count += 1
        self._staffed = staffed
        return count
