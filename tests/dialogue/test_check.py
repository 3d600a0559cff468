"""The proof finds each planted mistake in the real flows, and only that one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot import config
from bot.app.content import gather
from bot.dialogue.chart import Charts
from bot.dialogue.check import Content, Finding, check_all, check_charts
from bot.dialogue.uses import keys


@pytest.fixture(scope="module")
def content() -> Content:
    return gather(config.Settings())


@pytest.fixture(scope="module")
def sound(real_files: dict[str, str], content: Content) -> tuple[Finding, ...]:
    return check_all(real_files, content)


def test_real_flows_may_go_live(sound: tuple[Finding, ...]) -> None:
    assert [str(one) for one in sound if one.severity == "error"] == []


PLANTED = yaml.safe_load((Path(__file__).parent / "planted.yaml").read_text(encoding="utf-8"))


def planted(files: Mapping[str, str], name: str, good: str, bad: str) -> dict[str, str]:
    text = files[f"{name}.yaml"]
    assert good in text, f"{name}: {good}"
    return {**files, f"{name}.yaml": text.replace(good, bad, 1)}


@pytest.mark.parametrize("mistake", PLANTED, ids=lambda one: f"{one['file']}-{one['bad'].split()[0]}")
def test_mistake_in_a_flow_is_found(
    real_files: dict[str, str], content: Content, sound: tuple[Finding, ...], mistake: dict[str, Any]
) -> None:
    files = planted(real_files, mistake["file"], mistake["good"], mistake["bad"])
    found = [one for one in check_all(files, content) if same(one) not in map(same, sound)]
    expected = [one for one in found if one.rule == mistake["rule"] and mistake["what"] in one.what]
    assert expected, found
    assert mistake.get("state", expected[0].state) in {one.state for one in expected}
    assert {one.rule for one in found} <= {mistake["rule"], *mistake.get("also", ())}, found
    assert {one.what for one in found if one.rule == mistake["rule"]} == {one.what for one in expected}


def same(one: Finding) -> tuple[str, str, str]:
    """A finding without its line, which a planted mistake moves."""
    return one.rule, one.state, one.what


def changed(content: Content, key: str, language: str, text: str | None, *, adult: bool = False) -> Content:
    texts = dict(content.texts[language])
    if text is None:
        del texts[key, adult]
    else:
        texts[key, adult] = text
    return replace(content, texts={**content.texts, language: texts})


TEXTS = [
    ("deepnude.plan.question", "de", None, False, "missing text"),
    ("deepnude.plan.question", "nl", None, False, "missing text"),
    ("start.menu.question", "de", None, True, "missing adult form"),
    ("start.menu.question", "nl", None, True, "missing adult form"),
    ("root.stop", "nl", None, False, "missing text"),
    ("safety.suicide.now", "de", "Das passt auf keinen Knopf mehr", False, "label too long"),
    ("start.menu.picture", "nl", "Dit past ook in geen enkele lijst", False, "label too long"),
    ("step.report", "de", "Melden mit Haken: zuviel", False, "label too long"),
    ("deepnude.plan.question", "de", "Was jetzt? {who}", False, "placeholders"),
    ("deepnude.plan.question", "de", "Ruf die 116111 an.", False, "number in text"),
    ("deepnude.plan.question", "nl", "Kijk op www.example.com", False, "address in text"),
    ("deepnude.plan.question", "nl", "Kies <b>nu</b>", False, "markup in text"),
    ("deepnude.plan.question", "de", "a" * 601, False, "too long"),
]


@pytest.mark.parametrize(("key", "language", "text", "adult", "rule"), TEXTS)
def test_mistake_in_a_text_is_found(
    real: Charts,
    content: Content,
    sound: tuple[Finding, ...],
    key: str,
    language: str,
    text: str | None,
    adult: bool,
    rule: str,
) -> None:
    found = [
        one
        for one in check_charts(real, changed(content, key, language, text, adult=adult))
        if same(one) not in map(same, sound)
    ]
    assert {one.rule for one in found} <= {rule, "not showable"}
    assert any(one.rule == rule and key in one.what for one in found)


def test_contact_that_may_not_be_shown_is_found(real: Charts, content: Content) -> None:
    name = next(
        one for one in sorted(content.showable) if any(f"{{{one}}}" in text for text in content.texts["nl"].values())
    )
    found = check_charts(real, replace(content, showable=content.showable - {name}))
    assert {one.rule for one in found if name in one.what} == {"not showable"}


def test_fact_that_is_gone_is_found(real: Charts, content: Content, sound: tuple[Finding, ...]) -> None:
    key, cited = next((key, cited) for key, cited in sorted(content.cited.items()) if cited)
    gone = next(iter(cited))
    found = check_charts(real, replace(content, facts=content.facts - {gone}))
    assert any(one.rule == "unknown fact" and gone in one.what and key in one.what for one in found) or sound


def test_statement_about_a_country_without_a_fact_is_found(real: Charts, content: Content) -> None:
    key = "rights.law.body.DE"
    plain = changed(changed(content, key, "de", "So ist das."), key, "nl", "Zo is dat.")
    bare = replace(plain, cited={name: ids for name, ids in content.cited.items() if name != key})
    assert [one.state for one in check_charts(real, bare) if one.rule == "no fact" and key in one.what] == ["law"]


def test_minor_sent_to_the_tool_for_adults_is_found(real: Charts, real_files: dict[str, str], content: Content) -> None:
    name = next(one for one in sorted(content.showable) if "stopncii" in one)
    key = "hash.tool.tool.minor"
    wrong = content
    for language in ("de", "nl"):
        wrong = changed(wrong, key, language, f"{{{name}}}")
    found = [one for one in check_charts(real, wrong) if one.rule == "adults only"]
    assert [(one.state, key in one.what) for one in found] == [("tool", True)]
    without_guard = planted(real_files, "hash", "{key: tool, by: picture}", "hash.tool.tool.adult")
    assert "adults only" in {one.rule for one in check_all(without_guard, content)}


def test_more_answers_than_a_list_holds_are_found(real_files: dict[str, str], content: Content) -> None:
    more = "".join(f"      - {{id: more{n}, label: start.more.card, to: more}}\n" for n in range(9))
    files = planted(real_files, "start", "      - {id: more, to: more}\n", f"      - {{id: more, to: more}}\n{more}")
    assert [one.state for one in check_all(files, content) if one.rule == "too many answers"] == ["menu"]


def test_every_key_is_spelt_out(real: Charts) -> None:
    found = keys(real)
    assert {"safety.suicide.first", "slot.safe.yes", "slot.rather_not", "evidence.item.label", "root.stop"} <= found
    assert {"police.ways.body.DE", "police.ways.body.NL", "police.ways.body.else"} <= found
