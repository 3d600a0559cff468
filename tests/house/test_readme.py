"""README tells the truth: commands, settings, paths and make targets named there exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer
from pydantic import BaseModel

from bot.cli import app
from bot.config import Settings

ROOT = Path(__file__).resolve().parent.parent.parent
README = (ROOT / "README.md").read_text()


def commands() -> set[str]:
    group = typer.main.get_command(app)
    found = set()
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        found.add(name)
        found |= {f"{name} {inner}" for inner in getattr(command, "commands", {})}
    return found


def test_every_command_named_exists() -> None:
    section = README.split("## The program")[1].split("## ")[0]
    named = re.findall(r"`((?:[a-z-]+ )?[a-z-]+(?:\|[a-z-]+)*)`", section)
    spelt = {
        " ".join((*first, last)) for name in named for *first, lasts in [name.split()] for last in lasts.split("|")
    }
    roles = {"public", "worker", "desk", "run"}
    assert {name for name in spelt if name not in roles} <= commands()
    assert len(spelt) > 10


def test_every_setting_named_exists() -> None:
    table = README.split("## Settings")[1].split("## ")[0]
    named = [
        name for row in re.findall(r"^\| (`.+?) \|", table, re.MULTILINE) for name in re.findall(r"`([a-z_.]+)`", row)
    ]
    assert len(named) > 15
    section = ""
    for name in named:
        section, _, field = name.rpartition(".") if not name.startswith(".") else (section, "", name[1:])
        model: type[BaseModel] = Settings
        for part in filter(None, section.split(".")):
            model = model.model_fields[part].annotation  # type: ignore[assignment]
        assert field in model.model_fields, name


@pytest.mark.parametrize("target", ["run", "test", "long", "bench", "lint"])
def test_make_targets_exist(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


def test_every_path_named_exists() -> None:
    for path in re.findall(r"`((?:bot|flows|locales|tests|alembic)/[A-Za-z0-9_/.]+)`", README):
        assert (ROOT / path).exists(), path
