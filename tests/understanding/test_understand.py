"""The understanding room: what a text means, and that no text can break it."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.crisis import Judged, judge
from bot.understanding.fold import fold
from bot.understanding.line import to_json_line
from bot.understanding.phrases import phrases
from bot.understanding.stretches import stretches
from bot.understanding.understand import OpenChoice, understand

VECTORS = Path(__file__).parent.parent / "vectors" / "understanding"


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("row", rows(VECTORS / "crisis.jsonl"), ids=lambda row: row["text"])
def test_danger_is_noticed_and_everyday_words_are_not(row: dict[str, Any]) -> None:
    crisis = understand(row["text"], language="de").crisis
    assert (crisis.reaction if crisis else None) == row["reaction"]
    if crisis and "kind" in row:
        assert crisis.kind == row["kind"]
    if crisis and "level" in row:
        assert crisis.level == row["level"]


@pytest.mark.parametrize("row", rows(VECTORS / "intents.jsonl"), ids=lambda row: row["text"])
def test_intent_by_words(row: dict[str, Any]) -> None:
    assert understand(row["text"], language="de").intents[0][0] == row["intent"]


@pytest.mark.parametrize(
    ("word", "intent"),
    [
        ("mens", "talk_to_human"),
        ("Mensch", "talk_to_human"),
        ("nood", "emergency"),
        ("Notfall", "emergency"),
        ("terug", "back"),
        ("Zurück", "back"),
        ("opnieuw", "restart"),
        ("Neu", "restart"),
        ("wissen", "delete_my_data"),
        ("Löschen", "delete_my_data"),
        ("stop", "stop_or_exit"),
        ("Stopp", "stop_or_exit"),
        ("bewijs", "evidence_send"),
        ("Beweis", "evidence_send"),
    ],
)
def test_every_word_the_texts_promise_works(word: str, intent: str) -> None:
    """start.help.body and others tell people to type these."""
    for typed in (word, word.upper(), f"‘{word}’", f"„{word}“", f"{word}!"):
        name, score = understand(typed, language="nl").intents[0]
        assert (name, score >= 0.9) == (intent, True)


SAFE = (
    OpenChoice("q.safe.yes", ("Ja", "Ja"), ("yes",)),
    OpenChoice("q.safe.no", ("Nein", "Nee"), ("no",)),
    OpenChoice("q.safe.unsure", ("Nicht sicher", "Weet ik niet"), ("unsure",)),
)
PLATFORMS = (
    OpenChoice("q.where.instagram", ("Instagram",)),
    OpenChoice("q.where.snapchat", ("Snapchat",)),
    OpenChoice("q.where.whatsapp", ("WhatsApp",)),
    OpenChoice("q.where.website", ("Auf einer Website", "Op een website")),
)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("ja", "q.safe.yes"),
        ("Jaaa!", "q.safe.yes"),
        ("jup", "q.safe.yes"),
        ("klar", "q.safe.yes"),
        ("👍🏽", "q.safe.yes"),
        ("1", "q.safe.yes"),
        ("1️⃣", "q.safe.yes"),
        ("eerste", "q.safe.yes"),
        ("nee", "q.safe.no"),
        ("Nein.", "q.safe.no"),
        ("nö", "q.safe.no"),
        ("2.", "q.safe.no"),
        ("nummer zwei bitte", "q.safe.no"),
        ("twee", "q.safe.no"),
        ("②", "q.safe.no"),
        ("nich sicher", "q.safe.unsure"),
        ("weet niet", "q.safe.unsure"),
        ("das letzte", "q.safe.unsure"),
        ("laatste", "q.safe.unsure"),
        ("4", None),
        ("0", None),
        ("apfelkuchen", None),
    ],
)
def test_typed_answers_mean_a_button(text: str, meant: str | None) -> None:
    assert understand(text, choices=SAFE, language="de").answer == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("insta", "q.where.instagram"),
        ("Instagramm", "q.where.instagram"),
        ("snapchta", "q.where.snapchat"),
        ("auf whatsapp", "q.where.whatsapp"),
        ("op een website", "q.where.website"),
        ("instagram und snapchat", None),
        ("tiktok", None),
    ],
)
def test_labels_survive_typos_and_ambiguity_is_no_answer(text: str, meant: str | None) -> None:
    assert understand(text, choices=PLATFORMS, language="de").answer == meant


ITEMS = (
    OpenChoice("q.item_3", ("Nummer 3",), number=3),
    OpenChoice("q.item_4", ("Nummer 4",), number=4),
    OpenChoice("q.item_12", ("Nummer 12",), number=12),
    OpenChoice("q.back", ("Zurück", "Terug"), ("back",)),
)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("3", "q.item_3"),
        ("nummer 12", "q.item_12"),
        ("de laatste", "q.item_12"),
        ("1", None),
        ("nummer 2", None),
        ("terug", "q.back"),
    ],
)
def test_a_typed_number_is_the_number_an_item_bears_never_its_place(text: str, meant: str | None) -> None:
    """One of these lists erases at once: a number that is not there erases nothing."""
    assert understand(text, choices=ITEMS, language="nl").answer == meant


def test_a_denial_that_answers_the_open_question_is_no_crisis() -> None:
    assert understand("nein, keine suizidgedanken", choices=SAFE, language="de").crisis is None
    alone = understand("nein, keine suizidgedanken", language="de").crisis
    assert alone is not None
    assert alone.reaction == "check_in"


def test_a_crisis_is_found_beside_an_answer() -> None:
    found = understand("nein ich will sterben", choices=SAFE, language="de")
    assert found.crisis is not None
    assert found.crisis.reaction == "interrupt"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("ich weiß nicht was ich machen soll", "de"),
        ("ik weet niet wat ik moet doen", "nl"),
        ("can you help me in english please", "other"),
        ("czy mówicie po polsku", "other"),
        ("هل تتكلم العربية", "other"),
        ("ok", None),
        ("2", None),
    ],
)
def test_language(text: str, language: str | None) -> None:
    assert understand(text, language="de").language == language


@pytest.mark.parametrize(
    ("text", "formal"),
    [
        ("Können Sie mir helfen? Es geht um meine Tochter.", True),
        ("Kunt u mij helpen? Het gaat om mijn zoon.", True),
        ("kannst du mir helfen", False),
        ("kun je me helpen", False),
        ("sie hat das bild geschickt", False),
    ],
)
def test_formal_address(text: str, formal: bool) -> None:
    assert understand(text, language="de").formal is formal


@pytest.mark.parametrize("text", ["", " ", "\x00", "\ud800", "\ud800\x00\udfff", "...", "\u200b"])
def test_nothing_readable_is_nothing_understood(text: str) -> None:
    found = understand(text, choices=SAFE, language="nl")
    assert (found.crisis, found.intents, found.answer) == (None, (), None)


def test_lone_surrogate_and_nul_do_not_hide_danger() -> None:
    crisis = understand("ich will\ud800 ster\x00ben", language="de").crisis
    assert crisis is not None
    assert crisis.kind == "suicide"


@pytest.mark.parametrize(
    "text",
    ["a" * 100_000, "ich will nicht mehr " * 5_000, "ﷺ" * 100_000, "😀" * 100_000, "( ) " * 25_000, "tot " * 25_000],
    ids=["letters", "words", "ligatures", "emoji", "brackets", "short"],
)
def test_work_on_a_huge_message_is_capped(text: str) -> None:
    began = time.perf_counter()
    understand(text, choices=SAFE, language="de")
    assert time.perf_counter() - began < 1.0


def test_danger_at_the_end_of_a_huge_message_is_read() -> None:
    assert understand("bla bla " * 20_000 + "ich will sterben", language="de").crisis is not None


FILLER = (
    "also ich erzähl mal wie das war am montag hatten wir sport und danach hat mir lea das bild gezeigt und alle haben "
    "gefragt woher das kommt und ich hab gesagt keine ahnung und dann war mathe und deutsch und in der pause hab ich "
)
MORE_FILLER = (
    " und jedenfalls wollte ich fragen wie man sowas auf der seite meldet weil meine cousine meinte da gibt es einen "
    "knopf dafür und ich finde den nicht und am freitag ist klassenfahrt und bis dahin soll das bild weg sein"
)


def test_danger_in_the_middle_of_a_dictated_message_is_noticed() -> None:
    crisis = understand(FILLER + "gedacht ich bring mich heute noch um" + MORE_FILLER, language="de").crisis
    assert crisis is not None
    assert (crisis.kind, crisis.reaction) == ("suicide", "interrupt")


def test_one_telling_stretch_outweighs_the_rest_of_a_long_message() -> None:
    whole, calm, telling = ({"danger": score, "acute": score} for score in (-0.6, -1.0, 1.0))
    assert judge(whole, []) == Judged(-0.6, -0.6)
    assert judge(whole, [calm, telling, calm]).urgent > -0.6 > judge(whole, [calm, calm]).urgent


def test_only_long_messages_are_read_in_stretches() -> None:
    assert list(stretches("wort " * 40)) == []
    assert len(list(stretches("wort " * 60))) == 9
    assert len(list(stretches("wort " * 5_000))) == 40


@pytest.mark.parametrize(
    ("typed", "read"), [("su1zid", "suizid"), ("z3lfm00rd", "zelfmord"), ("um 18 uhr", "um 18 uhr"), ("2x a4", "2x a4")]
)
def test_digits_inside_words_are_letters(typed: str, read: str) -> None:
    assert fold(typed) == read


@given(st.text(max_size=200), st.lists(st.text(max_size=12), max_size=5))
def test_any_text_is_understood_the_same_way_twice(text: str, labels: list[str]) -> None:
    choices = tuple(OpenChoice(str(n), (label,)) for n, label in enumerate(labels))
    first = understand(text, choices=choices, language="nl")
    assert first == understand(text, choices=choices, language="nl")
    assert all(0 < score <= 1 for _, score in first.intents)
    assert first.answer is None or first.answer in {choice.id for choice in choices}


@given(st.text(max_size=200))
def test_folded_text_is_words_between_single_spaces(text: str) -> None:
    folded = fold(text)
    assert folded == " ".join(folded.split())


def test_why_and_words_stay_out_of_the_repr() -> None:
    assert "suicide_now" not in repr(understand("hab tabletten geschluckt", language="de"))


def test_the_command_line_shape() -> None:
    line = json.loads(to_json_line("x1", "i want to die"))
    assert (line["id"], line["lang"], line["action"], line["crisis"]) == ("x1", "other", "takeover", "suicide")
    assert line["intents"][0] == "other_language"
    assert len(line["intents"]) <= 3
    assert json.loads(to_json_line("x2", "notfall"))["crisis"] == "danger_now"
    assert json.loads(to_json_line("x3", "hallo"))["action"] == "none"


@pytest.mark.parametrize("broken", ["(a|b", "~", "so?"])
def test_a_phrase_without_a_sure_word_is_a_mistake(broken: str) -> None:
    with pytest.raises(ValueError):
        phrases(broken)
