"""Bringing both databases to the schema this code knows: two trees, `alembic/main` and `alembic/keyring`.

Each revision is one transaction, so an interrupted run can simply be repeated (R22).
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal

from sqlalchemy import Connection, MetaData, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from bot.db import tables
from bot.db.engine import open_engine, sqlite_file
from bot.db.store import StoreUnavailable

Tree = Literal["main", "keyring"]
FOLDER: Final = Path(__file__).resolve().parent.parent.parent / "alembic"
METADATA: Final[dict[Tree, MetaData]] = {"main": tables.main, "keyring": tables.keyring}


def head(tree: Tree) -> str:
    """The newest revision: its file's number. (A test holds that Alembic agrees; importing Alembic costs 0.3 s.)"""
    return max(file.stem for file in (FOLDER / tree / "versions").glob("[0-9]*.py")).partition("_")[0]


def revision_of(url: str) -> str | None:
    """The revision a database is at; None when it is empty or missing. Raises StoreUnavailable."""
    file = sqlite_file(url)
    if file is not None and not file.exists():
        return None
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
            return found
    except SQLAlchemyError as error:
        raise StoreUnavailable(type(error).__name__) from None
    finally:
        engine.dispose()


def is_current(url: str, tree: Tree) -> bool:
    return revision_of(url) == head(tree)


def migrate(url: str, tree: Tree, to: str = "head") -> None:
    """Bring one database to a revision, creating a missing SQLite file. Raises StoreUnavailable.

    Two processes may call it at once: the second waits, then finds nothing to do.
    """
    file = sqlite_file(url)
    if file is not None:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = open_engine(url, begin="BEGIN EXCLUSIVE", create=True)
    try:
        with engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_lock(4994401)"))
                connection.commit()
            _run(connection, tree, to)
    except SQLAlchemyError as error:
        raise StoreUnavailable(type(error).__name__) from None
    finally:
        engine.dispose()
    if file is not None:
        file.chmod(0o600)


def _run(connection: Connection, tree: Tree, to: str) -> None:
    from alembic.config import Config

    from alembic import command

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("version_locations", str(FOLDER / tree / "versions"))
    config.set_main_option("path_separator", "os")
    config.attributes.update(connection=connection, metadata=METADATA[tree])
    at = _at(connection)
    if to == "base" or (to != "head" and at is not None and to < at):
        command.downgrade(config, to)
    else:
        command.upgrade(config, to)


def _at(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        connection.rollback()
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    connection.rollback()
    return found
