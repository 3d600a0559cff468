"""The ways a database goes away while people write. Each is a context: away inside, back afterwards."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.outage.proxy import Wire

SMALL_BYTES = 64_000_000
CHUNKS = (1_000_000, 4_096, 1)  # what no longer fits in large pieces may in small ones


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """A real file system of its own under this folder; False where mounting is not allowed."""
    folder.mkdir(parents=True, exist_ok=True)
    image = folder.with_suffix(".image")
    with image.open("wb") as file:
        file.truncate(SMALL_BYTES)
    makes = ["mkfs.ext4", "-q", "-m", "0", "-O", "^has_journal", image]
    mounted = all(shutil.which(tool) and _runs(command) for tool, command in (
        ("mkfs.ext4", makes), ("mount", ["mount", "-o", "loop", image, folder]),
    ))  # fmt: skip
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", folder], check=True)
        image.unlink()


def _runs(command: Sequence[str | Path]) -> bool:
    return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


# --- SQLite -------------------------------------------------------------------------------------------------------


@contextmanager
def locked(data: Path) -> Iterator[None]:
    """Another program holds the database for itself."""
    holder = sqlite3.connect(data / "main.sqlite", isolation_level=None, timeout=60)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        holder.execute("ROLLBACK")
        holder.close()


@contextmanager
def removed(data: Path) -> Iterator[None]:
    """The files are taken away and put back: the database goes first and comes last, so that nobody meanwhile opens
    it beside another log and index than those that belong to it (sqlite.org/howtocorrupt.html, section 1.4)."""
    aside = data / "aside"
    aside.mkdir()
    names = [name for name in ("main.sqlite", "main.sqlite-wal", "main.sqlite-shm") if (data / name).exists()]
    for name in names:
        (data / name).rename(aside / name)
    assert not (data / "main.sqlite").exists()
    try:
        yield
    finally:
        assert not list(data.glob("main.sqlite*")), "a fresh empty database appeared"
        for name in reversed(names):
            (aside / name).rename(data / name)
        aside.rmdir()


def can_be_immutable(data: Path) -> bool:
    probe = data / "probe"
    probe.touch()
    try:
        return _attribute("+i", [probe]) and _attribute("-i", [probe])
    finally:
        probe.unlink()


@contextmanager
def read_only(data: Path) -> Iterator[None]:
    """Not even root can write, whoever has the files open included. The index stays writable: it is memory shared
    between processes, and a write to it would end them by a signal."""
    found = [file for name in ("main", "keyring") for file in data.glob(f"{name}.sqlite*")]
    files = [file for file in found if not file.name.endswith("-shm")]
    assert _attribute("+i", files)
    try:
        yield
    finally:
        assert _attribute("-i", files)


def _attribute(change: str, files: list[Path]) -> bool:
    return shutil.which("chattr") is not None and _runs(["chattr", change, *files])


@contextmanager
def full(data: Path) -> Iterator[None]:
    """Not one more page fits on the disk. The log is emptied first: inside it there would still be room."""
    _empty_log(data / "main.sqlite")
    filler = data / "filler"
    with filler.open("wb", buffering=0) as out:
        for size in CHUNKS:
            with contextlib.suppress(OSError):
                while out.write(b"\0" * size):
                    os.fsync(out)
    try:
        yield
    finally:
        filler.unlink()


def _empty_log(file: Path) -> None:
    connection = sqlite3.connect(file, isolation_level=None, timeout=60)
    while connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
        os.sched_yield()
    connection.close()


# --- PostgreSQL ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Server:
    """One installation's databases, seen by whoever runs the server. `wire` lies between them and the program."""

    admin: psycopg.Connection[tuple[object, ...]]
    role: str
    databases: tuple[str, str]
    wire: Wire
    into: Callable[[str], AbstractContextManager[psycopg.Connection[tuple[object, ...]]]]

    def hang_up(self) -> None:
        """End every connection of the program; it comes back under the rules of now."""
        self.admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", [self.role])


@contextmanager
def stopped(server: Server) -> Iterator[None]:
    server.wire.cut()
    try:
        yield
    finally:
        server.wire.mend()


@contextmanager
def silent(server: Server) -> Iterator[None]:
    """The server's machine is gone: no answer, no refusal."""
    server.wire.silence()
    try:
        yield
    finally:
        server.wire.mend()


@contextmanager
def server_read_only(server: Server) -> Iterator[None]:
    """A server that became a standby, or whose disk is nearly full."""
    for name in server.databases:
        server.admin.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    server.hang_up()
    try:
        yield
    finally:
        for name in server.databases:
            server.admin.execute(f'ALTER DATABASE "{name}" RESET default_transaction_read_only')
        server.hang_up()


@contextmanager
def revoked(server: Server) -> Iterator[None]:
    """The program may still come in, and may do nothing."""
    _each(server, f'REVOKE ALL ON ALL TABLES IN SCHEMA public FROM "{server.role}"')
    try:
        yield
    finally:
        _each(server, f'GRANT ALL ON ALL TABLES IN SCHEMA public TO "{server.role}"')


def _each(server: Server, statement: str) -> None:
    for name in server.databases:
        with server.into(name) as connection:
            connection.execute(statement)
