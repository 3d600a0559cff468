"""The HTTP side: calls of a helpline, signed deliveries to its webhook, faults on the wire. One thread, 127.0.0.1."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import socket
import threading
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from tests.simulators.whatsapp.platform import Call, Refused, WhatsApp

Json = dict[str, Any]
RETRY_SECONDS = 0.05
LOOK_SECONDS = 0.005


class Lost(Response):
    """The connection ends in the middle of the answer."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"999")]})
        await send({"type": "http.response.body", "body": b"{", "more_body": False})


class Api:
    """`/{version}/…` and `/media/…`."""

    def __init__(self, platform: WhatsApp) -> None:
        self._platform = platform

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/media/{key}", self.file),
                Route("/{version}/{thing}", self.thing, methods=["GET", "POST", "DELETE"]),
                Route("/{version}/{owner}/{kind}", self.kind, methods=["GET", "POST"]),
            ]
        )

    async def file(self, request: Request) -> Response:
        if not self._known(request):
            return Response(status_code=401)
        try:
            return Response(self._platform.file(request.path_params["key"]), media_type="application/octet-stream")
        except Refused as refused:
            return Response(status_code=refused.status)

    async def thing(self, request: Request) -> Response:
        return await self._answer(request, self._thing)

    async def kind(self, request: Request) -> Response:
        return await self._answer(request, self._kind)

    async def _answer(self, request: Request, act: Any) -> Response:
        platform = self._platform
        raw = await request.body()
        body = json.loads(raw) if raw else {}
        platform.calls.append(Call(request.method, request.url.path, body))
        if "access_token" in request.query_params or "method" in request.query_params:
            platform.broken.append("a token or a method in the query (gone since v26)")
        if request.path_params["version"] != platform.version:
            platform.broken.append("another version")
        if not self._known(request):
            return _error(401, 190)
        typing = isinstance(body, dict) and body.get("status") == "read"
        fault = None if typing else platform.take_fault()
        if fault is not None and fault.kind == "error":
            return _error(fault.status, fault.code)
        try:
            answer = act(request, body)
        except Refused as refused:
            return _error(refused.status, refused.code)
        return JSONResponse(answer) if fault is None else Lost()

    def _thing(self, request: Request, body: Json) -> Json:
        platform, thing = self._platform, request.path_params["thing"]
        if thing == platform.phone_number_id:
            if request.method == "POST":
                platform.configured = {"phone_number": body["webhook_configuration"]["override_callback_uri"]}
                return {"success": True}
            return {
                "display_phone_number": "4900000000",
                "quality_rating": platform.quality,
                "webhook_configuration": platform.configured,
                "id": thing,
            }
        if request.query_params.get("phone_number_id") != platform.phone_number_id:
            platform.broken.append("a file without its number")
        if request.method == "DELETE":
            if thing not in platform.media:
                raise Refused(404, 100)
            platform.media[thing].deleted = True
            return {"success": True}
        return platform.link(thing)

    def _kind(self, request: Request, body: Json) -> Json:
        platform, owner, kind = self._platform, request.path_params["owner"], request.path_params["kind"]
        match kind, request.method:
            case "messages", "POST" if owner == platform.phone_number_id:
                return platform.messages(body)
            case "subscribed_apps", "POST" if owner == platform.account_id:
                platform.subscribed = True
                return {"success": True}
            case "message_templates", "GET" if owner == platform.account_id:
                return {"data": list(platform.templates.values())}
            case "message_templates", "POST" if owner == platform.account_id:
                platform.templates[body["name"], body["language"]] = {**body, "status": "PENDING"}
                return {"id": "1", "status": "PENDING"}
        raise Refused(404, 100)

    def _known(self, request: Request) -> bool:
        return request.headers.get("authorization") == f"Bearer {self._platform.token}"


def _error(status: int, code: int) -> Response:
    return JSONResponse({"error": {"message": "muster", "type": "OAuthException", "code": code}}, status)


class Postman:
    """Carries what waits to the webhook: in batches, signed, again and again until 200."""

    def __init__(self, platform: WhatsApp) -> None:
        self._platform = platform

    async def work(self) -> None:
        async with httpx.AsyncClient(timeout=30, trust_env=False, verify=False) as http:
            while True:
                batch = self._next()
                if batch is None:
                    await asyncio.sleep(LOOK_SECONDS)
                    continue
                while not await self._post(http, batch):
                    await asyncio.sleep(RETRY_SECONDS)
                with self._platform.lock:
                    self._platform.on_the_way -= 1
                    self._platform.delivered.append(batch)

    def _next(self) -> bytes | None:
        platform = self._platform
        with platform.lock:
            if not platform.webhook or not platform.queue:
                return None
            values, platform.queue[: platform.batch] = platform.queue[: platform.batch], []
            platform.on_the_way += 1
        changes = [{"field": "messages", "value": value} for value in values]
        entry = [{"id": platform.account_id, "changes": changes}]
        return json.dumps({"object": "whatsapp_business_account", "entry": entry}, ensure_ascii=True).encode()

    async def _post(self, http: httpx.AsyncClient, body: bytes) -> bool:
        digest = hmac.new(self._platform.app_secret.encode(), body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={digest}"}
        try:
            answer = await http.post(self._platform.webhook, content=body, headers=headers)
        except httpx.TransportError:
            return False
        return answer.status_code == 200


class Running:
    """The server's thread."""

    def __init__(self, platform: WhatsApp) -> None:
        door = socket.create_server(("127.0.0.1", 0))
        platform.url = f"http://127.0.0.1:{door.getsockname()[1]}"
        self._door = door
        self._platform = platform
        settings = uvicorn.Config(Api(platform).app(), log_config=None, lifespan="off", http="h11", loop="asyncio")
        self._server = uvicorn.Server(settings)
        self._thread = threading.Thread(target=lambda: asyncio.run(self._main()), daemon=True)
        self._started = threading.Event()

    def start(self) -> None:
        self._thread.start()
        assert self._started.wait(20)

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)
        assert not self._thread.is_alive()

    async def _main(self) -> None:
        self._server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]  # not the main thread
        postman = asyncio.create_task(Postman(self._platform).work())
        serving = asyncio.create_task(self._server.serve([self._door]))
        while not self._server.started:
            await asyncio.sleep(0.01)
        self._started.set()
        await serving
        postman.cancel()
        await asyncio.gather(postman, return_exceptions=True)
