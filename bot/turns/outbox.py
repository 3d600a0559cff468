"""Delivering answers after the commit: a relay for channels that are sent to, `Chats` for pages that fetch.

What is repeated after "maybe sent" is decided per class, because a second emergency card harms nobody and a
second reminder does (R7, R8).
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, assert_never

from bot.channels.contract import (
    Capabilities,
    ChannelName,
    Message,
    NotSent,
    Outbound,
    OutboxClass,
    Refused,
    RetryAfter,
    Sender,
    SendOutcome,
    Sent,
    Uncertain,
)
from bot.clock import Clock
from bot.db import dead_letters, outbox
from bot.db.outbox import Sending
from bot.db.store import Store, StoreUnavailable, Transaction
from bot.db.wake import Subscription, Wake
from bot.logs import exception_place, get_logger
from bot.server_keys import NotOpened, PublicKeys
from bot.turns.addresses import address_of
from bot.turns.payload import Outgoing, UnknownPayload, decode_message
from bot.turns.proofs import proof_of
from bot.turns.traces import Arrived, Tidier, Traces

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=1), timedelta(minutes=10)  # R7
GIVE_UP_AFTER: Final = timedelta(hours=24)  # R7
CLAIM: Final = timedelta(seconds=60)  # twice S45's 30 s for one call
POISON_TRIES: Final = 5
REPEATS: Final[Mapping[OutboxClass, int]] = {"emergency": 6, "counsellor": 6, "flow": 1, "self_started": 0}
"""How often a row that may have arrived is sent again."""
TOLD: Final[frozenset[OutboxClass]] = frozenset({"emergency", "counsellor"})
"""Classes that must arrive. They are repeated through a whole OUTAGE, and then their doubt becomes a dead letter: the
desk sees it and may send it once more."""
OUTAGE: Final = timedelta(minutes=15)
"""How long a platform may swallow everything (R7: ten minutes) before words that must arrive are left to a human.

With `backoff` that is about eleven copies. A connection that loses answers and nothing else delivers every one of them,
hundreds in a day: a chat full of one card drowns the words around it.
"""
ON_ITS_WAY: Final = timedelta(seconds=3)
"""How long what is said next to somebody waits for the platform's word about what it has just accepted."""
LONGEST_PATIENCE: Final = timedelta(minutes=1)
AT_ONCE: Final = 32
FOR_EMERGENCIES: Final = 8
LONGEST_SLEEP: Final = 1.0
SHORTEST_SLEEP: Final = 0.02
STORE_AWAY: Final = 1.0
NOTE_TRIES: Final = 5
DRAIN_SECONDS: Final = 7.0  # R18: ten for the whole process

log = get_logger("turns")


@dataclass(frozen=True, slots=True)
class Again:
    """Send it once more after `delay`; `counts`: it was a failed try, not a request to wait."""

    delay: timedelta
    reason: str
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Over:
    """Nothing more is done about a row: for good, until the platform reports (`accepted`), or until the person writes
    (`held`)."""

    state: Literal["sent", "accepted", "held", "uncertain", "refused", "dead"]
    reason: str | None = None


Verdict = Again | Over


def judge(
    outcome: SendOutcome, row: Sending, *, waited: timedelta, jitter: float, reports: timedelta | None = None
) -> Verdict:
    """What happens to a row after a try. `waited` since it was written; `jitter` between 0 and 1; `reports` as in
    `Capabilities`."""
    match outcome:
        case Sent():
            return Over("sent" if reports is None else "accepted")
        case Refused(reason="window_closed"):
            return outside(row)
        case Refused(reason=reason):
            return Over("refused", reason)
        case _ if waited >= GIVE_UP_AFTER:
            return Over("dead", "too_late")
        case RetryAfter(delay=delay):
            return Again(delay, "throttled", counts=False)
        case NotSent():
            return Again(patience(waited, jitter), "unreachable", counts=False)
        case Uncertain():
            lasts = row.klass in TOLD and waited < OUTAGE
            if lasts or row.tries < REPEATS[row.klass]:
                return Again(max(backoff(row.tries, jitter), reports or timedelta()), "uncertain")
            return Over("dead" if row.klass in TOLD else "uncertain", "uncertain")
        case _ as never:
            assert_never(never)


def outside(row: Sending, *, knocked: bool = False) -> Over:
    """The window is closed. What somebody is to read waits until they write; what only told how things stood then is
    not told later (R15)."""
    if row.klass == "self_started" and row.speaker == "notice":
        return Over("refused", "window_closed")
    return Over("held", "knocked" if knocked or row.knocked else "window_closed")


def backoff(tries: int, jitter: float) -> timedelta:
    """Exponential with full jitter between one second and ten minutes (R7)."""
    ceiling: timedelta = min(LONGEST_WAIT, FIRST_WAIT * (1 << min(tries, 20)))
    return max(FIRST_WAIT, ceiling * jitter)


def patience(waited: timedelta, jitter: float) -> timedelta:
    """How long to wait for a platform that cannot be reached: half as long again as until now, at most a minute."""
    return min(LONGEST_PATIENCE, max(FIRST_WAIT, waited * (0.5 + jitter / 2)))


class Relay:
    """Sends rows of `push` channels, many at a time. Two may run at once: rows are claimed by state (R6)."""

    def __init__(
        self,
        store: Store,
        keys: PublicKeys,
        wake: Wake,
        clock: Clock,
        senders: Mapping[ChannelName, Sender],
        jitter: random.Random,
        *,
        may_knock: Callable[[Sending], bool] = lambda _: False,
    ) -> None:
        """`may_knock`: whether somebody whose window is closed may be told that something waits for them."""
        self._store = store
        self._keys = keys
        self._wake = wake
        self._clock = clock
        self._senders = senders
        self._jitter = jitter
        self._may_knock = may_knock
        self._tidier = Tidier(store, keys)
        self._busy: dict[asyncio.Task[None], int] = {}
        self._freed = asyncio.Event()

    async def run(self, stop: asyncio.Event) -> None:
        """Send until `stop`. What is on its way then is waited for, but not for a platform that hangs (R18): such a row
        stays claimed, and whoever takes it next knows that it may have arrived."""
        with self._wake.subscribe("outbox") as noticed:
            while not stop.is_set():
                try:
                    if not await self._begin():
                        await self._rest(noticed)
                except StoreUnavailable as error:
                    log.warning("outbox.store_away", reason=str(error))
                    await asyncio.sleep(STORE_AWAY)
                except Exception as error:  # noqa: BLE001 - the loop of a worker outlives any one fault
                    log.error("outbox.failed", error=type(error).__name__, where=exception_place(error))
                    await asyncio.sleep(STORE_AWAY)
        await self._drain()

    async def work(self) -> int:
        """Send what is due now, once, and wait for the answers; returns how many rows were taken."""
        begun = await self._begin()
        await self._answered()
        return begun

    async def _begin(self) -> int:
        """Take as many rows as there are hands free, the most urgent first. The last hands are for emergencies: a
        platform that hangs must not hold all of them (R9)."""
        free = AT_ONCE - len(self._busy)
        if free <= 0:
            return 0
        only: OutboxClass | None = None if free > FOR_EMERGENCIES else "emergency"
        limit = free if only else free - FOR_EMERGENCIES
        self._freed.clear()
        held = frozenset(self._busy.values())
        rows = await self._store.write(lambda tx: self._claim(tx, limit, only, held))
        for row in rows:
            task = asyncio.create_task(self._one(row))
            self._busy[task] = row.id
            task.add_done_callback(self._done)
        return len(rows)

    def _claim(
        self, tx: Transaction, limit: int, only: OutboxClass | None, held: Collection[int] = ()
    ) -> list[Sending]:
        now = self._clock()
        outbox.refuse_unwanted(tx, now)
        return outbox.claim(tx, now=now, until=now + CLAIM, limit=limit, only=only, held=held)

    def _done(self, task: asyncio.Task[None]) -> None:
        del self._busy[task]
        self._freed.set()

    async def _answered(self) -> None:
        while left := self._busy.keys() | self._tidier.busy:
            await asyncio.wait(left)

    async def _drain(self) -> None:
        """Answers first; what is left of the time is for tidying up."""
        try:
            async with asyncio.timeout(DRAIN_SECONDS):
                await self._answered()
        except TimeoutError:
            hanging = self._busy.keys() | self._tidier.busy
            for task in hanging:
                task.cancel()
            await asyncio.gather(*hanging, return_exceptions=True)

    async def _rest(self, noticed: Subscription) -> None:
        """Until a row is added or due, or a hand is free again: then the next row of that chat may go."""
        due = await self._store.read(lambda tx: outbox.next_due(tx, self._clock()))
        seconds = LONGEST_SLEEP if due is None else (due - self._clock()).total_seconds()
        woken = asyncio.ensure_future(noticed.wait(min(max(seconds, SHORTEST_SLEEP), LONGEST_SLEEP)))
        freed = asyncio.ensure_future(self._freed.wait())
        await asyncio.wait({woken, freed}, return_when=asyncio.FIRST_COMPLETED)
        for task in (woken, freed):
            task.cancel()

    async def _one(self, row: Sending) -> None:
        try:
            verdict, arrived = await self._try(row)
            traces = await self._keep(row, verdict, arrived)
        except StoreUnavailable as error:
            log.warning("outbox.store_away", reason=str(error))  # the claim runs out, then it "may have arrived"
            return
        if arrived is not None and row.channel is not None:
            self._tidier.begin(self._senders[row.channel], arrived, traces)
        match verdict:
            case Over(state="dead"):
                self._wake.notify("desk")
                log.error("outbox.dead", conversation=row.conversation, row=row.id, reason=verdict.reason)
            case Over() | Again():
                log.info("outbox.tried", conversation=row.conversation, row=row.id, reason=verdict.reason)

    async def _try(self, row: Sending) -> tuple[Verdict, Arrived | None]:
        """Between the claim and the send nothing is asked of the store: a row that was not sent is never in doubt
        because the store was away."""
        begun = self._clock()
        waited = begun - row.created_at
        if row.expired:
            return judge(Uncertain(), row, waited=waited, jitter=0.0), None
        sender = None if row.channel is None else self._senders.get(row.channel)
        if sender is None or row.address_id is None:
            return Over("refused", "gone"), None
        # An emergency is tried all the same: our margin is wider than the platform's, and a refusal costs nothing.
        closed = row.open_until is not None and begun >= row.open_until and row.klass != "emergency"
        if closed and not self._knocks(row, sender):
            return outside(row), None
        try:
            said = opened(self._keys, row.conversation, row.payload)
            address = address_of(self._keys, row.lookup or b"", row.address or b"")
            proof = None if sender.capabilities.reports is None else proof_of(self._keys, row.id)
            outcome = await sender.send(
                Outbound(
                    row.id,
                    address,
                    said.message,
                    said.answers,
                    urgent=row.klass == "emergency",
                    proof=None if closed else proof,
                    knock=row.language if closed else None,
                )
            )
        except (NotOpened, UnknownPayload):
            return Over("dead", "unreadable"), None
        except Exception as error:  # noqa: BLE001 - a sender's fault is this row's, not the loop's
            log.error("outbox.broke", row=row.id, error=type(error).__name__, where=exception_place(error))
            if row.tries + 1 >= POISON_TRIES:
                return Over("dead", type(error).__name__), None
            return Again(backoff(row.tries, self._jitter.random()), "broke"), None
        if closed:
            return _after_knock(outcome, row, self._jitter.random()), None
        arrived = _arrived(row, row.address_id, address, said.message, outcome, sender.capabilities, begun)
        reports = sender.capabilities.reports
        return judge(outcome, row, waited=waited, jitter=self._jitter.random(), reports=reports), arrived

    def _knocks(self, row: Sending, sender: Sender) -> bool:
        """One neutral word, for what a human wrote or what the person had asked for, and never twice."""
        wanted = row.klass == "counsellor" or (row.klass == "self_started" and row.speaker == "bot")
        free = not row.knocked and not row.silent
        return sender.capabilities.knocks and wanted and free and self._may_knock(row)

    async def _keep(self, row: Sending, verdict: Verdict, arrived: Arrived | None) -> Traces:
        """Write down what came of a row. A store that is away for a moment must not make us send it twice."""
        for _ in range(NOTE_TRIES - 1):
            try:
                return await self._store.write(lambda tx: self._note(tx, row, verdict, arrived))
            except StoreUnavailable:
                await asyncio.sleep(STORE_AWAY)
        return await self._store.write(lambda tx: self._note(tx, row, verdict, arrived))

    def _note(self, tx: Transaction, row: Sending, verdict: Verdict, arrived: Arrived | None) -> Traces:
        now = self._clock()
        match verdict:
            case Over(state=state, reason=reason):
                outbox.finish(tx, row.id, state, reason=reason, until=now + ON_ITS_WAY if state == "accepted" else None)
                if state == "dead":
                    dead_letters.record(
                        tx,
                        source="outbox",
                        reason=reason or "",
                        tries=row.tries + 1,
                        now=now,
                        row_id=row.id,
                        conversation_id=row.conversation_id,
                    )
            case Again(delay=delay, reason=reason, counts=counts):
                outbox.again(tx, row.id, due_at=now + delay, reason=reason, counts=counts)
        return Traces() if arrived is None else self._tidier.note(tx, arrived, now)


def _after_knock(outcome: SendOutcome, row: Sending, jitter: float) -> Verdict:
    """What was to be said waits in any case. Where it may have arrived that something waits, it is not said again."""
    match outcome:
        case RetryAfter(delay=delay):
            return Again(delay, "throttled", counts=False)
        case NotSent():
            return Again(backoff(row.tries, jitter), "unreachable", counts=True) if row.tries < 5 else outside(row)
        case _:
            return outside(row, knocked=isinstance(outcome, Sent | Uncertain))


def _arrived(
    row: Sending,
    address_id: int,
    address: str,
    message: Message,
    outcome: SendOutcome,
    limits: Capabilities,
    begun: datetime,
) -> Arrived | None:
    """An open question keeps its buttons while we only tell something in between; they go with an answer's first words,
    the next question, and when a human speaks."""
    if not isinstance(outcome, Sent) or limits.takes_back is None:
        return None
    replies = row.klass != "self_started" and message.speaker != "notice"
    return Arrived(
        address_id,
        address,
        outcome.external_id,
        begun=begun,
        since=begun - limits.takes_back,
        buttons=bool(message.buttons),
        retires=replies or bool(message.buttons),
        removes=message.leave or message.clear,
    )


def opened(keys: PublicKeys, conversation: str, payload: bytes) -> Outgoing:
    """An outbox row's words. Raises NotOpened, UnknownPayload."""
    return decode_message(keys.open_queue(conversation, payload))


def outbounds(keys: PublicKeys, conversation: str, address: str, rows: Sequence[outbox.Ready]) -> list[Outbound]:
    """Rows as a page gets them; one that cannot be opened is left out, so that the next ones arrive."""
    found = []
    for row in rows:
        try:
            said = opened(keys, conversation, row.payload)
        except (NotOpened, UnknownPayload, ValueError):
            log.error("outbox.unreadable", conversation=conversation, row=row.id)
            continue
        found.append(Outbound(row.id, address, said.message, said.answers))
    return found
