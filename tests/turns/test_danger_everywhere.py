"""Danger beats every question the bot may be waiting with an answer to, and a counsellor hears of it at once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot import config
from bot.app.knowledge import knowledge as load
from bot.dialogue.effects import RaiseAlert
from bot.dialogue.events import Moment, TextReceived
from bot.dialogue.session import Language, Session
from bot.dialogue.step import begin, step
from bot.turns.events import heard
from bot.turns.knowledge import Knowledge
from tests.transcripts.player import LANGUAGES, PAUSE, event_of, moment_of, stories

LABELLED = Path(__file__).parents[3] / "shared" / "utterances"
WAITING = {
    "a file": "evidence.files",
    "a number": "my_data.overview",
    "an age": "about_you.age_ask",
    "a language": "start.language",
    "a confirmation": "my_data.delete",
}


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load(config.load())


def must(language: str) -> list[str]:
    path = LABELLED / f"dev_{language}.jsonl"
    if not path.exists():
        pytest.skip("the labelled messages (../shared/utterances) are not on this machine")
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [row["text"] for row in rows if row.get("must")]


def places(knowledge: Knowledge, language: Language, where: str) -> Iterator[tuple[Session, Moment]]:
    """Every time a story stands there."""
    for story in stories().values():
        moment = moment_of(story.get("moment") or {})
        session = begin(knowledge.charts, language, moment)
        for told in story["steps"]:
            moment = replace(moment, at=moment.at + PAUSE)
            session, _ = step(knowledge.charts, session, event_of(told), moment)
            front = session.stack[-1]
            if f"{front.flow}.{front.state}" == where:
                yield session, moment


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("waiting", WAITING)
def test_every_message_of_danger_interrupts(knowledge: Knowledge, language: Language, waiting: str) -> None:
    session, moment = next(places(knowledge, language, WAITING[waiting]))
    for text in must(language):
        understood = heard(knowledge, session, moment, text)
        assert understood.crisis is not None and understood.crisis.reaction == "interrupt", understood.why
        after, effects = step(knowledge.charts, session, TextReceived(understood), moment)
        assert after.stack[-1].flow == "safety"
        assert any(isinstance(one, RaiseAlert) for one in effects)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_counsellor_who_holds_the_chat_is_alerted(knowledge: Knowledge, language: Language) -> None:
    moment = moment_of({"holder": "counsellor"})
    session = begin(knowledge.charts, language, moment)
    for text in must(language):
        _, effects = step(knowledge.charts, session, TextReceived(heard(knowledge, session, moment, text)), moment)
        assert any(isinstance(one, RaiseAlert) for one in effects)
