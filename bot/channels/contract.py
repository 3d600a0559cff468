"""The shapes every messenger shares. A messenger's own words stay in its own folder."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal, Protocol

ChannelName = Literal["web", "telegram", "whatsapp"]
CARRIED_ON: Final = "carried_on"
"""`Inbound.topic` of a `start` that is none: a resume code has brought an old conversation to this address."""
OutboxClass = Literal["emergency", "counsellor", "flow", "self_started"]
"""emergency overtakes everything; emergency and counsellor are at-least-once; self_started is at-most-once."""
PULLED: Final[frozenset[ChannelName]] = frozenset({"web"})
"""Channels whose rows wait until the person's page fetches them; all others are sent by the outbox."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that was offered. `item` is set when a channel could seal it while it arrived (web chat);
    otherwise `handle` is what that channel needs to fetch it later, readable by that channel alone."""

    kind: Literal["image", "video", "file", "voice", "sticker", "location", "contact", "unknown"]
    size_bytes: int | None = None
    item: str | None = None
    refused: str | None = None
    handle: str | None = field(default=None, repr=False)
    declared: str = ""
    """Media type the sender claims."""
    name: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Inbound:
    """One message as it crosses a channel towards us.

    `external_id` is unique within the channel and the same when the platform delivers again (S21).
    `address` is where answers go; only the channel that made it may look inside.
    """

    channel: ChannelName
    external_id: str = field(repr=False)
    address: str = field(repr=False)
    received_at: datetime
    text: str | None = field(default=None, repr=False)
    tap: str | None = None
    attachments: tuple[Attachment, ...] = ()
    start: bool = False
    topic: str | None = None
    language: Literal["de", "nl"] | None = None
    edits: str | None = field(default=None, repr=False)
    """`external_id` of the message this one replaces: its words count instead of the old ones."""
    raw: str | None = field(default=None, repr=False)
    """The platform's own words, when the door has only looked at them: the channel's `Reader` makes the whole message
    of them when its turn comes."""
    removable: str | None = field(default=None, repr=False)
    """The platform's id of this message, where it lets us take back what the person wrote."""
    also: str | None = field(default=None, repr=False)
    """Another address the platform gives for this person. It finds their conversation while nobody else is known under
    it who has an address like `address`."""
    open_until: datetime | None = None
    """Until when this may be answered freely; None: at any time."""


@dataclass(frozen=True, slots=True)
class Renamed:
    """The platform says that this person has another address from now on."""

    channel: ChannelName
    before: str = field(repr=False)
    now: str = field(repr=False)


class Unreadable(ValueError):
    """A channel's `Reader` cannot make sense of what its platform sent; the text names the kind, nothing of it."""


class ReaderNotReady(Exception):
    """A channel's `Reader` is still loading what it reads with; nothing is wrong with the message. `ready` waits."""

    def __init__(self, ready: Callable[[], Awaitable[object]]) -> None:
        super().__init__("reader_not_ready")
        self.ready = ready


Reader = Callable[[Inbound], Inbound]
"""Makes a whole message of one with `raw`. Never waits: it is called inside a transaction. Raises Unreadable,
ReaderNotReady."""


@dataclass(frozen=True, slots=True)
class Button:
    id: str
    label: str


@dataclass(frozen=True, slots=True)
class CardLine:
    """One line of an emergency card: whom, how, when. `phone` is dialable as written, `url` opens."""

    name: str
    phone: str | None = None
    url: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """One outgoing message, already in words. `speaker` decides how the channel marks it."""

    speaker: Literal["bot", "counsellor", "notice"]
    text: str = field(repr=False)
    buttons: tuple[Button, ...] = ()
    card: tuple[CardLine, ...] = ()
    upload: bool = False
    """The person may send files now (web chat shows the file picker)."""
    leave: bool = False
    """Quick exit: the page clears itself, a messenger takes back what it can."""
    clear: bool = False
    """The person had everything deleted: what was said before goes from the screen as far as the platform allows."""
    code: str | None = field(default=None, repr=False)
    """A fresh resume code, shown once."""
    paper: bool = False
    """A ready-made text to take along: shown as it is, easy to copy or save, without buttons or card."""
    opener: str | None = None
    """Words on the button that opens a list of choices, where they are more than a channel shows at once."""


@dataclass(frozen=True, slots=True)
class Outbound:
    """What the outbox hands to a channel. `row` is our own id, unique per message, safe to repeat."""

    row: int
    address: str = field(repr=False)
    message: Message
    answers: tuple[str, ...] = field(default=(), repr=False)
    """External ids of the inbound messages this is the answer to."""
    urgent: bool = False
    """Overtakes the channel's own pace (R9)."""
    proof: str | None = field(default=None, repr=False)
    """Random for everybody but us; comes back with what the platform tells about this message (`Report`)."""
    knock: Literal["de", "nl"] | None = None
    """The window is closed: instead of the message, word in this language that one waits (`Capabilities.knocks`)."""


@dataclass(frozen=True, slots=True)
class Sent:
    external_id: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class RetryAfter:
    delay: timedelta


@dataclass(frozen=True, slots=True)
class Refused:
    """Final: this message will never arrive. Counsellors read why."""

    reason: Literal["gone", "blocked", "window_closed", "too_long", "not_allowed", "invalid"]
    """`window_closed` is not final: the row waits until the person writes again (R15)."""


@dataclass(frozen=True, slots=True)
class NotSent:
    """It has surely not arrived (no connection, the platform is down): safe to try again."""


@dataclass(frozen=True, slots=True)
class Uncertain:
    """The answer was never seen: it may have arrived."""


SendOutcome = Sent | RetryAfter | Refused | NotSent | Uncertain


@dataclass(frozen=True, slots=True)
class Report:
    """What a platform tells later about a message it had taken. `Sent`: it is on its way or has arrived."""

    channel: ChannelName
    proof: str = field(repr=False)
    outcome: Sent | RetryAfter | Refused | NotSent


@dataclass(frozen=True, slots=True)
class Capabilities:
    """Limits of one messenger as data. Flows and `render.py` ask this, never the channel's name.

    `delivery`: `push` – the outbox sends; `pull` – rows wait until the person's page fetches and acknowledges them.
    `reply_window`: how long after the person's last message we may write freely; None = always.
    `takes_back`: how long after it was sent a message, ours or theirs, can be changed or removed; None = never.
    `question_max`: characters above buttons (a list has `text_max`); None: `text_max`.
    `joins`: what is said in one breath becomes one message, because each is paid for.
    `reports`: taking a message is no promise yet; the platform tells later what became of it, and within this time it
    also proves that one arrived whose answer was lost. None: what it takes has arrived.
    `knocks`: outside the window it can say that an answer waits.
    """

    channel: ChannelName
    delivery: Literal["push", "pull"]
    text_max: int
    buttons_max: int
    button_label_max: int
    list_max: int
    list_label_max: int
    reply_window: timedelta | None = None
    file_max_bytes: int = 20_000_000
    takes_back: timedelta | None = None
    question_max: int | None = None
    joins: bool = False
    reports: timedelta | None = None
    knocks: bool = False

    def room(self, buttons: int) -> int:
        """Characters that fit above so many buttons."""
        few = 0 < buttons <= self.buttons_max
        return self.question_max if few and self.question_max is not None else self.text_max


class Sender(Protocol):
    """The sending half of a channel (`push` channels only). Keeps the platform's pace by itself (R9)."""

    capabilities: Capabilities

    async def send(self, outbound: Outbound) -> SendOutcome:
        """Send one message. Answers within half a minute or so: what would have to wait for longer is `RetryAfter`."""

    async def tidy(self, address: str, retire: Sequence[str], take_back: Sequence[str]) -> frozenset[str]:
        """Take the buttons off our messages in `retire`, remove those in `take_back`, ours and theirs, from the chat;
        external ids, none in both. Tries for some seconds; returns those that need no further try: done, gone already,
        or beyond what the platform will ever do."""


class FetchFailed(Exception):
    """A file could not be had from the platform. `reason` is a word of `ItemRefused`."""

    def __init__(self, reason: Literal["too_large", "interrupted"]) -> None:
        super().__init__(reason)
        self.reason: Literal["too_large", "interrupted"] = reason


class Fetcher(Protocol):
    """The fetching half of a channel whose attachments carry a `handle`."""

    def fetch(self, handle: str) -> AsyncGenerator[bytes, None]:
        """The file, in pieces. Raises FetchFailed. Whoever stops before its end closes it."""

    async def forget(self, handle: str) -> None:
        """We have it, or will not take it: the platform need not keep it for us. Never raises."""


Accept = Callable[[Sequence[Inbound]], Awaitable[frozenset[str]]]
"""Stores messages durably; returns only after the commit: the addresses that wrote something new which the bot, and no
counsellor, is going to answer. Raises StoreUnavailable (bot.db.store)."""
