"""The operator's pages in words: catalogue `pages`, filled from the settings."""

from __future__ import annotations

from itertools import count

from bot import config
from bot.i18n import Catalogs, fill, names
from bot.public.words import LegalLanguage, LegalName, LegalText, Section
from bot.turns.knowledge import Knowledge

NOT_YET = "–"
"""Where the operator has told nothing; a trial may run so, `doctor` asks a production for it."""


def legal_text(settings: config.Settings, known: Knowledge, name: LegalName, language: LegalLanguage) -> LegalText:
    """One page. A section whose only value the operator left empty is left out."""
    operator = settings.operator
    values = {
        "operator": operator.name,
        "address": operator.address,
        "represented_by": operator.represented_by,
        "contact": operator.contact,
        "register_entry": operator.register_entry,
        "privacy_contact": operator.privacy_contact or operator.contact,
        "retention_days": str(known.retention_days),
        "backup_days": str(known.backup_days),
    }
    words = known.catalogs
    sections = []
    for number in count(1):
        key = f"{name}.{number}"
        if not words.has(f"{key}.body", language, "pages"):
            break
        body = words.text(f"{key}.body", language, domain="pages")
        if body.strip("{}") in values and not values[body.strip("{}")]:
            continue
        title = words.text(f"{key}.title", language, domain="pages") if _titled(words, key, language) else ""
        told = fill(body, {each: values[each] or NOT_YET for each in names(body)})
        sections.append(Section(title, tuple(told.split("\n\n"))))
    return LegalText(
        words.text(f"{name}.title", language, domain="pages"),
        words.text(f"{name}.home", language, domain="pages"),
        tuple(sections),
    )


def _titled(words: Catalogs, key: str, language: LegalLanguage) -> bool:
    return words.has(f"{key}.title", language, "pages")
