"""The HTTP side: `/bot<token>/<method>` in all three encodings, `/file/bot<token>/<path>`, and faults on the wire.

A real server (uvicorn, one thread, 127.0.0.1). Its connections are known by peer, so that a fault can reset one.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import threading
from collections.abc import Callable, Coroutine
from email.parser import BytesHeaderParser
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import parse_qsl

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from tests.simulators.telegram.faults import Fault
from tests.simulators.telegram.webhook import Postman

if TYPE_CHECKING:
    from tests.simulators.telegram.platform import Telegram

START_SECONDS = 60.0
END_SECONDS = 2.0
KEEP_ALIVE_SECONDS = 60


class Unreadable(Exception):
    """A body that is none of the three encodings."""


class Wire(H11Protocol):
    """h11 as uvicorn speaks it, remembering its transport by the caller's address."""

    lines: ClassVar[dict[tuple[str, int], asyncio.Transport]] = {}

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn itself
        super().connection_made(transport)
        if self.client is not None:
            self.lines[self.client] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if self.client is not None:
            self.lines.pop(self.client, None)
        super().connection_lost(exc)


async def parameters(request: Request) -> tuple[dict[str, Any], bool]:
    """What the call names, and whether the values came as text. Raises `Unreadable`."""
    given: dict[str, Any] = dict(request.query_params)
    body = await request.body()
    kind, _, rest = request.headers.get("content-type", "").partition(";")
    try:
        match kind.strip().lower():
            case "application/json" if body:
                read = json.loads(body)
                return given | read, False
            case "multipart/form-data":
                boundary = rest.partition("boundary=")[2].split(";")[0].strip().strip('"')
                return given | _parts(body, boundary.encode()), True
            case _:
                return given | dict(parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=bool(body))), True
    except (ValueError, TypeError) as error:
        raise Unreadable from error


def _parts(body: bytes, boundary: bytes) -> dict[str, Any]:
    """Fields as text; a part with a file name stays bytes, which no method here takes. RFC 7578."""
    fields: dict[str, Any] = {}
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary)[1:-1]:
        head, found, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        if not boundary or not found:
            raise Unreadable
        about = BytesHeaderParser().parsebytes(head)
        name = about.get_param("name", header="Content-Disposition")
        fields[str(name)] = content if about.get_filename() is not None else content.decode()
    return fields


class Half(Response):
    """Says how long the answer will be, sends the first half, and then nothing until `over`."""

    def __init__(self, whole: Response, over: Coroutine[Any, Any, None]) -> None:
        super().__init__(status_code=whole.status_code)
        self._whole = bytes(whole.body)
        self._over = over

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(self._whole))]
        await send({"type": "http.response.start", "status": self.status_code, "headers": headers})
        first = self._whole[: len(self._whole) // 2]
        await send({"type": "http.response.body", "body": first, "more_body": True})
        await self._over


class Door:
    """Turns HTTP into `platform.call`, and faults into what they look like on the wire."""

    def __init__(self, platform: Telegram) -> None:
        self._platform = platform
        self.wire: type[Wire] = type("OwnWire", (Wire,), {"lines": {}})

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/bot{token}/{method}", self._call, methods=["GET", "POST"]),
                Route("/file/bot{token}/{path:path}", self._download),
            ]
        )

    async def _call(self, request: Request) -> Response:
        token, method = request.path_params["token"], request.path_params["method"]
        gone = _gone(request)
        try:
            given, texts = await parameters(request)
        except Unreadable:
            outcome = self._platform.unreadable(method)
        else:
            outcome = await self._platform.answers(token, method, given, texts=texts, gone=gone)
        whole = json.dumps(outcome.body).encode()
        answer = Response(whole, outcome.status, media_type="application/json")
        if wait := outcome.body.get("parameters", {}).get("retry_after"):
            answer.headers["Retry-After"] = str(wait)
        return await self._meets(outcome.fault, request, answer)

    async def _download(self, request: Request) -> Response:
        data, fault = self._platform.file(request.path_params["token"], request.path_params["path"])
        if fault is not None and fault.kind in {"flood", "errors"}:
            return Response(status_code=fault.status)
        await request.body()
        return await self._meets(fault, request, Response(data or b"", 404 if data is None else 200))

    async def _meets(self, fault: Fault | None, request: Request, answer: Response) -> Response:
        """What becomes of an answer on the wire."""
        match fault:
            case Fault(kind="lose_answers"):
                return await self._reset(request)
            case Fault(kind="garbled"):
                return Response(b"<html>it works", media_type="text/html")
            case Fault(kind="black_hole"):
                await self._while(fault, request)
                return await self._reset(request)
            case Fault(kind="half_open"):
                return Half(answer, self._half(fault, request))
        return answer

    async def _while(self, fault: Fault, request: Request) -> None:
        """Until the fault is over, the caller hung up, or the platform ends."""
        leaving = asyncio.ensure_future(_gone(request)())
        while not leaving.done() and not self._platform.closing and self._platform.faults.lasts(fault):
            await asyncio.wait({leaving, self._platform.bell.next()}, timeout=0.1, return_when=asyncio.FIRST_COMPLETED)
        leaving.cancel()

    async def _half(self, fault: Fault, request: Request) -> None:
        await self._while(fault, request)
        await self._reset(request)

    async def _reset(self, request: Request) -> Response:
        """Cuts the connection hard (RST); whatever is answered after that reaches nobody."""
        assert request.client is not None
        line = self.wire.lines.get((request.client.host, request.client.port))
        if line is not None:
            line.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            line.abort()
            await _gone(request)()
        return Response()


def _gone(request: Request) -> Callable[[], Coroutine[Any, Any, None]]:
    """A wait for the caller to hang up; the body must have been read."""

    async def gone() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass

    return gone


class Server:
    """The door in a thread of its own. `start` returns when it listens; `stop` when nothing of it is left.

    uvicorn's connections on a listening socket of our own: its server object would take 0.2 s to stop, in every test.
    """

    def __init__(self, platform: Telegram, port: int) -> None:
        self._platform = platform
        self._door = Door(platform)
        self._socket = socket.socket(proto=socket.IPPROTO_TCP)  # named, or asyncio leaves Nagle's delay in
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", port))
        self.port: int = self._socket.getsockname()[1]
        self._state = ServerState()
        self._config = uvicorn.Config(
            self._door.app(), http=self._door.wire, ws="none", lifespan="off", log_config=None, access_log=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
        )  # fmt: skip
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True, name="telegram")
        self._listens = threading.Event()

    def start(self) -> None:
        self._thread.start()
        if not self._listens.wait(START_SECONDS):
            raise RuntimeError("the simulator did not start")

    def stop(self) -> None:
        """The platform is `closing`: whoever waits hears the bell and ends. Does nothing the second time."""
        self._platform.bell.ring()
        self._thread.join()

    async def _serve(self) -> None:
        loop, bell = asyncio.get_running_loop(), self._platform.bell
        bell.belongs_to(loop)
        post = [asyncio.create_task(Postman(self._platform, one).work()) for one in self._platform.accounts.values()]
        listener = await loop.create_server(self._connection, sock=self._socket, backlog=512)
        self._listens.set()
        while not self._platform.closing:
            await asyncio.wait({bell.next()}, timeout=1.0)
        listener.close()
        for task in post:
            task.cancel()
        for connection in list(self._state.connections):
            connection.shutdown()
        bell.ring()
        await asyncio.gather(*post, return_exceptions=True)
        if self._state.tasks:
            await asyncio.wait(self._state.tasks, timeout=END_SECONDS)
        for line in self._door.wire.lines.values():
            line.abort()
        await asyncio.sleep(0)  # connections hear that they are lost
        bell.belongs_to(None)

    def _connection(self) -> asyncio.Protocol:
        return self._door.wire(self._config, self._state, {})
