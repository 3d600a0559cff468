"""Slow and greedy callers (S48), and a clean end."""

from __future__ import annotations

import resource
import socket
import time
from uuid import uuid4

import httpx
import pytest

from bot.channels.contract import Message
from tests.public.conftest import Person
from tests.public.small_house import SmallHouse, running


def _connect(url: str) -> socket.socket:
    return socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), timeout=60)


def _is_closed(door: socket.socket) -> bool:
    """Raises TimeoutError when the server keeps the connection."""
    try:
        while door.recv(65_536):
            pass
    except ConnectionResetError:
        pass
    return True


def test_s48_headers_that_never_end_are_cut() -> None:
    with running(SmallHouse(), slow_seconds=1.0) as url, _connect(url) as door:
        door.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ")
        assert _is_closed(door)


def test_s48_silence_is_cut() -> None:
    with running(SmallHouse(), slow_seconds=1.0) as url, _connect(url) as door:
        assert _is_closed(door)


def test_s48_a_second_request_on_the_same_connection_is_watched_too() -> None:
    with running(SmallHouse(), slow_seconds=3.0) as url, _connect(url) as door:
        door.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        assert b"200" in door.recv(65_536)
        door.sendall(b"GET /healthz HTTP/1.1\r\nHost:")
        assert _is_closed(door)


def test_s48_headers_have_a_size(url: str) -> None:
    answer = httpx.get(f"{url}/healthz", headers={"X-Large": "x" * 100_000}, trust_env=False, timeout=60)
    assert answer.status_code == 431


def test_s48_a_body_that_stops_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.public.bodies.CHUNK_SECONDS", 0.3)
    with running(SmallHouse()) as url, _connect(url) as door:
        door.sendall(b"POST /chat HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{")
        assert b" 408 " in door.recv(65_536)
        assert _is_closed(door)


def test_s48_a_reader_that_stops_is_cut(house: SmallHouse) -> None:
    """A stream nobody reads must not pile up in memory for ever."""
    with running(house, slow_seconds=3.0) as url, httpx.Client(base_url=url, trust_env=False, timeout=60) as client:
        person = Person(client)
        person.starts()
        with socket.socket() as door:
            door.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            door.connect(("127.0.0.1", int(url.rpartition(":")[2])))
            proof = f"Authorization: Bearer {person.token}"
            door.sendall(f"GET /chat/stream HTTP/1.1\r\nHost: a\r\n{proof}\r\n\r\n".encode())
            for _ in range(100):
                house.call(house.say, person.address, Message("bot", "x" * 100_000))
            ends = time.monotonic() + 60
            while time.monotonic() < ends:
                try:
                    door.send(b"x")
                except (ConnectionResetError, BrokenPipeError):
                    break
                time.sleep(0.05)
            else:
                pytest.fail("the connection stayed open")


def test_s48_a_huge_body_costs_no_memory(person: Person) -> None:
    """Counted while it arrives: what is too much is never gathered."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    chunk = b"x" * 1_000_000
    try:
        answer = person.hands_in(chunk for _ in range(1_000))
        assert answer.json() == {"refused": "too_large"}
    except httpx.WriteError:
        pass  # cut while sending is as good
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert (after - before) * 1024 < 50 * 2**20


def test_streams_end_when_the_process_ends(house: SmallHouse) -> None:
    with httpx.Client(trust_env=False, timeout=60) as client:
        with running(house) as url:
            client.base_url = httpx.URL(url)
            person = Person(client)
            person.starts()
            stream = client.send(client.build_request("GET", "/chat/stream", headers=person.proof), stream=True)
            lines = stream.iter_lines()
            assert next(lines) == ""
        assert [line for line in lines if line.startswith("{")]


def test_a_fifth_stream_of_one_chat_takes_the_place_of_the_first(person: Person, url: str) -> None:
    client = httpx.Client(base_url=url, trust_env=False, timeout=60)
    opened = []
    for _ in range(5):
        stream = client.send(client.build_request("GET", "/chat/stream", headers=person.proof), stream=True)
        lines = stream.iter_lines()
        for _ in range(4):
            next(lines)
        opened.append((stream, lines))
    assert not list(opened[0][1])
    for stream, _ in opened:
        stream.close()
    client.close()


def test_an_upload_that_breaks_off_is_not_told_to_the_bot(person: Person, house: SmallHouse, url: str) -> None:
    before = len(house.accepted)
    with _connect(url) as door:
        head = f"PUT /chat/files/{uuid4()} HTTP/1.1\r\nHost: a\r\nContent-Type: image/png\r\nContent-Length: 1000\r\n"
        door.sendall(f"{head}Authorization: Bearer {person.token}\r\n\r\n".encode() + b"x" * 100)
    assert person.sends(text="noch da").status_code == 202
    assert [inbound.text for inbound in house.accepted[before:]] == ["noch da"]
    assert not house.taken
