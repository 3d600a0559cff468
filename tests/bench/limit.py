"""The limits: what the same rows cost without us. SQLite as it is, bytes as they come, no meaning."""

from __future__ import annotations

import itertools
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.db.engine import PRAGMAS

INBOUND, SESSION, TURN, ANSWER = 420, 450, 1_070, 610
"""Bytes of the sealed values of one step: the means of 80 steps of `talk.py`, rounded."""
TABLES = """
CREATE TABLE conversations (id INTEGER PRIMARY KEY, session BLOB, due INTEGER, lease INTEGER, seq INTEGER);
CREATE INDEX due ON conversations (due);
CREATE TABLE seen (digest BLOB PRIMARY KEY, at INTEGER);
CREATE TABLE inbox (id INTEGER PRIMARY KEY, conversation INTEGER, state TEXT, payload BLOB, at INTEGER);
CREATE INDEX waiting ON inbox (conversation, state, id);
CREATE TABLE transcript (id INTEGER PRIMARY KEY, conversation INTEGER, seq INTEGER, sealed BLOB, at INTEGER,
    UNIQUE (conversation, seq));
CREATE TABLE outbox (id INTEGER PRIMARY KEY AUTOINCREMENT, conversation INTEGER, state TEXT, payload BLOB,
    due INTEGER, at INTEGER);
CREATE INDEX ready ON outbox (state, due);
CREATE INDEX of ON outbox (conversation, state, id);
"""


class BareSqlite:
    """One transaction with the rows of `group` steps: message in, message out of the inbox, state, turn, answer."""

    def __init__(self, file: Path) -> None:
        self._db = sqlite3.connect(file, isolation_level=None)
        for pragma in PRAGMAS:
            self._db.execute(pragma).close()
        self._db.executescript(TABLES)
        self._db.executemany("INSERT INTO conversations VALUES (?, ?, NULL, NULL, 1)", [(n, b"") for n in range(1, 33)])
        self._seq = itertools.count(1)

    def run(self, count: int, *, group: int) -> float:
        """µs per step."""
        began = time.perf_counter()
        for _ in range(max(1, count // group)):
            self._commit(group)
        return (time.perf_counter() - began) / (max(1, count // group) * group) * 1e6

    def _commit(self, group: int) -> None:
        db, people, seq = self._db, range(1, group + 1), next(self._seq)
        db.execute("BEGIN IMMEDIATE")
        db.executemany("INSERT INTO seen VALUES (?, ?)", [(os.urandom(32), seq) for _ in people])
        db.executemany(
            "INSERT INTO inbox (conversation, state, payload, at) VALUES (?, 'waiting', ?, ?)",
            [(n, os.urandom(INBOUND), seq) for n in people],
        )
        db.executemany("DELETE FROM inbox WHERE conversation = ?", [(n,) for n in people])
        db.executemany(
            "INSERT INTO transcript (conversation, seq, sealed, at) VALUES (?, ?, ?, ?)",
            [(n, seq, os.urandom(TURN), seq) for n in people],
        )
        db.executemany(
            "INSERT INTO outbox (conversation, state, payload, due, at) VALUES (?, 'ready', ?, ?, ?)",
            [(n, os.urandom(ANSWER), seq, seq) for n in people],
        )
        db.executemany(
            "UPDATE conversations SET session = ?, due = NULL, lease = NULL, seq = ? WHERE id = ?",
            [(os.urandom(SESSION), seq, n) for n in people],
        )
        db.execute("COMMIT")

    def close(self) -> None:
        self._db.close()


@contextmanager
def bare_sqlite(file: Path) -> Iterator[BareSqlite]:
    limit = BareSqlite(file)
    try:
        yield limit
    finally:
        limit.close()
