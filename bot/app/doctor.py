"""`wegweiser doctor`: what stands in the way of a safe installation, one line each (S55)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from bot import config
from bot.app import basics
from bot.app.content import check_flows, check_texts, stale_first_line
from bot.clock import BUILT
from bot.db.migrate import Tree, is_current
from bot.db.store import StoreUnavailable
from bot.evidence.vault import Vault, disk_space
from bot.hours import HoursError
from bot.server_keys import ServerKeyError


def examine(settings: config.Settings) -> list[str]:
    """All findings; empty means ready. Names settings, never their values.

    With a public bot also puts in order what Telegram keeps for it: webhook, commands, descriptions. With a WhatsApp
    number what Meta keeps for that: webhook, subscription, templates.
    """
    findings = [*_clock(settings), *_files(settings), *_databases(settings), *_content(settings)]
    if settings.environment == "production":
        findings += _production(settings)
    if settings.telegram.lacks_secret:
        findings.append("telegram.webhook_secret: needed when telegram.mode is webhook")
    elif settings.telegram.token is not None:
        from bot.app.telegram_office import put_in_order  # an HTTP client, for those who need one

        findings += put_in_order(settings)
    if settings.whatsapp.token is not None:
        from bot.app.whatsapp_office import put_in_order as whatsapp_in_order

        findings += whatsapp_in_order(settings)
    return findings


def _clock(settings: config.Settings) -> Iterator[str]:
    if datetime.now(UTC) < BUILT:
        yield "clock: the machine's time is before this program was made"
    try:
        basics.opening_hours(settings).check_calendars()
    except HoursError as error:
        yield f"hours: {error}"


def _files(settings: config.Settings) -> Iterator[str]:
    loads: list[Callable[[config.Settings], object]] = [basics.public_keys, basics.desk_keys, basics.link_key]
    if settings.staffbot.mode != "off":
        loads.append(basics.bell_keys)
        if settings.staffbot.token is None:
            yield "staffbot.token: needed when staffbot.mode is not off"
    for load in loads:
        try:
            load(settings)
        except ServerKeyError as error:
            yield f"secrets_dir: {error}"
    try:
        Vault.at(settings.blobs, free_floor=settings.evidence.free_space_floor)
        total, free = disk_space(settings.data)
        if free < total * settings.evidence.free_space_floor:
            yield "data_dir: less free space than evidence.free_space_floor; files are refused"
    except (OSError, ValueError) as error:
        yield f"blobs_url: {type(error).__name__}"
    if settings.data.exists() and settings.data.stat().st_mode & 0o077:
        yield "data_dir: others on this machine can look into it"


def _databases(settings: config.Settings) -> Iterator[str]:
    trees: tuple[tuple[Tree, str, str], ...] = (
        ("main", settings.main_url, "database_url"),
        ("keyring", settings.keys_url, "keyring_url"),
    )
    for tree, url, setting in trees:
        try:
            if not is_current(url, tree):
                yield f"{setting}: not at the schema of this version; run `wegweiser migrate`"
        except StoreUnavailable as error:
            yield f"{setting}: cannot be reached ({error})"


def _content(settings: config.Settings) -> Iterator[str]:
    today = datetime.now(UTC).date()
    for line in (*check_flows(settings, today), *check_texts(settings)):
        if line.severity == "error":
            yield line.text


def _production(settings: config.Settings) -> Iterator[str]:
    if (settings.secrets / "trial").exists():
        yield "secrets_dir: the trial counsellor's keys lie here; run `wegweiser staff revoke probe`, delete trial/"
    for name, door in (("public.url", settings.public), ("desk.url", settings.desk)):
        if not door.url.startswith("https://"):
            yield f"{name}: must be https in production"
    if settings.public.url.split("://")[-1].split(":")[0] == settings.desk.url.split("://")[-1].split(":")[0]:
        yield "desk.url: must have another host name than public.url"
    if settings.main_url == settings.keys_url:
        yield "keyring_url: must be another database than database_url"
    if settings.recovery_recipient is None:
        yield "recovery_recipient: nobody could read anything if all counsellors lost their keys"
    for contact in stale_first_line(settings, datetime.now(UTC).date()):
        yield f"directory.yaml: {contact} is first line and was not looked at for 90 days (`directory due`)"
    for field in ("address", "represented_by", "contact", "privacy_contact"):
        if not getattr(settings.operator, field):
            yield f"operator.{field}: is told to people and is empty"
