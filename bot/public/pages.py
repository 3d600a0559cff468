"""The page, its parts, and the health checks. Everything is read once at start and served from memory."""

from __future__ import annotations

import html
import json
import mimetypes
import re
from dataclasses import dataclass, field
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.public.chat import page_language
from bot.public.deps import Deps, PageLanguage

LANGUAGES: Final[tuple[PageLanguage, ...]] = ("de", "nl", "en")
_TEXT = re.compile(r"\{\{ ([a-z_.]+) \}\}")
_CARD = "{{ CARD }}"
_DATA = "{{ DATA }}"


@dataclass(slots=True)
class Pages:
    deps: Deps
    files: dict[str, bytes] = field(init=False)

    def __post_init__(self) -> None:
        self.files = {path.name: path.read_bytes() for path in self.deps.web.static.iterdir() if path.is_file()}

    async def index(self, request: Request) -> Response:
        """GET /: the page in the asked language, with both languages and the emergency card on board."""
        language = page_language(request)
        texts = {**self.deps.texts(language), "page.language": language}
        page = _TEXT.sub(lambda match: html.escape(texts[match[1]]), self.files["index.html"].decode())
        page = page.replace(_CARD, self._card_html(language)).replace(_DATA, self._data(language))
        return Response(page, media_type="text/html; charset=utf-8")

    async def texts(self, request: Request) -> Response:
        """GET /texts/{lang}.json"""
        for language in LANGUAGES:
            if request.path_params["language"] == language:
                return JSONResponse(self._language(language))
        raise HTTPException(404)

    async def static(self, request: Request) -> Response:
        return self._file(request.path_params["name"])

    async def widget(self, request: Request) -> Response:
        """GET /widget.js: what other sites load to embed the chat, in the language they ask for (`?lang`)."""
        texts = self.deps.texts(page_language(request))
        script = _TEXT.sub(lambda match: json.dumps(texts[match[1]])[1:-1], self.files["widget.js"].decode())
        headers = {"Cross-Origin-Resource-Policy": "cross-origin"}
        return Response(script, media_type="text/javascript", headers=headers)

    async def healthz(self, _request: Request) -> Response:
        """The process answers."""
        return PlainTextResponse("ok\n")

    async def readyz(self, _request: Request) -> Response:
        """The helpline can take messages; causes are for `doctor` and the desk, not for outsiders (R23)."""
        ready = await self.deps.ready()
        return PlainTextResponse("ready\n" if ready else "not ready\n", 200 if ready else 503)

    def _file(self, name: str) -> Response:
        body = self.files.get(name)
        if body is None or name in {"index.html", "legal.html", "widget.js"}:
            raise HTTPException(404)
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return Response(body, media_type="text/javascript" if name.endswith(".js") else kind)

    def _language(self, language: PageLanguage) -> dict[str, Any]:
        return {
            "language": language,
            "texts": dict(self.deps.texts(language)),
            "card": self.deps.web.card_json(self.deps.voice.message(language).card),
        }

    def _data(self, language: PageLanguage) -> str:
        data = {
            "language": language,
            "leave_url": self.deps.settings.leave_url,
            "file_max_bytes": self.deps.upload_max_bytes,
            "languages": {known: self._language(known) for known in LANGUAGES},
        }
        return json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")

    def _card_html(self, language: PageLanguage) -> str:
        """The emergency card without any script: it is there before everything else, and when nothing else is."""
        return "".join(_line_html(line) for line in self.deps.web.card_json(self.deps.voice.message(language).card))


def _line_html(line: dict[str, str | None]) -> str:
    name = html.escape(line["name"] or "")
    note = html.escape(line["note"] or "")
    about = f'<span class="card-name">{name}</span>' + (f'<span class="card-note">{note}</span>' if note else "")
    parts = []
    if phone := line["phone"]:
        dial = re.sub(r"[^0-9+*#]", "", phone)
        parts.append(f'<a class="card-phone" href="tel:{dial}">{html.escape(phone)}</a>')
    if (url := line["url"]) and url.startswith("https://"):
        shown = html.escape(re.sub(r"^https://(www\.)?|/$", "", url))
        attributes = 'rel="noopener noreferrer" target="_blank"'
        parts.append(f'<a class="card-url" href="{html.escape(url)}" {attributes}>{shown}</a>')
    return f'<li>{about}<span class="card-ways">{"".join(parts)}</span></li>'
