"""The public web application."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from bot.logs import exception_place, get_logger
from bot.public.chat import ChatDoors
from bot.public.deps import Deps
from bot.public.headers import Protected, answer_http_error, error
from bot.public.live import Live
from bot.public.pages import Pages
from bot.public.routes import public_routes
from bot.public.telegram import TelegramDoor
from bot.public.whatsapp import WhatsAppDoor

log = get_logger("public")


def create_app(
    deps: Deps, live: Live, telegram: TelegramDoor | None = None, whatsapp: WhatsAppDoor | None = None
) -> ASGIApp:
    """Every public route behind the protective layer. Whoever calls this also runs `live.run()`."""
    routes = public_routes(Pages(deps), ChatDoors(deps, live, telegram), telegram, whatsapp)
    handlers = {HTTPException: answer_http_error, deps.web.BadBody: _bad_request, Exception: _failed}
    app = Starlette(routes=routes, exception_handlers=handlers)
    app.router.redirect_slashes = False
    return Protected(app, deps.settings)


def _failed(_request: Request, failure: Exception) -> Response:
    log.error("http.failed", error=type(failure).__name__, where=exception_place(failure))
    return error(500)


def _bad_request(_request: Request, _failure: Exception) -> Response:
    """What a `parse_` refused; the reason stays here (S53)."""
    return error(400)
