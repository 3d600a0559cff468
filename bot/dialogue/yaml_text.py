"""YAML as flows are written: the 1.2 core (`on`, `no`, `12_13` are words), double keys refused, lines remembered."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

try:
    from yaml import CSafeLoader as _Loader
except ImportError:
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]


class _FlowLoader(_Loader):
    """Only true, false, null and plain whole numbers are anything but words."""

    yaml_implicit_resolvers: dict[str, Any] = {}


_FlowLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))
_FlowLoader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(?:null|~|)$"), ["n", "~", ""])
_FlowLoader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^[0-9]+$"), list("0123456789"))

Lines = Mapping[str, int]
"""Path of names to a key (`states.card.then`) → line in the file, from 1."""


class BadYaml(ValueError):
    """The text is no YAML mapping, or names a key twice. `line` counts from 1."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(f"line {line}: {what}")
        self.line = line
        self.what = what


@dataclass(frozen=True, slots=True)
class Document:
    data: dict[str, Any]
    lines: Lines


def read(text: str) -> Document:
    """Parse one file. Raises BadYaml."""
    loader = _FlowLoader(text)
    try:
        node = loader.get_single_node()
        if not isinstance(node, yaml.MappingNode):
            raise BadYaml(1, "a flow file is a mapping")
        lines: dict[str, int] = {}
        _walk(node, "", lines)
        data = loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadYaml(line, error.problem or "not YAML") from None
    except yaml.YAMLError:
        raise BadYaml(1, "not YAML") from None
    finally:
        loader.dispose()
    return Document(data, lines)


def _walk(node: yaml.Node, path: str, lines: dict[str, int]) -> None:
    if isinstance(node, yaml.SequenceNode):
        for child in node.value:
            _walk(child, path, lines)
    if not isinstance(node, yaml.MappingNode):
        return
    seen: set[str] = set()
    for key, value in node.value:
        name = str(key.value)
        line = key.start_mark.line + 1
        if name in seen:
            raise BadYaml(line, f"{name!r} is written twice")
        seen.add(name)
        here = f"{path}.{name}" if path else name
        lines.setdefault(here, line)
        _walk(value, here, lines)
