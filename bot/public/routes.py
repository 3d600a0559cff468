"""Every public route in one list."""

from __future__ import annotations

from starlette.routing import Route

from bot.public.chat import ChatDoors
from bot.public.legal import LegalPages
from bot.public.pages import Pages
from bot.public.telegram import TelegramDoor
from bot.public.whatsapp import WhatsAppDoor
from bot.public.words import LEGAL


def public_routes(
    pages: Pages,
    chat: ChatDoors,
    telegram: TelegramDoor | None = None,
    whatsapp: WhatsAppDoor | None = None,
) -> list[Route]:
    legal = LegalPages(pages.deps.legal, pages.files["legal.html"].decode())
    routes = [
        Route("/", pages.index),
        Route("/widget.js", pages.widget),
        Route("/static/{name}", pages.static),
        Route("/texts/{language}.json", pages.texts),
        *(Route(f"/{name}", legal.page, name=name) for name in LEGAL),
        Route("/healthz", pages.healthz),
        Route("/readyz", pages.readyz),
        Route("/chat", chat.start, methods=["POST"]),
        Route("/chat/messages", chat.write, methods=["POST"]),
        Route("/chat/stream", chat.stream),
        Route("/chat/ack", chat.acknowledge, methods=["POST"]),
        Route("/chat/files/{id}", chat.hand_in, methods=["PUT"]),
        Route("/chat/resume", chat.resume, methods=["POST"]),
        Route("/chat/code", chat.fresh_code, methods=["POST"]),
    ]
    if telegram is not None and telegram.has_webhook:
        routes.append(Route("/telegram/webhook", telegram.webhook, methods=["POST"]))
    if whatsapp is not None:
        routes.append(Route("/whatsapp/webhook", whatsapp.verify, methods=["GET"]))
        routes.append(Route("/whatsapp/webhook", whatsapp.webhook, methods=["POST"]))
    return routes
