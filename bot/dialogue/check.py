"""The proof that flows may go live. Plain data in, findings out; nothing here reads a file.

First the flows alone (`parse.py`): every word known. Then the graph of states (`check_graph.py`): all
reachable, none a dead end, no loop without input, a human, emergency numbers and an exit from everywhere.
Then the texts (`check_texts.py`): each there in both languages and forms, fitting, resting on what may be shown.
Guards count as both true and false, so what is found reachable may be more than people can reach, never less.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.dialogue.chart import Charts
from bot.dialogue.check_graph import check_graph
from bot.dialogue.check_texts import check_texts
from bot.dialogue.findings import NARROWEST, Content, Finding, Limits
from bot.dialogue.parse import read_charts

__all__ = ["NARROWEST", "Content", "Finding", "Limits", "check_all", "check_charts"]


def check_all(files: Mapping[str, str], content: Content) -> tuple[Finding, ...]:
    """Prove all flows of an installation, from file name → YAML text. Empty: they may go live.

    Mistakes of parsing end the proof early: what follows from them would only hide them.
    """
    charts, mistakes = read_charts(files)
    if mistakes:
        return tuple(Finding("error", "flow", one.file, one.line, one.state, one.what) for one in mistakes)
    return check_charts(charts, content)


def check_charts(charts: Charts, content: Content) -> tuple[Finding, ...]:
    """The proof for charts that parsed without a mistake."""
    found = [*check_graph(charts, content), *check_texts(charts, content)]
    unique = dict.fromkeys(found)
    return tuple(sorted(unique, key=lambda one: (one.severity, one.file, one.line, one.state, one.rule, one.what)))
