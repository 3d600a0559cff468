"""A flow drawn as SVG. Where the states go is worked out by fast-sugiyama (layers after Sugiyama, Tagawa and Toda,
1981); the drawing is ours: no script, no font file, nothing loaded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import pairwise
from typing import Final

from fast_sugiyama import from_edges

from bot.writing.graph import Edge, Graph, Place

WIDTH, HEIGHT, GAP, LAYER, MARGIN = 190, 40, 30, 110, 40
SPACING: Final = 10.0
"""What the layout calls one step to the side or down; scaled to ours."""
Point = tuple[float, float]
_STYLE: Final = """
text { font: 13px system-ui, sans-serif; fill: #1b2430; text-anchor: middle; dominant-baseline: central }
.label { font-size: 11px; fill: #44546a } .title { font-size: 18px; font-weight: 600; text-anchor: start }
.label { paint-order: stroke; stroke: #fff; stroke-width: 4px }
rect { fill: #fff; stroke: #5b6b80; stroke-width: 1.2 } .question rect { fill: #e8f1ff; stroke: #2c5fb3 }
.silence rect { fill: #fdf6e3; stroke: #9c7a1d } .end rect { fill: #e9f6ec; stroke: #2f7d46 }
.flow rect { fill: #f4eefb; stroke: #7a4fb0; stroke-dasharray: 5 3 } .first rect { stroke-width: 3 }
path { fill: none; stroke: #7c8a9d; stroke-width: 1.3 } .step { stroke: #2c5fb3; stroke-width: 2 }
.calls, .event { stroke-dasharray: 4 3 } marker path { fill: #7c8a9d; stroke: none }
"""


def svg(drawn: Graph) -> str:
    """The whole picture. Always the same for the same flow."""
    spots, bends = _layout(drawn)
    points = [*spots.values(), *(point for line in bends.values() for point in line)]
    right, low = (max((point[axis] for point in points), default=0.0) for axis in (0, 1))
    width, height = right + WIDTH / 2 + MARGIN, low + HEIGHT + MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" role="img" '
        f'width="{width:.0f}" height="{height:.0f}" aria-label="{escape(drawn.flow)}">',
        f"<title>{escape(drawn.flow)}</title><style>{_STYLE}</style>",
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0 8 4 0 8z"/></marker></defs>',
        f'<rect width="{width:.0f}" height="{height:.0f}" style="stroke:none"/>',
        f'<text class="title" x="{MARGIN}" y="{MARGIN / 2 + 4:.0f}">{escape(drawn.flow)}</text>',
        *(_way(edges, spots, bends) for edges in _together(drawn.edges)),
        *(_box(place, spots[place.id]) for place in drawn.places),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _together(edges: Iterable[Edge]) -> list[list[Edge]]:
    """Several answers that lead to the same place are one line with all their names."""
    found: dict[tuple[str, str], list[Edge]] = {}
    for edge in edges:
        found.setdefault((edge.start, edge.end), []).append(edge)
    return list(found.values())


def _layout(drawn: Graph) -> tuple[dict[str, Point], dict[tuple[str, str], list[Point]]]:
    """Where each place stands, and the points each line passes between."""
    pairs = sorted({(edge.start, edge.end) for edge in drawn.edges if edge.start != edge.end})
    spots: dict[str, Point] = {}
    bends: dict[tuple[str, str], list[Point]] = {}
    left = 0.0
    for placed, wide, high, lines in from_edges(pairs, vertex_spacing=SPACING, check_layout=False):
        at = {name: _spot(x, y, left, high) for name, (x, y) in placed}
        spots |= {name: spot for name, spot in at.items() if isinstance(name, str)}
        bends |= _bends(lines or (), at)
        left += wide / SPACING * (WIDTH + GAP) + WIDTH + 2 * GAP
    for alone in (place.id for place in drawn.places if place.id not in spots):
        spots[alone] = (left + WIDTH / 2 + MARGIN, MARGIN * 2.0)
        left += WIDTH + GAP
    return spots, bends


def _spot(x: float, y: float, left: float, high: float) -> Point:
    across, down = x / SPACING * (WIDTH + GAP), (high - y) / SPACING * LAYER
    return left + across + WIDTH / 2 + MARGIN, down + MARGIN * 2


def _bends(
    lines: Iterable[tuple[int | str, int | str]], at: Mapping[int | str, Point]
) -> dict[tuple[str, str], list[Point]]:
    """The layout cuts a long line into pieces between numbered points."""
    lines = list(lines)
    onward = {start: end for start, end in lines if isinstance(start, int)}
    found: dict[tuple[str, str], list[Point]] = {}
    for start, end in lines:
        if isinstance(start, int):
            continue
        points: list[Point] = []
        while isinstance(end, int):
            points.append(at[end])
            end = onward[end]
        found[start, end] = points
    return found


def _way(edges: Sequence[Edge], spots: Mapping[str, Point], bends: Mapping[tuple[str, str], list[Point]]) -> str:
    start, end = edges[0].start, edges[0].end
    label = " · ".join(dict.fromkeys(edge.label for edge in edges if edge.label))
    x, y = spots[start]
    if start == end:
        line = f"M{x + WIDTH / 2:.0f} {y - 8:.0f}c34 -10 34 26 0 16"
        return _line(edges[0], line) + _label(label, (x + WIDTH / 2 + 30, y))
    points = bends.get((start, end))
    if points is None:  # turned round by the layout, to break a circle
        points = bends.get((end, start), [])[::-1]
    down = spots[end][1] > y
    first, last = (x, y + (HEIGHT / 2 if down else -HEIGHT / 2)), spots[end]
    last = (last[0], last[1] + (-HEIGHT / 2 if down else HEIGHT / 2))
    way = [first, *points, last]
    middle = way[len(way) // 2] if points else ((first[0] + last[0]) / 2, (first[1] + last[1]) / 2)
    return _line(edges[0], _curve(way)) + _label(label, middle)


def _curve(points: Sequence[Point]) -> str:
    """Leaves and arrives upright, so that lines between layers do not cut corners of boxes."""
    line = f"M{points[0][0]:.0f} {points[0][1]:.0f}"
    for (x, y), (to_x, to_y) in pairwise(points):
        half = (y + to_y) / 2
        line += f"C{x:.0f} {half:.0f} {to_x:.0f} {half:.0f} {to_x:.0f} {to_y:.0f}"
    return line


def _line(edge: Edge, line: str) -> str:
    return f'<path class="{edge.way}" d="{line}" marker-end="url(#tip)"/>'


def _label(text: str, at: Point) -> str:
    if not text:
        return ""
    short = text if len(text) <= 42 else f"{text[:41]}…"
    return f'<text class="label" x="{at[0]:.0f}" y="{at[1]:.0f}">{escape(short)}<title>{escape(text)}</title></text>'


def _box(place: Place, at: Point) -> str:
    classes = f"{place.kind} first" if place.first else place.kind
    x, y = at[0] - WIDTH / 2, at[1] - HEIGHT / 2
    corner = 18 if place.kind == "question" else 4
    return (
        f'<g class="{classes}"><rect x="{x:.0f}" y="{y:.0f}" width="{WIDTH}" height="{HEIGHT}" rx="{corner}"/>'
        f'<text x="{at[0]:.0f}" y="{at[1]:.0f}">{escape(place.id)}</text></g>'
    )
