from __future__ import annotations

from pathlib import Path

import pytest

from bot.directory import Directory, Facts

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def flows_dir() -> Path:
    return ROOT / "flows"


@pytest.fixture(scope="session")
def directory(flows_dir: Path) -> Directory:
    return Directory.load(flows_dir / "directory.yaml")


@pytest.fixture(scope="session")
def facts(flows_dir: Path) -> Facts:
    return Facts.load(flows_dir / "facts.yaml")
