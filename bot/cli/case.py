"""`case erase`, `case keep`, `case leaving`: erase one case, or keep one whose deletion was forced (S50)."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from bot import config


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="One case.")
    group.command("erase")(erase)
    group.command("keep")(keep)
    group.command("leaving")(leaving)
    app.add_typer(group, name="case")


def erase(
    code: Annotated[str, typer.Argument(help="The case's full random id, as the desk's address shows it")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Destroy the keys, the evidence and the rows of one case now. Cannot be undone. Exit 1 if there is none."""
    from bot.app.upkeep import erase_case

    if not yes:
        typer.confirm("Everything of this case becomes unreadable for everybody. Go on?", abort=True)
    if not asyncio.run(erase_case(config.load(), code)):
        typer.echo("there is no such case", err=True)
        raise typer.Exit(1)
    typer.echo("erased")


def keep(code: Annotated[str, typer.Argument(help="The case's full random id, from `case leaving`")]) -> None:
    """Keep a case whose 24 hours are not over: a child was made to delete it. Exit 1 if it is too late or unknown."""
    from bot.app.upkeep import keep_case

    if not asyncio.run(keep_case(config.load(), code)):
        typer.echo("there is no such case, or its time is over", err=True)
        raise typer.Exit(1)
    typer.echo("kept; the link to the person stays cut")


def leaving() -> None:
    """Cases that were asked to be deleted and can still be kept, with the time their keys are destroyed."""
    from bot.app.upkeep import leaving_cases

    for code, at in asyncio.run(leaving_cases(config.load())):
        typer.echo(f"{code}  {at:%Y-%m-%d %H:%M} UTC")
