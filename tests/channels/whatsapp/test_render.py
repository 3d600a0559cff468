"""What a message becomes: text, three buttons, or a list, and never more than one may send."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.contract import Button, CardLine, Message
from bot.channels.plain import COUNSELLOR
from bot.channels.whatsapp.render import BadChoice, TooLong, body

LINK = "https://chat.example.com/#code="


def buttons(*labels: str) -> tuple[Button, ...]:
    return tuple(Button(f"flow.state.{n}", label) for n, label in enumerate(labels))


def rendered(message: Message) -> dict[str, Any]:
    return body(message, code_link=LINK)


def test_words_are_text_without_a_preview() -> None:
    assert rendered(Message("bot", "Hallo")) == {"type": "text", "text": {"body": "Hallo", "preview_url": False}}


def test_a_human_is_marked_and_a_card_is_lines() -> None:
    assert rendered(Message("counsellor", "Hallo"))["text"]["body"] == f"{COUNSELLOR}Hallo"
    card = (CardLine("Notruf", "112", None, "immer"), CardLine("Chat", None, "https://chat.example.com/"))
    shown = rendered(Message("bot", "Hilfe:", card=card))["text"]["body"]
    assert shown == "Hilfe:\n\nNotruf\n112\nimmer\n\nChat\nhttps://chat.example.com/"


def test_a_code_is_a_link_and_a_paper_its_own_text() -> None:
    assert rendered(Message("bot", "Code:", code="AB-CD"))["text"]["body"] == f"Code:\n\n{LINK}AB-CD"
    assert rendered(Message("bot", "Brief", paper=True))["text"]["body"] == "Brief"


def test_three_short_choices_are_buttons() -> None:
    shown = rendered(Message("bot", "Ja?", buttons("Ja", "Nein", "x" * 20)))["interactive"]
    assert shown["type"] == "button"
    assert [each["reply"] for each in shown["action"]["buttons"]] == [
        {"id": "flow.state.0", "title": "Ja"},
        {"id": "flow.state.1", "title": "Nein"},
        {"id": "flow.state.2", "title": "x" * 20},
    ]


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("Was?", ("a", "b", "c", "d")),
        ("Was?", ("a", "x" * 21)),
        ("Was?", ("gleich", "gleich")),
        ("x" * 1_025, ("a",)),
        ("x" * 4_096, tuple("abcdefghij")),
    ],
)
def test_what_buttons_cannot_carry_is_a_list(text: str, labels: tuple[str, ...]) -> None:
    shown = rendered(Message("bot", text, buttons(*labels), opener="Auswählen"))["interactive"]
    assert (shown["type"], shown["action"]["button"]) == ("list", "Auswählen")
    [section] = shown["action"]["sections"]
    assert [row["title"] for row in section["rows"]] == list(labels)


@pytest.mark.parametrize(
    "message",
    [
        Message("bot", ""),
        Message("bot", " "),
        Message("bot", "", buttons("a")),
        Message("bot", "Was?", buttons(*"abcdefghijk")),
        Message("bot", "Was?", buttons("x" * 25)),
        Message("bot", "Was?", buttons(" ")),
        Message("bot", "Was?", (Button("", "a"),)),
        Message("bot", "Was?", (Button("a", "a"), Button("a", "b"))),
        Message("bot", "Was?", (Button("x" * 257, "a"),)),
    ],
)
def test_what_no_shape_can_carry_is_refused(message: Message) -> None:
    with pytest.raises(BadChoice):
        rendered(message)


def test_more_than_one_message_takes_is_refused() -> None:
    with pytest.raises(TooLong):
        rendered(Message("bot", "x" * 4_097))
    with pytest.raises(TooLong):
        rendered(Message("counsellor", "x" * 4_095))


@given(st.text(max_size=5_000), st.lists(st.text(max_size=30), max_size=12))
def test_whatever_is_sent_is_within_meta_s_limits(text: str, labels: list[str]) -> None:
    try:
        shown = rendered(Message("bot", text, buttons(*labels)))
    except (TooLong, BadChoice):
        return
    from tests.simulators.whatsapp.limits import breaches

    assert breaches({"messaging_product": "whatsapp", "recipient": "DE.x", **shown}) == []
