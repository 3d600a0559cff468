"""Key + locale + values → text. A missing text is an error, never a silent fallback."""

from bot.i18n.catalog import Catalogs, Domain
from bot.i18n.errors import BadTemplate, CatalogError, MissingText
from bot.i18n.fill import fill, names

__all__ = ["BadTemplate", "CatalogError", "Catalogs", "Domain", "MissingText", "fill", "names"]
