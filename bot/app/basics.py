"""What every role reads from the settings: hours, words, keys of its zone."""

from __future__ import annotations

from bot import config
from bot.hours import Closure, OpeningHours
from bot.i18n import Catalogs
from bot.server_keys import BellKeys, DeskKeys, LinkKey, PublicKeys


def opening_hours(settings: config.Settings) -> OpeningHours:
    """Hours, holiday tables and closures from the settings. Raises HoursError."""
    hours = settings.hours
    return OpeningHours(
        zone=hours.zone,
        weekly=hours.weekly,
        calendars={"de": hours.de.calendars, "nl": hours.nl.calendars},
        closures=[Closure(each.team, each.first_day, each.last_day, each.text) for each in hours.closures],
    )


def catalogs(settings: config.Settings) -> Catalogs:
    return Catalogs.load(settings.locales_dir)


def public_keys(settings: config.Settings) -> PublicKeys:
    """Raises ServerKeyError: in production also for a file others can read."""
    return PublicKeys.load(settings.secrets, strict=settings.environment == "production")


def desk_keys(settings: config.Settings) -> DeskKeys:
    """Raises ServerKeyError, as `public_keys` does."""
    return DeskKeys.load(settings.secrets, strict=settings.environment == "production")


def bell_keys(settings: config.Settings) -> BellKeys:
    """Raises ServerKeyError, as `public_keys` does."""
    return BellKeys.load(settings.secrets, strict=settings.environment == "production")


def link_key(settings: config.Settings) -> LinkKey | None:
    """The desk's key for linking codes; None in a house without staff bot. Raises ServerKeyError."""
    if settings.staffbot.mode == "off":
        return None
    return LinkKey.load(settings.secrets, "desk", strict=settings.environment == "production")
