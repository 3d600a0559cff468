"""The catalogues: gettext files by symbolic key, read from .po when first asked for.

msgid is the key, msgctxt "adult" the Sie/u variant. Domains: `flows` (people seeking help), `web` (the web chat's
page), `desk` (counsellors), `dates` (how a day and a time are said, as CLDR patterns).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from gettext import c2py
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

from babel.messages.pofile import PoFileError, read_po

from bot.i18n.errors import CatalogError, MissingText

Domain = Literal["flows", "web", "desk", "dates"]
ADULT: Final = "adult"


@dataclass(frozen=True, slots=True)
class Text:
    """One entry of a catalogue, as the check sees it. `forms` has more than one member for plurals."""

    key: str
    adult: bool
    forms: tuple[str, ...]
    fuzzy: bool
    comments: tuple[str, ...]
    line: int | None


@dataclass(frozen=True, slots=True)
class _Catalogue:
    texts: tuple[Text, ...]
    plural: Callable[[int], int]
    plain: Mapping[str, tuple[str, ...]] = field(repr=False)
    formal: Mapping[str, tuple[str, ...]] = field(repr=False)


class Catalogs:
    """All texts of one installation. Safe to share between threads: files are read when first needed, never changed."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._read: dict[tuple[str, str], _Catalogue] = {}

    @classmethod
    def load(cls, directory: Path, *domains: tuple[Domain, str]) -> Catalogs:
        """Catalogues below `locales/`; the named (domain, language) pairs are read now, others when first asked for.

        Raises CatalogError for a file that is missing or broken.
        """
        catalogs = cls(directory)
        for domain, language in domains:
            catalogs._get(domain, language)
        return catalogs

    def text(
        self, key: str, language: str, adult: bool = False, domain: Domain = "flows", *, count: int | None = None
    ) -> str:
        """The text, with its placeholders still in it (see `fill`). Raises MissingText, CatalogError.

        `adult` takes the Sie/u variant, and the plain text only where no such variant was written.
        `count` picks the plural form of a text that has several.
        """
        found = self._get(domain, language)
        forms = (found.formal.get(key) if adult else None) or found.plain.get(key)
        if not forms:
            raise MissingText(f"{domain}/{language}: {key}")
        if len(forms) == 1:
            return forms[0]
        return forms[found.plural(1 if count is None else count)]

    def has(self, key: str, language: str, domain: Domain = "flows", *, adult: bool = False) -> bool:
        """Is there a text – with `adult`, one in the Sie/u form?"""
        found = self._get(domain, language)
        return key in (found.formal if adult else found.plain)

    def keys(self, domain: Domain, language: str) -> frozenset[str]:
        """Keys that have a plain text."""
        return frozenset(self._get(domain, language).plain)

    def raw(self, domain: Domain, language: str) -> tuple[Text, ...]:
        """Every entry as written, in the order of the file, also empty and fuzzy ones: for checks only."""
        return self._get(domain, language).texts

    def languages(self, domain: Domain) -> tuple[str, ...]:
        """Languages that have this catalogue."""
        return tuple(sorted(p.parent.parent.name for p in self._directory.glob(f"*/LC_MESSAGES/{domain}.po")))

    def path(self, domain: Domain, language: str) -> Path:
        return self._directory / language / "LC_MESSAGES" / f"{domain}.po"

    def _get(self, domain: Domain, language: str) -> _Catalogue:
        found = self._read.get((domain, language))
        if found is None:
            found = self._read[domain, language] = _read(self.path(domain, language), language)
        return found


def _read(path: Path, language: str) -> _Catalogue:
    try:
        with path.open("rb") as file:
            catalog = read_po(file, locale=language, ignore_obsolete=True, abort_invalid=True)
    except FileNotFoundError:
        raise CatalogError(f"no catalogue {path.parent.parent.name}/{path.stem}") from None
    except (PoFileError, UnicodeDecodeError) as error:
        raise CatalogError(f"{path.name} ({language}): {error}") from error
    texts = tuple(
        Text(
            key=message.id if isinstance(message.id, str) else message.id[0],
            adult=message.context == ADULT,
            forms=(message.string,) if isinstance(message.string, str) else tuple(message.string or ("",)),
            fuzzy=message.fuzzy,
            comments=(*message.auto_comments, *message.user_comments),
            line=message.lineno,
        )
        for message in catalog
        if message.id
    )
    usable = [text for text in texts if all(text.forms) and not text.fuzzy]
    return _Catalogue(
        texts=texts,
        plural=c2py(catalog.plural_expr),
        plain=MappingProxyType({text.key: text.forms for text in usable if not text.adult}),
        formal=MappingProxyType({text.key: text.forms for text in usable if text.adult}),
    )
