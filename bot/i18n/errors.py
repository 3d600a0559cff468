"""What can be wrong with a text.

CatalogError
├─ MissingText    no text for this key in this language
└─ BadTemplate    braces that are no plain name, or a value that was not given
"""


class CatalogError(Exception):
    """A catalogue cannot be used: the file is missing or is not a .po file."""


class MissingText(CatalogError):
    """A key has no text in this language; found by `locales check` before anybody sees it."""


class BadTemplate(CatalogError):
    """A text has braces that are not `{name}`, or the flow does not provide that value."""
