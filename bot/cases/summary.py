"""The summary card: what a counsellor reads first (`paths.md` section 6). Enumerated values only, no one's words.

Sealed to the conversation key by every turn that changes it; the desk decodes it after opening.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

VERSION: Final = 1


class UnknownVersion(ValueError):
    """The card was written by a newer program than this one (a rolling upgrade in the wrong order)."""


@dataclass(frozen=True, slots=True)
class Risk:
    """The danger that was noticed, by `CrisisKind` and `CrisisLevel` of the dialogue."""

    kind: str
    level: Literal["A", "B", "C"]
    noticed_at: datetime
    resolved: bool


@dataclass(frozen=True, slots=True)
class Summary:
    """One card. `place` and the steps are `flow.state` names; `wants` is the last choice or the topic.

    `slots` holds the answers of `flows/slots.yaml`, `asked` the slots asked and not answered,
    `items` how many evidence items of each kind are held, `promised` the opening time the person was told.
    """

    topic: str | None = None
    wants: str | None = None
    language: str = "de"
    adult_form: bool = False
    slots: Mapping[str, str] = field(default_factory=dict)
    asked: tuple[str, ...] = ()
    risk: Risk | None = None
    place: str | None = None
    done: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    items: Mapping[str, int] = field(default_factory=dict)
    channel: str = "web"
    silent: bool = False
    promised: datetime | None = None


def encode(card: Summary) -> bytes:
    """Canonical JSON, version inside."""
    plain = {"v": VERSION, **asdict(card)}
    return json.dumps(plain, default=_iso, sort_keys=True, separators=(",", ":")).encode()


def decode(plain: bytes) -> Summary:
    """Raises UnknownVersion, or ValueError for anything `encode` did not write."""
    raw: dict[str, Any] = json.loads(plain)
    if raw.pop("v", None) != VERSION:
        raise UnknownVersion("summary card")
    try:
        risk = raw.pop("risk")
        promised = raw.pop("promised")
        for name in ("asked", "done", "skipped", "open"):
            raw[name] = tuple(raw[name])
        return Summary(
            risk=Risk(**{**risk, "noticed_at": datetime.fromisoformat(risk["noticed_at"])}) if risk else None,
            promised=datetime.fromisoformat(promised) if promised else None,
            **raw,
        )
    except (KeyError, TypeError) as damaged:
        raise ValueError("not a summary card") from damaged


def _iso(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(type(value).__name__)
