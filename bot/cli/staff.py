"""`staff invite` and `staff revoke`."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Literal, cast

import typer

from bot import clock, config

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.db.store import Stores


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="Accounts of the team.")
    group.command("invite")(invite)
    group.command("revoke")(revoke)
    app.add_typer(group, name="staff")


def invite(
    handle: Annotated[str, typer.Argument(help="A pseudonym to sign in with, e.g. team-3")],
    role: Annotated[str, typer.Option(help="counsellor, supervisor or admin")] = "counsellor",
    language: Annotated[list[str] | None, typer.Option(help="de or nl; give it twice for both")] = None,
) -> None:
    """Make an account and print its activation link: works once, for 24 hours. Exit 1 if the handle is taken."""
    from bot.app.basics import desk_keys
    from bot.desk.accounts import HandleTaken
    from bot.desk.accounts import invite as make

    languages = language or ["de"]
    if role not in {"counsellor", "supervisor", "admin"} or not set(languages) <= {"de", "nl"}:
        typer.echo("role is counsellor, supervisor or admin; language is de or nl", err=True)
        raise typer.Exit(2)
    settings = config.load()
    known = cast(Literal["counsellor", "supervisor", "admin"], role)

    async def work(stores: Stores) -> str:
        return await make(
            stores,
            desk_keys(settings),
            url=settings.desk.url,
            handle=handle,
            role=known,
            languages=languages,
            now=clock.choose(settings.clock, settings.data)(),
        )

    try:
        typer.echo(asyncio.run(_with_stores(settings, work)))
    except HandleTaken:
        typer.echo("this handle is taken", err=True)
        raise typer.Exit(1) from None


def revoke(handle: Annotated[str, typer.Argument(help="The account to end")]) -> None:
    """End an account: no sign-in from the next request on; nothing new is sealed to it. Exit 1 if there is none."""
    from bot.desk.accounts import NoSuchMember
    from bot.desk.accounts import revoke as end

    settings = config.load()

    async def work(stores: Stores) -> str:
        await end(stores, handle=handle, now=clock.choose(settings.clock, settings.data)())
        return "ended"

    try:
        typer.echo(asyncio.run(_with_stores(settings, work)))
    except NoSuchMember:
        typer.echo("nobody active has this handle", err=True)
        raise typer.Exit(1) from None


async def _with_stores(settings: config.Settings, work: Callable[[Stores], Awaitable[str]]) -> str:
    from bot.db.store import open_stores

    stores = open_stores(settings.main_url, settings.keys_url)
    try:
        return await work(stores)
    finally:
        stores.close()
