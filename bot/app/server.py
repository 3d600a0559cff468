"""uvicorn as the roles use it: quiet, bounded, impatient with slow callers (S48), leaving signals to the role."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Generator, Mapping
from typing import TYPE_CHECKING, Final

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    from starlette.types import ASGIApp

SLOW_SECONDS: Final = 20.0  # S48
HEADERS_MAX_BYTES: Final = 16_384
CONNECTIONS_MAX: Final = 2_000


class PatientProtocol(H11Protocol):
    """h11 as uvicorn speaks it, with two clocks it lacks: headers that never end, readers that never read."""

    protective: Mapping[str, str] = {}
    slow_seconds = SLOW_SECONDS
    _headers_due: asyncio.TimerHandle | None = None
    _reader_due: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn itself
        super().connection_made(transport)
        self._headers_due = self.loop.call_later(self.slow_seconds, self.transport.abort)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._stop_headers_clock()
        elif self._headers_due is None:
            self._headers_due = self.loop.call_later(self.slow_seconds, self.transport.abort)

    def on_response_complete(self) -> None:
        """The next request of this connection may take its time to begin; `timeout_keep_alive` watches that."""
        self._stop_headers_clock()
        super().on_response_complete()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._reader_due = self.loop.call_later(self.slow_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        self._stop_reader_clock()
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_headers_clock()
        self._stop_reader_clock()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's signature
        """What is no HTTP never reaches the application, so its answer gets the protective headers here (S51)."""
        fields = {**self.protective, "Content-Type": "application/json", "Connection": "close"}
        headers = [(name.lower().encode(), value.encode()) for name, value in fields.items()]
        if self.conn.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
            body = b'{"error":"bad_request"}'
            head = h11.Response(status_code=400, headers=[*headers, (b"content-length", b"%d" % len(body))])
            for part in (head, h11.Data(data=body), h11.EndOfMessage()):
                self.transport.write(self.conn.send(part) or b"")
        self.transport.close()

    def _stop_headers_clock(self) -> None:
        if self._headers_due is not None:
            self._headers_due.cancel()
            self._headers_due = None

    def _stop_reader_clock(self) -> None:
        if self._reader_due is not None:
            self._reader_due.cancel()
            self._reader_due = None


class Server(uvicorn.Server):
    """`protective` are headers for the answers that uvicorn gives by itself."""

    def __init__(
        self,
        app: ASGIApp,
        address: tuple[str, int],
        *,
        drain_seconds: int,
        protective: Mapping[str, str] | None = None,
        slow_seconds: float = SLOW_SECONDS,
    ) -> None:
        host, port = address
        patience = {"protective": protective or {}, "slow_seconds": slow_seconds}
        super().__init__(
            uvicorn.Config(
                app,
                host=host,
                port=port,
                loop="asyncio",
                http=type("Protocol", (PatientProtocol,), patience),
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                h11_max_incomplete_event_size=HEADERS_MAX_BYTES,
                limit_concurrency=CONNECTIONS_MAX,
                timeout_keep_alive=int(SLOW_SECONDS),
                timeout_graceful_shutdown=drain_seconds,
                backlog=256,
            )
        )

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """SIGTERM and SIGINT belong to the role, which ends its other work too."""
        yield
