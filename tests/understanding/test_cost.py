"""What understanding may cost: issue 5 allows 2 ms per message, 60 MB and one second to load."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import resource, statistics, sys, time
def used():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
texts = sys.stdin.read().splitlines()
before, began = used(), time.process_time()
from bot.understanding.understand import understand
understand("hallo", language="de")
load = time.process_time() - began
times = []
for text in texts * 3:
    began = time.process_time()
    understand(text, language="de")
    times.append(time.process_time() - began)
print(load, 1000 * statistics.median(times), used() - before, any(name in sys.modules for name in ("numpy", "yaml")))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="resident memory is counted in other units elsewhere")
def test_load_time_and_memory_stay_small() -> None:
    vectors = Path(__file__).parent.parent / "vectors" / "understanding"
    texts = "\n".join((vectors / f"unseen_{language}.yaml").read_text(encoding="utf-8") for language in ("de", "nl"))
    told = subprocess.run([sys.executable, "-c", SCRIPT], input=texts, capture_output=True, text=True, check=True)
    load, median_ms, megabytes, tools = told.stdout.split()
    assert float(load) <= 1.0
    assert float(median_ms) <= 2.0
    assert float(megabytes) <= 60
    assert tools == "False"
