"""Column types that mean the same on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Integer, LargeBinary
from sqlalchemy.types import TypeDecorator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Id = BigInteger().with_variant(Integer, "sqlite")
"""Integer keys inside (locality, `performance.md` P4); random ids only at the edges."""

Bytes = LargeBinary


class Instant(TypeDecorator[datetime]):
    """Aware UTC with millisecond resolution, kept as an integer. For queues and leases only."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> int | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without zone reached the database")
        return (value - EPOCH) // timedelta(milliseconds=1)

    def process_result_value(self, value: int | None, dialect: Any) -> datetime | None:
        return None if value is None else EPOCH + timedelta(milliseconds=value)


class Minute(Instant):
    """Aware UTC cut to the minute: all that may be known in clear about when a person wrote (C1)."""

    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> int | None:
        return super().process_bind_param(None if value is None else value.replace(second=0, microsecond=0), dialect)
