"""The words of the operator's own pages, as `app` hands them to the doors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

LegalName = Literal["privacy", "imprint", "accessibility"]
LEGAL: Final[tuple[LegalName, ...]] = get_args(LegalName)
LegalLanguage = Literal["de", "nl"]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and paragraphs; an empty heading: the introduction."""

    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LegalText:
    title: str
    home: str
    """Words of the link back to the chat."""
    sections: Sequence[Section]
