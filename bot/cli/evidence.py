"""`evidence verify`: are the custody and audit chains what was written?"""

from __future__ import annotations

import asyncio

import typer

from bot import config


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="Evidence and its custody.")
    group.command("verify")(verify)
    group.callback()(lambda: None)
    app.add_typer(group, name="evidence")


def verify() -> None:
    """Check both append-only chains from entry 1. Exit 1 with the first bad number if one was changed."""
    from bot.app.custody import verify_chains

    broken = asyncio.run(verify_chains(config.load()))
    for chain, number in broken.items():
        typer.echo(f"{chain}: " + ("whole" if number is None else f"not what was written from entry {number} on"))
    if any(number is not None for number in broken.values()):
        raise typer.Exit(1)
