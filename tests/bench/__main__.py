"""`make bench`: peer, limit and us side by side in one run, as a table and as JSON in `bench-results/`.

Only ratios carry over to another machine, and only from one that was doing nothing else.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from rich.console import Console

from bot.config import ROOT
from tests.bench import report
from tests.bench.accept import accept
from tests.bench.engine import engine
from tests.bench.rounds import Size, Table
from tests.bench.seal import seal
from tests.bench.step import step
from tests.bench.talk import quiet_logs

BENCHES: dict[str, Callable[[Path, Size], Awaitable[list[Table]]]] = {
    "step": step,
    "engine": engine,
    "seal": seal,
    "accept": accept,
}


def main(arguments: Sequence[str] | None = None) -> Path:
    """Measure what was asked for; returns the JSON file."""
    wanted = _wanted(arguments)
    quiet_logs()
    console = Console(width=None if sys.stdout.isatty() else 140)
    tables: dict[str, Sequence[Table]] = {}
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        facts = report.machine(Path(folder))
        for name in wanted.benches or BENCHES:
            inside = Path(folder) / name
            inside.mkdir()
            tables[name] = asyncio.run(BENCHES[name](inside, Size(wanted.rounds, wanted.scale)))  # type: ignore[arg-type]  # they are coroutines
            for table in tables[name]:
                report.show(console, table)
    file = report.save(wanted.results, facts, wanted.rounds, tables)
    console.print(f"{file.parent.name}/{file.name}")
    return file


def _wanted(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("benches", nargs="*", choices=[*BENCHES, []], help="default: all")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--scale", type=float, default=1.0, help="times the usual amount of work in a round")
    parser.add_argument("--results", type=Path, default=ROOT / "bench-results")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
