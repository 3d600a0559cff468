"""The methods do what Bot API's pages say, in all three encodings, and refuse in Telegram's words."""

from __future__ import annotations

import httpx
import pytest

from tests.conftest import StandingClock
from tests.simulators.telegram import Rates, Telegram, telegram
from tests.simulators.telegram.conftest import Ask
from tests.simulators.telegram.rates import Meter

YES = {"inline_keyboard": [[{"text": "Ja", "callback_data": "yes"}]]}
YES_TEXT = '{"inline_keyboard": [[{"text": "Ja", "callback_data": "yes"}]]}'
LONG_AGO = "message can't be deleted"


@pytest.mark.parametrize("encoding", ["form", "multipart", "json", "json with texts", "query"])
def test_every_encoding_arrives_the_same(platform: Telegram, encoding: str) -> None:
    mila = platform.person()
    mila.says("hallo")
    url = f"{platform.url}/bot{platform.token}/sendmessage"
    text = "Grüße, zwei\r\nZeilen & --mehr 🧡"
    texts = {"chat_id": str(mila.chat_id), "text": text, "protect_content": "True", "reply_markup": YES_TEXT}
    values = {"chat_id": mila.chat_id, "text": text, "protect_content": True, "reply_markup": YES}
    with httpx.Client(trust_env=False) as http:
        match encoding:
            case "form":
                answer = http.post(url, data=texts)
            case "multipart":
                answer = http.post(url, files={name: (None, value) for name, value in texts.items()})
            case "json":
                answer = http.post(url, json=values)
            case "json with texts":
                answer = http.post(url, json=values | {"reply_markup": YES_TEXT})
            case _:
                answer = http.get(url, params=texts)
    assert answer.status_code == 200
    assert platform.called("sendMessage")[0].params == values
    assert platform.called("sendMessage")[0].answered == 200
    assert (mila.newest.text, mila.newest.buttons, mila.newest.protected) == (text, (("Ja", "yes"),), True)
    assert platform.broken == []


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b"{"),
        ("application/json", b"[]"),
        ("multipart/form-data; boundary=x", b"--x\r\nno end of the head\r\n--x--"),
        ("application/x-www-form-urlencoded", b"\xff=%"),
    ],
)
def test_a_body_nobody_can_read_is_refused_and_noted(platform: Telegram, kind: str, body: bytes) -> None:
    url = f"{platform.url}/bot{platform.token}/sendMessage"
    answer = httpx.post(url, content=body, headers={"Content-Type": kind}, trust_env=False)
    assert (answer.status_code, len(platform.broken)) == (400, 1)


def test_a_wrong_token_and_an_unknown_method(platform: Telegram, ask: Ask) -> None:
    assert ask("getMe", token="1:x") == (401, "Unauthorized")
    assert platform.broken == []
    assert ask("sendCarrierPigeon")[0] == 404
    assert platform.broken == ["sendCarrierPigeon: not among the described methods"]


def test_a_call_that_breaks_the_description_is_refused_and_noted(platform: Telegram, ask: Ask) -> None:
    mila = platform.person()
    mila.says("hallo")
    data = {"inline_keyboard": [[{"text": "Ja", "callback_data": "ä" * 33}]]}
    told = [
        ask("sendMessage", chat_id=mila.chat_id, **wrong)
        for wrong in (
            {"text": "🧡" * 2049},
            {"text": "x", "reply_markup": data},
            {},
            {"text": "x", "parse_mode": "HTML"},
        )
    ]
    assert told == [
        (400, "Bad Request: message is too long"),
        (400, "Bad Request: BUTTON_DATA_INVALID"),
        (400, "Bad Request: text: missing"),
        (400, "Bad Request: parse_mode: not among the described parameters"),
    ]
    assert platform.broken == [
        "sendMessage: text: more than 4096 characters",
        "sendMessage: reply_markup.inline_keyboard[0][0].callback_data: more than 64 bytes",
        "sendMessage: text: missing",
        "sendMessage: parse_mode: not among the described parameters",
    ]
    assert len(mila.chat) == 1


def test_a_bot_cannot_write_first_and_not_to_who_blocked_it(platform: Telegram, ask: Ask) -> None:
    mila = platform.person()
    assert ask("sendMessage", chat_id=mila.chat_id, text="x") == (400, "Bad Request: chat not found")
    mila.starts()
    assert ask("sendMessage", chat_id=mila.chat_id, text="x")["text"] == "x"
    mila.blocks()
    assert ask("sendMessage", chat_id=mila.chat_id, text="x") == (403, "Forbidden: bot was blocked by the user")
    mila.unblocks()
    assert ask("sendMessage", chat_id=mila.chat_id, text="  \n") == (400, "Bad Request: message text is empty")
    assert platform.broken == []


def test_editing(platform: Telegram, ask: Ask) -> None:
    mila = platform.person()
    hers = mila.says("hallo")
    sent = ask("sendMessage", chat_id=mila.chat_id, text="eins", reply_markup=YES)["message_id"]
    here = {"chat_id": mila.chat_id, "message_id": sent}
    assert "not modified" in ask("editMessageReplyMarkup", **here, reply_markup=YES)[1]
    assert "reply_markup" not in ask("editMessageReplyMarkup", **here)
    assert "not modified" in ask("editMessageReplyMarkup", **here, reply_markup={"inline_keyboard": []})[1]
    assert "not modified" in ask("editMessageText", **here, text=" eins ")[1]
    assert ask("editMessageText", **here, text="zwei")["text"] == "zwei"
    assert "can't be edited" in ask("editMessageText", chat_id=mila.chat_id, message_id=hers, text="meins")[1]
    assert "to edit not found" in ask("editMessageText", chat_id=mila.chat_id, message_id=99, text="x")[1]
    assert [shown.text for shown in mila.chat] == ["hallo", "zwei"]


def test_deleting_reaches_back_48_hours(platform: Telegram, ask: Ask, clock: StandingClock) -> None:
    mila = platform.person()
    early = mila.says("früh")
    clock.advance(hours=47, minutes=59)
    late = mila.says("spät")
    sent = ask("sendMessage", chat_id=mila.chat_id, text="hier")["message_id"]
    assert ask("deleteMessage", chat_id=mila.chat_id, message_id=late) is True
    assert "to delete not found" in ask("deleteMessage", chat_id=mila.chat_id, message_id=late)[1]
    clock.advance(minutes=1)
    assert LONG_AGO in ask("deleteMessage", chat_id=mila.chat_id, message_id=early)[1]
    assert LONG_AGO in ask("deleteMessages", chat_id=mila.chat_id, message_ids=[early, sent])[1]
    assert ask("deleteMessages", chat_id=mila.chat_id, message_ids=[sent, 4711]) is True
    assert [shown.deleted for shown in mila.chat] == [False, True, True]


def test_taps_are_answered_in_time_or_refused(platform: Telegram, ask: Ask, clock: StandingClock) -> None:
    mila = platform.person()
    mila.says("hallo")
    ask("sendMessage", chat_id=mila.chat_id, text="eins", reply_markup=YES)
    tap = mila.taps("Ja")
    assert ask("answerCallbackQuery", callback_query_id=tap, text="Danke") is True
    assert mila.notices == ("Danke",)
    late = mila.taps(data="yes")
    clock.advance(seconds=151)
    for unknown in (late, "17"):
        status, told = ask("answerCallbackQuery", callback_query_id=unknown)
        assert status == 400 and "query is too old" in told
    with pytest.raises(LookupError):
        mila.taps("Nein")


def test_a_tap_on_a_deleted_message_tells_no_content(platform: Telegram, ask: Ask) -> None:
    mila = platform.person()
    mila.says("hallo")
    sent = ask("sendMessage", chat_id=mila.chat_id, text="eins", reply_markup=YES)["message_id"]
    ask("deleteMessage", chat_id=mila.chat_id, message_id=sent)
    mila.taps(data="yes", message_id=sent)
    about = platform.sent[-1]["callback_query"]
    assert about["message"] == {"chat": platform.sent[0]["message"]["chat"], "message_id": sent, "date": 0}
    assert about["data"] == "yes"


def test_files_live_for_an_hour_and_end_at_20_mb(platform: Telegram, ask: Ask, clock: StandingClock) -> None:
    mila = platform.person()
    mila.sends_file(b"some bytes", "chat.pdf", "application/pdf", caption="hier", album="7")
    mila.sends_file(b"", "video.mp4", "video/mp4", size=20 * 2**20 + 1)
    small, big = (update["message"]["document"] for update in ask("getUpdates"))
    assert (small["file_name"], small["mime_type"], small["file_size"]) == ("chat.pdf", "application/pdf", 10)
    assert ask("getFile", file_id=big["file_id"]) == (400, "Bad Request: file is too big")
    assert "wrong file_id" in ask("getFile", file_id="x")[1]
    url = f"{platform.url}/file/bot{platform.token}/{ask('getFile', file_id=small['file_id'])['file_path']}"
    assert httpx.get(url, trust_env=False).content == b"some bytes"
    clock.advance(hours=1)
    assert httpx.get(url, trust_env=False).status_code == 404


def test_groups_and_what_a_bot_sees_there(platform: Telegram, ask: Ask) -> None:
    team, noor = platform.group("Team"), platform.person(bot="staff", name="Noor")
    team.adds("staff")
    team.adds(noor, admin=True)
    me = platform.accounts["staff"].user_id
    token = platform.staff_token
    team.says("unter uns")
    team.says("/status", by=noor)
    kinds = [next(iter(update.keys() - {"update_id"})) for update in ask("getUpdates", token=token)]
    assert kinds == ["my_chat_member", "message", "message"]
    assert ask("getChatMember", token=token, chat_id=team.chat_id, user_id=noor.chat_id)["status"] == "administrator"
    assert ask("getChatMember", token=token, chat_id=team.chat_id, user_id=me)["status"] == "member"
    assert ask("getChat", token=token, chat_id=team.chat_id)["title"] == "Team"
    ask("sendMessage", token=token, chat_id=team.chat_id, text="Jemand wartet", reply_markup=YES)
    team.taps("Ja", by=noor)
    assert platform.sent[-1]["callback_query"]["from"] == noor.card
    assert ask("leaveChat", token=token, chat_id=team.chat_id) is True
    assert platform.sent[-1]["my_chat_member"]["new_chat_member"]["status"] == "left"
    assert "not a member" in ask("sendMessage", token=token, chat_id=team.chat_id, text="x")[1]
    team.adds("staff")
    team.removes("staff")
    assert "kicked" in ask("sendMessage", token=token, chat_id=team.chat_id, text="x")[1]
    assert ask("leaveChat", chat_id=team.chat_id) == (400, "Bad Request: chat not found")


def test_a_group_that_becomes_a_supergroup(platform: Telegram, ask: Ask) -> None:
    team = platform.group("Team", kind="group")
    team.adds("public")
    before = team.chat_id
    team.upgrades()
    url, about = f"{platform.url}/bot{platform.token}/sendMessage", {"chat_id": before, "text": "x"}
    answer = httpx.post(url, json=about, trust_env=False)
    assert (answer.status_code, answer.json()["parameters"]) == (400, {"migrate_to_chat_id": team.chat_id})
    assert ask("sendMessage", chat_id=team.chat_id, text="y")["chat"]["type"] == "supergroup"
    left, came = (update["message"] for update in ask("getUpdates")[-2:])
    assert (left["chat"]["id"], left["migrate_to_chat_id"]) == (before, team.chat_id)
    assert (came["chat"]["id"], came["migrate_from_chat_id"]) == (team.chat_id, before)


def test_only_what_asks_the_bot_can_be_tapped(platform: Telegram, ask: Ask) -> None:
    mila = platform.person()
    mila.says("hallo")
    link, copy = {"text": "Mehr", "url": "https://example.com"}, {"text": "Nummer", "copy_text": {"text": "116 111"}}
    ask("sendMessage", chat_id=mila.chat_id, text="eins", reply_markup={"inline_keyboard": [[link, copy]]})
    assert mila.newest.buttons == (("Mehr", "https://example.com"), ("Nummer", "116 111"))
    for label, _ in mila.newest.buttons:
        with pytest.raises(LookupError):
            mila.taps(label)
    assert platform.broken == []


def test_waiting_in_vain_ends(platform: Telegram, ask: Ask) -> None:
    mila = platform.person()
    number = mila.says("hallo")
    with pytest.raises(TimeoutError):
        mila.waits_for(lambda shown: shown.text == "hallo", seconds=0.01)
    ask("sendMessage", chat_id=mila.chat_id, text="hallo")
    newest = mila.waits_for(lambda shown: shown.text == "hallo", seconds=0.01, after=number)
    with pytest.raises(TimeoutError):
        mila.waits_for(lambda shown: True, seconds=0.01, after=newest.message_id)
    with pytest.raises(TimeoutError):
        platform.waits_for(lambda: False, seconds=0.01)


def test_commands_and_texts_per_language(platform: Telegram, ask: Ask) -> None:
    commands = [{"command": "start", "description": "Neu beginnen"}]
    private = {"type": "all_private_chats"}
    assert ask("setMyCommands", commands=commands, scope=private, language_code="de") is True
    assert ask("getMyCommands", scope=private, language_code="de") == commands
    assert ask("getMyCommands", language_code="de") == []
    assert ask("deleteMyCommands", scope=private, language_code="de") is True
    assert ask("getMyCommands", scope=private, language_code="de") == []
    for what, field in (("Name", "name"), ("Description", "description"), ("ShortDescription", "short_description")):
        ask(f"setMy{what}", **{field: "Hulp"})
        ask(f"setMy{what}", **{field: "Hilfe", "language_code": "de"})
        assert ask(f"getMy{what}", language_code="nl") == {field: "Hulp"}
        assert ask(f"getMy{what}", language_code="de") == {field: "Hilfe"}
    assert platform.broken == []
    assert ask("setMyCommands", commands=[{"command": "Start!", "description": "x"}])[0] == 400
    assert ask("setMyName", name="x", language_code="deu")[0] == 400


def test_r9_rates_answer_429_with_seconds(clock: StandingClock) -> None:
    meter = Meter(Rates(chat=(2, 5.0), group=(3, 60.0), total=(4, 1.0)), clock)
    assert [meter.retry_after("public", 1) for _ in range(3)] == [None, None, 5]
    clock.advance(seconds=4.2)
    assert meter.retry_after("public", 1) == 1
    clock.advance(seconds=0.8)
    assert [meter.retry_after("public", chat) for chat in (1, 1, 2, 3, 4)] == [None, None, None, None, 1]
    assert meter.retry_after("staff", 4) is None
    clock.advance(seconds=1)
    assert [meter.retry_after("staff", -1) for _ in range(4)] == [None, None, None, 60]


def test_r9_a_bot_over_its_rate_is_told_how_long_to_wait(clock: StandingClock) -> None:
    with telegram(clock=clock, rates=Rates(chat=(1, 3.0))) as platform:
        mila = platform.person()
        mila.says("hallo")
        url, about = f"{platform.url}/bot{platform.token}/sendMessage", {"chat_id": mila.chat_id, "text": "x"}
        first, second = (httpx.post(url, data=about, trust_env=False) for _ in range(2))
    assert (first.status_code, second.status_code, second.headers["Retry-After"]) == (200, 429, "3")
    assert second.json() == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 3",
        "parameters": {"retry_after": 3},
    }
    assert len(mila.chat) == 2
