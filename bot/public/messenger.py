"""What the doors of all messengers do alike: small calls of their own, the flood limit, codes that carry on an old
conversation, the emergency card while the store is away.

Flood limit (S46): as in the web chat, counted by the time the platform gives, so that whoever wrote during an outage of
ours loses nothing. Beyond it one notice, then nothing is stored; files have their own limit, because an album is ten
messages at once and the media gate counts them again (S38).
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, Generic, Literal, Protocol, TypeVar

from bot.channels.contract import (
    CARRIED_ON,
    ChannelName,
    Inbound,
    Message,
    NotSent,
    RetryAfter,
    SendOutcome,
    Uncertain,
)
from bot.db.store import StoreUnavailable
from bot.logs import exception_place, get_logger
from bot.public.deps import Deps, SetAside
from bot.public.limits import KEYS_MAX, Bucket, ChatLimit, Seldom, Verdict

CARD_EVERY: Final = timedelta(minutes=1)
RESUMES_PER_HOUR: Final = 10  # S49
FILES_BURST: Final = 60
CALLS_AT_ONCE: Final = 10
CALLS_WAITING_MAX: Final = 1_000
LAST_CALLS_SECONDS: Final = 2.0

log = get_logger("public")


class Says(Protocol):
    """The least a door must be able to do with its platform. Never raises."""

    async def say(self, address: str, message: Message) -> SendOutcome: ...


C = TypeVar("C", bound=Says)
T = TypeVar("T")


class Errands(Generic[C]):
    """Calls a door makes by itself. Nobody waits for them, and none is repeated."""

    def __init__(self, channel: ChannelName) -> None:
        self._channel = channel
        self.calls: C | None = None
        self.under_way: set[asyncio.Task[None]] = set()
        self._free = asyncio.Semaphore(CALLS_AT_ONCE)

    def soon(self, call: Callable[[C], Awaitable[SendOutcome]]) -> bool:
        """Make a call without waiting for it. False: too many wait already, or there is no way out yet."""
        calls = self.calls
        if calls is None or len(self.under_way) >= CALLS_WAITING_MAX:
            return False

        async def make() -> None:
            async with self._free:
                outcome = await call(calls)
            if isinstance(outcome, RetryAfter | NotSent | Uncertain):
                log.info("door.call_failed", channel=self._channel, reason=type(outcome).__name__)

        task = asyncio.create_task(make())
        self.under_way.add(task)
        task.add_done_callback(self._ended)
        return True

    async def close(self) -> None:
        """Let calls under way end, for a moment."""
        if self.under_way:
            await asyncio.wait(set(self.under_way), timeout=LAST_CALLS_SECONDS)
        for task in set(self.under_way):
            task.cancel()

    def _ended(self, task: asyncio.Task[None]) -> None:
        self.under_way.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error(
                "door.call_broken", channel=self._channel, error=type(error).__name__, where=exception_place(error)
            )


class Flood(Generic[C]):
    """Who has sent too much. What is delivered again is not counted again: its verdict stands, or whoever sends too
    much would only have to wait for an outage."""

    def __init__(
        self,
        channel: ChannelName,
        deps: Deps,
        errands: Errands[C],
        too_many: Callable[[Inbound], Message],
    ) -> None:
        settings = deps.settings
        self._channel = channel
        self._clock = deps.clock
        self._errands = errands
        self._too_many = too_many
        self._messages = ChatLimit(deps.urgent, burst=settings.chat_burst, per_hour=settings.chat_per_hour)
        self._files = Bucket(burst=max(FILES_BURST, settings.chat_burst), per_hour=settings.chat_per_hour)
        self._judged: OrderedDict[str, Verdict] = OrderedDict()

    def passes(self, inbound: Inbound, *, wrote_at: datetime | None, file: bool) -> bool:
        """Whether this message is taken. Who is beyond the limit is told once."""
        this = named(inbound)
        verdict = self._judged.get(this)
        if verdict is None:
            verdict = self._judge(inbound, wrote_at, file)
            self._judged[this] = "silent" if verdict == "notice" else verdict  # one notice, not one per delivery
            if len(self._judged) > KEYS_MAX:
                self._judged.popitem(last=False)
        if verdict == "pass":
            return True
        log.warning("door.too_many", channel=self._channel, state=verdict)
        if verdict == "notice":
            notice = self._too_many(inbound)
            self._errands.soon(lambda calls: calls.say(inbound.address, notice))
        return False

    def _judge(self, inbound: Inbound, wrote_at: datetime | None, file: bool) -> Verdict:
        now = self._clock()
        counted_at = min(wrote_at or now, now)
        if file and inbound.text is None:
            return "pass" if self._files.take(inbound.address, counted_at) else "silent"
        return self._messages.judge(replace(inbound, received_at=counted_at))


class Codes:
    """Old conversations that go on at another address."""

    def __init__(self, deps: Deps, resume: Callable[[str, str], Awaitable[bool]]) -> None:
        self._clock = deps.clock
        self._resume = resume
        self._resumes = Bucket(burst=RESUMES_PER_HOUR, per_hour=RESUMES_PER_HOUR)
        self._carried: set[str] = set()

    async def carry_on(self, code: str | None, inbound: Inbound) -> Inbound:
        """The message as it is, or as the one with which an old conversation goes on. Raises StoreUnavailable."""
        if code is None or not await self._carries_on(code, inbound):
            return inbound
        # Without its words: they only know of a code.
        return replace(inbound, start=True, topic=CARRIED_ON, text=None, raw=None)

    async def _carries_on(self, code: str, inbound: Inbound) -> bool:
        """The same message delivered again finds that it has carried on already."""
        this = named(inbound)
        if this in self._carried:
            return True
        if not self._resumes.take(inbound.address, self._clock()):
            return False
        try:
            found = await self._resume(code, inbound.address)
        except BaseException:
            self._resumes.give_back(inbound.address)  # also when nobody waits for it any more
            raise
        if found:
            if len(self._carried) >= KEYS_MAX:
                self._carried.clear()
            self._carried.add(this)
        return found


class Cards(Generic[C]):
    """The emergency card from memory, for everybody who waits for an answer while the store is away (R11)."""

    def __init__(self, deps: Deps, errands: Errands[C]) -> None:
        self._deps = deps
        self._errands = errands
        self._last = Seldom(CARD_EVERY)

    def serve(self, waiting: Iterable[Inbound]) -> None:
        """The most urgent first."""
        for inbound in sorted(waiting, key=lambda each: not self._deps.urgent(each)):
            self._send(inbound)

    def _send(self, inbound: Inbound) -> None:
        address = inbound.address
        if not self._last.now(address, self._deps.clock()):
            return
        message: Message = self._deps.voice.message(language_of(inbound))

        async def send(calls: C) -> SendOutcome:
            outcome = await calls.say(address, message)
            if isinstance(outcome, RetryAfter | NotSent | Uncertain):
                self._last.forget(address)  # a double beats a loss; the next delivery tries again
            return outcome

        if not self._errands.soon(send):
            self._last.forget(address)


async def accept_each(
    deps: Deps, set_aside: SetAside, channel: ChannelName, inbounds: Sequence[Inbound]
) -> frozenset[str]:
    """`Accept`, where one message that we cannot keep holds up none of the others: it is set aside.

    Raises StoreUnavailable.
    """
    try:
        return await deps.accept(inbounds)
    except StoreUnavailable:
        raise
    except Exception as error:  # noqa: BLE001 - one message must not hold up all others behind it
        log.error("door.not_accepted", channel=channel, error=type(error).__name__, where=exception_place(error))
        if len(inbounds) == 1:
            await set_aside(channel, inbounds[0].external_id, type(error).__name__)
            return frozenset()
    found = [await accept_each(deps, set_aside, channel, [inbound]) for inbound in inbounds]
    return frozenset().union(*found)


async def tell_each(channel: ChannelName, tell: Callable[[Sequence[T]], Awaitable[None]], told: Sequence[T]) -> None:
    """Pass on what a platform tells besides messages; one thing we stumble over costs none of the others.

    Raises StoreUnavailable.
    """
    if not told:
        return
    try:
        await tell(told)
    except StoreUnavailable:
        raise
    except Exception as error:  # noqa: BLE001 - as in `accept_each`
        log.error("door.not_noted", channel=channel, error=type(error).__name__, where=exception_place(error))
        for one in told if len(told) > 1 else ():
            await tell_each(channel, tell, [one])


def named(inbound: Inbound) -> str:
    """One message, for as long as this process remembers it."""
    return f"{inbound.address} {inbound.external_id}"


def language_of(inbound: Inbound) -> Literal["de", "nl"]:
    return "nl" if inbound.language == "nl" else "de"
