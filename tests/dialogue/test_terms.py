"""Words asked about in mid-path: explained in two sentences, then the question comes again (paths.md 1.6, 6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from bot.dialogue.chart import Charts
from bot.dialogue.terms import LONGEST, WORDS, asked_term
from tests.transcripts.player import Seen, play


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("Was ist ein Hash?", "hash"),
        ("was heißt eigentlich „exposed“", "expose"),
        ("erklär mir künstliche Intelligenz bitte", "ki"),
        ("wat is aangifte doen?", "aangifte"),
        ("Wat betekent Veilig Thuis precies", "jugendamt"),
        ("wat houdt een melding in?", "melding"),
        ("was ist zwei-faktor", "two_factor"),
    ],
)
def test_a_question_for_a_word_is_noticed(text: str, term: str) -> None:
    assert asked_term(text) == term


@pytest.mark.parametrize(
    "text",
    [
        "was ist passiert",
        "was ist wenn er ein deepfake macht",
        "wat is er met mijn link gebeurd",
        "hash",
        "ich habe einen link",
        "",
        "was ist " + "ein " * LONGEST + "hash",
    ],
)
def test_anything_else_is_left_to_the_understanding_room(text: str) -> None:
    assert asked_term(text) is None


def test_every_word_has_its_state_and_every_state_its_words(real: Charts) -> None:
    states = {str(name) for flow, name in real.states if flow == "terms"}
    assert states - {"told"} == set(WORDS)


def test_no_word_means_two_things() -> None:
    words = [word.strip() for said in WORDS.values() for word in said.split(",")]
    assert len(words) == len(set(words))


def story(charts: Charts, *steps: Mapping[str, Any]) -> Iterator[Seen]:
    return play(charts, {"steps": steps}, "de")


def test_a_word_in_mid_path_is_explained_and_the_question_comes_again(real: Charts) -> None:
    *_, before, asked = story(
        real, {"start": None}, {"tap": "start.hello.more"}, {"tap": "start.more.steps"}, {"type": {"term": "hash"}}
    )
    assert asked.see == ["terms.hash.body", before.see[-1]]
    assert asked.at == before.at


def test_in_danger_a_word_is_no_distraction(real: Charts) -> None:
    *_, asked = story(
        real, {"start": None}, {"type": {"crisis": ["suicide", "B", "interrupt"]}}, {"type": {"term": "hash"}}
    )
    assert "terms.hash.body" not in asked.see
    assert asked.at.startswith("safety.")


def test_in_the_message_box_a_word_is_part_of_the_message(real: Charts) -> None:
    *_, box, asked = story(
        real,
        {"start": None},
        {"tap": "start.hello.human"},
        {"tap": "human.closed.message"},
        {"tap": "about_you.phone_seen_ask.only_me"},
        {"type": {"term": "hash"}},
    )
    assert box.at == "human.message"
    assert "[take_message]" in asked.see
