"""What Meta would say to a call that sends something: breaches of `tests/vectors/whatsapp/limits.json`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

LIMITS: Final = json.loads((Path(__file__).parents[2] / "vectors" / "whatsapp" / "limits.json").read_text())
USER_ID: Final = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}")
NUMBER: Final = re.compile(r"[0-9]{5,20}")
TOP: Final = frozenset(
    {
        "messaging_product", "recipient_type", "to", "recipient", "type", "text", "interactive", "template",
        "biz_opaque_callback_data", "context",
    }
)  # fmt: skip
Json = dict[str, Any]


def breaches(call: Json) -> list[str]:
    """Nothing for a call Meta would take."""
    return list(_look(call))


def _look(call: Json) -> Iterator[str]:
    yield from (f"unknown parameter {name}" for name in sorted(call.keys() - TOP))
    if call.get("messaging_product") != "whatsapp":
        yield "messaging_product"
    if "to" in call and not NUMBER.fullmatch(str(call["to"])):
        yield "to is no number"
    if "recipient" in call and not USER_ID.fullmatch(str(call["recipient"])):
        yield "recipient is no id"
    if ("to" in call) == ("recipient" in call):
        yield "to or recipient, and only one of them"
    if len(call.get("biz_opaque_callback_data", "")) > 512:
        yield "biz_opaque_callback_data is too long"
    match call.get("type"):
        case "text":
            yield from _length("text.body", call.get("text", {}).get("body"), LIMITS["text_chars"])
        case "interactive":
            yield from _interactive(call.get("interactive", {}))
        case "template":
            yield from _template(call.get("template", {}))
        case other:
            yield f"type {other}"


def _interactive(shown: Json) -> Iterator[str]:
    kind, action = shown.get("type"), shown.get("action", {})
    if kind == "button":
        limit = LIMITS["buttons"]
        replies = [each.get("reply", {}) for each in action.get("buttons", []) if each.get("type") == "reply"]
        if not 1 <= len(replies) <= limit["max"] or len(replies) != len(action["buttons"]):
            yield "buttons"
        for reply in replies:
            yield from _length("button.title", reply.get("title"), limit["title_chars"])
            yield from _length("button.id", reply.get("id"), limit["id_chars"])
        if len({reply.get("title") for reply in replies}) < len(replies):
            yield "buttons with the same title"
        if len({reply.get("id") for reply in replies}) < len(replies):
            yield "buttons with the same id"
    elif kind == "list":
        limit = LIMITS["list"]
        yield from _length("list.button", action.get("button"), limit["button_chars"])
        sections = action.get("sections", [])
        rows = [row for section in sections for row in section.get("rows", [])]
        if not 1 <= len(sections) <= limit["sections_max"] or not 1 <= len(rows) <= limit["rows_total_max"]:
            yield "rows"
        for row in rows:
            yield from _length("row.title", row.get("title"), limit["row_title_chars"])
            yield from _length("row.id", row.get("id"), limit["row_id_chars"])
        if len(sections) > 1 and not all(section.get("title") for section in sections):
            yield "sections without title"
        if len({row.get("id") for row in rows}) < len(rows):
            yield "rows with the same id"
    else:
        yield f"interactive {kind}"
        return
    yield from _length("body", shown.get("body", {}).get("text"), limit["body_chars"])


def _template(shown: Json) -> Iterator[str]:
    name = shown.get("name", "")
    if not re.fullmatch(r"[a-z0-9_]{1,512}", name):
        yield "template.name"
    if not isinstance(shown.get("language", {}).get("code"), str):
        yield "template.language"


def _length(what: str, words: object, most: int) -> Iterator[str]:
    if not isinstance(words, str) or not words.strip() or len(words) > most:
        yield f"{what}: 1 to {most} characters"
