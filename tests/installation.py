"""A whole installation in a folder of its own: the real program, real processes, free ports, output kept in a file."""

from __future__ import annotations

import contextlib
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
READY_SECONDS = 240.0
STOP_SECONDS = 120.0
"""Patience, not a promise of ours: many tests share few cores."""
LINK = re.compile(r"sign in once\s+(\S+)")

FIRST_PORT, PORTS = 20_000, 4_000


def free_ports(count: int) -> list[int]:
    """Ports nobody listens on now. All are held open until all are known, so they differ.

    Below the range that outgoing connections are given, and each worker of a test run has ports of its own: what is
    free now is still free when a service comes up.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    first = FIRST_PORT + PORTS * (worker % 3)
    with contextlib.ExitStack() as held:
        ports: list[int] = []
        while len(ports) < count:
            probe = held.enter_context(socket.socket())
            port = random.randrange(first, first + PORTS)
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", port))
                ports.append(port)
        return ports


@dataclass
class Installation:
    """`start` runs `python -m bot run`; everything it says is in `output`."""

    folder: Path
    extra: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    link: str = ""

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        chat, desk = free_ports(2)
        self.chat_url = f"http://127.0.0.1:{chat}"
        self.desk_url = f"http://localhost:{desk}"
        self.data = self.folder / "data"
        self.output = self.folder / "output.txt"
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("WEGWEISER_")},
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
            "WEGWEISER_ENVIRONMENT": "test",
            "WEGWEISER_DATA_DIR": str(self.data),
            "WEGWEISER_PUBLIC__LISTEN": f"127.0.0.1:{chat}",
            "WEGWEISER_PUBLIC__URL": self.chat_url,
            "WEGWEISER_PUBLIC__NEW_CHATS_PER_HOUR": "100000",
            "WEGWEISER_PUBLIC__CHAT_BURST": "100000",
            "WEGWEISER_DESK__LISTEN": f"127.0.0.1:{desk}",
            "WEGWEISER_DESK__URL": self.desk_url,
            **self.extra,
        }

    def start(self, *, wait: bool = True) -> str:
        """Run it until both doors answer; returns the one-time sign-in link, or "" when nobody waits for it."""
        begins = self.output.stat().st_size if self.output.exists() else 0
        with self.output.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bot", "run"],
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
            )
        if not wait:
            return ""
        ends = time.monotonic() + READY_SECONDS
        while time.monotonic() < ends:
            said = self.output.read_bytes()[begins:].decode(errors="replace")
            if found := LINK.search(said):
                self.link = found.group(1)
                return self.link
            if self.process.poll() is not None:
                raise RuntimeError(f"ended with {self.process.returncode}:\n{said}")
            time.sleep(0.02)
        raise RuntimeError(f"not ready in time:\n{said}")

    def command(self, *arguments: str, code: int = 0, stdin: str | None = None) -> str:
        """`wegweiser …` of this installation; fails unless it exits with `code`."""
        done = subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            input=stdin,
        )
        assert done.returncode == code, f"{arguments} ended with {done.returncode}: {done.stdout}{done.stderr}"
        return done.stdout

    def advance(self, by: str) -> None:
        """Move the clock of all its processes."""
        self.command("clock", "advance", by)

    def pid_of(self, role: str) -> int | None:
        """The process id of a role that runs now."""
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        for pid in children.read_text().split():
            with contextlib.suppress(OSError):
                if [b"bot.app", role.encode()] == Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[2:4]:
                    return int(pid)
        return None

    def kill(self, role: str) -> bool:
        """`kill -9` one role; the supervisor starts it again. False when it is just being restarted."""
        pid = self.pid_of(role)
        if pid is None:
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        return True

    def stop(self) -> int:
        """End it as Ctrl-C does; returns the exit code."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        return self.process.returncode

    def get(self, url: str) -> tuple[int, bytes]:
        """A plain GET; status and body."""
        try:
            with urllib.request.urlopen(url, timeout=60) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()


@contextmanager
def running(folder: Path, **extra: str) -> Iterator[Installation]:
    """An installation that is up, and stopped afterwards. `extra`: further settings, by full name."""
    installation = Installation(folder, extra)
    try:
        installation.start()
        yield installation
    finally:
        if installation.process is not None:
            installation.stop()
