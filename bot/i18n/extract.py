"""Which keys the flows need: for Babel (`pybabel extract`, configured in pyproject.toml) and for the check of labels.

Reads the YAML as flows/README.md describes it and knows nothing else about flows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import IO, Any, Final, Literal

import yaml

NOT_FLOWS: Final = frozenset(("directory", "facts", "slots"))
FEW: Final = 3
"""Up to so many answers are buttons on the narrowest channel; more are a list."""

Use = Literal["text", "paper", "button", "list", "plan"]


@dataclass(frozen=True, slots=True)
class Key:
    """A key as one place of a flow needs it. `variants`: selectors whose values follow the key after dots."""

    key: str
    use: Use
    line: int
    variants: tuple[str, ...] = ()


class _Loader(yaml.SafeLoader):
    """YAML 1.2 words: `no` is a word, not a falsehood; mappings remember their line."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        return {**super().construct_mapping(node, deep=deep), "__line__": node.start_mark.line + 1}


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:bool"]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def flow_keys(flows_dir: Path) -> tuple[Key, ...]:
    """Every key of every flow in the directory, in reading order."""
    files = sorted(path for path in flows_dir.glob("*.yaml") if path.stem not in NOT_FLOWS)
    return (
        *(key for path in files for key in _flow(_load(path.read_bytes()))),
        *_slots(_load((flows_dir / "slots.yaml").read_bytes())),
    )


def extract_flow(
    fileobj: IO[bytes], _keywords: object, _comment_tags: object, options: Mapping[str, str]
) -> Iterator[tuple[int, str, str, list[str]]]:
    """Babel's extraction method. Options name the values of selectors: `country = "DE NL BE"`."""
    document = _load(fileobj.read())
    keys = _flow(document) if "flow" in document else _slots(document)
    for found in keys:
        values = [options.get(selector, "").split() for selector in found.variants]
        for suffix in product(*values):
            yield (
                found.line,
                "_",
                ".".join((found.key, *suffix)),
                [found.use] if found.use not in ("text", "paper") else [],
            )


def _load(data: bytes) -> dict[str, Any]:
    document = yaml.load(data, Loader=_Loader)  # noqa: S506 – a SafeLoader that keeps line numbers
    return document if isinstance(document, dict) else {}


def _slots(document: Mapping[str, Any]) -> Iterator[Key]:
    for slot, spec in document.items():
        if slot == "__line__":
            continue
        count = len(spec["values"]) + bool(spec.get("skippable") in (True, "true"))
        use: Use = "button" if count <= FEW else "list"
        for value in spec["values"]:
            yield Key(f"slot.{slot}.{value}", use, spec["__line__"])
    yield Key("slot.rather_not", "list", 1)


def _flow(document: Mapping[str, Any]) -> Iterator[Key]:
    flow = str(document.get("flow"))
    yield from _events(f"{flow}.", document)
    for name, state in (document.get("states") or {}).items():
        if name != "__line__":
            yield from _state(flow, str(name), state)


def _state(flow: str, name: str, state: Mapping[str, Any]) -> Iterator[Key]:
    stem, line = f"{flow}.{name}.", int(state["__line__"])
    yield from _parts(stem, state.get("say", ()), line)
    if "ask" in state:
        yield from _parts(stem, [state["ask"]], line)
    choices, plan = state.get("choices", ()), state.get("plan", ())
    use: Use = "button" if len(choices) + len(plan) <= FEW and not state.get("items") else "list"
    for step in plan:
        yield Key(_whole(stem, step.get("label", step["step"])), "plan", step["__line__"])
    for choice in choices:
        yield Key(_whole(stem, choice.get("label", choice["id"])), use, choice["__line__"])
        yield from _transitions(stem, choice)
    if state.get("items"):
        yield Key("evidence.item.label", "list", line)
    yield from _events(stem, state)
    for child, inner in (state.get("states") or {}).items():
        if child != "__line__":
            yield from _state(flow, str(child), inner)


def _events(stem: str, place: Mapping[str, Any]) -> Iterator[Key]:
    for transitions in (
        *(t for event, t in (place.get("on") or {}).items() if event != "__line__"),
        place.get("then"),
        place.get("otherwise"),
    ):
        yield from _transitions(stem, transitions)


def _transitions(stem: str, written: object) -> Iterator[Key]:
    for transition in written if isinstance(written, list) else [written]:
        if isinstance(transition, dict):
            yield from _parts(stem, transition.get("say", ()), transition["__line__"])


def _parts(stem: str, parts: Iterable[object], line: int) -> Iterator[Key]:
    for part in parts:
        if isinstance(part, str):
            yield Key(_whole(stem, part), "text", line)
        elif isinstance(part, dict) and "key" in part:
            key, at = _whole(stem, part["key"]), int(part["__line__"])
            by: Sequence[str] = part.get("by", ())
            by = [by] if isinstance(by, str) else list(by)
            use: Use = "paper" if part.get("paper") in (True, "true") else "text"
            for value in part.get("for", ()):
                yield Key(f"{key}.{value}", use, at, tuple(by[1:]))
            if "for" in part:
                yield Key(f"{key}.else", use, at)
            else:
                yield Key(key, use, at, tuple(by))


def _whole(stem: str, key: str) -> str:
    return key if "." in key else stem + key
