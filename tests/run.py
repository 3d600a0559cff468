"""What `make test`, `make lint` and `make long` run, and the list of what this machine could not show."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
SOURCES = ["bot", "tests", "alembic"]

LAST_FAILED = ROOT / ".pytest_cache" / "v" / "cache" / "lastfailed"
FEW = 3
SOME_FAILED, NOTHING_COLLECTED = 1, 5  # pytest's exit codes

LINT = {
    "format": [BIN / "ruff", "format", "--check", "--quiet", *SOURCES],
    "lint": [BIN / "ruff", "check", "--quiet", *SOURCES],
    "types": [BIN / "mypy", "--no-error-summary"],
    "imports": [BIN / "lint-imports", "--no-cache", "--no-logo"],
    "flows": [sys.executable, "-m", "bot", "flows", "check"],
    "locales": [sys.executable, "-m", "bot", "locales", "check"],
}


def run(name: str, command: list[str | Path]) -> int:
    """The command's exit code."""
    began = time.monotonic()
    print(f"== {name}", flush=True)
    done = subprocess.run(command, cwd=ROOT)
    print(f"   {'ok' if done.returncode == 0 else 'FAILED'} after {time.monotonic() - began:.0f} s", flush=True)
    return done.returncode


def pytest(*arguments: str) -> list[str | Path]:
    return [sys.executable, "-m", "pytest", "-q", *arguments]


def only_browsers_failed() -> bool:
    """Were all tests that failed last tests with a real browser, and only a few?"""
    few = LAST_FAILED.exists() and len(json.loads(LAST_FAILED.read_text())) <= FEW
    others = pytest("--collect-only", "--lf", "--lfnf=none", "-m", "not browser and not long")
    return few and subprocess.run(others, cwd=ROOT, stdout=subprocess.DEVNULL).returncode == NOTHING_COLLECTED


def lint() -> bool:
    """Every check, also after one has failed."""
    failed = [name for name, command in LINT.items() if run(name, command)]
    return not failed


def main(what: str) -> int:
    os.environ.pop("WEGWEISER_CONFIG", None)
    if what == "lint":
        return 0 if lint() else 1
    if what == "long":
        return run("long", pytest("-m", "long", "-o", "addopts=-ra -p no:schemathesis --import-mode=importlib"))
    good = lint()
    report = ROOT / "build" / "skipped.txt"
    report.parent.mkdir(exist_ok=True)
    report.unlink(missing_ok=True)
    os.environ["WEGWEISER_TEST_REPORT"] = str(report)
    parallel = ["-n", "2"] if (os.cpu_count() or 1) > 1 else []
    LAST_FAILED.unlink(missing_ok=True)
    came = run("tests", pytest("-m", "not long", *parallel))
    if came == SOME_FAILED and only_browsers_failed():
        # A browser beside two busy workers can be slower than any patience. What fails twice is wrong; what failed
        # once stands above with its traceback and wants to be looked at.
        came = run("what failed, once more and alone", pytest("--lf", "--lfnf=none", "-m", "browser and not long"))
    good = came == 0 and good
    skipped = report.read_text().splitlines() if report.exists() else []
    print("\nNot shown on this machine:" if skipped else "\nNothing was skipped.")
    for line in sorted(set(skipped)):
        print(f"  {line}")
    if skipped and not shutil.which("chromium"):
        print("  (Debian: apt-get install chromium)")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "quick"))
