"""A wire in front of the database server that can be cut, or go dead without a word."""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
from typing import Self


class Wire:
    """Passes TCP to 127.0.0.1:`target` from a port of its own, on one thread."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        self._bell, self._rung = socket.socketpair()
        self._peers: dict[socket.socket, socket.socket] = {}
        self._state = "up"
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._set("closed")
        self._thread.join(60)
        self._bell.close()
        self._rung.close()

    def cut(self) -> None:
        """Connections break, new ones break at once."""
        self._set("cut")

    def silence(self) -> None:
        """Connections stay, new ones are taken, and nothing passes."""
        self._set("silent")

    def mend(self) -> None:
        self._set("up")

    def _set(self, state: str) -> None:
        self._state = state
        self._done.clear()
        self._bell.send(b".")
        assert self._done.wait(60)

    def _run(self) -> None:
        while self._state != "closed":
            with selectors.DefaultSelector() as ready:
                ready.register(self._rung, selectors.EVENT_READ)
                if self._state != "silent":
                    for waiting in (self._door, *self._peers):
                        ready.register(waiting, selectors.EVENT_READ)
                for key, _ in ready.select():
                    assert isinstance(key.fileobj, socket.socket)
                    self._serve(key.fileobj)
        self._drop_all()
        self._door.close()
        self._done.set()

    def _serve(self, readable: socket.socket) -> None:
        if readable is self._rung:
            readable.recv(100)
            if self._state == "cut":
                self._drop_all()
            self._done.set()
        elif readable is self._door:
            caller, _ = readable.accept()
            if self._state == "cut":
                caller.close()
                return
            server = socket.create_connection(("127.0.0.1", self._target))
            self._peers |= {caller: server, server: caller}
        elif readable in self._peers:
            self._pass_on(readable, self._peers[readable])

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        passed = b""
        with contextlib.suppress(OSError):
            passed = source.recv(65_536)
            sink.sendall(passed)
        if not passed:
            for end in (source, sink):
                self._peers.pop(end, None)
                end.close()

    def _drop_all(self) -> None:
        for end in self._peers:
            end.close()
        self._peers.clear()
