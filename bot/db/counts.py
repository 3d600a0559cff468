"""Daily counts without persons: what happened how often, nothing about whom."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.dialects import postgresql, sqlite

from bot.db.store import Transaction
from bot.db.tables import counts


def add(tx: Transaction, day: str, names: Mapping[str, int]) -> None:
    """Raise the counters of one day (ISO date, UTC). `names` are words of the flows, never of a person."""
    if not names:
        return
    made = sqlite.insert(counts) if tx.dialect.name == "sqlite" else postgresql.insert(counts)
    row = made.values([{"day": day, "name": name, "value": by} for name, by in sorted(names.items())])
    tx.execute(
        row.on_conflict_do_update(
            index_elements=[counts.c.day, counts.c.name], set_={"value": counts.c.value + row.excluded.value}
        )
    )
