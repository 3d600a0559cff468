"""What a turn knows besides the conversation: flows, words, contacts, hours. Read at start, the same for every turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.channels.contract import Capabilities, ChannelName
from bot.dialogue.chart import Charts
from bot.directory import Directory
from bot.hours import OpeningHours
from bot.i18n import Catalogs
from bot.i18n.dates import Dates


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Immutable; replaced as a whole when a supervisor changes the hours.

    `retention_days` and `backup_days` are told to people; `operator` is the helpline's name.
    """

    charts: Charts
    catalogs: Catalogs
    directory: Directory
    hours: OpeningHours
    dates: Dates
    capabilities: Mapping[ChannelName, Capabilities]
    operator: str
    retention_days: int
    backup_days: int
    public_url: str = ""
    """Where the web chat and the operator's pages are."""
    media: str = "no_intimate"
    labels: dict[tuple[str, int | None], tuple[str, ...]] = field(default_factory=dict, compare=False)
    """Words of open choices in every language, filled as they are met."""
