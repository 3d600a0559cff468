"""The chat doors over real HTTP, with a memory behind them."""

from __future__ import annotations

import json
from uuid import uuid4

import httpx
import pytest

from bot.channels.contract import CARRIED_ON, Button, Message
from bot.channels.web.inbound import external_id
from tests.channels.web.test_inbound import BAD_BODIES
from tests.public.conftest import Person
from tests.public.small_house import CODE, GREETING, SmallHouse


def test_a_chat_starts_and_the_greeting_waits(person: Person, house: SmallHouse) -> None:
    frames = person.reads(3)
    assert [frame["text"] for frame in frames] == [message.text for message in GREETING]
    assert frames[-1]["buttons"][0] == {"id": "start.menu.picture", "label": "Es gibt ein Bild von mir"}
    assert house.accepted[0].start
    assert house.accepted[0].address == person.address
    assert person.token not in repr(house.accepted)


def test_language_and_link_topic_arrive(client: httpx.Client, house: SmallHouse) -> None:
    assert Person(client).starts("nl", topic="insta").status_code == 201
    assert (house.accepted[0].language, house.accepted[0].topic) == ("nl", "insta")


def test_a_text_and_a_tap_are_accepted_before_202(person: Person, house: SmallHouse) -> None:
    assert person.sends(text="die haben ein bild gemacht").status_code == 202
    assert person.sends(tap="start.menu.human").status_code == 202
    assert [inbound.text or inbound.tap for inbound in house.accepted[1:]] == [
        "die haben ein bild gemacht",
        "start.menu.human",
    ]


def test_s21_the_same_id_again_is_the_same_message(person: Person, house: SmallHouse) -> None:
    message_id = str(uuid4())
    for _ in range(3):
        assert person.sends(message_id, text="hallo").status_code == 202
    assert [inbound.text for inbound in house.accepted].count("hallo") == 1
    assert house.accepted[-1].external_id == external_id(person.address, message_id)


def test_frames_arrive_live_and_say_what_they_answer(person: Person, house: SmallHouse) -> None:
    house.reply = lambda inbound: [Message("bot", f"Du schreibst: {inbound.text}")]
    message_id = str(uuid4())
    with person.client.stream("GET", "/chat/stream", headers=person.proof) as stream:
        lines = (json.loads(line) for line in stream.iter_lines() if line)
        first = [next(lines) for _ in range(3)]
        person.post("/chat/ack", json={"rows": [frame["row"] for frame in first]})
        with httpx.Client(base_url=person.client.base_url, trust_env=False, timeout=60) as other:
            Person(other, person.token).sends(message_id, text="eins")
        answer = next(lines)
    assert answer["text"] == "Du schreibst: eins"
    assert answer["answers"] == [message_id]


def test_acknowledged_rows_do_not_come_again_but_the_open_question_does(person: Person) -> None:
    frames = person.reads(3)
    assert person.post("/chat/ack", json={"rows": [frame["row"] for frame in frames[:-1]]}).status_code == 200
    assert person.reads(1) == [frames[-1]]


def test_what_was_not_acknowledged_comes_again(person: Person) -> None:
    assert person.reads(3) == person.reads(3)


def test_another_tab_cannot_read_or_acknowledge_this_chat(person: Person, client: httpx.Client) -> None:
    stranger = Person(client)
    stranger.starts()
    rows = [frame["row"] for frame in person.reads(3)]
    assert stranger.post("/chat/ack", json={"rows": rows}).status_code == 200
    assert len(person.reads(3)) == 3


@pytest.mark.parametrize("proof", ["", "Bearer", "Bearer x", "Basic abc", f"Bearer {'A' * 43}", f"Bearer {'é' * 43}"])
def test_without_the_token_nothing_opens(person: Person, house: SmallHouse, proof: str) -> None:
    headers = {"Authorization": proof.encode("latin-1")}
    body = {"id": str(uuid4()), "text": "x"}
    before = len(house.accepted)
    answers = [
        person.client.post("/chat/messages", json=body, headers=headers),
        person.client.get("/chat/stream", headers=headers),
        person.client.post("/chat/ack", json={"rows": [1]}, headers=headers),
        person.client.post("/chat/code", json={}, headers=headers),
        person.client.put(f"/chat/files/{uuid4()}", content=b"x", headers={**headers, "Content-Type": "image/png"}),
    ]
    assert [(answer.status_code, answer.json()) for answer in answers] == [(401, {"error": "unknown_chat"})] * 5
    assert len(house.accepted) == before


def test_s47_bad_input_is_refused_and_the_next_message_works(person: Person, house: SmallHouse) -> None:
    for number, body in enumerate(BAD_BODIES):
        answer = person.post("/chat/messages", content=body, headers={"Content-Type": "application/json"})
        assert (answer.status_code, answer.json()) == (400, {"error": "bad_request"}), number
        house.advance(minutes=1)
        assert person.sends(text=f"und weiter {number}").status_code == 202
        assert house.accepted[-1].text == f"und weiter {number}"


def test_s47_bad_input_on_the_other_doors(person: Person) -> None:
    bodies = [b"[" * 100_000, b'{"language":"fr"}', b"\xff", b'{"rows":[NaN]}', b'{"code":"\\ud800"}']
    for path in ("/chat", "/chat/ack", "/chat/resume"):
        for body in bodies:
            answer = person.post(path, content=body)
            assert (answer.status_code, answer.json()) == (400, {"error": "bad_request"})


XSS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}}",
    "javascript:alert(1)",
    "<svg/onload=x>",
]


@pytest.mark.parametrize("hostile", XSS)
def test_s53_errors_echo_nothing(person: Person, hostile: str) -> None:
    answers = [
        person.post("/chat/messages", json={"id": hostile, "text": hostile, hostile: hostile}),
        person.post("/chat/resume", json={"code": hostile}),
        person.post("/chat", json={"language": hostile}),
        person.client.get(f"/{hostile}"),
        person.client.get("/", params={"lang": hostile, "topic": hostile}),
        person.hands_in(b"x", name=hostile, kind="nonsense"),
    ]
    for answer in answers:
        assert hostile not in answer.text


# --- resume code --------------------------------------------------------------------------------------------------


def test_s49_a_code_opens_the_conversation_elsewhere_and_the_old_token_stops(
    person: Person, client: httpx.Client
) -> None:
    assert person.post("/chat/code", json={}).json() == {"code": CODE}
    elsewhere = client.post("/chat/resume", json={"code": CODE})
    assert elsewhere.status_code == 201
    assert elsewhere.json()["token"] != person.token
    assert person.sends(text="x").status_code == 401
    assert Person(client, elsewhere.json()["token"]).sends(text="x").status_code == 202


def test_a_page_that_carries_on_what_a_messenger_began_is_told_where_it_stands(
    person: Person, client: httpx.Client, house: SmallHouse
) -> None:
    before = len(house.accepted)
    client.post("/chat/resume", json={"code": "0000-0000-0000-0000"})
    client.post("/chat/resume", json={"code": CODE})
    assert house.accepted[before:] == [], "its open question waits for it"
    house.came_from = "other_channel"
    client.post("/chat/resume", json={"code": CODE})
    [told] = house.accepted[before:]
    assert told.start and told.topic == CARRIED_ON


def test_s49_an_unknown_code_gets_a_clear_answer(client: httpx.Client) -> None:
    answer = client.post("/chat/resume", json={"code": "0000-0000-0000-0000"})
    assert (answer.status_code, answer.json()) == (404, {"error": "unknown_code"})


def test_s49_ten_tries_an_hour(person: Person, house: SmallHouse) -> None:
    tries = [person.client.post("/chat/resume", json={"code": "0000"}).status_code for _ in range(12)]
    assert tries == [404] * 10 + [429] * 2
    assert person.client.post("/chat/resume", json={"code": CODE}).status_code == 429
    house.advance(hours=1)
    assert person.client.post("/chat/resume", json={"code": CODE}).status_code == 201


# --- limits -------------------------------------------------------------------------------------------------------


def test_s46_new_chats_per_network_prefix(client: httpx.Client, house: SmallHouse) -> None:
    starts = [Person(client).starts().status_code for _ in range(12)]
    assert starts == [201] * 10 + [429] * 2
    assert client.post("/chat", json={"language": "de"}, headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 429
    house.advance(minutes=6)
    assert Person(client).starts().status_code == 201


def test_s46_a_flooder_gets_one_notice_then_silence_but_help_passes(person: Person, house: SmallHouse) -> None:
    sent = [person.sends(text=f"{n}") for n in range(30)]
    assert [answer.status_code for answer in sent] == [202] * 20 + [429] * 10
    assert [answer.json()["notice"] for answer in sent[20:]] == [True] + [False] * 9
    assert person.sends(text="notfall").status_code == 202
    assert person.sends(text="notfall").status_code == 429
    house.advance(seconds=31)
    assert [person.sends(text="notfall").status_code for _ in range(4)].count(202) >= 2
    house.advance(hours=1)
    assert person.sends(text="wieder da").status_code == 202


def test_s46_one_flooder_does_not_silence_another_chat(person: Person, client: httpx.Client) -> None:
    for n in range(25):
        person.sends(text=f"{n}")
    other = Person(client)
    other.starts()
    assert other.sends(text="hallo").status_code == 202


# --- store away ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "first_word"), [("de", "Hilfe,"), ("nl", "Hulp"), ("nl-BE,nl;q=0.9", "Hulp")])
def test_r11_the_emergency_card_is_answered_from_memory(
    person: Person, house: SmallHouse, language: str, first_word: str
) -> None:
    house.down = True
    message_id = str(uuid4())
    answer = person.post(
        "/chat/messages", json={"id": message_id, "text": "ich kann nicht mehr"}, headers={"Accept-Language": language}
    )
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    message = answer.json()["message"]
    assert message["text"].startswith(first_word)
    assert message["card"][0]["phone"] == "112"
    again = person.sends(message_id, text="ich kann nicht mehr")
    assert (again.status_code, again.json()["message"]) == (503, None), "once per chat per minute"
    house.down = False
    assert person.sends(message_id, text="ich kann nicht mehr").status_code == 202
    assert house.accepted[-1].text == "ich kann nicht mehr"


def test_r11_every_door_answers_while_the_store_is_away(person: Person, house: SmallHouse) -> None:
    house.down = True
    answers = [
        person.client.post("/chat", json={"language": "de"}),
        person.client.get("/chat/stream", headers=person.proof),
        person.post("/chat/ack", json={"rows": [1]}),
        person.post("/chat/code", json={}),
        person.post("/chat/resume", json={"code": CODE}),
        person.hands_in(b"x"),
    ]
    assert [answer.status_code for answer in answers] == [503] * 6
    assert person.client.get("/").status_code == 200
    assert person.client.get("/healthz").status_code == 200


def test_r11_newcomers_get_the_card_in_their_language_and_keep_their_allowance(
    client: httpx.Client, house: SmallHouse
) -> None:
    house.down = True
    for language, first_word in [("de", "Hilfe,"), ("nl", "Hulp")] * house.settings.new_chats_per_hour:
        answer = client.post("/chat", json={"language": language})
        assert answer.status_code == 503
        assert answer.json()["message"]["text"].startswith(first_word)
    house.down = False
    assert client.post("/chat", json={"language": "de"}).status_code == 201


def test_r11_a_stream_that_cannot_open_leaves_the_card_to_the_message(person: Person, house: SmallHouse) -> None:
    house.down = True
    assert person.client.get("/chat/stream", headers=person.proof).json()["message"] is None
    assert person.sends(text="hallo").json()["message"]["card"]


def test_r11_a_store_that_hangs_is_a_store_that_is_away(
    person: Person, house: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    import asyncio

    async def hangs(_inbounds: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr("bot.public.chat.PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr(house, "find", hangs)
    answer = person.sends(text="x")
    assert answer.status_code == 503
    assert answer.json()["message"]["card"]


# --- files --------------------------------------------------------------------------------------------------------


def test_a_file_is_sealed_while_it_arrives_and_then_accepted(person: Person, house: SmallHouse) -> None:
    answer = person.hands_in(iter([b"x" * 1000] * 30), name="M%C3%BCll.png")
    assert (answer.status_code, answer.json()) == (201, {"refused": None})
    assert house.taken == [(30_000, "image/png", "Müll.png")]
    (attachment,) = house.accepted[-1].attachments
    assert (attachment.kind, attachment.item) == ("image", "item-1")


def test_a_refused_file_is_told_to_page_and_bot(person: Person, house: SmallHouse) -> None:
    house.refuse_files = "gate_closed"
    assert person.hands_in(b"x").json() == {"refused": "gate_closed"}
    assert house.accepted[-1].attachments[0].refused == "gate_closed"


def test_a_file_that_is_refused_unread_still_gets_its_answer(person: Person, house: SmallHouse) -> None:
    """Whoever is cut off while sending never reads why: what is still on its way is taken and dropped."""
    house.refuse_files = "gate_closed"
    for _ in range(5):
        assert person.hands_in(iter([b"x" * 100_000] * 100)).json() == {"refused": "gate_closed"}
    assert not house.taken


def test_s38_too_large_by_header_and_by_counting(
    person: Person, house: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.public.bodies.UPLOAD_MAX_BYTES", 100_000)
    assert person.hands_in(b"x" * 100_001).json() == {"refused": "too_large"}
    assert person.hands_in(iter([b"x" * 10_000] * 11)).json() == {"refused": "too_large"}
    assert not house.taken
    assert person.hands_in(b"x" * 100_000).json() == {"refused": None}


def test_s38_eight_transfers_at_once(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.public.chat.TRANSFERS_AT_ONCE", 0)
    answer = person.hands_in(b"x")
    assert (answer.status_code, answer.json()) == (503, {"error": "busy"})


def test_s48_json_bodies_end_at_one_megabyte(person: Person) -> None:
    declared = person.post("/chat/messages", content=b"x" * 1_000_001)
    assert (declared.status_code, declared.json()) == (413, {"error": "too_large"})
    streamed = person.post("/chat/messages", content=iter([b"x" * 100_000] * 11))
    assert (streamed.status_code, streamed.json()) == (413, {"error": "too_large"})
    assert person.sends(text="weiter").status_code == 202


# --- one stream among others --------------------------------------------------------------------------------------


def test_delete_everything_moves_the_stream_to_the_new_conversation(person: Person, house: SmallHouse) -> None:
    with person.client.stream("GET", "/chat/stream", headers=person.proof) as stream:
        lines = (json.loads(line) for line in stream.iter_lines() if line)
        for _ in range(3):
            next(lines)
        old = house.refs[person.address]

        def part() -> None:
            house.refs[person.address] = "ref-new"
            house.wake(old)

        house.call(part)
        house.call(house.say, person.address, Message("bot", "Alles gelöscht.", buttons=(Button("a.b.c", "Gut"),)))
        assert next(lines)["text"] == "Alles gelöscht."


def test_a_stream_whose_chat_went_elsewhere_ends(person: Person, house: SmallHouse) -> None:
    with person.client.stream("GET", "/chat/stream", headers=person.proof) as stream:
        lines = (line for line in stream.iter_lines() if line)
        for _ in range(3):
            next(lines)
        ref = house.refs.pop(person.address)
        house.call(house.wake, ref)
        assert list(lines) == []
