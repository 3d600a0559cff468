"""WhatsApp's door: S20 before anything is read, everything safe before it is confirmed, one bad item costs no other."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import Any, Final

import httpx
import pytest

from bot.channels.contract import CARRIED_ON, Inbound, Message, Renamed, Report, SendOutcome, Sent, Uncertain
from bot.channels.whatsapp.inbound import items
from bot.channels.whatsapp.signature import HEADER, challenge, is_signed
from bot.config import Public
from bot.db.store import StoreUnavailable
from bot.public.app import create_app
from bot.public.deps import WhatsAppDeps
from bot.public.live import Live
from bot.public.whatsapp import WhatsAppDoor
from tests.channels.whatsapp.deliveries import (
    MILA,
    NUMBER_ID,
    SECRET,
    WROTE,
    as_meta_writes,
    change,
    delivery,
    image,
    message,
    of,
    signature,
    status,
    text,
)
from tests.public.small_house import CODE, SmallHouse
from tests.public.test_headers import check_protected

VERIFY: Final = "pruefwort-der-leitung"
CARD: Final = "Hilfe, die jetzt antwortet:"


@dataclass
class Calls:
    """What the door says to Meta, in order."""

    made: list[tuple[str, str]] = field(default_factory=list)
    outcome: SendOutcome = field(default_factory=Sent)

    async def say(self, address: str, message: Message) -> SendOutcome:
        self.made.append(("say", f"{address} {message.text}"))
        return self.outcome

    async def seen(self, message_id: str) -> SendOutcome:
        self.made.append(("seen", message_id))
        return self.outcome


@dataclass
class Gate:
    """The door in front of a house small enough to look into."""

    house: SmallHouse = field(default_factory=SmallHouse)
    calls: Calls = field(default_factory=Calls)
    aside: list[tuple[str, str, str]] = field(default_factory=list)
    renamed: list[Renamed] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    codes: dict[str, str] = field(default_factory=dict)
    poison: frozenset[str] = frozenset()
    held: frozenset[str] = frozenset()
    secret: bytes = SECRET.encode()

    def __post_init__(self) -> None:
        self.house.now = WROTE + timedelta(seconds=5)
        own = WhatsAppDeps(
            items=partial(items, phone_number_id=NUMBER_ID),
            is_signed=lambda body, given: is_signed(body, given, self.secret),
            challenge=lambda query: challenge(query, VERIFY.encode()),
            header=HEADER,
            set_aside=self._set_aside,
            resume=self._resume,
            rename=self._rename,
            note=self._note,
            too_many={"de": Message("notice", "zu viele"), "nl": Message("notice", "te veel")},
        )
        self.deps = replace(self.house.deps(), accept=self._accept)
        self.door = WhatsAppDoor(self.deps, own)
        self.door.connect(self.calls)

    async def _accept(self, inbounds: Sequence[Inbound]) -> frozenset[str]:
        if any(inbound.external_id in self.poison for inbound in inbounds):
            raise RuntimeError("a fault of ours")
        return await self.house.accept(inbounds) - self.held

    async def _set_aside(self, channel: str, key: str, reason: str) -> None:
        self._require_store()
        self.aside.append((channel, key, reason))

    async def _rename(self, renamed: Sequence[Renamed]) -> None:
        self._require_store()
        self.renamed += renamed

    async def _note(self, reports: Sequence[Report]) -> None:
        self._require_store()
        if any(report.proof in self.poison for report in reports):
            raise RuntimeError("a fault of ours")
        self.reports += reports

    async def _resume(self, code: str, address: str) -> bool:
        return self.codes.pop(code, None) is not None

    def _require_store(self) -> None:
        if self.house.down:
            raise StoreUnavailable

    # --- what a test does ----------------------------------------------------------------------------------------

    def run(self, doing: Coroutine[Any, Any, Any]) -> Any:
        async def to_the_end() -> Any:
            result = await doing
            await self.door.close()
            return result

        return asyncio.run(to_the_end())

    def brings(self, body: Any) -> bool:
        raw = body if isinstance(body, bytes) else as_meta_writes(body)
        safe = self.run(self.door.take(raw))
        assert isinstance(safe, bool)
        return safe

    def calls_at(self, method: str, body: bytes = b"", *headers: tuple[str, str], query: str = "") -> httpx.Response:
        async def call() -> httpx.Response:
            app = create_app(self.deps, Live(self.deps.subscribe), None, self.door)
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://chat.test") as client:
                return await client.request(method, f"/whatsapp/webhook{query}", content=body, headers=[*headers])

        answer = self.run(call())
        assert isinstance(answer, httpx.Response)
        return answer

    def posts(self, body: bytes, *signatures: str) -> httpx.Response:
        return self.calls_at("POST", body, *(("X-Hub-Signature-256", each) for each in signatures))

    @property
    def stored(self) -> list[str]:
        return [inbound.external_id for inbound in self.house.accepted]

    @property
    def nothing_happened(self) -> bool:
        return not (self.stored or self.aside or self.calls.made or self.reports or self.renamed)


@pytest.fixture
def gate() -> Gate:
    return Gate()


# --- S20 --------------------------------------------------------------------------------------------------------------


def test_s20_signed_bytes_are_kept_and_then_confirmed(gate: Gate) -> None:
    body = as_meta_writes(of(text("Größe, één, 🙂", "a")))
    answer = gate.posts(body, signature(body))
    assert (answer.status_code, answer.content) == (200, b"")
    assert [inbound.text for inbound in gate.house.accepted] == ["Größe, één, 🙂"]
    check_protected(answer.headers)


def test_s20_anything_else_is_refused_and_leaves_nothing(gate: Gate) -> None:
    body = as_meta_writes(of(text("Größe")))
    again = json.dumps(json.loads(body), ensure_ascii=False).encode()
    altered = body.replace(b"G", b"H", 1)
    for sent, proof in (
        (altered, [signature(body)]),
        (again, [signature(body)]),
        (body, []),
        (body, [""]),
        (body, [signature(body), signature(body)]),
        (body, [signature(body, "falsch" * 8)]),
        (body, [signature(body).replace("sha256", "sha1")]),
        (body, [signature(body).upper()]),
        (b"", [signature(body)]),
    ):
        answer = gate.posts(sent, *proof)
        assert (answer.status_code, answer.content) == (401, b"")
    assert gate.nothing_happened


def test_s20_without_a_secret_nobody_gets_in() -> None:
    open_house = Gate(secret=b"")
    body = as_meta_writes(of(text("x")))
    for secret in ("", SECRET):
        assert open_house.posts(body, signature(body, secret)).status_code == 401
    assert open_house.nothing_happened


def test_s20_meta_is_answered_with_its_own_word_and_nobody_else(gate: Gate) -> None:
    asked = f"?hub.mode=subscribe&hub.verify_token={VERIFY}&hub.challenge="
    answer = gate.calls_at("GET", query=f"{asked}1158201444")
    assert (answer.status_code, answer.text) == (200, "1158201444")
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["x-content-type-options"] == "nosniff"
    for query in (
        f"{asked}<script>alert(1)</script>",
        f"{asked}%3Cscript%3E",
        f"{asked}1&hub.challenge=2",
        asked.replace(VERIFY, "falsch") + "1",
        "",
        "?hub.mode=subscribe",
    ):
        refused = gate.calls_at("GET", query=query)
        assert (refused.status_code, refused.content) == (403, b"")
    assert gate.nothing_happened


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH"])
def test_s20_only_get_and_post(gate: Gate, method: str) -> None:
    assert gate.calls_at(method).status_code == 405


def test_s48_more_than_three_megabytes_are_not_read(gate: Gate) -> None:
    body = as_meta_writes(of(text("x" * 3_200_000)))
    assert gate.posts(body, signature(body)).status_code == 413
    assert gate.nothing_happened
    below = as_meta_writes(of(text("x" * 3_100_000, "a")))
    assert gate.posts(below, signature(below)).status_code == 200


# --- keeping ----------------------------------------------------------------------------------------------------------


def people(count: int, each: int) -> list[Any]:
    return [text(f"hallo {n}", f"m{n}", user_id=f"DE.Muster{n % each}") for n in range(count)]


def test_fifty_messages_of_twenty_people_one_bad_one_twice(gate: Gate) -> None:
    sent = people(48, 20)
    batch = delivery(change([*sent[:20], {"id": "kaputt"}, *sent[20:]]), change([sent[7]]))
    body = as_meta_writes(batch)
    for _ in range(2):
        assert gate.posts(body, signature(body)).status_code == 200
    assert gate.stored == [f"m{n}" for n in range(48)]
    assert {(channel, reason) for channel, _, reason in gate.aside} == {("whatsapp", "message.from")}
    assert len({key for _, key, _ in gate.aside}) == 1, "delivered again, it is the same dead letter"


def test_a_thousand_mixed_items_in_one_delivery(gate: Gate) -> None:
    """Thirty of each person, where twenty are allowed at once."""
    sent = people(600, 20)
    mixed = [change([one], [status(f"p{n}")] if n % 3 else []) for n, one in enumerate(sent)]
    assert gate.brings(delivery(*mixed, {"field": "account_alerts", "value": {}}))
    assert gate.stored == [f"m{n}" for n in range(gate.house.settings.chat_burst * 20)]
    assert len(gate.reports) == 400


def test_one_message_we_stumble_over_costs_no_other(gate: Gate) -> None:
    gate.poison = frozenset({"m3"})
    assert gate.brings(of(*people(6, 6)))
    assert gate.stored == ["m0", "m1", "m2", "m4", "m5"]
    assert gate.aside == [("whatsapp", "m3", "RuntimeError")]


def test_r11_a_store_that_is_away_brings_the_card_and_the_delivery_again(gate: Gate) -> None:
    gate.house.down = True
    body = as_meta_writes(of(text("hallo", "a"), text("notfall", "b", user_id="DE.MusterZwei")))
    assert gate.posts(body, signature(body)).status_code == 503
    said = [what for kind, what in gate.calls.made if kind == "say"]
    assert [each.split()[0] for each in said] == ["DE.MusterZwei", MILA], "the most urgent first"
    assert all(CARD in each for each in said)
    gate.house.down = False
    assert gate.posts(body, signature(body)).status_code == 200
    assert gate.stored == ["a", "b"]


def test_r11_one_card_a_minute(gate: Gate) -> None:
    gate.house.down = True
    assert not gate.brings(of(text("hallo", "a")))
    assert not gate.brings(of(text("hallo", "a")))
    assert len(gate.calls.made) == 1
    gate.house.advance(seconds=61)
    gate.calls.outcome = Uncertain()
    assert not gate.brings(of(text("hallo", "a")))
    assert not gate.brings(of(text("hallo", "a"))), "one that may not have arrived is sent again"
    assert len(gate.calls.made) == 3


def test_s46_who_sends_too_much_is_told_once() -> None:
    gate = Gate(house=SmallHouse(settings=Public(chat_burst=3, chat_per_hour=3)))
    assert gate.brings(of(*people(6, 1)))
    assert gate.stored == ["m0", "m1", "m2"]
    assert gate.calls.made[0] == ("say", "DE.Muster0 zu viele")
    assert [kind for kind, _ in gate.calls.made].count("say") == 1
    assert gate.brings(of(text("notfall", "n", user_id="DE.Muster0")))
    assert gate.stored[-1] == "n", "the emergency answer always passes"


def test_files_of_an_album_pass(gate: Gate) -> None:
    assert gate.brings(of(*(image(f"f{n}") for n in range(30))))
    assert len(gate.stored) == 30


def test_reports_and_new_addresses_reach_their_rooms(gate: Gate) -> None:
    moved = {"type": "user_changed_user_id", "user_id": "DE.MusterMila2"}
    assert gate.brings(delivery(change([message("system", moved)], [status("p", "failed", code=131047)])))
    assert gate.renamed == [Renamed("whatsapp", MILA, "DE.MusterMila2")]
    assert [report.proof for report in gate.reports] == ["p"]


def test_one_report_we_stumble_over_costs_nothing_else(gate: Gate) -> None:
    gate.poison = frozenset({"p1"})
    body = as_meta_writes(delivery(change([text("x", "a")], [status(f"p{n}") for n in range(3)])))
    assert gate.posts(body, signature(body)).status_code == 200
    assert gate.stored == ["a"]
    assert [report.proof for report in gate.reports] == ["p0", "p2"]


def test_a_code_carries_an_old_conversation_on(gate: Gate) -> None:
    gate.codes[CODE] = "old"
    assert gate.brings(of(text(CODE, "a"), text("0000-0000-0000-0000", "b")))
    first, second = gate.house.accepted
    assert (first.topic, first.start, first.text) == (CARRIED_ON, True, None)
    assert (second.topic, second.text) == (None, "0000-0000-0000-0000")


# --- saying -----------------------------------------------------------------------------------------------------------


def test_read_and_typing_once_for_each_person_the_bot_answers(gate: Gate) -> None:
    gate.held = frozenset({"DE.MusterBeiJana"})
    batch = of(text("a", "a1"), text("b", "a2"), text("c", "b1", user_id="DE.MusterBeiJana"))
    assert gate.brings(batch)
    assert gate.calls.made == [("seen", "a2")]


def test_nobody_is_told_that_it_was_read_when_it_was_not_kept(gate: Gate) -> None:
    gate.poison = frozenset({"a"})
    assert gate.brings(of(text("x", "a")))
    assert gate.calls.made == []


def test_s52_nothing_of_a_person_in_a_log(gate: Gate, capsys: pytest.CaptureFixture[str]) -> None:
    gate.poison = frozenset({"wamid.geheim"})
    gate.brings(of(text("geheim-wort", "wamid.geheim"), {"id": "geheim"}))
    gate.house.down = True
    gate.brings(of(text("geheim-wort", "wamid.geheim2")))
    told = capsys.readouterr()
    assert "whatsapp.store_away" in told.out
    assert not any(word in told.out + told.err for word in ("geheim", MILA, "kaputt"))
