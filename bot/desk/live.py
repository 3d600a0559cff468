"""The live stream: event names and opaque ids, never content (S14). While it is open, the counsellor is here.

queue        something in the queue has changed: fetch the lines
case <ref>   something in this case has changed: fetch its parts
ended        the sign-in is over: go to the sign-in page
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from bot.db import cases, staff
from bot.db.store import StoreUnavailable
from bot.desk.deps import Desk
from bot.desk.door import SignedIn, Visit
from bot.desk.signin import find_signed_in
from bot.handoff.rules import HEARTBEAT

STREAMS_MAX: Final = 5
"""Per counsellor (S14)."""
CHECK_EVERY: Final = 15.0
"""Seconds; rights are looked at again at least this often (S14), and at every event."""

Versions = Mapping[str, tuple[object, ...]]


class Live:
    """All open streams of this process."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._open: Counter[int] = Counter()

    async def stream(self, visit: Visit) -> Response:
        me = visit.me
        if self._open[me.member.id] >= STREAMS_MAX:
            return PlainTextResponse(self._desk.pages.say("error.streams", visit.language), status_code=429)
        return StreamingResponse(self._events(visit.request, me), media_type="text/event-stream")

    async def _events(self, request: Request, me: SignedIn) -> AsyncIterator[str]:
        self._open[me.member.id] += 1
        try:
            with self._desk.wake.subscribe("desk") as notices:
                known: Versions | None = None
                seen_at: datetime | None = None
                while not self._desk.stop.is_set():
                    try:
                        if await find_signed_in(self._desk, request, active=False) is None:
                            yield _event("ended")
                            return
                        seen_at = await self._here(me, seen_at)
                        fresh: Versions = await self._desk.main.read(cases.versions)
                    except StoreUnavailable:
                        fresh = known or {}
                    yield "".join(_event(*each) for each in changes(known, fresh)) or ": here\n\n"
                    known = fresh
                    await notices.wait(CHECK_EVERY)
        finally:
            self._open[me.member.id] -= 1

    async def _here(self, me: SignedIn, seen_at: datetime | None) -> datetime:
        now = self._desk.clock()
        if seen_at is not None and now - seen_at < HEARTBEAT - timedelta(seconds=1):
            return seen_at
        await self._desk.main.write(lambda tx: staff.seen(tx, me.member, now))
        if seen_at is None:
            self._desk.wake.notify("hours")
        return now


def changes(known: Versions | None, fresh: Versions) -> list[tuple[str, str]]:
    """What to tell a page that has last seen `known`; everything, for one that has just connected."""
    if known is None:
        return [("queue", ""), *(("case", ref) for ref in fresh)]
    moved = [ref for ref in {*known, *fresh} if known.get(ref) != fresh.get(ref)]
    return [("queue", ""), *(("case", ref) for ref in sorted(moved))] if moved else []


def _event(name: str, ref: str = "") -> str:
    return f"event: {name}\ndata: {ref or '-'}\n\n"
