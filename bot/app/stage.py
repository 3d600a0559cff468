"""What writers of flows and texts work with, made from the settings: a stage to play on, journeys, changed texts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bot import config
from bot.app.basics import catalogs
from bot.app.knowledge import knowledge
from bot.channels.contract import ChannelName
from bot.clock import system
from bot.dialogue.session import Language
from bot.i18n import Catalogs
from bot.i18n.extract import flow_keys
from bot.writing.compare import changes
from bot.writing.cost import Journey, journey
from bot.writing.play import Play

A_NIGHT = datetime(2026, 11, 28, 22, 40, tzinfo=UTC)
"""A Saturday, closed: the longest texts are those that say so."""


def stage(settings: config.Settings, language: Language, channel: ChannelName) -> Play:
    """A conversation in memory, at the present time."""
    return Play(knowledge(settings), language, channel, system())


def journeys(settings: config.Settings, channel: ChannelName) -> Iterator[Journey]:
    """The longest straight way through each path – each flow with a plan –, in both languages."""
    known = knowledge(settings)
    charts = known.charts.flows.values()
    for flow in sorted(chart.flow for chart in charts if any(state.plan for state in chart.states.values())):
        for language in ("de", "nl"):
            yield journey(known, flow, language, channel, A_NIGHT)


def changed_texts(settings: config.Settings, before: Path, language: str) -> Iterator[str]:
    """What differs from the `locales` folder that is given."""
    return changes(Catalogs(before), catalogs(settings), language, flow_keys(settings.flows_dir))
