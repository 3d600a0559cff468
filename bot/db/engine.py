"""Engines for SQLite and PostgreSQL with the settings the product relies on (R3, R4, S31, S41, S61)."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Engine, create_engine, event, make_url

BUSY_MS: Final = 5_000  # R4
WAL_LIMIT_BYTES: Final = 4_000_000  # performance.md section 4: restart stays quick
PRAGMAS: Final = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",  # R3: an acknowledged commit survives power loss
    f"PRAGMA busy_timeout={BUSY_MS}",
    "PRAGMA foreign_keys=ON",
    "PRAGMA temp_store=MEMORY",  # S41
    "PRAGMA secure_delete=ON",  # S31: otherwise key bytes stay in the file
    "PRAGMA trusted_schema=OFF",  # S61
    f"PRAGMA journal_size_limit={WAL_LIMIT_BYTES}",
)
PG_SILENCE: Final = {
    "connect_timeout": 2,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
"""A server that vanished without a word is noticed within half a minute; the kernel alone takes hours."""
PG_OPTIONS: Final = (
    "-c statement_timeout=10s -c lock_timeout=2s -c idle_in_transaction_session_timeout=30s -c timezone=UTC"
)


def sqlite_file(url: str) -> Path | None:
    """The database file of a SQLite URL, or None for PostgreSQL."""
    parsed = make_url(url)
    return Path(parsed.database or "") if parsed.get_backend_name() == "sqlite" else None


def open_engine(url: str, *, begin: str = "BEGIN", pool_size: int = 1, create: bool = False) -> Engine:
    """An engine for this URL. `begin` is what starts a SQLite transaction; `create` allows a new SQLite file.

    Without `create` a missing file is an error instead of a fresh empty database.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed, begin=begin, pool_size=pool_size, create=create)
    return create_engine(
        parsed.set(drivername="postgresql+psycopg"),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=2,
        pool_pre_ping=True,
        hide_parameters=True,  # S52
        connect_args={**PG_SILENCE, "options": PG_OPTIONS},
    )


def _sqlite(url: URL, *, begin: str, pool_size: int, create: bool) -> Engine:
    mode = "rwc" if create else "rw"
    engine = create_engine(
        f"sqlite+pysqlite:///file:{url.database}?mode={mode}&uri=true",
        pool_size=pool_size,
        max_overflow=0,
        hide_parameters=True,
        connect_args={"check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # transactions are ours, not the driver's
        for pragma in PRAGMAS:
            connection.execute(pragma).close()

    def _begin(connection: Any) -> None:
        connection.execute(begin).close()

    engine.dialect.do_begin = _begin  # type: ignore[assignment]  # an engine event would slow every statement by a fifth
    return engine
