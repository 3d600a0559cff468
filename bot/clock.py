"""What time it is. Rules never ask; they are told.

In the environment `test` the clock starts at WEGWEISER_CLOCK and can be moved forward by
`wegweiser clock advance`, which writes the offset to `<data>/clock`; every process of that
installation reads it, so timers run in all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

Clock = Callable[[], datetime]

BUILT: Final = datetime(2026, 11, 21, tzinfo=UTC)
"""No clock can be right before this (S55, R23)."""


def system() -> datetime:
    """Now, aware UTC."""
    return datetime.now(UTC)


class MovableClock:
    """A clock that starts at a given time and is moved by whoever writes the offset file.

    The start is fixed by the first process that opens the file, so all processes agree.
    """

    def __init__(self, start: datetime, file: Path) -> None:
        self._file = file
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = f"{(start - system()).total_seconds()}"
        try:
            with file.open("x") as handle:
                handle.write(fresh)
        except FileExistsError:
            pass

    def __call__(self) -> datetime:
        return system() + timedelta(seconds=float(self._file.read_text() or 0))

    def advance(self, by: timedelta) -> None:
        """Move every process of this installation forward. Raises ValueError for a negative step."""
        if by < timedelta(0):
            raise ValueError("the clock only moves forward")
        offset = float(self._file.read_text() or 0) + by.total_seconds()
        fresh = self._file.with_suffix(".new")
        fresh.write_text(f"{offset}")
        fresh.replace(self._file)


def choose(start: datetime | None, data_dir: Path) -> Clock:
    """The clock of this installation: the system's, or a movable one when a start is given."""
    return system if start is None else MovableClock(start, data_dir / "clock")
