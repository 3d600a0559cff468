"""`engine`: the parts of a step that need no database, each alone (beginning of P8)."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bot.app.knowledge import knowledge
from bot.channels.web.capabilities import CAPABILITIES
from bot.dialogue.codec import decode, encode
from bot.dialogue.events import Moment, Started, Tapped
from bot.dialogue.session import ChoiceId, Session
from bot.dialogue.step import begin
from bot.dialogue.step import step as decide
from bot.turns.events import heard
from bot.turns.knowledge import Knowledge
from bot.turns.render import Listener, messages
from tests.bench.rounds import Case, Size, Table, alternate
from tests.bench.talk import settings

AT = Moment(at=datetime(2026, 11, 25, 11, 0, tzinfo=UTC))
TEXTS = (
    "Mehr",
    "ja",
    "jemand hat ein nacktfoto von mir mit ki gemacht und in die klassengruppe gestellt",
    "ik weet niet wat ik moet doen, hij zegt dat hij de foto aan iedereen gaat sturen als ik niet betaal",
    "Wer liest hier eigentlich mit? Ich will nicht, dass meine Eltern das erfahren.",
)


async def engine(folder: Path, size: Size) -> list[Table]:
    known = knowledge(settings(folder))
    session, _ = decide(known.charts, begin(known.charts, "de", AT), Started(None), AT)
    session, _ = decide(known.charts, session, Tapped(ChoiceId("start.hello.more")), AT)
    tap = Tapped(ChoiceId("start.more.back"))
    after, effects = decide(known.charts, session, tap, AT)
    written = encode(after)
    listener = Listener(after, AT, CAPABILITIES)
    count = size.of(1_000, 5)
    cases = [
        case("step: decide", count, lambda: decide(known.charts, session, tap, AT)),
        case("session to bytes", count, lambda: encode(after)),
        case("bytes to session", count, lambda: decode(written, known.charts)),
        case("words and buttons", count, lambda: messages(known, listener, effects)),
        *(case(f"understand {len(text)} characters", count // 4, understood(known, session, text)) for text in TEXTS),
    ]
    return [Table("engine", "µs", await alternate(cases, size.rounds))]


def understood(known: Knowledge, session: Session, text: str) -> Callable[[], object]:
    return lambda: heard(known, session, AT, text)


def case(name: str, count: int, do: Callable[[], object]) -> Case:
    async def run() -> float:
        began = time.perf_counter()
        for _ in range(max(1, count)):
            do()
        return (time.perf_counter() - began) / max(1, count) * 1e6

    return Case(name, "us", run)
