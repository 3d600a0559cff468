"""The one way to the database: short jobs, run on threads of their own, committed in groups.

`write` is the only commit function of the product. On SQLite one thread owns the writing connection:
it starts `BEGIN IMMEDIATE`, runs every waiting job in a savepoint of its own, commits once and only
then resolves the futures (`performance.md` section 4). A job that raises rolls back alone and its
caller gets the exception. On PostgreSQL each job is a transaction of its own on a small pool, tried
again when the server ends it for a deadlock.

A job must be quick, must not wait for anything else and may run twice (PostgreSQL), so it changes
nothing but the database.
"""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, TypeVar

from sqlalchemy import Connection as Transaction
from sqlalchemy import Engine, PoolProxiedConnection
from sqlalchemy.exc import DBAPIError, InternalError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.db.engine import open_engine, sqlite_file

__all__ = ["Store", "StoreUnavailable", "Stores", "Transaction", "open_stores"]

T = TypeVar("T")
Job = Callable[[Transaction], T]

GROUP_MAX: Final = 128  # performance.md: 16 µs per message at 128, no gain beyond
READERS: Final = 2
PG_WRITERS: Final = 4
DEADLOCK_TRIES: Final = 5
SQLITE_STATES: Final = ("BUSY", "LOCKED", "FULL", "READONLY", "IOERR", "CORRUPT", "NOTADB", "CANTOPEN", "PERM")
RETRIED: Final = frozenset({"40001", "40P01"})  # serialization_failure, deadlock_detected


class StoreUnavailable(Exception):
    """The database is stopped, locked, full, read-only or gone. Nothing of the job was kept, as far as
    anyone can know; after a time-out it may still be committed, so repeat only what repeats harmlessly."""


@dataclass(slots=True)
class _Waiting:
    job: Job[Any]
    done: Future[Any]


class Store:
    """One database. Opening does not touch it; the first job does."""

    def __init__(self, url: str) -> None:
        self._file = sqlite_file(url)
        self._closed = False
        if self._file is None:
            self._writes: Engine = open_engine(url, pool_size=PG_WRITERS)
            self._reads = open_engine(url, pool_size=READERS)
            self._writers = ThreadPoolExecutor(PG_WRITERS, thread_name_prefix="store-write")
        else:
            self._writes = open_engine(url, begin="BEGIN IMMEDIATE")
            self._reads = open_engine(url, pool_size=READERS + 1)
            self._jobs: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
            self._thread = threading.Thread(target=self._write_loop, name="store-write", daemon=True)
            self._thread.start()
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="store-read")
        self._inode = _inode(self._file)
        self._version: int | None = None
        self._watch: PoolProxiedConnection | None = None

    @property
    def is_sqlite(self) -> bool:
        return self._file is not None

    async def read(self, job: Job[T], *, patience: timedelta | None = None) -> T:
        """Run a query on a snapshot. Raises StoreUnavailable."""
        return await _within(patience, asyncio.wrap_future(self._readers.submit(self._read, job)))

    async def write(self, job: Job[T], *, patience: timedelta | None = None) -> T:
        """Run a job and return its result after COMMIT. Raises StoreUnavailable, or what the job raised.

        With `patience` the caller stops waiting after that time (R11) and gets StoreUnavailable.
        """
        if self._file is None:
            return await _within(patience, asyncio.wrap_future(self._writers.submit(self._write_alone, job)))
        done: Future[T] = Future()
        self._jobs.put(_Waiting(job, done))
        return await _within(patience, asyncio.wrap_future(done))

    async def checkpoint(self) -> bool:
        """Move the write-ahead log into the file and empty it (S31). False while a reader holds it up."""
        if self._file is None:
            return True
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._checkpoint)

    async def changed(self) -> bool:
        """SQLite: whether another connection has committed since the last call. PostgreSQL: always True."""
        if self._file is None:
            return True
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._data_version_moved)

    def close(self) -> None:
        """Finish what is waiting, then let go. A second call does nothing."""
        if self._closed:
            return
        self._closed = True
        if self._file is None:
            self._writers.shutdown(wait=True)
        else:
            self._jobs.put(None)
            self._thread.join(timeout=30)
        self._readers.shutdown(wait=True)
        if self._watch is not None:
            self._watch.close()
        self._writes.dispose()
        self._reads.dispose()

    # --- reading ---------------------------------------------------------------------------------------------

    def _read(self, job: Job[T]) -> T:
        with _translated():
            self._require_same_file()
            with self._reads.connect() as connection, connection.begin():
                return job(connection)

    def _checkpoint(self) -> bool:
        with _translated(), self._reads.connect() as connection:
            raw = connection.connection.driver_connection
            assert raw is not None
            busy, _log, _moved = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return not busy

    def _data_version_moved(self) -> bool:
        try:
            if self._watch is None:
                self._watch = self._reads.raw_connection()
            raw = self._watch.driver_connection
            assert raw is not None
            version = raw.execute("PRAGMA data_version").fetchone()[0]
        except (sqlite3.Error, SQLAlchemyError) as error:  # the driver's own, when the file is away
            raise StoreUnavailable(type(error).__name__) from None
        moved = self._version is not None and version != self._version
        self._version = version
        return moved

    # --- writing ---------------------------------------------------------------------------------------------

    def _write_alone(self, job: Job[T]) -> T:
        for attempt in range(DEADLOCK_TRIES):
            try:
                with self._writes.begin() as connection:
                    return job(connection)
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) not in RETRIED or attempt == DEADLOCK_TRIES - 1:
                    raise _told(error) from None
                time.sleep(0.005 * 2**attempt)
            except PoolTimeout as error:
                raise _told(error) from None
        raise AssertionError("unreachable")

    def _write_loop(self) -> None:
        while (first := self._jobs.get()) is not None:
            group = [first]
            last = False
            while len(group) < GROUP_MAX:
                try:
                    waiting = self._jobs.get_nowait()
                except queue.Empty:
                    break
                if waiting is None:
                    last = True
                    break
                group.append(waiting)
            self._commit_group(group)
            if last:
                return

    def _commit_group(self, group: list[_Waiting]) -> None:
        """One transaction, one savepoint per job; futures are resolved only after the commit.

        Jobs whose caller has stopped waiting are left out; from here on nobody can stop waiting any more.
        """
        group = [waiting for waiting in group if waiting.done.set_running_or_notify_cancel()]
        if not group:
            return
        outcomes: list[tuple[Future[Any], Any, BaseException | None]] = []
        try:
            self._require_same_file()
            with self._writes.begin() as connection:
                outcomes += [(waiting.done, *_in_savepoint(connection, waiting.job)) for waiting in group]
        except BaseException as error:  # noqa: BLE001 - the loop of a worker: every caller is told
            told = _told(error)
            outcomes = [(waiting.done, None, told) for waiting in group]
            self._writes.dispose()
        for done, result, failure in outcomes:
            if failure is None:
                done.set_result(result)
            else:
                done.set_exception(failure)

    def _require_same_file(self) -> None:
        """A database file that was removed or replaced keeps taking writes nobody will ever read."""
        if self._file is None:
            return
        inode = _inode(self._file)
        if inode is None:
            raise StoreUnavailable("the database file is missing")
        if inode != self._inode:
            self._writes.dispose()
            self._reads.dispose()
            self._inode = inode


@dataclass(frozen=True, slots=True)
class Stores:
    """The two databases with different lives (`security.md` section 2)."""

    main: Store
    keyring: Store

    def close(self) -> None:
        self.main.close()
        self.keyring.close()


def open_stores(main_url: str, keyring_url: str) -> Stores:
    return Stores(Store(main_url), Store(keyring_url))


def _in_savepoint(connection: Transaction, job: Job[Any]) -> tuple[Any, BaseException | None]:
    """The job's savepoint is set on the driver itself: through SQLAlchemy it would cost as much as four statements."""
    raw = connection.connection.driver_connection
    assert raw is not None
    raw.execute("SAVEPOINT job")
    try:
        result = job(connection)
    except DBAPIError as error:
        if _is_state(error):
            raise  # the whole group is told
        failure: Exception = error
    except Exception as error:  # noqa: BLE001 - a job's own exception belongs to its caller, the group goes on
        failure = error
    else:
        raw.execute("RELEASE job")
        return result, None
    raw.execute("ROLLBACK TO job")
    raw.execute("RELEASE job")
    return None, failure


def _inode(file: Path | None) -> int | None:
    try:
        return None if file is None else file.stat().st_ino
    except OSError:
        return None


async def _within(patience: timedelta | None, waiting: asyncio.Future[T]) -> T:
    if patience is None:
        return await waiting
    try:
        async with asyncio.timeout(patience.total_seconds()):
            return await waiting
    except TimeoutError:
        raise StoreUnavailable("the database did not answer in time") from None


class _translated:
    """Library errors become ours where the library is used."""

    def __enter__(self) -> None: ...

    def __exit__(self, _kind: Any, error: BaseException | None, _trace: Any) -> None:
        if isinstance(error, SQLAlchemyError | OSError) and (told := _told(error)) is not error:
            raise told from None


def _is_state(error: DBAPIError) -> bool:
    """Whether the database's state is to blame (stopped, locked, full …) and not the statement."""
    if isinstance(error.orig, sqlite3.Error):
        name = getattr(error.orig, "sqlite_errorname", "SQLITE_IOERR")
        return any(name.startswith(f"SQLITE_{state}") for state in SQLITE_STATES)
    if error.connection_invalidated or isinstance(error, OperationalError | InternalError):
        return True
    return getattr(error.orig, "sqlstate", None) == "42501"  # rights were revoked


def _told(error: BaseException) -> BaseException:
    """What the caller is told: StoreUnavailable for anything that is the database's state, the error itself else."""
    if isinstance(error, DBAPIError):
        return StoreUnavailable(type(error.orig).__name__) if _is_state(error) else error
    if isinstance(error, PoolTimeout | OSError | sqlite3.Error):
        return StoreUnavailable(type(error).__name__)
    return error
