"""R5: one worker at a time per conversation, in order, whatever the clocks and leases do."""

from __future__ import annotations

import asyncio
import secrets
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.db import conversations, inbox
from bot.db.conversations import Leased, NewAddress
from bot.db.migrate import migrate
from bot.db.store import Store, StoreUnavailable, Transaction
from bot.turns.before import Prepared
from tests.conftest import StandingClock
from tests.turns.conftest import House, Person

WORKERS = 3
LEASE = timedelta(seconds=30)


class Leasing(RuleBasedStateMachine):
    """Three workers with their own ideas of time; what each finishes is written down in order."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        url = f"sqlite:///{Path(self.folder.name) / 'main.sqlite'}"
        migrate(url, "main")
        self.store = Store(url)
        self.clock = StandingClock()
        self.holding: dict[int, list[Leased]] = {n: [] for n in range(WORKERS)}
        self.written: dict[int, list[bytes]] = {}
        self.worked: dict[int, list[bytes]] = {}
        self.finished_by: list[tuple[int, int]] = []

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()

    def write(self, job: object) -> object:
        return asyncio.run(self.store.write(job))  # type: ignore[arg-type]  # any job

    @initialize(chats=st.integers(2, 4))
    def begin(self, chats: int) -> None:
        for n in range(chats):
            address = NewAddress("web", bytes([n]), "k", b"sealed")

            def create(tx: Transaction, address: NewAddress = address) -> int:
                ref = secrets.token_hex(16)
                known = conversations.create(tx, ref=ref, language="de", address=address, now=self.clock())
                return known.conversation.id

            made = self.write(create)
            assert isinstance(made, int)
            self.written[made], self.worked[made] = [], []

    @rule(chat=st.integers(0, 3), wait=st.sampled_from([0, 1, 5]))
    def somebody_writes(self, chat: int, wait: int) -> None:
        conversation = list(self.written)[chat % len(self.written)]
        payload = secrets.token_bytes(4)

        def put(tx: Transaction) -> None:
            inbox.store(tx, [inbox.NewRow(conversation, None, payload, self.clock())])
            conversations.make_due(tx, [(conversation, self.clock() + timedelta(seconds=wait))])

        self.write(put)
        self.written[conversation].append(payload)

    @rule(worker=st.integers(0, WORKERS - 1), limit=st.integers(1, 4), skew=st.sampled_from([0, 0, 0, -20, 20]))
    def leases(self, worker: int, limit: int, skew: int) -> None:
        now = self.clock() + timedelta(seconds=skew)

        def take(tx: Transaction) -> list[Leased]:
            return conversations.lease_due(tx, token=f"w{worker}", now=now, until=now + LEASE, limit=limit)

        found = self.write(take)
        assert isinstance(found, list)
        self.holding[worker] += found

    @rule(worker=st.integers(0, WORKERS - 1), dies=st.booleans())
    def takes_a_turn(self, worker: int, dies: bool) -> None:
        if not self.holding[worker]:
            return
        leased = self.holding[worker].pop(0)
        if dies:
            return

        def turn(tx: Transaction) -> list[bytes] | None:
            held = conversations.hold_lease(tx, leased.id, token=f"w{worker}", now=self.clock())
            if held is None:
                return None
            rows = inbox.waiting(tx, leased.id, most=2)
            inbox.finish(tx, [row.id for row in rows])
            due = self.clock() if inbox.has_waiting(tx, leased.id) else None
            conversations.give_back(tx, leased.id, token=f"w{worker}", due_at=due, next_seq=held.next_seq)
            return [row.payload for row in rows]

        done = self.write(turn)
        if isinstance(done, list):
            self.worked[leased.id] += done

    @rule(seconds=st.sampled_from([1, 5, 31, 3600, 86_400]))
    def time_passes(self, seconds: int) -> None:
        self.clock.advance(seconds=seconds)

    @rule(seconds=st.sampled_from([1, 60, 3600]))
    def the_clock_jumps_back(self, seconds: int) -> None:
        self.clock.advance(seconds=-seconds)

    @invariant()
    def every_message_is_worked_at_most_once_and_in_order(self) -> None:
        for conversation, worked in self.worked.items():
            assert worked == self.written[conversation][: len(worked)]

    @rule()
    def in_the_end_nothing_is_left_behind(self) -> None:
        self.clock.advance(days=2)
        for worker in self.holding:
            self.holding[worker] = []
        for _ in range(100):
            self.leases(worker=0, limit=4, skew=0)
            if not self.holding[0]:
                break
            while self.holding[0]:
                self.takes_a_turn(worker=0, dies=False)
        assert self.worked == self.written


Leasing.TestCase.settings = settings(
    max_examples=15, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
TestLeasing = Leasing.TestCase


def test_r5_three_workers_at_once_answer_everybody_once_and_in_order(house: House) -> None:
    crowd = [Person(house.clock) for _ in range(6)]
    workers = [house.worker, house.another_worker(), house.another_worker()]

    async def story() -> None:
        await house.send(*(person.starts() for person in crowd))
        await asyncio.gather(*(worker.work() for worker in workers))
        for round_ in range(4):
            await house.send(*(person.says(f"wort {round_}") for person in crowd))
            house.clock.advance(seconds=2)
            await asyncio.gather(*(worker.work() for worker in workers for _ in range(2)))
        for person in crowd:
            rows = list(await house.chats.pending(person.address))
            answers = [external for row in rows for external in row.answers]
            assert len(answers) == len(set(answers)) == 5

    house.run(story())


def test_a_worker_that_lost_its_lease_writes_nothing(house: House, mila: Person) -> None:
    async def story() -> None:
        await house.send(mila.starts())
        now = house.clock()

        def lease(tx: Transaction) -> list[Leased]:
            return conversations.lease_due(tx, token="slow", now=now, until=now + LEASE, limit=1)

        [slow] = await house.stores.main.write(lease)
        house.clock.advance(seconds=31)
        assert await house.settle() == 1
        assert await house.worker._take(slow, "slow", Prepared()) is None
        rows = await house.fetch(mila.address)
        assert sum(len(row.answers) for row in rows) == 1

    house.run(story())


def test_r11_a_turn_the_store_did_not_keep_is_taken_again_at_once(
    house: House, mila: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not only when the lease runs out: the person has waited through the outage already."""

    def away(*_: object, **__: object) -> None:
        raise StoreUnavailable("away")

    async def story() -> None:
        await house.send(mila.starts())
        with monkeypatch.context() as patched:
            patched.setattr("bot.turns.worker.take_turn", away)
            with pytest.raises(StoreUnavailable):
                await house.worker.work()
        assert await house.another_worker().work() == 0, "the lease still keeps others away"
        assert await house.worker.work() == 1
        assert await house.fetch(mila.address)

    house.run(story())
