"""Every word of the desk is in the catalogues, in three languages, and nothing else is."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from bot.config import ROOT
from bot.desk import pages, signin
from bot.desk.case import UNSHOWN
from bot.desk.pages import HERE, LANGUAGES
from bot.i18n.catalog import Catalogs
from bot.i18n.fill import names

CATALOGS = Catalogs.load(ROOT / "locales")
TEMPLATES = sorted((HERE / "templates").glob("*.html"))


def test_the_three_languages_have_the_same_keys_and_placeholders() -> None:
    keys = {language: CATALOGS.keys("desk", language) for language in LANGUAGES}
    assert keys["de"] == keys["nl"] == keys["en"]
    for key in keys["de"]:
        found = {names(CATALOGS.text(key, language, domain="desk")) for language in LANGUAGES}
        assert len(found) == 1, key


def test_every_key_a_template_or_module_names_has_words() -> None:
    known = CATALOGS.keys("desk", "de")
    for file in [*TEMPLATES, *HERE.glob("*.py")]:
        text = file.read_text()
        named = re.findall(r'\bt\("([a-z_.]+)"[,)]', text) + re.findall(r'_(?:say|refuse)\(\w+, "([a-z_.]+)"', text)
        for key in named:
            assert key in known, (file.name, key)
    for password in ("x", "y" * 20, "z" * 200):
        assert signin.password_problem(password, "") in known


def test_every_answer_of_the_flows_has_words_on_the_card() -> None:
    known = CATALOGS.keys("desk", "de")
    slots = yaml.safe_load((ROOT / "flows" / "slots.yaml").read_text())
    for name, slot in slots.items():
        if name in UNSHOWN:
            continue
        for value in [*slot["values"], slot["skip"]]:
            assert f"slot.{name}" in known and f"slot.{name}.{value}" in known, (name, value)


def test_every_path_and_step_of_the_flows_has_words_on_the_card() -> None:
    known = CATALOGS.keys("desk", "de")
    for file in sorted((ROOT / "flows").glob("*.yaml")):
        flow = yaml.safe_load(file.read_text())
        if not isinstance(flow, dict) or "flow" not in flow or flow["flow"] == "root":
            continue
        assert f"topic.{flow['flow']}" in known, flow["flow"]
        for state in flow.get("states", {}).values():
            for step in (state or {}).get("plan", ()):
                assert f"step.{step['step']}" in known, step


def test_no_sentence_stands_in_a_template_or_script() -> None:
    for file in TEMPLATES:
        bare = re.sub(r"{%.*?%}|{{.*?}}", " ", file.read_text(), flags=re.S)
        bare = re.sub(r'[a-z-]+="[^"]*"|<[^>]*>', " ", bare)
        words = re.findall(r"[A-Za-zÄÖÜäöüß]{2,}", bare)
        assert not set(words) - {"Enter", "Shift", "Esc"}, (file.name, words)


def test_no_page_needs_more_than_our_own_files() -> None:
    for file in [*TEMPLATES, *Path(pages.STATIC).iterdir()]:
        text = file.read_text()
        assert not re.findall(r"(?:src|href)=\"(?:https?:)?//", text), file.name
        assert " style=" not in text and "onclick" not in text and "|safe" not in text.replace(" ", "")
        assert "innerHTML =" not in text and "eval(" not in text
    assert signin.PASSWORD_MIN == 15 and 'minlength="15"' in (HERE / "templates" / "activate.html").read_text()
