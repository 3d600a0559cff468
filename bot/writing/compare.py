"""What changed in the texts between two folders of catalogues, in reading order: flow by flow, as its chart goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from bot.i18n import Catalogs
from bot.i18n.catalog import Text
from bot.i18n.extract import Key

Texts = dict[tuple[str, bool], str]
_ADULT: Final = {False: "", True: " (Sie/u)"}


def changes(before: Catalogs, after: Catalogs, language: str, order: tuple[Key, ...]) -> Iterator[str]:
    """Each changed text as it was and as it is. `order`: the keys as the flows ask for them."""
    old, new = _texts(before, language), _texts(after, language)
    for key in sorted({*old, *new}, key=_reading_order(order)):
        was, now = old.get(key), new.get(key)
        if was == now:
            continue
        yield f"{key[0]}{_ADULT[key[1]]}"
        yield from (f"  - {line}" for line in (was or "").splitlines())
        yield from (f"  + {line}" for line in (now or "").splitlines())
        yield ""


def _texts(catalogs: Catalogs, language: str) -> Texts:
    if language not in catalogs.languages("flows"):
        return {}
    return {(text.key, text.adult): _words(text) for text in catalogs.raw("flows", language)}


def _words(text: Text) -> str:
    return "\n".join(text.forms)


def _reading_order(order: tuple[Key, ...]) -> Callable[[tuple[str, bool]], tuple[int, str, bool]]:
    place: dict[str, int] = {}
    for number, use in enumerate(order):
        place.setdefault(use.key, number)

    def of(key: tuple[str, bool]) -> tuple[int, str, bool]:
        """A variant (`…body.DE`) stands where the key it belongs to is asked for."""
        name = key[0]
        while name and name not in place:
            name = name.rpartition(".")[0]
        return place.get(name, len(place)), *key

    return of
