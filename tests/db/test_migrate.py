"""R22: every revision goes up and down, empty and with data in it, on both databases; head equals the tables."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, create_engine, insert, inspect, make_url, select

from bot.db import tables
from bot.db.engine import open_engine
from bot.db.migrate import FOLDER, METADATA, Tree, head, is_current, migrate, revision_of

TREES: tuple[Tree, Tree] = ("main", "keyring")


def revisions(tree: Tree) -> list[str]:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("version_locations", str(FOLDER / tree / "versions"))
    config.set_main_option("path_separator", "os")
    return [found.revision for found in reversed(list(ScriptDirectory.from_config(config).walk_revisions()))]


def fill(url: str, metadata: MetaData) -> dict[str, int]:
    """One row in every table, parents first; returns rows per table."""
    engine = open_engine(url)
    with engine.begin() as connection:
        for table in metadata.sorted_tables:
            values = {}
            for column in table.columns:
                if column.foreign_keys:
                    values[column.name] = 1
                elif column.name == "id":
                    continue
                elif column.type.python_type is bytes:
                    values[column.name] = f"{table.name}.{column.name}".encode()
                elif column.type.python_type is bool:
                    values[column.name] = True
                elif column.type.python_type is str:
                    values[column.name] = f"{table.name}.{column.name}"
                elif column.type.python_type is int:
                    values[column.name] = 7
            connection.execute(insert(table).values(_raw(table, values)))
    counted = rows(url, metadata)
    engine.dispose()
    return counted


def _raw(table: object, values: dict[str, object]) -> dict[str, object]:
    from datetime import UTC, datetime

    from bot.db.types import Instant

    for column in table.columns:  # type: ignore[attr-defined]
        if isinstance(column.type, Instant):
            values[column.name] = datetime(2026, 11, 25, 11, tzinfo=UTC)
    return values


def rows(url: str, metadata: MetaData) -> dict[str, int]:
    engine = open_engine(url)
    with engine.connect() as connection:
        counted = {table.name: len(connection.execute(select(table)).all()) for table in metadata.sorted_tables}
    engine.dispose()
    return counted


@pytest.mark.parametrize("tree", TREES)
def test_r22_head_equals_the_tables(tree: Tree, database_urls: tuple[str, str]) -> None:
    url = database_urls[TREES.index(tree)]
    migrate(url, tree)
    engine = open_engine(url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA[tree]) == []
    engine.dispose()
    assert is_current(url, tree)
    assert head(tree) == revisions(tree)[-1]


@pytest.mark.parametrize("tree", TREES)
def test_r22_up_and_down_with_data(tree: Tree, database_urls: tuple[str, str]) -> None:
    url = database_urls[TREES.index(tree)]
    migrate(url, tree)
    counted = fill(url, METADATA[tree])
    assert set(counted.values()) == {1}
    migrate(url, tree)
    assert rows(url, METADATA[tree]) == counted, "a second run changes nothing"
    for earlier in [*reversed(revisions(tree)[:-1]), "base"]:
        migrate(url, tree, earlier)
        migrate(url, tree)
    engine = open_engine(url)
    assert set(METADATA[tree].tables) <= set(inspect(engine).get_table_names())
    engine.dispose()


@pytest.mark.parametrize("tree", TREES)
def test_r22_one_step_back_loses_no_row_and_no_address(tree: Tree, database_urls: tuple[str, str]) -> None:
    """SQLite remakes a table for some changes; the rows that point to it must not notice."""
    url = database_urls[TREES.index(tree)]
    migrate(url, tree)
    fill(url, METADATA[tree])
    before = pointing(url, METADATA[tree])
    migrate(url, tree, ["base", *revisions(tree)][-2])
    after = pointing(url, METADATA[tree])
    assert after == {place: value for place, value in before.items() if place in after}
    assert after or len(revisions(tree)) == 1


def pointing(url: str, metadata: MetaData) -> dict[tuple[str, str], list[object]]:
    """Every column that refers to another table, with what its rows hold; only tables and columns that are there."""
    engine = open_engine(url)
    with engine.connect() as connection:
        there = inspect(connection)
        found = {
            (table.name, column.name): list(connection.execute(select(column)).scalars())
            for table in metadata.sorted_tables
            if there.has_table(table.name)
            for column in table.columns
            if column.foreign_keys and column.name in {one["name"] for one in there.get_columns(table.name)}
        }
    engine.dispose()
    return found


def test_r22_killed_in_the_middle_it_can_be_run_again(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'main.sqlite'}"
    script = (
        "import os, sqlalchemy.event as e, sqlalchemy.engine as g\n"
        "seen = []\n"
        "@e.listens_for(g.Engine, 'after_cursor_execute')\n"
        "def _(c, cur, statement, p, x, m):\n"
        "    seen.append('CREATE TABLE' in statement)\n"
        "    sum(seen) == 5 and os.kill(os.getpid(), 9)\n"
        "from bot.db.migrate import migrate\n"
        f"migrate({url!r}, 'main')\n"
    )
    killed = subprocess.run([sys.executable, "-c", script], capture_output=True)
    assert killed.returncode == -9
    migrate(url, "main")
    assert is_current(url, "main")


def test_a_missing_database_is_not_current(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'none.sqlite'}"
    assert revision_of(url) is None
    assert not (tmp_path / "none.sqlite").exists()


def test_constraints_are_named_by_one_convention() -> None:
    for metadata in (tables.main, tables.keyring):
        engine = create_engine(make_url("sqlite://"))
        metadata.create_all(engine)
        for table in metadata.sorted_tables:
            for constraint in table.constraints:
                assert constraint.name, table.name
            for index in table.indexes:
                assert str(index.name).startswith("ix_"), table.name
