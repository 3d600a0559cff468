"""Values into texts. A placeholder is a plain name in braces; nothing else is evaluated."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from string import Formatter
from typing import Final

from bot.i18n.errors import BadTemplate

_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")


def fill(template: str, values: Mapping[str, object]) -> str:
    """Put the values in. Raises BadTemplate when one is missing or the braces hold more than a name."""
    parts: list[str] = []
    for literal, name in _parse(template):
        parts.append(literal)
        if name is not None:
            if name not in values:
                raise BadTemplate(f"no value for {{{name}}}")
            parts.append(str(values[name]))
    return "".join(parts)


def names(template: str) -> frozenset[str]:
    """The placeholders of a text. Raises BadTemplate."""
    return frozenset(name for _, name in _parse(template) if name is not None)


@lru_cache(maxsize=4096)
def _parse(template: str) -> tuple[tuple[str, str | None], ...]:
    try:
        pieces = tuple(Formatter().parse(template))
    except ValueError as error:
        raise BadTemplate(str(error)) from None
    for _, name, spec, conversion in pieces:
        if name is not None and (not _NAME.fullmatch(name) or spec or conversion):
            raise BadTemplate(f"not a plain name in braces: {name!r}")
    return tuple((literal, name) for literal, name, _, _ in pieces)
