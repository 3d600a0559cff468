"""Fixtures every room may use: a clock that stands still, two databases at head on SQLite and PostgreSQL."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import hypothesis
import psycopg
import pytest

from bot.config import Settings
from bot.db.migrate import Tree, migrate
from bot.db.store import Stores, open_stores

POSTGRES = os.environ.get("WEGWEISER_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432")
TREES: tuple[Tree, Tree] = ("main", "keyring")
STRICT = os.environ.get("WEGWEISER_TEST_STRICT") == "1"

hypothesis.settings.register_profile("wegweiser", deadline=None, print_blob=True)
hypothesis.settings.load_profile("wegweiser")


def skip(reason: str) -> None:
    """Skip on a bare machine; in strict mode a skip is a failure."""
    if STRICT:
        pytest.fail(f"strict: {reason}")
    if report := os.environ.get("WEGWEISER_TEST_REPORT"):
        with Path(report).open("a") as lines:
            lines.write(f"{reason}\n")
    pytest.skip(reason)


class StandingClock:
    """Time that moves only when a test moves it. Wednesday noon in Berlin to begin with."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A trial installation in a folder of its own."""
    return Settings(data_dir=tmp_path / "data")


def postgres_reachable() -> bool:
    try:
        with psycopg.connect(f"{POSTGRES}/postgres", connect_timeout=2):
            return True
    except psycopg.OperationalError:
        return False


@pytest.fixture
def postgres_urls() -> Iterator[tuple[str, str]]:
    """Two fresh, empty databases (main, keyring), dropped afterwards."""
    if not postgres_reachable():
        skip("no PostgreSQL answers (WEGWEISER_TEST_POSTGRES)")
    names = _fresh_names()
    with psycopg.connect(f"{POSTGRES}/postgres", autocommit=True) as admin:
        for name in names:
            admin.execute(f'CREATE DATABASE "{name}"')
        yield f"{POSTGRES}/{names[0]}", f"{POSTGRES}/{names[1]}"
        for name in names:
            admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_urls(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str]:
    """URLs of two empty databases, once as SQLite files and once on PostgreSQL."""
    if request.param == "postgres":
        urls: tuple[str, str] = request.getfixturevalue("postgres_urls")
        return urls
    return f"sqlite:///{tmp_path / 'main.sqlite'}", f"sqlite:///{tmp_path / 'keyring.sqlite'}"


@pytest.fixture(scope="session")
def sqlite_at_head(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two SQLite files at migration head, to be copied: migrating once per test would cost more than the tests."""
    folder = tmp_path_factory.mktemp("at_head")
    files = folder / "main.sqlite", folder / "keyring.sqlite"
    for file, tree in zip(files, TREES, strict=True):
        migrate(f"sqlite:///{file}", tree)
    return files


@pytest.fixture(scope="session")
def postgres_at_head() -> Iterator[tuple[str, str]]:
    """Names of two PostgreSQL databases at migration head, to be used as templates; dropped at the end."""
    names = _fresh_names()
    with psycopg.connect(f"{POSTGRES}/postgres", autocommit=True) as admin:
        for name, tree in zip(names, TREES, strict=True):
            admin.execute(f'CREATE DATABASE "{name}"')
            migrate(f"{POSTGRES}/{name}", tree)
        yield names
        for name in names:
            admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stores]:
    """Both stores at migration head, once as SQLite files and once on PostgreSQL."""
    with _copies(request, tmp_path) as urls:
        opened = open_stores(*urls)
        yield opened
        opened.close()


@contextmanager
def _copies(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, str]]:
    if request.param == "sqlite":
        for file in request.getfixturevalue("sqlite_at_head"):
            shutil.copy(file, tmp_path)
        yield f"sqlite:///{tmp_path / 'main.sqlite'}", f"sqlite:///{tmp_path / 'keyring.sqlite'}"
        return
    if not postgres_reachable():
        skip("no PostgreSQL answers (WEGWEISER_TEST_POSTGRES)")
    names = _fresh_names()
    with psycopg.connect(f"{POSTGRES}/postgres", autocommit=True) as admin:
        for name, template in zip(names, request.getfixturevalue("postgres_at_head"), strict=True):
            admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        yield f"{POSTGRES}/{names[0]}", f"{POSTGRES}/{names[1]}"
        for name in names:
            admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _fresh_names() -> tuple[str, str]:
    stem = f"ww_{secrets.token_hex(6)}"
    return f"{stem}_main", f"{stem}_keyring"
