"""`flows check`, `locales check`: for those who write flows and texts."""

from __future__ import annotations

import json as json_text
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from bot import config

if TYPE_CHECKING:
    from bot.app.content import Line

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object per finding.")]


def add_to(app: typer.Typer) -> None:
    flows = typer.Typer(no_args_is_help=True, help="The flows, proved before they go live.")
    flows.command("check")(flows_check)
    flows.callback()(lambda: None)
    app.add_typer(flows, name="flows")
    locales = typer.Typer(no_args_is_help=True, help="The texts in all languages.")
    locales.command("check")(locales_check)
    locales.callback()(lambda: None)
    app.add_typer(locales, name="locales")


def flows_check(
    today: Annotated[str | None, typer.Option(help="ISO day for what is due; default: today")] = None,
    json: AsJson = False,
) -> None:
    """Prove all flows with their texts, contacts and facts. Exit 1 if anything must be changed."""
    from bot.app.content import check_flows
    from bot.clock import system

    day = date.fromisoformat(today) if today else system().date()
    _report(check_flows(config.load(), day), json=json)


def locales_check(json: AsJson = False) -> None:
    """Check every catalogue: complete as peers, fitting, fit to be read. Exit 1 if anything must be changed."""
    from bot.app.content import check_texts

    _report(check_texts(config.load()), json=json)


def _report(lines: Iterable[Line], *, json: bool) -> None:
    found = list(lines)
    for line in found:
        if json:
            typer.echo(json_text.dumps({"severity": line.severity, "text": line.text}, ensure_ascii=False))
        else:
            typer.echo(f"{line.severity}: {line.text}")
    errors = sum(line.severity == "error" for line in found)
    if not json:
        typer.echo(f"{errors} to change, {len(found) - errors} to look at")
    if errors:
        raise typer.Exit(1)
