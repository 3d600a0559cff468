"""The flows in words, without a house around them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import pytest

from bot import config
from bot.app.knowledge import knowledge
from bot.writing.cost import journey
from bot.writing.play import BadLine, Play

KNOWN = knowledge(config.Settings())
NIGHT = datetime(2026, 11, 28, 22, 40, tzinfo=UTC)


def play(language: str = "de", channel: str = "web") -> Play:
    return Play(KNOWN, language, channel, NIGHT)  # type: ignore[arg-type]  # test's words


def shown(lines: Iterable[str]) -> str:
    return "\n".join(lines)


@pytest.mark.parametrize(("language", "hello"), [("de", "Wegweiser"), ("nl", "Wegweiser")])
def test_from_the_greeting_by_number_and_by_words(language: str, hello: str) -> None:
    playing = play(language)
    greeting = shown(playing.line(":start"))
    assert "[1]" in greeting and "· start.hello" in greeting
    assert "start." in shown(playing.line("1"))
    assert "help" in shown(playing.line("hilfe")) or "human" in shown(playing.line("hilfe"))


def test_any_state_in_either_language() -> None:
    for state in KNOWN.charts.states.values():
        if state.waits and state.ask is not None and not state.items:
            for language in ("de", "nl"):
                seen = shown(play(language).at(state.flow, state.name))
                assert "│ " in seen, state.where
    with pytest.raises(KeyError):
        shown(play().at("deepnude", "no_such_place"))


def test_a_danger_shows_the_card_and_the_orders() -> None:
    playing = play()
    shown(playing.line(":start"))
    seen = shown(playing.line("ich will nicht mehr leben"))
    assert "⚙ alert suicide" in seen
    assert "112" in seen


def test_time_hours_and_what_is_remembered() -> None:
    playing = play()
    shown(playing.at("about_you", "country_ask"))
    shown(playing.line("1"))
    assert "country: DE" in shown(playing.line(":here"))
    shown(playing.line(":wait 9h"))
    shown(playing.line(":staffed"))
    assert "start.welcome" in shown(playing.line("hallo"))
    with pytest.raises(BadLine, match=":check-in"):
        shown(playing.line(":nonsense"))


def test_words_of_a_person_are_not_shown_again() -> None:
    playing = play()
    shown(playing.line(":start"))
    assert "quittengelee" not in shown(playing.line("quittengelee"))


def test_a_journey_counts_what_is_sent_and_joined_messages_once() -> None:
    billed = journey(KNOWN, "deepnude", "de", "whatsapp", NIGHT)
    loose = journey(KNOWN, "deepnude", "de", "web", NIGHT)
    assert billed.whole and loose.whole
    assert billed.messages < loose.messages


@pytest.mark.parametrize("language", ["de", "nl"])
def test_no_path_costs_more_than_it_may_where_each_message_is_paid(language: str) -> None:
    """`paths.md` 1.5: at most 25 outgoing messages; and each path comes to its end."""
    paths = [name for name, chart in KNOWN.charts.flows.items() if any(state.plan for state in chart.states.values())]
    told = [journey(KNOWN, flow, language, "whatsapp", NIGHT) for flow in paths]  # type: ignore[arg-type]  # the two above
    assert len(told) > 8
    assert {one.flow: one.messages for one in told if one.messages > 25} == {}
    assert [one.flow for one in told if not one.whole] == []
