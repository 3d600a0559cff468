"""`run` and the single roles, `migrate`, `retention run`, `doctor`."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from bot import config, logs


def add_to(app: typer.Typer) -> None:
    app.command()(run)
    app.command()(public)
    app.command()(worker)
    app.command()(desk)
    app.command()(bell)
    app.command()(migrate)
    app.command()(doctor)
    retention = typer.Typer(no_args_is_help=True, help="What is kept how long.")
    retention.command("run")(retention_run)
    app.add_typer(retention, name="retention")


def run() -> None:
    """Start everything on this machine and keep it running. Ctrl-C stops cleanly."""
    from bot.app.run import PortTaken, supervise

    def prepare() -> str | None:
        from bot.app.prepare import prepare as make_ready  # loaded beside the first role, not before it

        return make_ready(settings)

    settings = config.load()
    if settings.staffbot.mode != "off" and settings.staffbot.token is None:
        typer.echo("setting WEGWEISER_STAFFBOT__TOKEN: needed when staffbot.mode is not off", err=True)
        raise typer.Exit(2)
    if settings.telegram.lacks_secret:
        typer.echo("setting WEGWEISER_TELEGRAM__WEBHOOK_SECRET: needed when telegram.mode is webhook", err=True)
        raise typer.Exit(2)
    logs.configure("run", quiet=settings.environment == "trial")
    try:
        asyncio.run(supervise(settings, prepare, lambda link: _announce(settings, link)))
    except PortTaken as taken:
        typer.echo(f"Another program already listens there; set {taken.setting} to a free address.", err=True)
        raise typer.Exit(2) from None


def public() -> None:
    """Serve the public doors only: web chat, webhooks, health."""
    from bot.app.public import main

    main()


def worker() -> None:
    """Work only: turns, outbox, timers, retention."""
    from bot.app.worker import main

    main()


def desk() -> None:
    """Serve the counsellors' desk only."""
    from bot.app.desk import main

    main()


def bell() -> None:
    """Ring counsellors in Telegram only; needs staffbot.mode = "bell"."""
    from bot.app.bell import main

    main()


def migrate() -> None:
    """Bring both databases to the schema this version knows."""
    from bot.db.migrate import migrate as bring

    settings = config.load()
    bring(settings.main_url, "main")
    bring(settings.keys_url, "keyring")
    typer.echo("main and keyring are at head")


def doctor() -> None:
    """Check settings, keys, databases, disk and texts; one line per finding. Exit 1 if there is one."""
    from bot.app.doctor import examine

    findings = examine(config.load())
    for finding in findings:
        typer.echo(finding)
    if findings:
        raise typer.Exit(1)
    typer.echo("no findings")


def retention_run(
    json: Annotated[bool, typer.Option("--json", help="One JSON object instead of lines.")] = False,
) -> None:
    """Remove what is past its time now (the worker does this daily) and say how much."""
    from json import dumps

    from bot.app.upkeep import run_retention

    removed = asyncio.run(run_retention(config.load()))
    if json:
        typer.echo(dumps(removed, sort_keys=True))
        return
    for what, count in sorted(removed.items()):
        typer.echo(f"{what}: {count}")


def _announce(settings: config.Settings, link: str | None) -> None:
    lines = [
        "",
        "Wegweiser is ready.",
        f"  web chat      {settings.public.url}/",
        f"  desk          {settings.desk.url}/",
    ]
    if link is not None:
        lines.append(f"  sign in once  {link}")
    lines += [f"  data          {settings.data}", "Ctrl-C stops.", ""]
    typer.echo("\n".join(lines))
