"""What was measured, for people (a table) and for machines (JSON)."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table as Grid

from tests.bench.rounds import Figure, Table

PACKAGES = ("aiogram", "pydantic", "pynacl", "pyrage", "sqlalchemy", "starlette", "uvicorn")
ROLES = {"peer": "peer", "limit": "limit", "us": "us", "info": ""}


def machine(folder: Path) -> dict[str, Any]:
    """What figures depend on; nothing that says whose machine it is."""
    return {
        "cores": os.cpu_count(),
        "load_before": [round(load, 2) for load in os.getloadavg()],
        "fsync_us": round(_fsync_us(folder)),
        "system": platform.system(),
        "architecture": platform.machine(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "packages": {name: version(name) for name in PACKAGES},
    }


def show(console: Console, table: Table) -> None:
    grid = Grid(title=table.title, title_justify="left")
    for heading in ("", "who", table.unit, "min", "max"):
        grid.add_column(heading, justify="left" if heading in ("", "who") else "right")
    others = [one for one in table.figures if one.role in ("peer", "limit")]
    for other in others:
        grid.add_column(f"× {other.role}", justify="right")
    grid.add_column("goal")
    for one in table.figures:
        ratios = [_ratio(table, one, other) for other in others]
        grid.add_row(
            one.name, ROLES[one.role], *map(_number, (one.middle, min(one.values), max(one.values))), *ratios,
            _goals(table, one),
        )  # fmt: skip
    console.print(grid)


def save(folder: Path, facts: dict[str, Any], rounds: int, tables: dict[str, Sequence[Table]]) -> Path:
    """Write `<folder>/<utc time>.json`."""
    at = datetime.now(UTC)
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{at:%Y-%m-%dT%H%M%SZ}.json"
    benches = {name: [table.as_json() for table in found] for name, found in tables.items()}
    written = {"at": at.isoformat(timespec="seconds"), "rounds": rounds, "machine": facts, "benches": benches}
    file.write_text(json.dumps(written, indent=1) + "\n")
    return file


def _ratio(table: Table, one: Figure, other: Figure) -> str:
    ratio = None if one is other else table.ratio(one, other.name)
    return "" if ratio is None else f"{ratio:.2f}"


def _goals(table: Table, one: Figure) -> str:
    said = []
    for goal in table.goals.get(one.name, ()):
        ratio = table.ratio(one, goal.versus)
        if ratio is not None:
            sign = "≤" if goal.kind == "at most" else "≥"
            said.append(f"{goal.number} {sign} {goal.factor:g}: {'met' if goal.met(ratio) else 'not yet'}")
    return ", ".join(said)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _fsync_us(folder: Path) -> float:
    """What one small durable write costs on this disk: the floor of every lone message."""
    file = folder / "fsync"
    took = []
    with file.open("wb", buffering=0) as out:
        for _ in range(20):
            began = time.perf_counter()
            out.write(b"\0" * 4096)
            os.fsync(out.fileno())
            took.append(time.perf_counter() - began)
    file.unlink()
    return sorted(took)[len(took) // 2] * 1e6
