"""`flows …`, `locales …`, `directory …`: for those who write flows and texts and keep contacts true."""

from __future__ import annotations

import json as json_text
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bot import config

if TYPE_CHECKING:
    from bot.app.content import Line

ChannelName = Literal["web", "telegram", "whatsapp"]
Language = Literal["de", "nl"]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object per finding.")]
Today = Annotated[str | None, typer.Option(help="ISO day for what is due; default: today")]
MOST_MESSAGES = 25
"""Outgoing messages of a whole path on WhatsApp (`paths.md` 1.5)."""


def add_to(app: typer.Typer) -> None:
    flows = typer.Typer(no_args_is_help=True, help="The flows: proved, drawn, played, counted.")
    flows.command("check")(flows_check)
    flows.command("graph")(flows_graph)
    flows.command("play")(flows_play)
    flows.command("cost")(flows_cost)
    app.add_typer(flows, name="flows")
    locales = typer.Typer(no_args_is_help=True, help="The texts in all languages.")
    locales.command("check")(locales_check)
    locales.command("diff")(locales_diff)
    app.add_typer(locales, name="locales")
    directory = typer.Typer(no_args_is_help=True, help="Contacts and statements that must stay true.")
    directory.command("due")(directory_due)
    directory.callback()(lambda: None)
    app.add_typer(directory, name="directory")


def flows_check(today: Today = None, json: AsJson = False) -> None:
    """Prove all flows with their texts, contacts and facts. Exit 1 if anything must be changed."""
    from bot.app.content import check_flows

    _report(check_flows(config.load(), _day(today)), json=json)


def flows_graph(
    out: Annotated[Path, typer.Argument(help="Folder for one file per flow; made if it is not there.")],
    only: Annotated[str | None, typer.Option(help="One flow.")] = None,
    mermaid: Annotated[bool, typer.Option(help="Mermaid text for documents instead of SVG.")] = False,
) -> None:
    """Draw each flow. Exit 1 if there is no such flow."""
    from bot.dialogue.load import load_charts
    from bot.writing.draw import svg
    from bot.writing.graph import graph
    from bot.writing.graph import mermaid as as_mermaid

    charts = load_charts(config.load().flows_dir)
    if only is not None and only not in charts.flows:
        typer.echo(f"there is no flow {only!r}; there are {', '.join(sorted(charts.flows))}", err=True)
        raise typer.Exit(1)
    out.mkdir(parents=True, exist_ok=True)
    for flow in sorted(charts.flows):
        if only in (None, flow):
            drawn = graph(charts, flow)
            file = out / f"{flow}.{'mmd' if mermaid else 'svg'}"
            file.write_text(as_mermaid(drawn) if mermaid else svg(drawn), encoding="utf-8")
            typer.echo(f"{file}: {len(drawn.places)} states, {len(drawn.edges)} ways")


def flows_play(
    language: Annotated[Language, typer.Option()] = "de",
    channel: Annotated[ChannelName, typer.Option()] = "web",
    at: Annotated[str | None, typer.Option(help="Begin at this state, flow/state, instead of the greeting.")] = None,
) -> None:
    """Play the flows in this terminal: type what a person would; `:help` says what else there is."""
    from bot.app.stage import stage
    from bot.writing.play import HELP, BadLine

    playing = stage(config.load(), language, channel)
    if at is None:
        _print(playing.line(":start"))
    else:
        flow, _, state = at.partition("/")
        try:
            _print(playing.at(flow, state))
        except KeyError:
            typer.echo(f"there is no state {at!r}", err=True)
            raise typer.Exit(1) from None
    while (typed := _asked()) is not None:
        try:
            _print(HELP if typed == ":help" else playing.line(typed))
        except BadLine as error:
            typer.echo(str(error), err=True)


def flows_cost(
    channel: Annotated[ChannelName, typer.Option()] = "whatsapp",
) -> None:
    """How many messages each whole path costs. Exit 1 if one costs more than it may on WhatsApp."""
    from bot.app.stage import journeys

    over = 0
    for one in journeys(config.load(), channel):
        too_long = channel == "whatsapp" and one.messages > MOST_MESSAGES
        over += too_long or not one.whole
        note = f"more than {MOST_MESSAGES}" if too_long else "" if one.whole else "goes in circles"
        typer.echo(
            f"{one.flow:<16} {one.language}  {one.messages:>3} messages  {one.answers:>3} answers  {note}".rstrip()
        )
    if over:
        raise typer.Exit(1)


def locales_check(json: AsJson = False) -> None:
    """Check every catalogue: complete as peers, fitting, fit to be read. Exit 1 if anything must be changed."""
    from bot.app.content import check_texts

    _report(check_texts(config.load()), json=json)


def locales_diff(
    before: Annotated[Path, typer.Argument(help="A `locales` folder as it was, e.g. of another checkout.")],
    language: Annotated[Language, typer.Option()] = "de",
) -> None:
    """What changed in the texts, in the order a person meets them."""
    from bot.app.stage import changed_texts

    for line in changed_texts(config.load(), before, language):
        typer.echo(line)


def directory_due(today: Today = None) -> None:
    """Contacts and statements nobody has looked at for 90 days, first-line contacts first."""
    from bot.app.content import due

    found = list(due(config.load(), _day(today)))
    for line in found:
        typer.echo(line)
    typer.echo(f"{len(found)} to look at")


def _day(said: str | None) -> date:
    from bot.clock import system

    return date.fromisoformat(said) if said else system().date()


def _asked() -> str | None:
    """The next line typed; None at the end of input or `:quit`."""
    try:
        typed = input("> ")
    except (EOFError, KeyboardInterrupt):
        return None
    return None if typed.strip() == ":quit" else typed


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        typer.echo(line)


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
