"""`wegweiser run`: starts the roles as child processes, restarts a dead one, ends them together.

The web chat comes first: its role starts at once, the worker when the databases are ready, the desk when the web
chat answers, the staff bot when the desk does, so that a small machine does not start everything at the same time (P7).
In the trial environment it first makes what is missing (folders, keys, databases) and prints where to
look, with a one-time sign-in link for a ready-made counsellor.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from bot import config, logs

FIRST_PAUSE: Final = 0.2  # seconds before a dead role is started again, doubled each time
LONGEST_PAUSE: Final = 30.0
STEADY_SECONDS: Final = 60.0  # a role that lived this long starts over with the first pause
STOP_SECONDS: Final = 10.0
READY_POLL: Final = 0.05
HEAD_START: Final = 5.0  # seconds at most: the desk for the web chat, the staff bot for the desk

log = logs.get_logger("run")


class PortTaken(Exception):
    """Another program listens where a door should be. `setting` names what to change."""

    def __init__(self, setting: str) -> None:
        super().__init__(setting)
        self.setting = setting


@dataclass(slots=True)
class _Child:
    role: str
    process: asyncio.subprocess.Process | None = None
    started_at: float = 0.0
    pause: float = FIRST_PAUSE
    restarts: int = field(default=0)


async def supervise(
    settings: config.Settings, prepare: Callable[[], str | None], announce: Callable[[str | None], None]
) -> None:
    """Run until SIGINT or SIGTERM. `prepare` migrates and may return a sign-in link; `announce` prints when ready.

    Raises PortTaken before anything is started.
    """
    for name, door in (("public.listen", settings.public), ("desk.listen", settings.desk)):
        _require_free(name, door.address)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    family = _Family(stop)
    try:
        family.start("public")
        link = await asyncio.to_thread(prepare)
        family.start("worker")
        await _head_start(settings.public, stop)
        family.start("desk")
        if settings.staffbot.mode == "bell":
            await _head_start(settings.desk, stop)
            family.start("bell")
        if await _ready(settings.public, stop) and await _ready(settings.desk, stop):
            announce(link)
        await stop.wait()
    finally:
        await family.end()


@dataclass(slots=True)
class _Family:
    """The children and the tasks that keep them alive until `stop`."""

    stop: asyncio.Event
    children: list[_Child] = field(default_factory=list)
    keepers: list[asyncio.Task[None]] = field(default_factory=list)

    def start(self, role: str) -> None:
        child = _Child(role)
        self.children.append(child)
        self.keepers.append(asyncio.create_task(_keep(child, self.stop)))

    async def end(self) -> None:
        self.stop.set()
        await asyncio.gather(*(_end(child) for child in self.children))
        await asyncio.gather(*self.keepers)


async def _keep(child: _Child, stop: asyncio.Event) -> None:
    while not stop.is_set():
        child.process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot.app",
            child.role,
            stdin=asyncio.subprocess.DEVNULL,
            env=config.environment_of(child.role),
        )
        if stop.is_set():
            child.process.terminate()  # told to stop while it was being started
        child.started_at = time.monotonic()
        code = await child.process.wait()
        if stop.is_set():
            return
        if time.monotonic() - child.started_at > STEADY_SECONDS:
            child.pause = FIRST_PAUSE
        log.error("role.died", role=child.role, exit_code=code, seconds=child.pause)
        try:
            await asyncio.wait_for(stop.wait(), child.pause)
        except TimeoutError:
            child.pause = min(child.pause * 2, LONGEST_PAUSE)


async def _end(child: _Child) -> None:
    process = child.process
    if process is None or process.returncode is not None:
        return
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), STOP_SECONDS)
    except TimeoutError:
        process.kill()


async def _head_start(door: config.Door, stop: asyncio.Event) -> None:
    """Until a door answers, but whoever comes next does not wait for one that stays closed."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(_ready(door, stop), HEAD_START)


async def _ready(door: config.Door, stop: asyncio.Event) -> bool:
    """Whether a door answers; False when told to stop first."""
    while not await _answers(door.address):
        if stop.is_set():
            return False
        await asyncio.sleep(READY_POLL)
    return True


async def _answers(address: tuple[str, int]) -> bool:
    try:
        reader, writer = await asyncio.open_connection(*address)
    except OSError:
        return False
    writer.write(f"GET /healthz HTTP/1.1\r\nHost: {address[0]}\r\nConnection: close\r\n\r\n".encode())
    try:
        status = await asyncio.wait_for(reader.readline(), 2)
    except (TimeoutError, OSError):
        return False
    finally:
        writer.close()
    return b" 200 " in status


def _require_free(setting: str, address: tuple[str, int]) -> None:
    with socket.socket(socket.AF_INET6 if ":" in address[0] else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError:
            raise PortTaken(f"{config.PREFIX}{setting.replace('.', '__').upper()}") from None
