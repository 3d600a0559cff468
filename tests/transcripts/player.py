"""Plays stories: what a person does, and what everyone then sees.

A story is one YAML document: `story`, `moment`, `steps`. A step is what happens (`start`, with `carried_on` where the
conversation came from elsewhere; `tap`, `type`, `item`, `refused`, `offered`, `fire`, `handoff`, `due: check_in`),
before it `wait` or `now` (the moment changes), then `see` (what came, in order; ` ? ` before the open answers) and
`at` (where the person stands). With `prose: true` the story also holds `read`: the words themselves, in both
languages. The session is saved and read back between any two steps.

WEGWEISER_REWRITE_STORIES=1 writes what is seen into the files; the difference is read like prose.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import yaml

from bot.config import ROOT
from bot.dialogue.chart import Charts
from bot.dialogue.codec import decode, encode
from bot.dialogue.effects import CancelTimer, Effect, Order, RaiseAlert, Say, SetTimer, ShowCard, ShowItems
from bot.dialogue.events import (
    Crisis,
    Event,
    FollowUpDue,
    HandoffChanged,
    ItemReceived,
    ItemRefused,
    MediaOffered,
    Moment,
    Started,
    Tapped,
    TextReceived,
    TimerFired,
    Understood,
)
from bot.dialogue.session import ChoiceId, Language, Session
from bot.dialogue.step import begin, trace
from bot.i18n import Catalogs

FOLDER: Final = Path(__file__).parent
REWRITE: Final = os.environ.get("WEGWEISER_REWRITE_STORIES") == "1"
NOON: Final = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)
"""A Wednesday, noon in Berlin."""
PAUSE: Final = timedelta(seconds=20)
UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
LANGUAGES: Final[tuple[Language, ...]] = ("de", "nl")


@dataclass(frozen=True, slots=True)
class Seen:
    """What one step brought: lines for `see`, texts for `read`, where the person stands, which states were entered."""

    see: list[str]
    keys: list[str]
    at: str
    entered: tuple[str, ...]


def stories() -> dict[str, dict[str, Any]]:
    """All stories by `flow/file#number`."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(FOLDER.glob("*/*.yaml")):
        for number, story in enumerate(documents(path)):
            found[f"{path.parent.name}/{path.stem}#{number}"] = story
    return found


def documents(path: Path) -> list[dict[str, Any]]:
    return list(yaml.load_all(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))


def play(charts: Charts, story: Mapping[str, Any], language: Language) -> Iterator[Seen]:
    """What each step of a story brings."""
    moment = moment_of(story.get("moment") or {})
    session: Session = begin(charts, language, moment)
    for step in story["steps"]:
        moment = replace(moment, at=moment.at + (duration(step["wait"]) if "wait" in step else PAUSE))
        if "now" in step:
            moment = replace(moment_of({**(story.get("moment") or {}), **step["now"]}), at=moment.at)
        after, effects, entered = trace(charts, session, event_of(step), moment)
        session = decode(encode(after), charts)
        assert session == after
        front = session.stack[-1]
        yield Seen(
            see=[line(one) for one in effects],
            keys=list(keys(effects)),
            at=f"{front.flow}.{front.state}",
            entered=entered,
        )


def moment_of(said: Mapping[str, Any]) -> Moment:
    """`items: 2` holds two pictures; `batch: true` counts them as the newest batch."""
    count = int(said.get("items", 0))
    return Moment(
        at=NOON,
        holder=said.get("holder", "bot"),
        open=said.get("open", False),
        staffed=said.get("staffed", False),
        closes_at=NOON + timedelta(minutes=20) if said.get("closing") else None,
        next_opening=NOON + timedelta(hours=21),
        items=tuple((number, "image") for number in range(1, count + 1)),
        batch=tuple(range(1, count + 1)) if said.get("batch") else (),
        channel=said.get("channel", "web"),
    )


def event_of(step: Mapping[str, Any]) -> Event:
    """The one event a step names."""
    match step:
        case {"start": topic}:
            return Started(topic, carried_on=step.get("carried_on", False))
        case {"tap": choice}:
            return Tapped(ChoiceId(choice))
        case {"type": meant}:
            return TextReceived(understood(meant or {}))
        case {"item": number}:
            return ItemReceived(number, "image", repeated=step.get("repeated", False))
        case {"refused": reason}:
            return ItemRefused(reason)
        case {"offered": kind}:
            return MediaOffered(kind)
        case {"fire": name}:
            return TimerFired(name)
        case {"due": "check_in"}:
            return FollowUpDue()
        case {"handoff": change}:
            return HandoffChanged(change)
        case _:
            raise ValueError(f"a step without an event: {step}")


def understood(meant: Mapping[str, Any]) -> Understood:
    crisis = meant.get("crisis")
    return Understood(
        language=meant.get("language"),
        crisis=Crisis(*crisis) if crisis else None,
        intents=tuple((meant.get("intents") or {}).items()),
        answer=meant.get("answer"),
        formal=meant.get("formal", False),
        term=meant.get("term"),
    )


def duration(said: str) -> timedelta:
    found = re.fullmatch(r"(\d+)([smhd])", said)
    assert found, said
    return timedelta(**{UNITS[found[2]]: int(found[1])})


def line(effect: Effect) -> str:
    """One effect as a line a person can read."""
    match effect:
        case Say(key, choices, values):
            told = "".join(f" {{{name}: {value}}}" for name, value in values.items())
            answers = " | ".join(f"{one.id}{' ✓' if one.done else ''}" for one in choices)
            return f"{key}{told}{f' ? {answers}' if choices else ''}"
        case ShowCard(kind, adult):
            return f"[card {kind}{' adult' if adult else ''}]"
        case ShowItems():
            return "[items]"
        case RaiseAlert(kind, level):
            return f"[alert {kind} {level}]"
        case SetTimer(name, after):
            return f"[timer {name} {after}]"
        case CancelTimer(name):
            return f"[timer {name} off]"
        case Order(name, arg):
            return f"[{name}{f' {arg}' if arg else ''}]"


def keys(effects: tuple[Effect, ...]) -> Iterator[str]:
    """Catalogue keys a step shows, labels after their question."""
    for one in effects:
        if isinstance(one, Say):
            yield one.key
            yield from (choice.label for choice in one.choices)


def read(catalogs: Catalogs, seen: Seen, language: Language) -> list[str]:
    """The words of a step, placeholders still in them. Raises MissingText."""
    return [catalogs.text(key, language) for key in seen.keys]


def catalogs() -> Catalogs:
    return Catalogs.load(ROOT / "locales")


def write(path: Path, told: list[dict[str, Any]]) -> None:
    """Store stories as they are now."""
    path.parent.mkdir(exist_ok=True)
    dumped = yaml.dump_all(told, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
    path.write_text(dumped, encoding="utf-8")


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True
