"""The role `desk`: the counsellors' web app. No token of a messenger and no key of the public zone is read here."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.app import basics, role
from bot.app.keyholder import LocalKeyHolder
from bot.desk.app import create_app
from bot.desk.deps import Desk, TeamLine
from bot.desk.pages import Pages
from bot.evidence.vault import Vault


async def desk(house: role.House) -> None:
    """Serve until told to stop."""
    settings = house.settings
    keys = basics.desk_keys(settings)
    hours = basics.opening_hours(settings)
    vault = Vault.at(settings.blobs, free_floor=settings.evidence.free_space_floor)

    def teams(at: datetime) -> tuple[TeamLine, ...]:
        found = ((team, hours.status(team, at)) for team in hours.teams)
        return tuple(TeamLine(team, now.open, now.closes_at, now.next_opening, now.closure_text) for team, now in found)

    app = create_app(
        Desk(
            stores=house.stores,
            wake=house.wake,
            clock=house.clock,
            pages=Pages(basics.catalogs(settings), ZoneInfo(settings.hours.zone)),
            keys=keys,
            holder=LocalKeyHolder(keys.pepper),
            read_blob=vault.read,
            teams=teams,
            url=settings.desk.url,
            link=basics.link_key(settings),
            stop=house.stop,
        )
    )
    # Open pages hear of the end at once, and their browsers come back; else the server would wait for them.
    await role.serve(app, settings.desk.address, house.stop, before_end=lambda: house.wake.notify("desk"))


def main() -> None:
    role.run("desk", desk)


if __name__ == "__main__":
    main()
