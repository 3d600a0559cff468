"""The catalogues: gettext files by symbolic key, read from .po when first asked for.

msgid is the key, msgctxt "adult" the Sie/u variant. Domains: `flows` (people seeking help), `web` (the web chat's
page), `pages` (privacy, imprint, accessibility), `desk` (counsellors), `dates` (how a day and a time are said, as
CLDR patterns). A domain is one file
(`web.po`), or a folder of them (`flows/safety.po`) that is read as one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from gettext import c2py
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, read_po

from bot.i18n.errors import CatalogError, MissingText

Domain = Literal["flows", "web", "pages", "desk", "dates"]
ADULT: Final = "adult"


@dataclass(frozen=True, slots=True)
class Text:
    """One entry of a catalogue, as the check sees it. `forms` has more than one member for plurals.

    `file` is the name of its file, without the ending.
    """

    file: str
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
        folders = self._directory.glob("*/LC_MESSAGES")
        return tuple(sorted(f.parent.name for f in folders if self.files(domain, f.parent.name)))

    def files(self, domain: Domain, language: str) -> tuple[Path, ...]:
        """The files of this catalogue, sorted; empty if there is none."""
        folder = self._directory / language / "LC_MESSAGES"
        one = folder / f"{domain}.po"
        return (*([one] if one.exists() else []), *sorted((folder / domain).glob("*.po")))

    def _get(self, domain: Domain, language: str) -> _Catalogue:
        found = self._read.get((domain, language))
        if found is None:
            files = self.files(domain, language)
            if not files:
                raise CatalogError(f"no catalogue {language}/{domain}")
            found = self._read[domain, language] = _read(files, language)
        return found


def _read(files: tuple[Path, ...], language: str) -> _Catalogue:
    catalogs = {path: _parse(path, language) for path in files}
    texts = tuple(text for path, catalog in catalogs.items() for text in _texts(path.stem, catalog))
    usable = [text for text in texts if all(text.forms) and not text.fuzzy]
    return _Catalogue(
        texts=texts,
        plural=c2py(catalogs[files[0]].plural_expr),
        plain=MappingProxyType({text.key: text.forms for text in usable if not text.adult}),
        formal=MappingProxyType({text.key: text.forms for text in usable if text.adult}),
    )


def _parse(path: Path, language: str) -> Catalog:
    try:
        with path.open("rb") as file:
            return read_po(file, locale=language, ignore_obsolete=True, abort_invalid=True)
    except (PoFileError, UnicodeDecodeError, OSError) as error:
        raise CatalogError(f"{path.name} ({language}): {error}") from error


def _texts(file: str, catalog: Catalog) -> Iterator[Text]:
    return (
        Text(
            file=file,
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
