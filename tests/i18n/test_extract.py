"""Babel finds every key of the flows; the values of selectors in pyproject.toml are those of the engine."""

from __future__ import annotations

import io
import tomllib
from pathlib import Path

from babel.messages.frontend import CommandLineInterface

from bot.i18n.extract import Key, extract_flow, flow_keys

ROOT = Path(__file__).parents[2]


def babel_options() -> dict[str, str]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    (mapping,) = (m for m in settings["tool"]["babel"]["mappings"] if m["method"] != "ignore")
    return {name: value for name, value in mapping.items() if name not in ("method", "pattern")}


def test_every_place_of_a_flow_that_needs_a_text(house):
    found = {(key.key, key.use, key.variants) for key in flow_keys(house.flows)}
    assert found == {
        ("start.stopped", "text", ()),
        ("start.hello.body", "text", ()),
        ("start.hello.hours", "text", ("open",)),
        ("start.hello.country.DE", "text", ("open",)),
        ("start.hello.country.else", "text", ()),
        ("start.hello.question", "text", ()),
        ("start.hello.yes_please", "button", ()),
        ("start.other", "button", ()),
        ("start.other_said", "text", ()),
        ("start.plan.question", "text", ()),
        ("start.plan.police", "plan", ()),
        ("start.plan.a", "list", ()),
        ("start.plan.b", "list", ()),
        ("start.plan.c", "list", ()),
        ("start.safe.question", "text", ()),
        ("slot.safe.yes", "button", ()),
        ("slot.safe.no", "button", ()),
        ("slot.safe.unsure", "button", ()),
        ("slot.rather_not", "list", ()),
    }


def test_a_key_knows_its_line(house):
    (body,) = (key for key in flow_keys(house.flows) if key.key == "start.hello.body")
    assert body == Key("start.hello.body", "text", 8)


def test_babel_gets_variants_spelt_out(house):
    flow = io.BytesIO((house.flows / "start.yaml").read_bytes())
    keys = [message for _, _, message, _ in extract_flow(flow, [], [], {"open": "open closed"})]
    assert "start.hello.hours.open" in keys
    assert "start.hello.hours.closed" in keys
    assert "start.hello.country.DE.closed" in keys


def test_the_variants_in_pyproject_are_those_of_the_engine():
    from bot.dialogue.guards import SELECTORS

    options = babel_options()
    used = {selector for key in flow_keys(ROOT / "flows") for selector in key.variants}
    assert used <= set(options)
    for name, (values, _) in SELECTORS.items():
        if name in options:
            assert tuple(options[name].split()) == tuple(values), name


def test_the_settings_in_pyproject_work_and_find_the_real_flows(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    target = tmp_path / "flows.pot"
    CommandLineInterface().run(["pybabel", "-q", "extract", "-F", "pyproject.toml", "-o", str(target), "flows"])
    assert 'msgid "slot.safe.yes"' in target.read_text()
