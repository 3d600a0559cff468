"""Cuts `bot-api.json` out of the whole description of Telegram's Bot API: only what the helpline's bots use.

    python -m tests.vectors.telegram.reduce ../shared/platforms/telegram

The folder named holds `bot-api-10.3.reduced.json` (methods and types), `field-limits-10.3.json` (ranges read out of
its texts) and `limits.json`; README.md beside this file says where they come from. A method, parameter or field that is
missing in `METHODS` or `TYPES` is one the simulator refuses: add it here, run the script, and teach the simulator.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).parent
TARGET: Final = HERE / "bot-api.json"
_LANGUAGE: Final = "language_code"
_INLINE: Final = "chat_id message_id reply_markup"

METHODS: Final[dict[str, str]] = {
    "getMe": "",
    "getUpdates": "offset limit timeout allowed_updates",
    "setWebhook": "url max_connections allowed_updates drop_pending_updates secret_token",
    "deleteWebhook": "drop_pending_updates",
    "getWebhookInfo": "",
    "sendMessage": "chat_id text entities link_preview_options disable_notification protect_content reply_parameters "
    "reply_markup",
    "editMessageText": f"{_INLINE} text link_preview_options",
    "editMessageReplyMarkup": _INLINE,
    "deleteMessage": "chat_id message_id",
    "deleteMessages": "chat_id message_ids",
    "answerCallbackQuery": "callback_query_id text show_alert cache_time",
    "sendChatAction": "chat_id action",
    "getFile": "file_id",
    "leaveChat": "chat_id",
    "getChat": "chat_id",
    "getChatMember": "chat_id user_id",
    "setMyCommands": f"commands scope {_LANGUAGE}",
    "deleteMyCommands": f"scope {_LANGUAGE}",
    "getMyCommands": f"scope {_LANGUAGE}",
    "setMyName": f"name {_LANGUAGE}",
    "getMyName": _LANGUAGE,
    "setMyDescription": f"description {_LANGUAGE}",
    "getMyDescription": _LANGUAGE,
    "setMyShortDescription": f"short_description {_LANGUAGE}",
    "getMyShortDescription": _LANGUAGE,
}

_USER: Final = "id is_bot first_name last_name username language_code"
_FILE: Final = "file_id file_unique_id file_size"

TYPES: Final[dict[str, str]] = {
    # What we send.
    "InlineKeyboardMarkup": "inline_keyboard",
    "InlineKeyboardButton": "text style url callback_data copy_text",
    "CopyTextButton": "text",
    "ReplyKeyboardRemove": "remove_keyboard selective",
    "LinkPreviewOptions": "is_disabled",
    "ReplyParameters": "message_id allow_sending_without_reply",
    "BotCommand": "command description",
    "BotCommandScope": "",
    "BotCommandScopeDefault": "type",
    "BotCommandScopeAllPrivateChats": "type",
    "BotCommandScopeAllGroupChats": "type",
    "BotCommandScopeChat": "type chat_id",
    # What we are sent.
    "Update": "update_id message edited_message channel_post callback_query my_chat_member",
    "Message": "message_id from sender_chat chat date edit_date media_group_id has_protected_content reply_to_message "
    "text entities caption photo document new_chat_members left_chat_member migrate_to_chat_id migrate_from_chat_id "
    "link_preview_options reply_markup",
    "MaybeInaccessibleMessage": "",
    "InaccessibleMessage": "chat message_id date",
    "MessageEntity": "type offset length",
    "CallbackQuery": "id from message chat_instance data",
    "ChatMemberUpdated": "chat from date old_chat_member new_chat_member",
    "ChatMember": "",
    "ChatMemberOwner": "status user is_anonymous",
    "ChatMemberAdministrator": "status user can_be_edited is_anonymous can_manage_chat can_delete_messages "
    "can_manage_video_chats can_restrict_members can_promote_members can_change_info can_invite_users can_post_stories "
    "can_edit_stories can_delete_stories can_send_welcome_messages",
    "ChatMemberMember": "status user",
    "ChatMemberLeft": "status user",
    "ChatMemberBanned": "status user until_date",
    "User": f"{_USER} can_join_groups can_read_all_group_messages supports_inline_queries",
    "Chat": "id type title username first_name last_name",
    "ChatFullInfo": "id type title first_name accent_color_id max_reaction_count accepted_gift_types",
    "AcceptedGiftTypes": "unlimited_gifts limited_gifts unique_gifts premium_subscription gifts_from_channels",
    "PhotoSize": f"{_FILE} width height",
    "Document": f"{_FILE} file_name mime_type",
    "File": f"{_FILE} file_path",
    "WebhookInfo": "url has_custom_certificate pending_update_count last_error_date last_error_message max_connections "
    "allowed_updates",
    "BotName": "name",
    "BotDescription": "description",
    "BotShortDescription": "short_description",
}

HARD: Final = (
    "inline_buttons_total inline_buttons_per_row start_payload_chars delete_window_s get_file_max_bytes "
    "file_link_min_lifetime_s get_updates_server_timeout_cap_s"
)

Table = dict[str, Any]


def reduced(folder: Path, *, whole: bool = False) -> Table:
    """The description in the shape `tests.simulators.telegram.description` reads; `whole`: nothing is left out."""
    api = json.loads((folder / "bot-api-10.3.reduced.json").read_text())
    ranges = json.loads((folder / "field-limits-10.3.json").read_text())["fields"]
    limits = json.loads((folder / "limits.json").read_text())
    rules = _rules(limits["hard"])

    def table(name: str, entry: Table, keep: str | None) -> Table:
        known = {field["name"]: field for field in entry["fields"]}
        names = list(known) if keep is None else keep.split()
        return {
            field: {
                "type": known[field]["type"],
                "required": known[field]["required"],
                **{k: v for k, v in ranges.get(name, {}).get(field, {}).items() if k in {"min", "max", "unit"}},
                **rules.get((name, field), {}),
            }
            for field in names
        }

    methods = dict.fromkeys(api["methods"]) if whole else METHODS
    types = dict.fromkeys(api["types"]) if whole else TYPES
    return {
        "bot_api": api["api"],
        "methods": {name: table(name, api["methods"][name], keep) for name, keep in methods.items()},
        "types": {name: table(name, api["types"][name], keep) for name, keep in types.items()},
        "one_of": {
            name: [kind for kind in re.findall(r"^ - (\w+)$", api["types"][name]["description"], re.M) if kind in types]
            for name in types
            if not api["types"][name]["fields"] and "\n - " in api["types"][name]["description"]
        },
        "limits": {name: limits["hard"][name] for name in HARD.split()},
        "update_retention_s": {
            name: limits["update_retention_s"][name]
            for name in ("message", "edited_message", "my_chat_member", "callback_query")
        },
        "advisory_rates": {
            name: limits["advisory_rates"][name] for name in ("per_chat_per_s", "per_group_per_min", "global_per_s")
        },
    }


def _rules(hard: Table) -> dict[tuple[str, str], Table]:
    """Limits that are no plain range in a text of the description; numbers from `limits.json` where it has them."""
    two_letters = {"pattern": "([a-z]{2})?"}
    texts = ("Commands", "Name", "Description", "ShortDescription")
    named = [f"{verb}My{text}" for verb in ("set", "get") for text in texts] + ["deleteMyCommands"]
    return {
        **{(method, "language_code"): two_letters for method in named},
        ("deleteMessages", "message_ids"): {"min": 1, "max": hard["delete_messages_max_ids"], "unit": "items"},
        ("setMyCommands", "commands"): {"min": 0, "max": hard["commands_max"], "unit": "items"},
        ("setWebhook", "secret_token"): {"pattern": "[A-Za-z0-9_-]{1,256}"},
        ("setWebhook", "max_connections"): {"min": 1, "max": 100, "unit": "value"},
        ("BotCommand", "command"): {"pattern": "[a-z0-9_]{1,32}"},
        ("InlineKeyboardButton", "text"): {"min": 1, "unit": "characters"},
        ("InlineKeyboardButton", "style"): {"pattern": "danger|success|primary"},
        ("sendChatAction", "action"): {"pattern": "typing|(upload|record)_(photo|video|voice|document|video_note)"},
    }


if __name__ == "__main__":
    TARGET.write_text(json.dumps(reduced(Path(sys.argv[1])), indent=1, ensure_ascii=False) + "\n")
