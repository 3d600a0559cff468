"""What can go wrong between a bot and Telegram, switched on for some seconds of the platform's time.

| fault | is the deed done? | what the bot sees |
|---|---|---|
| `flood` | no | 429 with `retry_after` |
| `errors` | no | a status such as 500 or 502 |
| `black_hole` | no | the connection stands, no answer ever comes; cut when the fault is over |
| `lose_answers` | yes | the connection is reset instead of an answer |
| `half_open` | yes | the answer begins and never ends; cut when the fault is over |
| `garbled` | yes | 200 with a page that is no JSON |

`repeat` and `reorder` are about updates: handed over twice; taps overtake the messages sent just before them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

Kind = Literal["flood", "errors", "black_hole", "lose_answers", "half_open", "garbled"]

SENDING: Final = frozenset(
    {"sendMessage", "editMessageText", "editMessageReplyMarkup", "deleteMessage", "deleteMessages", "sendChatAction"}
)
"""What a flood is about, and what rates count (deleting apart)."""
DOWNLOAD: Final = "file"
"""Stands for `/file/bot…` where methods are named."""


@dataclass(eq=False)
class Fault:
    """One fault. `times`: how many calls are still hit; None is all of them."""

    kind: Kind
    until: datetime
    methods: Collection[str] | None
    times: int | None
    status: int = 500
    retry_after: int = 1

    def hits(self, method: str, now: datetime) -> bool:
        return now < self.until and self.times != 0 and (self.methods is None or method in self.methods)


class Faults:
    """`methods` narrows a fault to some methods, `times` to the next so many calls. Later faults win."""

    def __init__(self, clock: Callable[[], datetime], repeat: Callable[[bool], None]) -> None:
        self._clock = clock
        self._repeat = repeat
        self._active: list[Fault] = []
        self.overtaking = False

    def flood(
        self,
        seconds: float,
        retry_after: int = 1,
        *,
        methods: Collection[str] | None = SENDING,
        times: int | None = None,
    ) -> None:
        self._begin(Fault("flood", self._end(seconds), methods, times, 429, retry_after))

    def errors(
        self, seconds: float, status: int = 500, *, methods: Collection[str] | None = None, times: int | None = None
    ) -> None:
        self._begin(Fault("errors", self._end(seconds), methods, times, status))

    def lose_answers(self, seconds: float, *, methods: Collection[str] | None = None, times: int | None = None) -> None:
        self._begin(Fault("lose_answers", self._end(seconds), methods, times))

    def black_hole(self, seconds: float, *, methods: Collection[str] | None = None, times: int | None = None) -> None:
        self._begin(Fault("black_hole", self._end(seconds), methods, times))

    def half_open(self, seconds: float, *, methods: Collection[str] | None = None, times: int | None = None) -> None:
        self._begin(Fault("half_open", self._end(seconds), methods, times))

    def garbled(self, seconds: float, *, methods: Collection[str] | None = None, times: int | None = None) -> None:
        self._begin(Fault("garbled", self._end(seconds), methods, times))

    def repeat(self, on: bool) -> None:
        """From now on every update is handed over twice."""
        self._repeat(on)

    def reorder(self, on: bool) -> None:
        """From now on messages wait a moment on the way, and taps do not."""
        self.overtaking = on

    def clear(self) -> None:
        """Everything works again, also for calls that hang now."""
        self._active.clear()
        self.repeat(on=False)
        self.reorder(on=False)

    def take(self, method: str) -> Fault | None:
        """The fault that hits this call, if any."""
        now = self._clock()
        self._active = [fault for fault in self._active if now < fault.until]
        for fault in reversed(self._active):
            if fault.hits(method, now):
                if fault.times is not None:
                    fault.times -= 1
                return fault
        return None

    def lasts(self, fault: Fault) -> bool:
        return fault in self._active and self._clock() < fault.until

    def _begin(self, fault: Fault) -> None:
        self._active.append(fault)

    def _end(self, seconds: float) -> datetime:
        return self._clock() + timedelta(seconds=seconds)
