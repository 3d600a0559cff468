"""The Bot API's methods, in the words of core.telegram.org/bots/api: what each does, and when Telegram refuses.

Each takes the account that calls and parameters that fit the description already, and returns the `result`. All run
under the platform's lock; getUpdates, which waits, is in `polling.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from tests.simulators.telegram.world import Account, Chat, Json, Message, Refused, Webhook

if TYPE_CHECKING:
    from tests.simulators.telegram.platform import Telegram

Params = dict[str, Any]
TOO_OLD: Final = "Bad Request: query is too old and response timeout expired or query ID is invalid"


def get_me(_: Telegram, account: Account, params: Params) -> Json:
    groups = {"can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False}
    return {**account.card(), **groups}


def send_message(platform: Telegram, account: Account, params: Params) -> Json:
    chat = account.chat(params["chat_id"])
    reply = params.get("reply_parameters", {})
    answered = chat.messages.get(reply.get("message_id", 0))
    if reply and answered is None and not reply.get("allow_sending_without_reply"):
        raise Refused(400, "Bad Request: message to be replied not found")
    message = Message(
        platform.numbers.message(),
        account.card(),
        platform.clock(),
        {"text": _text(params), **({"entities": params["entities"]} if "entities" in params else {})},
        markup=params.get("reply_markup"),
        protected=params.get("protect_content", False),
        previews=_previews(params),
        silent=params.get("disable_notification", False),
    )
    if answered is not None:
        message.content["reply_to_message"] = chat.shows(answered)
    chat.messages[message.message_id] = message
    return chat.shows(message)


def edit_message_text(platform: Telegram, account: Account, params: Params) -> Json:
    chat, message = _own(account, params)
    text, markup = _text(params), params.get("reply_markup")
    if (text, _keyboard(markup)) == (message.text, _keyboard(message.markup)):
        raise Refused(400, _NOT_MODIFIED)
    message.content["text"] = text
    message.markup, message.previews, message.edited = markup, _previews(params), platform.clock()
    return chat.shows(message)


def edit_message_reply_markup(platform: Telegram, account: Account, params: Params) -> Json:
    chat, message = _own(account, params)
    markup = params.get("reply_markup")
    if _keyboard(markup) == _keyboard(message.markup):
        raise Refused(400, _NOT_MODIFIED)
    message.markup, message.edited = markup, platform.clock()
    return chat.shows(message)


def delete_message(platform: Telegram, account: Account, params: Params) -> bool:
    chat = account.chat(params["chat_id"])
    message = chat.messages.get(params["message_id"])
    if message is None or message.deleted:
        raise Refused(400, "Bad Request: message to delete not found")
    _deletable(platform, account, chat, message)
    message.deleted = True
    return True


def delete_messages(platform: Telegram, account: Account, params: Params) -> bool:
    """Unknown ids are skipped; one that must not be deleted lets the whole call fail and nothing is deleted."""
    chat = account.chat(params["chat_id"])
    found = [chat.messages[number] for number in params["message_ids"] if number in chat.messages]
    for message in found:
        _deletable(platform, account, chat, message)
    for message in found:
        message.deleted = True
    return True


def answer_callback_query(platform: Telegram, account: Account, params: Params) -> bool:
    tap = account.taps.get(params["callback_query_id"])
    if tap is None or platform.clock() - tap.at > timedelta(seconds=platform.tap_answer_seconds):
        raise Refused(400, TOO_OLD)
    if not tap.answered:
        tap.answered, tap.notice = True, params.get("text", "")
    return True


def send_chat_action(_: Telegram, account: Account, params: Params) -> bool:
    account.chat(params["chat_id"])
    return True


def get_file(platform: Telegram, account: Account, params: Params) -> Json:
    stored = account.files.get(params["file_id"])
    if stored is None:
        raise Refused(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
    if stored.size > platform.description.limits["get_file_max_bytes"]:
        raise Refused(400, "Bad Request: file is too big")
    stored.linked = platform.clock()
    return {
        "file_id": params["file_id"],
        "file_unique_id": stored.unique,
        "file_size": stored.size,
        "file_path": stored.path,
    }


def leave_chat(platform: Telegram, account: Account, params: Params) -> bool:
    chat = account.chat(params["chat_id"])
    if chat.kind == "private":
        raise Refused(400, "Bad Request: chat member status can't be changed in private chats")
    platform.moves(account, chat, account.card(), "left")
    return True


def get_chat(_: Telegram, account: Account, params: Params) -> Json:
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    colours = {"accent_color_id": 0, "max_reaction_count": 11}
    chat = account.chat(params["chat_id"])
    return {**chat.card(), **colours, "accepted_gift_types": dict.fromkeys(gifts, False)}


def get_chat_member(_: Telegram, account: Account, params: Params) -> Json:
    chat, user_id = account.chat(params["chat_id"]), params["user_id"]
    if chat.kind == "private" and user_id == chat.chat_id:
        return chat_member(chat.users[user_id], "member")
    if user_id not in chat.users:
        raise Refused(400, "Bad Request: user not found" if chat.kind == "private" else "Bad Request: member not found")
    return chat_member(chat.users[user_id], chat.members.get(user_id, "left"))


def set_my_commands(_: Telegram, account: Account, params: Params) -> bool:
    account.commands[_scope(params)] = params["commands"]
    return True


def delete_my_commands(_: Telegram, account: Account, params: Params) -> bool:
    account.commands.pop(_scope(params), None)
    return True


def get_my_commands(_: Telegram, account: Account, params: Params) -> list[Json]:
    return account.commands.get(_scope(params), [])


def set_webhook(platform: Telegram, account: Account, params: Params) -> bool:
    """Takes plain http too, as an own Bot API server does, and this machine only."""
    where = urlsplit(params["url"])
    if params["url"] and (where.scheme not in {"http", "https"} or where.hostname not in {"127.0.0.1", "localhost"}):
        raise Refused(400, "Bad Request: bad webhook: not on this machine")
    account.webhook = Webhook(
        url=params["url"],
        secret=params.get("secret_token", ""),
        connections=params.get("max_connections", 40),
        round=account.webhook.round + 1,
    )
    if "allowed_updates" in params:
        account.mailbox.allowed = params["allowed_updates"]
    if params.get("drop_pending_updates"):
        account.mailbox.clear()
    if params["url"]:
        platform.polls.end(account.token, "Conflict: terminated by setWebhook request")
    return True


def delete_webhook(platform: Telegram, account: Account, params: Params) -> bool:
    return set_webhook(platform, account, {"url": "", **params})


def get_webhook_info(_: Telegram, account: Account, params: Params) -> Json:
    hook = account.webhook
    info: Json = {"url": hook.url, "has_custom_certificate": False, "pending_update_count": len(account.mailbox)}
    if hook.url:
        info["max_connections"] = hook.connections
    if hook.failed is not None:
        info |= {"last_error_date": int(hook.failed.timestamp()), "last_error_message": hook.error}
    if account.mailbox.allowed:
        info["allowed_updates"] = account.mailbox.allowed
    return info


def chat_member(user: Json, status: str) -> Json:
    """A ChatMember of the kind its status names."""
    rights = (
        "can_be_edited is_anonymous can_manage_chat can_delete_messages can_manage_video_chats can_restrict_members "
        "can_promote_members can_change_info can_invite_users can_post_stories can_edit_stories can_delete_stories "
        "can_send_welcome_messages"
    )
    member: Json = {"status": status, "user": user}
    match status:
        case "administrator":
            member |= dict.fromkeys(rights.split(), False) | {"can_manage_chat": True}
        case "creator":
            member["is_anonymous"] = False
        case "kicked":
            member["until_date"] = 0
    return member


def _text_of(kind: str, field: str) -> tuple[Method, Method]:
    """The pair that sets and gets one of the bot's texts, per language; nothing set: the one for all languages."""

    def setter(_: Telegram, account: Account, params: Params) -> bool:
        account.texts[kind, params.get("language_code", "")] = params.get(field, "")
        return True

    def getter(_: Telegram, account: Account, params: Params) -> Json:
        everywhere = account.texts.get((kind, ""), "")
        return {field: account.texts.get((kind, params.get("language_code", ""))) or everywhere}

    return setter, getter


def _text(params: Params) -> str:
    """Telegram cuts white space at both ends and refuses what is empty then."""
    text: str = params.get("text", "").strip()
    if not text:
        raise Refused(400, "Bad Request: message text is empty")
    return text


def _previews(params: Params) -> bool:
    return not params.get("link_preview_options", {}).get("is_disabled", False)


def _keyboard(markup: Json | None) -> Any:
    """No keyboard and an empty one are the same."""
    return [row for row in (markup or {}).get("inline_keyboard", []) if row]


def _own(account: Account, params: Params) -> tuple[Chat, Message]:
    chat = account.chat(params.get("chat_id", 0))
    message = chat.messages.get(params.get("message_id", 0))
    if message is None or message.deleted:
        raise Refused(400, "Bad Request: message to edit not found")
    if message.sender["id"] != account.user_id:
        raise Refused(400, "Bad Request: message can't be edited")
    return chat, message


def _deletable(platform: Telegram, account: Account, chat: Chat, message: Message) -> None:
    """Own messages everywhere, others' in private chats or as an administrator; all for 48 hours."""
    window = timedelta(seconds=platform.description.limits["delete_window_s"])
    own = message.sender["id"] == account.user_id
    may = own or chat.kind == "private" or chat.members.get(account.user_id) == "administrator"
    if not may or platform.clock() - message.sent >= window:
        raise Refused(400, "Bad Request: message can't be deleted for everyone")


def _scope(params: Params) -> tuple[str, str]:
    scope = params.get("scope", {"type": "default"})
    return f"{scope['type']} {scope.get('chat_id', '')}".strip(), params.get("language_code", "")


_NOT_MODIFIED: Final = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)

Method = Callable[["Telegram", Account, Params], Any]

_NAME, _DESCRIPTION, _SHORT = (
    _text_of("name", "name"),
    _text_of("description", "description"),
    _text_of("short", "short_description"),
)

METHODS: Final[dict[str, Method]] = {
    "getMe": get_me,
    "sendMessage": send_message,
    "editMessageText": edit_message_text,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "answerCallbackQuery": answer_callback_query,
    "sendChatAction": send_chat_action,
    "getFile": get_file,
    "leaveChat": leave_chat,
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "setMyCommands": set_my_commands,
    "deleteMyCommands": delete_my_commands,
    "getMyCommands": get_my_commands,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
    "setMyName": _NAME[0],
    "getMyName": _NAME[1],
    "setMyDescription": _DESCRIPTION[0],
    "getMyDescription": _DESCRIPTION[1],
    "setMyShortDescription": _SHORT[0],
    "getMyShortDescription": _SHORT[1],
}
