"""The only place of this room that touches disk."""

from __future__ import annotations

from pathlib import Path

from bot.dialogue.chart import Charts
from bot.dialogue.parse import parse_charts


def load_texts(directory: Path) -> dict[str, str]:
    """File name → text of every YAML file of a folder."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(directory.glob("*.yaml"))}


def load_charts(directory: Path) -> Charts:
    """Read and parse all flows of a folder. Raises FlowErrors (bot.dialogue.parse) listing every mistake."""
    return parse_charts(load_texts(directory))
