"""The harness runs and writes what it promises. Nothing here looks at a time: benchmarks are no tests."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from bot.config import ROOT
from tests.bench.__main__ import BENCHES
from tests.bench.rounds import Figure, Goal, Table


def test_every_bench_writes_valid_json_without_paths(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.bench", "--rounds", "1", "--scale", "0.001", "--results", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    [file] = tmp_path.iterdir()
    text = file.read_text()
    found = json.loads(text)
    assert set(found["benches"]) == set(BENCHES)
    assert found["machine"]["cores"] >= 1
    assert str(tmp_path) not in text and str(Path.home()) not in text and '"/' not in text
    for tables in found["benches"].values():
        for table in tables:
            for figure in table["figures"]:
                assert figure["min"] <= figure["median"] <= figure["max"]
                assert len(figure["values"]) == 1


def test_ratios_are_of_medians_and_goals_know_their_direction() -> None:
    table = Table("t", "µs", (Figure("peer", "peer", (1, 2, 9)), Figure("us", "us", (4, 3, 5))))
    assert table.ratio(table.figures[1], "peer") == 2
    assert Goal("peer", 2.0).met(2.0) and not Goal("peer", 1.9).met(2.0)
    assert Goal("peer", 0.25, "at least").met(0.3) and not Goal("peer", 0.25, "at least").met(0.2)
