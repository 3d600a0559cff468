"""`clock advance`: move the clock of a test installation forward."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated

import typer

from bot import clock as clocks
from bot import config

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="The movable clock (environment test only).")
    group.command("advance")(advance)
    group.callback()(lambda: None)
    app.add_typer(group, name="clock")


def advance(by: Annotated[str, typer.Argument(help="How far, e.g. 20m, 36h, 2d")]) -> None:
    """Move every process of this installation forward; due timers run."""
    settings = config.load()
    found = re.fullmatch(r"(\d{1,6})([smhd])", by)
    if settings.clock is None or found is None:
        typer.echo("needs WEGWEISER_ENVIRONMENT=test with WEGWEISER_CLOCK, and a step like 20m", err=True)
        raise typer.Exit(2)
    clocks.MovableClock(settings.clock, settings.data / "clock").advance(
        timedelta(**{UNITS[found.group(2)]: int(found.group(1))})
    )
