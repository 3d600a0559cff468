"""Every flow drawn: nothing left out, nothing on top of each other, readable by any XML reader."""

from __future__ import annotations

import re
from itertools import combinations
from xml.etree import ElementTree

import pytest

from bot.config import ROOT
from bot.dialogue.load import load_charts
from bot.writing.draw import HEIGHT, WIDTH, svg
from bot.writing.graph import ANYWHERE, Edge, Graph, Place, graph, mermaid

CHARTS = load_charts(ROOT / "flows")
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("flow", sorted(CHARTS.flows))
def test_every_state_and_every_way_of_a_flow_is_in_its_picture(flow: str) -> None:
    drawn = graph(CHARTS, flow)
    assert {place.id for place in drawn.places} >= set(CHARTS.flows[flow].states)  # type: ignore[index]
    assert {edge.end for edge in drawn.edges} <= {place.id for place in drawn.places}
    picture = ElementTree.fromstring(svg(drawn))
    said = {text.text for text in picture.iter(f"{SVG}text")}
    assert said >= {place.id for place in drawn.places}
    assert len(list(picture.iter(f"{SVG}path"))) == 1 + len({(edge.start, edge.end) for edge in drawn.edges})


@pytest.mark.parametrize("flow", sorted(CHARTS.flows))
def test_no_box_lies_on_another_or_outside(flow: str) -> None:
    picture = ElementTree.fromstring(svg(graph(CHARTS, flow)))
    _, _, wide, high = map(float, picture.attrib["viewBox"].split())
    boxes = [
        (float(box.attrib["x"]), float(box.attrib["y"]))
        for group in picture.iter(f"{SVG}g")
        for box in group.iter(f"{SVG}rect")
    ]
    for (x, y), (other_x, other_y) in combinations(boxes, 2):
        assert abs(x - other_x) >= WIDTH or abs(y - other_y) >= HEIGHT
    assert all(0 <= x <= wide - WIDTH and 0 <= y <= high - HEIGHT for x, y in boxes)


def test_the_picture_loads_nothing_and_runs_nothing() -> None:
    picture = svg(graph(CHARTS, "safety"))
    assert not re.search(r"<script|<image|@import|url\((?!#tip)|href", picture)


def test_the_same_flow_is_drawn_the_same() -> None:
    assert svg(graph(CHARTS, "safety")) == svg(graph(CHARTS, "safety"))


def test_names_are_text_and_never_markup() -> None:
    odd = Graph("a<b", (Place('x"&<', "words", first=True), Place("y", "end")), (Edge('x"&<', "y", "leads", "a < b"),))
    assert ElementTree.fromstring(svg(odd)).attrib["aria-label"] == "a<b"


def test_what_a_whole_flow_answers_is_drawn_once() -> None:
    drawn = graph(CHARTS, "already_paid")
    assert all(edge.start != ANYWHERE or edge.way == "event" for edge in drawn.edges)
    shared = [edge for edge in graph(CHARTS, "root").edges if edge.label == "human"]
    assert [(edge.start, edge.end.partition("/")[0]) for edge in shared] == [(ANYWHERE, "human")]


def test_mermaid_names_states_by_number_so_that_no_word_of_its_own_is_met() -> None:
    text = mermaid(graph(CHARTS, "feedback"))
    assert text.startswith("flowchart TD\n")
    assert re.search(r'    s\d+\(\["helped"\]\)\n', text)
    assert re.search(r'    s\d+ -->\|"yes"\| s\d+\n', text)
