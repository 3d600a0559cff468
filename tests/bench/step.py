"""`step`: one message from raw JSON to the committed answer, beside aiogram's FSM and bare SQLite (P1, P2)."""

from __future__ import annotations

import time
from pathlib import Path

from tests.bench import peer_aiogram
from tests.bench.limit import bare_sqlite
from tests.bench.rounds import Case, Goal, Size, Table, alternate
from tests.bench.talk import talking

IN_FLIGHT = 32
AIOGRAM = "aiogram FSM: in memory, clear text"
LIMIT = "bare SQLite, same rows, FULL, group of 32"
OURS = "full step: understood, sealed, committed"
LIMIT_LONE = "bare SQLite, same rows, FULL, group of 1"
OURS_LONE = "full step, one lone message"


async def step(folder: Path, size: Size) -> list[Table]:
    in_flight = min(IN_FLIGHT, size.of(IN_FLIGHT, 2))
    busy, lone = size.of(320, in_flight), size.of(40)
    with bare_sqlite(folder / "bare.sqlite") as limit:
        async with talking(folder / "talk", in_flight) as talk:

            async def peer() -> float:
                began = time.perf_counter()
                await peer_aiogram.run(busy, chats=in_flight, in_flight=in_flight)
                return (time.perf_counter() - began) / busy * 1e6

            async def bare(count: int, group: int) -> float:
                return limit.run(count, group=group)

            figures = await alternate(
                [
                    Case(AIOGRAM, "peer", peer),
                    Case(LIMIT, "limit", lambda: bare(busy, in_flight)),
                    Case(OURS, "us", lambda: talk.run(busy, in_flight=in_flight)),
                    Case(LIMIT_LONE, "limit", lambda: bare(lone, 1)),
                    Case(OURS_LONE, "us", lambda: talk.run(lone, in_flight=1)),
                ],
                size.rounds,
            )
    crowd, night = figures[:3], figures[3:]
    return [
        Table(f"step, {in_flight} in flight", "µs per message", crowd, {OURS: (Goal(AIOGRAM, 1.0, number="P1"),)}),
        Table("step, an idle night", "µs per message", night, {OURS_LONE: (Goal(LIMIT_LONE, 1.5, number="P2"),)}),
    ]
