"""Telegram as its bots see it: two bots, people, groups, calls in, updates out. `telegram()` starts one.

`clock` decides every date, every expiry, the 48 hours, rates and how long a fault lasts. Waiting itself (long polls,
repeats of a webhook) takes real time, so that a standing clock hangs nothing.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, Final, Literal

from tests.simulators.telegram.bell import Bell
from tests.simulators.telegram.description import Description, Problem
from tests.simulators.telegram.faults import DOWNLOAD, Fault, Faults
from tests.simulators.telegram.mailbox import Mailbox, Source
from tests.simulators.telegram.methods import METHODS, chat_member
from tests.simulators.telegram.people import Group, Person
from tests.simulators.telegram.polling import Polls, get_updates
from tests.simulators.telegram.rates import COUNTED, Meter, Rates
from tests.simulators.telegram.server import Server
from tests.simulators.telegram.world import Account, Chat, ChatKind, Json, Numbers, Refused, new_token

BotName = Literal["public", "staff"]
GET_UPDATES: Final = "getUpdates"
A_DAY: Final = timedelta(days=1)
HOLD_SECONDS: Final = 0.3
_TOO_LONG: Final = {"text": "Bad Request: message is too long", "callback_data": "Bad Request: BUTTON_DATA_INVALID"}

Gone = Callable[[], Coroutine[Any, Any, None]]


@dataclass
class Call:
    """One call as it came. `answered`: the status the bot got, None while it waits and when no answer reached it."""

    bot: str
    method: str
    params: dict[str, Any]
    at: datetime
    answered: int | None = None
    error: str = ""
    fault: str = ""


@dataclass(frozen=True)
class Outcome:
    """`status` and `body` are what Telegram says; `fault` what becomes of it on the way."""

    status: int
    body: Json
    fault: Fault | None = None


@dataclass(frozen=True)
class Options:
    """`retry_seconds`: the first pause of a webhook's repeats. `tap_answer_seconds`: how long a tap can be answered;
    undocumented, so by default as long as its update lives. `hold_seconds`: how far `faults.reorder` holds messages."""

    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    port: int = 0
    token: str = ""
    staff_token: str = ""
    retry_seconds: float = 1.0
    tap_answer_seconds: float = 150.0
    hold_seconds: float = HOLD_SECONDS
    rates: Rates | None = None


class Telegram:
    """The whole platform. `calls` is everything bots asked, `broken` what broke the description, `sent` all updates."""

    def __init__(self, options: Options) -> None:
        self.clock = options.clock
        self.retry_seconds = options.retry_seconds
        self.tap_answer_seconds = options.tap_answer_seconds
        self.description = Description.load()
        self.lock = threading.RLock()
        self.bell = Bell(self.lock)
        self.polls = Polls()
        self.numbers = Numbers()
        self.closing = False
        self.calls: list[Call] = []
        self.broken: list[str] = []
        self.sent: list[Json] = []
        self.faults = Faults(self.clock, self._hand_over_twice)
        self.accounts: dict[str, Account] = {
            "public": self._account("Wegweiser", "wegweiser_muster_bot", options.token),
            "staff": self._account("Wegweiser Team", "wegweiser_team_muster_bot", options.staff_token),
        }
        self._meter = Meter(options.rates, self.clock)
        self._hold_seconds = options.hold_seconds
        self._held: deque[Callable[[], None]] = deque()
        self._server = Server(self, options.port)
        self.url = f"http://127.0.0.1:{self._server.port}"

    # What a test does

    @property
    def token(self) -> str:
        return self.accounts["public"].token

    @property
    def staff_token(self) -> str:
        return self.accounts["staff"].token

    def person(self, *, bot: BotName = "public", name: str = "Mila", language: str = "de") -> Person:
        """Somebody with a private chat, in which nobody has written yet."""
        with self.lock:
            user_id, account = self.numbers.user(), self.accounts[bot]
            card = {"id": user_id, "is_bot": False, "first_name": name, "language_code": language}
            chat = Chat(user_id, "private", name, users={user_id: card})
            account.chats[user_id] = chat
            return Person(self, account, chat, card)

    def group(self, title: str = "Gruppe", *, kind: ChatKind = "supergroup") -> Group:
        """A group or channel with an owner and without a bot; `adds` puts one in."""
        with self.lock:
            owner_id = self.numbers.user()
            owner: Json = {"id": owner_id, "is_bot": False, "first_name": "Noor", "language_code": "nl"}
            members, users = {owner_id: "creator"}, {owner_id: owner}
            return Group(self, Chat(self.numbers.group(), kind, title, begun=True, members=members, users=users), owner)

    def deliver(self, raw_update: Json, *, bot: BotName = "public") -> None:
        """Any update, also one that no library can read; a missing `update_id` is filled in."""
        body = next((value for value in raw_update.values() if isinstance(value, dict)), {})
        chat = body.get("chat")
        source: Source = ("chat", chat.get("id")) if isinstance(chat, dict) else ("other", len(self.sent))
        self._put(self.accounts[bot], raw_update, source, A_DAY)

    def jump(self, number: int, *, bot: BotName = "public") -> None:
        """The next `update_id` is this one, as soon as nothing waits: what happens by itself after a quiet week."""
        with self.lock:
            self.accounts[bot].mailbox.jump(number)

    def waits_for(self, condition: Callable[[], bool], seconds: float = 60.0) -> None:
        """Until the condition holds. In a coroutine: `await asyncio.to_thread(platform.waits_for, …)`."""
        if not self.bell.wait(condition, seconds):
            raise TimeoutError(f"nothing of the kind within {seconds} s")

    def called(self, method: str, *, bot: BotName = "public") -> list[Call]:
        """The calls of one method so far, oldest first."""
        with self.lock:
            return [call for call in self.calls if call.method == method and call.bot == bot]

    def pending(self, *, bot: BotName = "public") -> int:
        """How many updates the bot has neither confirmed nor accepted."""
        with self.lock:
            return len(self.accounts[bot].mailbox) + len(self._held)

    def start(self) -> None:
        self._server.start()

    def stop(self) -> None:
        self.closing = True
        self._server.stop()

    # What happens to updates

    def tells(self, account: Account, kind: str, body: Json, source: Source) -> None:
        """An update of this kind, if the bot wants it. With `faults.reorder` a message is held for a moment."""
        with self.lock:
            if not account.mailbox.wants(kind):
                return
            lives = timedelta(seconds=self.description.retention.get(kind, A_DAY.total_seconds()))
            if self.faults.overtaking and kind in {"message", "edited_message"}:
                self._held.append(lambda: self._put(account, {kind: body}, source, lives))
                self.bell.later(self._hold_seconds, self._release)
                return
            self._put(account, {kind: body}, source, lives)

    def moves(self, account: Account, chat: Chat, by: Json, status: str) -> None:
        """The bot's own place in a chat changes, and it is told so."""
        with self.lock:
            before = "member" if chat.kind == "private" else "left"
            before = chat.members.get(account.user_id, before)
            chat.members[account.user_id] = status
            chat.users[account.user_id] = account.card()
            body = {
                "chat": chat.card(),
                "from": by,
                "date": int(self.clock().timestamp()),
                "old_chat_member": chat_member(account.card(), before),
                "new_chat_member": chat_member(account.card(), status),
            }
            self.tells(account, "my_chat_member", body, ("my_chat_member", chat.chat_id))

    def _put(self, account: Account, content: Json, source: Source, lives: timedelta) -> None:
        with self.lock:
            self.sent.append(account.mailbox.put(content, source, lives))
            self.bell.ring()

    def _release(self) -> None:
        with self.lock:
            self._held.popleft()()

    def _hand_over_twice(self, on: bool) -> None:
        for account in self.accounts.values():
            account.mailbox.twice = on

    def _account(self, name: str, username: str, token: str) -> Account:
        return Account(name, token or new_token(self.numbers.user()), username, Mailbox(self.clock))

    # What happens to calls

    async def answers(self, token: str, name: str, given: dict[str, Any], *, texts: bool, gone: Gone) -> Outcome:
        """Records the call, holds it against the description, meets faults, and does it."""
        bot = next((bot for bot, account in self.accounts.items() if account.token == token), None)
        if bot is None:
            return _refusal(Refused(401, "Unauthorized"))
        method = self.description.method(name)
        if method is None:
            self.broken.append(f"{name}: not among the described methods")
            return _refusal(Refused(404, "Not Found: method not found"))
        params, problems = self.description.read(method, given, texts=texts)
        with self.lock:
            call = Call(bot, method, params, self.clock())
            self.calls.append(call)
            self.broken.extend(f"{method}: {problem}" for problem in problems)
            fault = self.faults.take(method)
        outcome = await self._outcome(self.accounts[bot], call, problems, fault, gone)
        with self.lock:
            reaches = fault is None or fault.kind in {"flood", "errors"}
            call.answered = outcome.status if reaches else None
            call.error = outcome.body.get("description", "")
            call.fault = fault.kind if fault else ""
        self.bell.ring()
        return outcome

    def unreadable(self, name: str) -> Outcome:
        """A body in none of the encodings."""
        self.broken.append(f"{self.description.method(name) or 'a method'}: a body nobody can read")
        return _refusal(Refused(400, "Bad Request: can't parse the request"))

    def file(self, token: str, path: str) -> tuple[bytes | None, Fault | None]:
        """The bytes behind a path that getFile gave within the last hour."""
        account = next((account for account in self.accounts.values() if account.token == token), None)
        with self.lock:
            fault = self.faults.take(DOWNLOAD)
            life = timedelta(seconds=self.description.limits["file_link_min_lifetime_s"])
            files = account.files.values() if account else ()
            for stored in files:
                if stored.path == path and stored.linked is not None and self.clock() - stored.linked < life:
                    return stored.data, fault
        return None, fault

    async def _outcome(
        self, account: Account, call: Call, problems: list[Problem], fault: Fault | None, gone: Gone
    ) -> Outcome:
        try:
            if fault is not None and fault.kind == "black_hole":
                return Outcome(503, {}, fault)
            if fault is not None and fault.kind == "flood":
                raise too_many(fault.retry_after)
            if fault is not None and fault.kind == "errors":
                raise Refused(fault.status, HTTPStatus(fault.status).phrase)
            if problems:
                raise Refused(400, _words(problems[0]))
            if call.method == GET_UPDATES:
                result: Any = await get_updates(self, account, call.params, gone)
            else:
                result = self._does(account, call)
        except Refused as refused:
            return _refusal(refused, fault)
        return Outcome(200, {"ok": True, "result": result}, fault)

    def _does(self, account: Account, call: Call) -> Any:
        with self.lock:
            chat_id = call.params.get("chat_id", 0)
            if call.method in COUNTED and isinstance(chat_id, int):
                wait = self._meter.retry_after(call.bot, chat_id)
                if wait is not None:
                    raise too_many(wait)
            return METHODS[call.method](self, account, call.params)


def _words(problem: Problem) -> str:
    """Telegram's own sentence where bots know it; otherwise where the fault is."""
    place = problem.where.rpartition(".")[2]
    return _TOO_LONG[place] if place in _TOO_LONG and problem.rule.startswith("more") else f"Bad Request: {problem}"


def too_many(seconds: int) -> Refused:
    return Refused(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def _refusal(refused: Refused, fault: Fault | None = None) -> Outcome:
    body: Json = {"ok": False, "error_code": refused.status, "description": refused.description}
    if refused.parameters:
        body["parameters"] = refused.parameters
    return Outcome(refused.status, body, fault)


@contextmanager
def telegram(**options: Any) -> Iterator[Telegram]:
    """A platform that runs, on a free port unless `port` says which; see `Options`."""
    platform = Telegram(Options(**options))
    platform.start()
    try:
        yield platform
    finally:
        platform.stop()
