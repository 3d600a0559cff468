"""Mistakes in a flow are found when it is read: file, line, state, and what was expected."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.dialogue.chart import Charts, Target
from bot.dialogue.parse import FlowErrors, parse_charts
from bot.dialogue.session import FlowId, StateId
from tests.dialogue.small import PATH, ROOT, SLOTS, SMALL


def state(charts: Charts, flow: str, name: str):  # type: ignore[no-untyped-def]  # a short cut of this file
    return charts.states[FlowId(flow), StateId(name)]


def test_yaml_words_are_words(small: Charts) -> None:
    assert small.slots["safe"].values == ("yes", "no", "unsure")
    assert small.slots["age"].values[1] == "12_13"
    assert small.slots["country"].values[1] == "NL"


def test_transitions_of_root_are_inherited_after_own_ones(small: Charts) -> None:
    on = state(small, "path", "there").on
    assert [row.own for row in on["timer.soon"]] == [True]
    assert [row.own for row in on["human"]] == [False]


def test_compound_parents_give_timers_and_orders(small: Charts) -> None:
    regions = state(small, "path", "there").regions
    assert [region.name for region in regions] == ["waiting", "there"]
    assert regions[0].timers == (("soon", timedelta(minutes=10)),)


def test_target_of_a_compound_state_is_its_first(small: Charts) -> None:
    assert state(small, "path", "plan").by_name["later"].to == Target("goto", FlowId("path"), StateId("here"))


def test_buttons_of_a_slot_say_what_they_mean(small: Charts) -> None:
    assert [one.label for one in state(small, "path", "safe").choices] == [
        "slot.safe.yes",
        "slot.safe.no",
        "slot.safe.unsure",
    ]
    last = state(small, "path", "age").choices[-1]
    assert (last.id, last.label, last.set) == ("path.age.rather_not", "slot.rather_not", (("age", "rather_not"),))


def test_first_word_for_a_topic_wins(small: Charts) -> None:
    assert small.topics == {"path": "path", "insta": "path"}


PLANTED = [
    ("then: safe", "then: nowhere", "age", "unknown target: flow path has no state 'nowhere'"),
    ("when: child", "when: chidl", "safe", "unknown guard 'chidl'"),
    ("when: safe.no", "when: safe.nope", "safe", "slot safe has no value 'nope'"),
    ("[request_human]", "[request_humn]", "waiting", "unknown order 'request_humn'"),
    ("[erase_item]", "[erase_item:2]", "which", "order erase_item takes no argument"),
    ('"open_case:message"', '"open_case:x"', "box", "order open_case takes one of"),
    ('"skip:block"', "skip", "plan", "order skip takes a name"),
    ("timer.soon", "timer.", "waiting", "unknown event 'timer.'"),
    ("item_refused:", "item_lost:", "files", "unknown event 'item_lost'"),
    ("answers: age", "answers: agge", "age", "unknown slot 'agge'"),
    ("by: refused", "by: refusd", "files", "unknown selector 'refusd'"),
    ("for: [DE, NL]", "for: [DE, XX]", "plan", "`for` names values of the first selector"),
    ("10m", "ten", "waiting", "a timer is written like 10m"),
    ("call: police}", "call: polis}", "plan", "there is no flow 'polis'"),
    ("items: true", "itmes: true", "which", "unknown field 'itmes'"),
    ("initial: here", "initial: her", "waiting", "`initial` names one of"),
    ("accepts: [files]", "accepts: [file]", "files", "`accepts` takes text and files"),
    ("{step: block, to: block}", "{step: block}", "plan", "a plan step is"),
    ("{id: files, to: files}", "{id: box, to: files}", "plan", "'box' is there twice"),
    ("version: 3", "version: three", "", "`version` is a whole number"),
    ("  block:\n", "  box:\n", "", "'box' is written twice"),
    ("say: [{key: body, by", "say: [{card: fire, when: child}, {key: body, by", "plan", "unknown card 'fire'"),
    ("say: [{key: body, by", "say: [{card: talk, paper: true}, {key: body, by", "plan", "a paper is a text"),
    ("flow: path", "flow: paths", "", "`flow` is the name of the file"),
]


@pytest.mark.parametrize(("good", "bad", "where", "what"), PLANTED)
def test_planted_mistake_is_the_one_found(good: str, bad: str, where: str, what: str) -> None:
    assert PATH.count(good) >= 1
    with pytest.raises(FlowErrors) as caught:
        parse_charts({**SMALL, "path.yaml": PATH.replace(good, bad, 1)})
    found = [one for one in caught.value.mistakes if what in one.what]
    assert [one.state for one in found] == [where]
    assert found[0].file == "path.yaml"
    if where:
        assert PATH.splitlines()[found[0].line - 1].strip()
        assert found[0].line > 1


def test_all_mistakes_are_told_at_once() -> None:
    broken = PATH.replace("then: safe", "then: nowhere").replace("when: child", "when: chidl")
    with pytest.raises(FlowErrors) as caught:
        parse_charts({**SMALL, "path.yaml": broken, "slots.yaml": SLOTS.replace("sticky: false", "stiky: false", 1)})
    assert len(caught.value.mistakes) == 3
    assert "path.yaml:" in str(caught.value)


@pytest.mark.parametrize("text", ["", "- a", "flow: [", "\t", "flow: root\nstates: 3\nversion: 1"])
def test_garbage_is_refused_with_its_file(text: str) -> None:
    with pytest.raises(FlowErrors) as caught:
        parse_charts({**SMALL, "police.yaml": text})
    assert "police.yaml" in {one.file for one in caught.value.mistakes}


def test_files_of_other_rooms_are_left_alone() -> None:
    assert parse_charts({**SMALL, "directory.yaml": "x: [", "facts.yaml": "["}).flows.keys() >= {"path"}


def test_bare_name_in_root_is_a_call() -> None:
    root = ROOT.replace('{to: "call:human"}', "{to: note}", 1) + "\ninitial: note\nstates:\n  note: {final: done}\n"
    charts = parse_charts({**SMALL, "root.yaml": root})
    assert state(charts, "path", "age").on["human"][0].to == Target("call", FlowId("root"), StateId("note"))
