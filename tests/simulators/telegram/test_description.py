"""The reduced description is what its script makes, and what the simulator tells fits it – and the whole one."""

from __future__ import annotations

import json

import pytest

from tests.simulators.telegram import Telegram
from tests.simulators.telegram.conftest import Ask
from tests.simulators.telegram.description import REDUCED, WHOLE, Description
from tests.simulators.telegram.methods import METHODS
from tests.simulators.telegram.polling import get_updates
from tests.vectors.telegram.reduce import reduced

YES = {"inline_keyboard": [[{"text": "Ja", "callback_data": "yes"}]]}
RESULTS = {
    "getMe": "User",
    "getUpdates": "Array of Update",
    "sendMessage": "Message",
    "editMessageText": "Message",
    "editMessageReplyMarkup": "Message",
    "getFile": "File",
    "getChat": "ChatFullInfo",
    "getChatMember": "ChatMember",
    "getWebhookInfo": "WebhookInfo",
    "getMyCommands": "Array of BotCommand",
    "getMyName": "BotName",
    "getMyDescription": "BotDescription",
    "getMyShortDescription": "BotShortDescription",
}
"""What a method answers with, where it is not True. From each method's own sentence in the Bot API."""


def whole() -> Description:
    description = Description.whole()
    if description is None:
        pytest.skip("the whole description of Telegram's Bot API (../shared/platforms/telegram) is not on this machine")
    return description


def a_busy_day(platform: Telegram, ask: Ask) -> list[tuple[str, object]]:
    """Every method once with what our bots send, every update people cause; gives all results by method."""
    mila, team = platform.person(), platform.group("Team")
    mila.starts("insta")
    here = {"chat_id": mila.chat_id}
    results: list[tuple[str, object]] = []

    def does(method: str, **params: object) -> object:
        result = ask(method, **params)
        results.append((method, result))
        return result

    does("getMe")
    reply = {"message_id": mila.chat[0].message_id, "allow_sending_without_reply": True}
    safe = {"protect_content": True, "disable_notification": True, "link_preview_options": {"is_disabled": True}}
    sent = ask("sendMessage", **here, text="x")["message_id"]
    does("sendMessage", **here, text="Hallo", reply_markup=YES, reply_parameters=reply, **safe)
    does("sendMessage", **here, text="Ende", reply_markup={"remove_keyboard": True})
    does("sendChatAction", **here, action="typing")
    does("answerCallbackQuery", callback_query_id=mila.taps("Ja"), text="ja", show_alert=False)
    does(
        "editMessageText",
        **here,
        message_id=sent,
        text="y",
        reply_markup=YES,
        link_preview_options={"is_disabled": True},
    )
    does("editMessageReplyMarkup", **here, message_id=sent)
    does("deleteMessage", **here, message_id=sent)
    does("deleteMessages", **here, message_ids=[sent, 1])
    mila.edits(mila.says("da"), "doch")
    mila.sends_photo(b"x", caption="hier", album="7")
    mila.sends_file(b"x", "chat.txt", "text/plain")
    mila.blocks()
    mila.unblocks()
    team.adds("public")
    team.adds("staff", admin=True)
    team.says("/hallo")
    small = platform.group("Klein", kind="group")
    small.adds("public")
    small.upgrades()
    news = platform.group("Neues", kind="channel")
    news.adds("public")
    news.says("Ein Beitrag")
    does("getChat", chat_id=team.chat_id)
    for user_id in team._chat.users:
        does("getChatMember", chat_id=team.chat_id, user_id=user_id)
    updates = does(
        "getUpdates",
        limit=100,
        timeout=0,
        allowed_updates=["message", "callback_query", "my_chat_member", "channel_post"],
    )
    assert isinstance(updates, list)
    (document,) = (update["message"]["document"] for update in updates if "document" in update.get("message", {}))
    does("getFile", file_id=document["file_id"])
    does("leaveChat", chat_id=team.chat_id)
    commands = [{"command": "start", "description": "Neu"}]
    does("setMyCommands", commands=commands, scope={"type": "all_private_chats"}, language_code="de")
    does("getMyCommands", scope={"type": "all_private_chats"}, language_code="de")
    does("deleteMyCommands", scope={"type": "chat", "chat_id": mila.chat_id})
    for what, field in (("Name", "name"), ("Description", "description"), ("ShortDescription", "short_description")):
        does(f"setMy{what}", **{field: "Hilfe", "language_code": "de"})
        does(f"getMy{what}", language_code="de")
    does("setWebhook", url="http://127.0.0.1:9/x", secret_token="s3", max_connections=5, allowed_updates=["message"],
         drop_pending_updates=True)  # fmt: skip
    does("getWebhookInfo")
    does("deleteWebhook", drop_pending_updates=False)
    return results


def breaches(description: Description, platform: Telegram, results: list[tuple[str, object]]) -> list[str]:
    """Everything said on the wire that the description does not know."""
    found = [problem for call in platform.calls for problem in description.call(call.method, call.params)]
    found += [problem for update in platform.sent for problem in description.value("Update", update)]
    found += [
        problem for method, result in results for problem in description.value(RESULTS.get(method, "True"), result)
    ]
    return [str(problem) for problem in found]


def test_calls_updates_and_results_fit_the_reduced_description(platform: Telegram, ask: Ask) -> None:
    results = a_busy_day(platform, ask)
    assert {method for method, _ in results} == Description.load().methods.keys()
    assert breaches(platform.description, platform, results) == []
    assert platform.broken == []


def test_calls_updates_and_results_fit_the_whole_description(platform: Telegram, ask: Ask) -> None:
    description = whole()
    assert len(description.methods) == 185
    assert breaches(description, platform, a_busy_day(platform, ask)) == []


def test_the_reduced_description_is_what_the_script_makes() -> None:
    whole()
    assert json.loads(REDUCED.read_text()) == reduced(WHOLE)


def test_every_described_method_is_simulated() -> None:
    assert Description.load().methods.keys() - METHODS.keys() == {"getUpdates"}
    assert METHODS.keys() <= Description.load().methods.keys()
    assert callable(get_updates)


@pytest.mark.parametrize(
    ("kind", "value", "problem"),
    [
        ("Integer", True, "Integer: no Integer"),
        ("True", False, "True: no True"),
        ("Chat", {"id": 1}, "Chat.type: missing"),
        ("Array of Array of Integer", [[1], ["x"]], "Array of Array of Integer[1][0]: no Integer"),
        ("Integer or String", 1.5, "Integer or String: no Integer"),
        (
            "User",
            {"id": 1, "is_bot": False, "first_name": "M", "age": 14},
            "User.age: not among the described fields of User",
        ),
        ("ChatMember", {"status": "left"}, "ChatMember.user: missing"),
    ],
)
def test_what_does_not_fit_is_named_without_its_content(kind: str, value: object, problem: str) -> None:
    assert [str(found) for found in Description.load().value(kind, value)] == [problem]


@pytest.mark.parametrize(
    ("method", "wrong", "problem"),
    [
        ("sendMessage", {"text": "x" * 4097}, "text: more than 4096 characters"),
        ("sendMessage", {"text": "🧡" * 2049}, "text: more than 4096 characters"),
        ("sendMessage", {"text": 5}, "text: no String"),
        ("sendMessage", {"text": "x", "protect_content": "true"}, "protect_content: no Boolean"),
        ("deleteMessages", {"message_ids": list(range(101))}, "message_ids: more than 100 items"),
        ("deleteMessages", {"message_ids": ["1"]}, "message_ids[0]: no Integer"),
        ("sendChatAction", {"action": "dancing"}, "action: not of the described form"),
    ],
)
def test_a_call_that_breaks_the_description(method: str, wrong: dict[str, object], problem: str) -> None:
    assert [str(found) for found in Description.load().call(method, {"chat_id": 1, **wrong})] == [problem]


@pytest.mark.parametrize(
    ("keyboard", "problem"),
    [
        ([[{"text": "x", "callback_data": "ä" * 33}]], "[0][0].callback_data: more than 64 bytes"),
        ([[{"text": "x", "callback_data": ""}]], "[0][0].callback_data: fewer than 1 bytes"),
        ([[{"text": "x"}]], "[0][0]: a button does exactly one thing"),
        (
            [[{"text": "x", "callback_data": "a", "url": "https://example.com"}]],
            "[0][0]: a button does exactly one thing",
        ),
        ([[{"text": "x", "callback_data": "a", "style": "loud"}]], "[0][0].style: not of the described form"),
        ("x", ": no Array of Array of InlineKeyboardButton"),
    ],
)
def test_buttons_have_limits(keyboard: object, problem: str) -> None:
    params = {"chat_id": 1, "text": "x", "reply_markup": {"inline_keyboard": keyboard}}
    assert [str(found) for found in Description.load().call("sendMessage", params)] == [
        f"reply_markup.inline_keyboard{problem}"
    ]


@pytest.mark.parametrize(
    ("rows", "per_row", "problem"), [(1, 9, "too many buttons in a row"), (101, 1, "too many buttons")]
)
def test_keyboards_have_limits(rows: int, per_row: int, problem: str) -> None:
    keyboard = {"inline_keyboard": [[{"text": "x", "callback_data": "a"}] * per_row] * rows}
    found = Description.load().call("editMessageReplyMarkup", {"reply_markup": keyboard})
    assert [str(one) for one in found] == [f"reply_markup: {problem}"]
    assert Description.load().call("editMessageReplyMarkup", {"reply_markup": {"inline_keyboard": [[]]}}) == []
