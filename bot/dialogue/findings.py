"""What the proof of flows is given and what it gives back: plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing an author must change (`error`) or look at (`warning`). `rule` is a stable word for filters."""

    severity: Literal["error", "warning"]
    rule: str
    file: str
    line: int
    state: str
    what: str

    def __str__(self) -> str:
        where = f" {self.state}" if self.state else ""
        return f"{self.file}:{self.line}{where}: {self.rule}: {self.what}"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one channel can show: up to `buttons_max` answers as buttons, more as a list."""

    channel: str
    buttons_max: int
    button_label_max: int
    list_max: int
    list_label_max: int


NARROWEST: Final = Limits("whatsapp", 3, 20, 10, 24)
"""WhatsApp's buttons and lists (design.md section 4)."""


@dataclass(frozen=True, slots=True)
class Content:
    """Everything around the flows, as plain data.

    `texts`: language → (key, adult form?) → text. `cited`: key → ids of facts its comment names.
    `showable`: placeholders of contacts that may be shown. `facts`: ids a text may rest on (facts and
    contacts). `intents`: names the understanding room gives. `adult_flows`: flows whose texts adults in a
    caring role can reach. An empty `texts`, `facts` or `intents` leaves out what it is needed for.
    """

    texts: Mapping[str, Mapping[tuple[str, bool], str]] = field(default_factory=dict)
    cited: Mapping[str, frozenset[str]] = field(default_factory=dict)
    showable: frozenset[str] = frozenset()
    facts: frozenset[str] = frozenset()
    intents: frozenset[str] = frozenset()
    adult_flows: frozenset[str] = frozenset()
    limits: tuple[Limits, ...] = (NARROWEST,)
