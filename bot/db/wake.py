"""Telling other processes that there is something to look at: ids only, never content.

SQLite installations use datagrams over local sockets in `<data>/wake/`, with `PRAGMA data_version`
once a second as the net under it; PostgreSQL uses LISTEN/NOTIFY with a slow tick as its net.
A lost notice only costs time: whoever waits also looks after `TICK`.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import socket
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Literal, Protocol, Self

from sqlalchemy import make_url

from bot.db.engine import PG_SILENCE, sqlite_file
from bot.db.store import Store, StoreUnavailable

if TYPE_CHECKING:
    import psycopg

Topic = Literal["turns", "outbox", "web", "desk", "hours"]
Notice = tuple[str, str]
TICK: Final = 1.0  # seconds between two looks at data_version
PG_TICK: Final = 5.0
PG_CHANNEL: Final = "wegweiser_wake"
ANY: Final[Notice] = ("any", "")


class Subscription:
    """Notices for some topics since the last `wait`."""

    def __init__(self, topics: tuple[Topic, ...], forget: Callable[[Subscription], None]) -> None:
        self._topics = frozenset(topics)
        self._forget = forget
        self._pending: set[Notice] = set()
        self._event = asyncio.Event()

    def offer(self, notice: Notice) -> None:
        if notice is ANY or notice[0] in self._topics:
            self._pending.add(notice)
            self._event.set()

    async def wait(self, timeout: float) -> set[Notice]:  # noqa: ASYNC109 - a wait that ends is the point
        """The notices that arrived, at once if there are some; empty after `timeout` seconds.

        `("any", "")` says that something changed but not what: look.
        """
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._event.wait(), timeout)
        self._event.clear()
        arrived, self._pending = self._pending, set()
        return arrived

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _k: type[BaseException] | None, _e: BaseException | None, _t: TracebackType | None) -> None:
        self._forget(self)


class _Carrier(Protocol):
    async def start(self, deliver: Callable[[Notice], None]) -> None: ...

    def send(self, notice: Notice) -> None: ...

    async def stop(self) -> None: ...


class Wake:
    """One per process. `notify` after the commit, `subscribe` to hear."""

    def __init__(self, carrier: _Carrier) -> None:
        self._carrier = carrier
        self._subscriptions: set[Subscription] = set()

    @classmethod
    async def open(cls, store: Store, url: str, data_dir: Path) -> Wake:
        """Raises nothing when the database is away: notices start to flow when it is back."""
        carrier: _Carrier = _Datagrams(store, data_dir / "wake") if sqlite_file(url) else _Listen(url)
        wake = cls(carrier)
        await carrier.start(wake._deliver)
        return wake

    def notify(self, topic: Topic, ref: str = "") -> None:
        """Tell every process, this one included. Never waits, never fails."""
        self._deliver((topic, ref))
        self._carrier.send((topic, ref))

    def subscribe(self, *topics: Topic) -> Subscription:
        subscription = Subscription(topics, self._subscriptions.discard)
        self._subscriptions.add(subscription)
        return subscription

    async def close(self) -> None:
        await self._carrier.stop()

    def _deliver(self, notice: Notice) -> None:
        for subscription in tuple(self._subscriptions):
            subscription.offer(notice)


class _Datagrams:
    """One socket per process, named at random; sending to a dead one removes it."""

    def __init__(self, store: Store, folder: Path) -> None:
        self._store = store
        self._folder = folder
        self._name = f"{os.getpid()}-{secrets.token_hex(4)}.sock"

    async def start(self, deliver: Callable[[Notice], None]) -> None:
        self._deliver = deliver
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._dir = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.bind(self._path(self._name))
        asyncio.get_running_loop().add_reader(self._socket, self._read)
        self._net = asyncio.create_task(self._watch())

    def send(self, notice: Notice) -> None:
        payload = "\0".join(notice).encode()
        for name in os.listdir(self._dir):  # noqa: PTH208 - by descriptor, the path may be too long for a socket
            if name == self._name:
                continue
            try:
                self._socket.sendto(payload, self._path(name))
            except (ConnectionRefusedError, FileNotFoundError):
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(name, dir_fd=self._dir)
            except OSError:
                continue  # that process is busy; its own tick will make it look

    async def stop(self) -> None:
        self._net.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._net
        asyncio.get_running_loop().remove_reader(self._socket)
        self._socket.close()
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._name, dir_fd=self._dir)
        os.close(self._dir)

    def _path(self, name: str) -> str:
        return f"/proc/self/fd/{self._dir}/{name}"  # a socket path may have 107 bytes, a data folder more

    def _read(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while True:
                topic, _, ref = self._socket.recv(512).decode(errors="replace").partition("\0")
                self._deliver((topic, ref))

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            with contextlib.suppress(StoreUnavailable):
                if await self._store.changed():
                    self._deliver(ANY)


class _Listen:
    """LISTEN/NOTIFY on a connection of its own, taken up again whenever it breaks."""

    def __init__(self, url: str) -> None:
        named = make_url(url).set(drivername="postgresql")
        patience = {name: str(value) for name, value in PG_SILENCE.items()}
        self._dsn = named.update_query_dict(patience).render_as_string(hide_password=False)
        self._out: asyncio.Queue[Notice] = asyncio.Queue(maxsize=1000)

    async def start(self, deliver: Callable[[Notice], None]) -> None:
        self._deliver = deliver
        self._tasks = [asyncio.create_task(self._keep(work)) for work in (self._hear, self._speak)]
        self._tasks.append(asyncio.create_task(self._tick()))

    def send(self, notice: Notice) -> None:
        with contextlib.suppress(asyncio.QueueFull):
            self._out.put_nowait(notice)

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _keep(self, work: Callable[[psycopg.AsyncConnection], object]) -> None:
        import psycopg  # 0.1 s that a SQLite installation need not wait for

        while True:
            try:
                async with await psycopg.AsyncConnection.connect(self._dsn, autocommit=True) as c:
                    await work(c)  # type: ignore[misc]  # _hear and _speak are coroutines
            except (psycopg.Error, OSError):
                await asyncio.sleep(TICK)

    async def _hear(self, connection: psycopg.AsyncConnection) -> None:
        await connection.execute(f"LISTEN {PG_CHANNEL}")
        async for notice in connection.notifies():
            if notice.pid != 0:
                topic, _, ref = notice.payload.partition(" ")
                self._deliver((topic, ref))

    async def _speak(self, connection: psycopg.AsyncConnection) -> None:
        while True:
            notice = await self._out.get()
            await connection.execute("SELECT pg_notify(%s, %s)", (PG_CHANNEL, " ".join(notice)))

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(PG_TICK)
            self._deliver(ANY)
