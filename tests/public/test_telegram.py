"""Telegram's door: S19 before anything is read, safe before confirmed, courtesies that nobody waits for, and the card
from memory while the store is away."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from bot.channels.contract import (
    CARRIED_ON,
    Inbound,
    Message,
    NotSent,
    Refused,
    RetryAfter,
    SendOutcome,
    Sent,
    Uncertain,
)
from bot.channels.telegram.links import carry_on_link
from bot.channels.telegram.peek import peek
from bot.config import Public
from bot.db.store import StoreUnavailable
from bot.public.app import create_app
from bot.public.deps import TelegramDeps
from bot.public.live import Live
from bot.public.messenger import CALLS_AT_ONCE
from bot.public.telegram import TelegramDoor
from tests.channels.telegram.updates import CHAT, WROTE, edited, membership, message, tap, text
from tests.public.small_house import CODE, SmallHouse
from tests.public.test_headers import check_protected

SECRET = "test-secret-" + "x" * 24
JSON = ("Content-Type", "application/json")
RIGHT = ("X-Telegram-Bot-Api-Secret-Token", SECRET)
CARD = "Hilfe, die jetzt antwortet:"
WROTE_AT = datetime.fromtimestamp(WROTE, UTC)


@dataclass
class Calls:
    """What the door says to Telegram, in order; `outcomes` by method, else it arrives."""

    made: list[tuple[str, str]] = field(default_factory=list)
    outcomes: dict[str, SendOutcome] = field(default_factory=dict)
    wait: Callable[[], Awaitable[object]] | None = None
    busy: int = 0
    busiest: int = 0

    async def answer_tap(self, query: str) -> SendOutcome:
        return await self._note("answer_tap", query)

    async def show_typing(self, chat: str) -> SendOutcome:
        return await self._note("show_typing", chat)

    async def leave(self, chat: str) -> SendOutcome:
        return await self._note("leave", chat)

    async def say(self, chat: str, message: Message) -> SendOutcome:
        return await self._note("say", f"{chat} {message.text}")

    async def _note(self, method: str, what: str) -> SendOutcome:
        self.made.append((method, what))
        self.busy += 1
        self.busiest = max(self.busiest, self.busy)
        if self.wait is not None:
            await self.wait()
        self.busy -= 1
        return self.outcomes.get(method, Sent())

    def said(self) -> list[str]:
        return [what for method, what in self.made if method == "say"]


@dataclass
class Gate:
    """The door in front of a house small enough to look into."""

    house: SmallHouse = field(default_factory=SmallHouse)
    calls: Calls = field(default_factory=Calls)
    aside: list[tuple[str, str, str]] = field(default_factory=list)
    codes: dict[str, str] = field(default_factory=dict)
    resumed: list[tuple[str, str]] = field(default_factory=list)
    poison: frozenset[str] = frozenset()
    held: frozenset[str] = frozenset()
    secret: bytes | None = SECRET.encode()
    door: TelegramDoor = field(init=False)

    def __post_init__(self) -> None:
        self.house.now = WROTE_AT + timedelta(seconds=5)
        own = TelegramDeps(
            peek=peek,
            set_aside=self._set_aside,
            resume=self._resume,
            too_many={"de": Message("notice", "zu viele"), "nl": Message("notice", "te veel")},
            only_private=Message("notice", "nur privat"),
            link=carry_on_link,
            webhook_secret=self.secret,
        )
        self.deps = replace(self.house.deps(), accept=self._accept)
        self.door = TelegramDoor(self.deps, own)
        self.door.connect(self.calls)

    async def _accept(self, inbounds: Sequence[Inbound]) -> frozenset[str]:
        if any(inbound.external_id in self.poison for inbound in inbounds):
            raise RuntimeError("a fault of ours")
        return await self.house.accept(inbounds) - self.held

    async def _set_aside(self, channel: str, key: str, reason: str) -> None:
        if self.house.down:
            raise StoreUnavailable
        self.aside.append((channel, key, reason))

    async def _resume(self, code: str, address: str) -> bool:
        if self.house.down:
            raise StoreUnavailable
        self.resumed.append((code, address))
        return self.codes.pop(code, None) is not None

    # --- what a test does ----------------------------------------------------------------------------------------

    def run(self, doing: Coroutine[Any, Any, Any]) -> Any:
        async def to_the_end() -> Any:
            result = await doing
            await self.door.close()
            return result

        return asyncio.run(to_the_end())

    def take(self, *updates: object) -> bool:
        safe = self.run(self.door.take(updates))
        assert isinstance(safe, bool)
        return safe

    def posts(self, body: Any, *headers: tuple[str, str | bytes], method: str = "POST") -> httpx.Response:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()

        async def post() -> httpx.Response:
            app = create_app(self.deps, Live(self.deps.subscribe), self.door)
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://chat.test") as client:
                raw = [
                    (name.encode(), value if isinstance(value, bytes) else value.encode()) for name, value in headers
                ]
                return await client.request(method, "/telegram/webhook", content=content, headers=raw)

        answer = self.run(post())
        assert isinstance(answer, httpx.Response)
        return answer

    @property
    def stored(self) -> list[str]:
        return [inbound.external_id for inbound in self.house.accepted]


@pytest.fixture
def gate() -> Gate:
    return Gate()


# --- S19 --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("X-Telegram-Bot-Api-Secret-Token", "")],
        [("X-Telegram-Bot-Api-Secret-Token", "wrong" * 8)],
        [("X-Telegram-Bot-Api-Secret-Token", SECRET[:-1])],
        [("X-Telegram-Bot-Api-Secret-Token", SECRET + "x")],
        [("X-Telegram-Bot-Api-Secret-Token", SECRET.upper())],
        [("X-Telegram-Bot-Api-Secret-Token", b"\xc3\xa4" * 16)],
        [("X-Telegram-Bot-Api-Secret-Token", b"\xff\xfe")],
        [RIGHT, RIGHT],
        [RIGHT, ("x-telegram-bot-api-secret-token", "wrong")],
        [("X-Telegram-Bot-Api-Secret-Token", f"{SECRET}, {SECRET}")],
    ],
)
def test_s19_a_wrong_secret_gets_nothing_and_leaves_nothing(gate: Gate, headers: list[tuple[str, str | bytes]]) -> None:
    answer = gate.posts(text("hallo"), JSON, *headers)
    assert (answer.status_code, answer.content) == (401, b"")
    assert (gate.stored, gate.aside, gate.calls.made) == ([], [], [])


def test_s19_the_right_secret_is_stored_and_then_told(gate: Gate) -> None:
    answer = gate.posts(text("hallo", 7), JSON, RIGHT)
    assert (answer.status_code, answer.content) == (200, b"")
    assert gate.stored == ["m107"]
    check_protected(answer.headers)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD", "OPTIONS"])
def test_s19_only_post(gate: Gate, method: str) -> None:
    assert gate.posts(text("hallo"), JSON, RIGHT, method=method).status_code == 405
    assert gate.stored == []


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_s19_only_json(gate: Gate, kind: str) -> None:
    answer = gate.posts(text("hallo"), ("Content-Type", kind), RIGHT)
    assert (answer.status_code, answer.content) == (415, b"")
    assert gate.stored == []


def test_s19_without_a_secret_there_is_no_such_place() -> None:
    polled = Gate(secret=None)
    assert polled.posts(text("hallo"), JSON, RIGHT).status_code == 404
    assert polled.posts(text("hallo"), JSON, ("X-Telegram-Bot-Api-Secret-Token", "")).status_code == 404


def test_s48_an_update_beyond_a_megabyte_is_noted_not_kept(gate: Gate) -> None:
    """With 413 Telegram would hold back everything behind it for a day."""
    answer = gate.posts(text("x" * 1_000_001), JSON, RIGHT)
    assert answer.status_code == 200
    assert gate.stored == []
    assert [reason for _, _, reason in gate.aside] == ["no_json"]


def test_s48_each_update_beyond_a_megabyte_is_noted(gate: Gate) -> None:
    for _ in range(2):
        assert gate.posts(text("x" * 1_000_001), JSON, RIGHT).status_code == 200
    assert len({key for _, key, _ in gate.aside}) == 2


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[" * 100_000, b"null", b"[]", b'{"update_id":5}', b'{"update_id":5,"message":1}']
)
def test_s47_what_cannot_be_read_is_noted_and_not_delivered_again(gate: Gate, body: bytes) -> None:
    assert gate.posts(body, JSON, RIGHT).status_code == 200
    assert gate.stored == []
    assert len(gate.aside) == (0 if body == b'{"update_id":5}' else 1)


def test_r11_a_store_that_is_away_makes_telegram_come_back(gate: Gate) -> None:
    gate.house.down = True
    answer = gate.posts(text("hallo"), JSON, RIGHT)
    assert (answer.status_code, answer.content) == (503, b"")
    assert gate.posts(b"{", JSON, RIGHT).status_code == 503
    gate.house.down = False
    assert gate.posts(text("hallo"), JSON, RIGHT).status_code == 200
    assert gate.stored == ["m101"]


# --- keeping ----------------------------------------------------------------------------------------------------------


def test_a_batch_is_kept_in_its_order() -> None:
    gate = Gate(SmallHouse(Public(chat_burst=1_000)))
    assert gate.take(*(text("a", number) for number in range(1, 101)))
    assert gate.stored == [f"m{number + 100}" for number in range(1, 101)]


def test_one_unparsable_update_among_many_harms_nobody(gate: Gate) -> None:
    people = [text("a", number, chat=number) for number in range(1, 60)]
    people[30] = {"update_id": 31, "message": {"text": "KANARIENVOGEL"}}
    assert gate.take(*people)
    assert len(gate.stored) == 58
    assert gate.aside == [("telegram", "u31", "message.chat")]


def test_a_message_that_breaks_the_inbox_harms_nobody(gate: Gate) -> None:
    gate.poison = frozenset({"m102"})
    assert gate.take(text("a", 1), text("b", 2), text("c", 3))
    assert gate.stored == ["m101", "m103"]
    assert gate.aside == [("telegram", "m102", "RuntimeError")]


def test_groups_are_left_with_a_word_and_nothing_said_there_is_kept(gate: Gate) -> None:
    said = message(chat=-5, text="x")
    said["message"]["chat"] = {"id": -5, "type": "group"}
    assert gate.take(membership("member"), said, membership("kicked", "private"))
    assert gate.calls.made == [("say", "-100123 nur privat"), ("leave", "-100123")]
    assert gate.stored == []


def test_a_group_that_forbids_writing_is_left_all_the_same(gate: Gate) -> None:
    gate.calls.outcomes["say"] = Refused("blocked")
    gate.take(membership("administrator", "channel"))
    assert gate.calls.made[-1] == ("leave", "-100123")


# --- carrying on ------------------------------------------------------------------------------------------------------


def test_a_code_carries_the_conversation_on_before_anything_is_stored(gate: Gate) -> None:
    gate.codes["AB-12"] = "x"
    assert gate.take(text("/start c_AB-12"))
    assert gate.resumed == [("AB-12", str(CHAT))]
    [inbound] = gate.house.accepted
    assert (inbound.start, inbound.topic, inbound.raw) == (True, CARRIED_ON, None)


def test_an_unknown_code_is_a_start_like_any_other(gate: Gate) -> None:
    assert gate.take(text("/start c_AB-12"))
    [inbound] = gate.house.accepted
    assert inbound.start and inbound.topic is None and inbound.raw


def test_a_code_that_worked_still_has_when_the_store_went_away_in_between(gate: Gate) -> None:
    gate.codes["AB-12"] = "x"
    real = gate.house.accept

    async def away(_inbounds: Sequence[Inbound]) -> frozenset[str]:
        raise StoreUnavailable

    gate.house.accept = away  # type: ignore[method-assign]
    assert not gate.take(text("/start c_AB-12"))
    gate.house.accept = real  # type: ignore[method-assign]
    assert gate.take(text("/start c_AB-12"))
    assert [inbound.topic for inbound in gate.house.accepted] == [CARRIED_ON]


def test_s49_ten_codes_an_hour_and_an_outage_uses_none_up(gate: Gate) -> None:
    gate.house.down = True
    for number in range(1, 15):
        assert not gate.take(text(f"/start c_{number}", number))
    gate.house.down = False
    for number in range(1, 15):
        assert gate.take(text(f"/start c_{number}", number))
    assert len(gate.resumed) == 10
    assert len(gate.stored) == 14


def test_the_link_is_known_with_the_name(gate: Gate) -> None:
    assert gate.door.link("AB-12") is None
    gate.door.introduce("wegweiser_bot")
    assert gate.door.link("AB-12") == "https://t.me/wegweiser_bot?start=c_AB-12"


def test_whoever_asks_for_a_code_in_the_web_chat_gets_the_link_as_well(gate: Gate) -> None:
    async def codes() -> list[Any]:
        app = create_app(gate.deps, Live(gate.deps.subscribe), gate.door)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://chat.test") as client:
            token = (await client.post("/chat", json={"language": "de"})).json()["token"]
            headers = {"Authorization": f"Bearer {token}"}
            before = await client.post("/chat/code", json={}, headers=headers)
            gate.door.introduce("wegweiser_bot")
            return [before.json(), (await client.post("/chat/code", json={}, headers=headers)).json()]

    link = f"https://t.me/wegweiser_bot?start=c_{CODE}"
    assert gate.run(codes()) == [{"code": CODE}, {"code": CODE, "telegram": link}]


# --- courtesies -------------------------------------------------------------------------------------------------------


def test_a_tap_is_answered_and_a_text_sees_typing(gate: Gate) -> None:
    gate.take(tap(), text("hallo", 8))
    assert gate.calls.made == [("answer_tap", "4242"), ("show_typing", str(CHAT))]


@pytest.mark.parametrize("update", [message(photo=[]), text("/start"), edited("anders")])
def test_only_a_text_sees_typing(gate: Gate, update: object) -> None:
    assert gate.take(update)
    assert gate.calls.made == []


def test_nobody_types_where_a_counsellor_does(gate: Gate) -> None:
    gate.held = frozenset({str(CHAT)})
    gate.take(text("bist du da"))
    assert gate.calls.made == []


def test_typing_is_shown_once_in_four_seconds(gate: Gate) -> None:
    gate.take(text("a", 1))
    gate.take(text("b", 2))
    gate.house.advance(seconds=4)
    gate.take(text("c", 3))
    assert gate.calls.made == [("show_typing", str(CHAT))] * 2


def test_r9_nobody_types_while_telegram_wants_quiet(gate: Gate) -> None:
    gate.calls.outcomes["show_typing"] = RetryAfter(timedelta(seconds=30))

    async def story() -> None:
        await gate.door.take([text("a", 1, chat=1)])
        while gate.door.errands.under_way:
            await asyncio.sleep(0)
        await gate.door.take([text("b", 2, chat=2), tap()])

    gate.run(story())
    assert gate.calls.made == [("show_typing", "1"), ("answer_tap", "4242")]


def test_nobody_waits_for_a_courtesy_and_few_are_made_at_once() -> None:
    gate = Gate(SmallHouse(Public(chat_burst=1_000)))

    async def story() -> None:
        answered = asyncio.Event()
        gate.calls.wait = answered.wait
        assert await asyncio.wait_for(gate.door.take([tap(update_id=n, id=str(n)) for n in range(40)]), 5)
        assert len(gate.stored) == 40
        answered.set()

    gate.run(story())
    assert len(gate.calls.made) == 40
    assert gate.calls.busiest == CALLS_AT_ONCE


def test_before_there_is_a_way_out_everything_is_kept_all_the_same(gate: Gate) -> None:
    gate.door.errands.calls = None
    assert gate.take(tap(), text("hallo", 8))
    assert gate.stored == ["t4242", "m108"]


def test_a_door_that_closes_does_not_wait_for_a_silent_platform(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.public.messenger.LAST_CALLS_SECONDS", 0.05)

    async def story() -> None:
        gate.calls.wait = asyncio.Event().wait
        await gate.door.take([tap()])

    gate.run(story())
    assert gate.calls.made == [("answer_tap", "4242")]


# --- the store is away ------------------------------------------------------------------------------------------------


def test_r11_whoever_cannot_be_served_gets_the_card_once_a_minute(gate: Gate) -> None:
    gate.house.down = True
    for _ in range(3):
        assert not gate.take(text("hallo", 1), text("noch da?", 2))
    assert gate.calls.said() == [f"{CHAT} {CARD}"]
    gate.house.advance(seconds=59)
    assert not gate.take(text("hallo", 1))
    assert gate.calls.said() == [f"{CHAT} {CARD}"]
    gate.house.advance(seconds=1)
    assert not gate.take(text("hallo", 1))
    assert gate.calls.said() == [f"{CHAT} {CARD}"] * 2
    gate.house.down = False
    assert gate.take(text("hallo", 1), text("noch da?", 2))
    assert gate.stored == ["m101", "m102"]


@pytest.mark.parametrize(
    ("language", "words"),
    [("nl", "Hulp die nu antwoordt:"), ("nl-BE", "Hulp die nu antwoordt:"), ("de", CARD), ("en", CARD), (None, CARD)],
)
def test_r11_in_the_language_of_the_app(gate: Gate, language: str | None, words: str) -> None:
    gate.house.down = True
    gate.take(text("help", language=language))
    assert gate.calls.said() == [f"{CHAT} {words}"]


def test_r11_the_most_urgent_first(gate: Gate) -> None:
    gate.house.down = True
    updates = [text("hallo", number, chat=number) for number in range(1, 31)]
    updates.append(text("notfall", 31, chat=31))
    gate.take(*updates[:10], updates[30], *updates[10:30])
    assert gate.calls.said()[0] == f"31 {CARD}"
    assert len(gate.calls.said()) == 31


def test_r11_a_tap_is_answered_too(gate: Gate) -> None:
    gate.house.down = True
    gate.take(tap("root.emergency"))
    assert gate.calls.made == [("say", f"{CHAT} {CARD}"), ("answer_tap", "4242")]


@pytest.mark.parametrize("outcome", [NotSent(), Uncertain(), RetryAfter(timedelta(seconds=1))])
def test_r11_a_card_that_may_not_have_arrived_is_sent_again(gate: Gate, outcome: SendOutcome) -> None:
    gate.house.down = True
    gate.calls.outcomes["say"] = outcome
    gate.take(text("hallo"))
    gate.calls.outcomes.clear()
    gate.take(text("hallo"))
    gate.take(text("hallo"))
    assert len(gate.calls.said()) == 2


@pytest.mark.parametrize("outcome", [Sent(), Refused("blocked")])
def test_r11_a_card_that_arrived_or_never_will_is_not(gate: Gate, outcome: SendOutcome) -> None:
    gate.house.down = True
    gate.calls.outcomes["say"] = outcome
    gate.take(text("hallo"))
    gate.take(text("hallo"))
    assert len(gate.calls.said()) == 1


def test_r11_a_card_for_which_there_was_no_room_is_sent_next_time(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    gate.house.down = True
    monkeypatch.setattr("bot.public.messenger.CALLS_WAITING_MAX", 0)
    gate.take(text("hallo"))
    assert gate.calls.said() == []
    monkeypatch.setattr("bot.public.messenger.CALLS_WAITING_MAX", 1)
    gate.take(text("hallo"))
    assert gate.calls.said() == [f"{CHAT} {CARD}"]


def test_r11_nobody_but_people_gets_a_card(gate: Gate) -> None:
    gate.house.down = True
    assert not gate.take(membership("member"), {"update_id": 9, "poll": {}}, text("hallo", 3))
    assert gate.calls.made == [("say", f"{CHAT} {CARD}")]


def test_r11_a_store_that_hangs_is_given_up_in_time(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.public.telegram.PATIENCE_SECONDS", 0.05)

    async def never(_inbounds: Sequence[Inbound]) -> frozenset[str]:
        await asyncio.Event().wait()
        raise AssertionError

    gate.house.accept = never  # type: ignore[method-assign]
    assert not gate.take(text("hallo"))
    assert gate.calls.said() == [f"{CHAT} {CARD}"]


# --- S46 --------------------------------------------------------------------------------------------------------------


def test_s46_beyond_the_burst_one_notice_then_silence_but_for_the_emergency(gate: Gate) -> None:
    assert gate.take(*(text("spam", number) for number in range(1, 60)))
    assert len(gate.stored) == 20
    assert gate.calls.said() == [f"{CHAT} zu viele"]
    assert gate.take(text("notfall", 70), text("notfall", 71))
    assert gate.stored[20:] == ["m170"]
    gate.house.advance(seconds=31)
    late = text("notfall", 72)
    late["message"]["date"] = WROTE + 31
    assert gate.take(late, text("hallo", 73, chat=8))
    assert gate.stored[21:] == ["m172", "m173"]


def test_s46_what_waited_during_an_outage_is_counted_by_the_time_it_was_written(gate: Gate) -> None:
    """Forty messages within eight minutes are nothing unusual; that they arrive at once is our fault."""
    updates = []
    for number in range(1, 41):
        update = text("wort", number)
        update["message"]["date"] = WROTE - 480 + 12 * number
        updates.append(update)
    assert gate.take(*updates)
    assert len(gate.stored) == 40


def test_s46_what_is_delivered_again_is_not_counted_again(gate: Gate) -> None:
    gate.house.down = True
    for _ in range(5):
        assert not gate.take(*(text("wort", number) for number in range(1, 21)))
    gate.house.down = False
    assert gate.take(*(text("wort", number) for number in range(1, 21)))
    assert len(gate.stored) == 20


def test_s46_a_flood_delivered_again_after_an_outage_is_still_one(gate: Gate) -> None:
    flood = [text("wort", number) for number in range(1, 101)]
    gate.house.down = True
    for start in range(0, 100, 20):
        assert not gate.take(*flood[start : start + 20])
    gate.house.down = False
    gate.house.advance(hours=3)
    assert gate.take(*flood)
    assert gate.stored == [f"m{number + 100}" for number in range(1, 21)]
    assert gate.calls.said().count(f"{CHAT} zu viele") == 1


def test_s46_three_albums_are_no_flood(gate: Gate) -> None:
    assert gate.take(*(message(number, photo=[]) for number in range(1, 31)))
    assert len(gate.stored) == 30
    assert gate.take(*(message(number, photo=[]) for number in range(31, 500)))
    assert len(gate.stored) == 60
    assert gate.take(text("das waren alle", 600))
    assert gate.stored[-1] == "m700"


def test_s52_no_word_of_a_person_in_the_log(gate: Gate, capsys: pytest.CaptureFixture[str]) -> None:
    gate.poison = frozenset({"m9101"})
    words = "KANARIENVOGEL"
    gate.take(text(words, 9001, chat=99_887_766), {"update_id": 5, "message": {"text": words}}, [words])
    gate.house.down = True
    gate.take(text(words, 9002, chat=99_887_766))
    out = "".join(capsys.readouterr())
    assert words not in out and "99887766" not in out
    assert "telegram.store_away" in out
