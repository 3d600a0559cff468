"""The counsellors' web app: every route in one list, each with who may use it. What is not in the list is a 404."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from bot.db.store import StoreUnavailable
from bot.desk.bell import BellScreens
from bot.desk.case import CaseScreens
from bot.desk.deps import Desk
from bot.desk.door import Access, Handler, Headers, Unreadable, Visit, from_own_page, read_form, right_token
from bot.desk.live import Live
from bot.desk.pages import LANGUAGES, STATIC
from bot.desk.queue import QueueScreens
from bot.desk.signin import Busy, SignIn, find_signed_in
from bot.logs import exception_place, get_logger

log = get_logger("desk")
LANGUAGE_COOKIE: Final = "desk-language"


@dataclass(frozen=True, slots=True)
class Screen:
    """One route. `passive` requests come from the page itself and do not keep a sign-in alive (S10)."""

    method: Literal["GET", "POST"]
    path: str
    access: Access
    handler: Handler
    passive: bool = False


def screens(desk: Desk) -> tuple[Screen, ...]:
    """Everything the desk can be asked."""
    door, queue, case, live, bell = SignIn(desk), QueueScreens(desk), CaseScreens(desk), Live(desk), BellScreens(desk)
    return (
        Screen("GET", "/sign-in", "anyone", door.form),
        Screen("POST", "/sign-in", "anyone", door.submit),
        Screen("GET", "/sign-in/{code}", "anyone", door.code_form),
        Screen("POST", "/sign-in/{code}", "anyone", door.code_submit),
        Screen("GET", "/invite/{token}", "anyone", door.invite_form),
        Screen("POST", "/invite/{token}", "anyone", door.invite_submit),
        Screen("POST", "/language", "anyone", choose_language),
        Screen("GET", "/healthz", "anyone", healthy),
        Screen("POST", "/sign-out", "staff", door.leave),
        Screen("POST", "/here", "staff", here),
        Screen("GET", "/hours", "staff", queue.hours),
        Screen("GET", "/bell", "counsellor", bell.page),
        Screen("POST", "/bell/code", "counsellor", bell.make_code),
        Screen("POST", "/bell/unlink", "counsellor", bell.unlink),
        Screen("GET", "/dead-letters", "staff", queue.dead_letters),
        Screen("POST", "/dead-letters/{ref}/retry", "staff", queue.retry),
        Screen("POST", "/dead-letters/{ref}/dismiss", "staff", queue.dismiss),
        Screen("GET", "/", "staff", queue.page),
        Screen("GET", "/queue", "counsellor", queue.lines, passive=True),
        Screen("GET", "/live", "counsellor", live.stream, passive=True),
        Screen("GET", "/cases/{ref}", "counsellor", case.page),
        Screen("GET", "/cases/{ref}/parts", "counsellor", case.parts, passive=True),
        Screen("POST", "/cases/{ref}/claim", "counsellor", case.claim),
        Screen("POST", "/cases/{ref}/hand-back", "counsellor", case.hand_back),
        Screen("POST", "/cases/{ref}/requeue", "counsellor", case.requeue),
        Screen("POST", "/cases/{ref}/close", "counsellor", case.close),
        Screen("POST", "/cases/{ref}/messages", "counsellor", case.say),
        Screen("POST", "/cases/{ref}/seen", "counsellor", case.seen),
        Screen("POST", "/cases/{ref}/items/{number:int}", "counsellor", case.open_item),
    )


def create_app(desk: Desk) -> ASGIApp:
    """The whole desk as one ASGI application."""
    guard = Guard(desk)
    routes: list[Route | Mount] = [
        Route(screen.path, guard.endpoint(screen), methods=[screen.method]) for screen in screens(desk)
    ]
    routes.append(Mount("/static", StaticFiles(directory=STATIC)))
    handlers: Mapping[Any, Any] = {HTTPException: guard.refused, StoreUnavailable: guard.unavailable, Busy: guard.busy}
    return Headers(Starlette(routes=routes, exception_handlers=handlers))


class Guard:
    """What is checked before any screen is asked."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def endpoint(self, screen: Screen) -> Any:
        """The screen behind its checks: origin, sign-in, role, form token – in this order (S11, S15)."""

        async def answer(request: Request) -> Response:
            try:
                return await self._answer(screen, request)
            except (HTTPException, StoreUnavailable, Busy):
                raise
            except Exception as error:  # noqa: BLE001 - the edge of a request: the log learns the place, no more
                log.error("desk.failed", error=type(error).__name__, where=exception_place(error))
                return self._say(request, "error.internal", 500)

        return answer

    async def _answer(self, screen: Screen, request: Request) -> Response:
        changes = screen.method != "GET"
        if changes and not from_own_page(request.headers, self._desk.url):
            return self._say(request, "error.origin", 403)
        signed_in = await find_signed_in(self._desk, request, active=not screen.passive)
        if screen.access != "anyone" and signed_in is None:
            return self._sign_in_first(request, screen)
        if screen.access == "counsellor" and signed_in is not None and signed_in.member.role == "admin":
            raise HTTPException(404)
        form = {}
        if changes:
            try:
                form = await read_form(request)
            except Unreadable:
                return self._say(request, "error.form", 400)
            if screen.access != "anyone" and not right_token(form.pop("csrf", ""), signed_in.csrf if signed_in else ""):
                return self._say(request, "error.origin", 403)
        return await screen.handler(Visit(request, language_of(request), signed_in, form))

    def _sign_in_first(self, request: Request, screen: Screen) -> Response:
        if screen.method == "GET" and not screen.passive:
            return RedirectResponse("/sign-in", status_code=303)
        return self._say(request, "error.signed_out", 401)

    async def refused(self, request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return self._say(request, "error.not_found" if status in (404, 405) else "error.internal", status)

    async def unavailable(self, request: Request, _error: Exception) -> Response:
        return self._say(request, "error.store", 503)

    async def busy(self, request: Request, _error: Exception) -> Response:
        return self._say(request, "error.busy", 503)

    def _say(self, request: Request, key: str, status: int) -> Response:
        """One sentence as page, or as plain text for our own script. Nothing of the request is repeated (S53)."""
        language = language_of(request)
        if request.headers.get("x-desk") == "script":
            return PlainTextResponse(self._desk.pages.say(key, language), status_code=status)
        return self._desk.pages.render("error.html", language, status=status, me=None, problem=key)


def language_of(request: Request) -> str:
    """Chosen on the page, else what the browser asks for first, else German."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    wanted = [chosen, *(part.strip()[:2].lower() for part in request.headers.get("accept-language", "").split(","))]
    return next((language for language in wanted if language in LANGUAGES), "de")


async def choose_language(visit: Visit) -> Response:
    """Language of the screens; a preference, so its cookie outlives the sign-in and holds nothing else."""
    response = RedirectResponse("/", status_code=303)
    if (language := visit.form.get("language")) in LANGUAGES:
        response.set_cookie(LANGUAGE_COOKIE, str(language), httponly=True, samesite="strict", max_age=31_536_000)
    return response


async def healthy(_visit: Visit) -> Response:
    """The process answers; nothing else is told."""
    return PlainTextResponse("ok")


async def here(_visit: Visit) -> Response:
    """Keys or pointer were used: the check before this has kept the sign-in alive."""
    return Response(status_code=204)
