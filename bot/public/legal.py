"""Privacy, imprint, accessibility: what the operator owes everybody, from the settings and the catalogue `pages`."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response

from bot.public.chat import page_language
from bot.public.words import LEGAL, LegalLanguage, LegalName, LegalText, Section


@dataclass(frozen=True, slots=True)
class LegalPages:
    """`text` gives the words; `frame` is the page around them."""

    text: Callable[[LegalName, LegalLanguage], LegalText]
    frame: str = field(repr=False)

    async def page(self, request: Request) -> Response:
        """GET /privacy, /imprint, /accessibility, in the asked language; who asks for English reads German."""
        name: LegalName = next(name for name in LEGAL if request.url.path == f"/{name}")
        language: LegalLanguage = "nl" if page_language(request) == "nl" else "de"
        text = self.text(name, language)
        parts = {
            "LANGUAGE": language,
            "TITLE": html.escape(text.title),
            "HOME": html.escape(text.home),
            "OTHER": "nl" if language == "de" else "de",
            "OTHER_NAME": "Nederlands" if language == "de" else "Deutsch",
            "BODY": "".join(map(_section, text.sections)),
        }
        page = self.frame
        for part, words in parts.items():
            page = page.replace(f"{{{{ {part} }}}}", words)
        return Response(page, media_type="text/html; charset=utf-8")


def _section(section: Section) -> str:
    title = f"<h2>{html.escape(section.title)}</h2>" if section.title else ""
    return title + "".join(f"<p>{html.escape(text).replace(chr(10), '<br>')}</p>" for text in section.paragraphs)
