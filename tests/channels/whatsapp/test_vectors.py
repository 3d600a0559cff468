"""Every payload of Meta's own examples and of pywa's tests becomes what it must (tests/vectors/whatsapp)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from bot.channels.whatsapp.inbound import Item, items

VECTORS: Final = Path(__file__).parents[2] / "vectors" / "whatsapp"
PAYLOADS: Final[dict[str, Any]] = json.loads((VECTORS / "webhooks.json").read_text())
WHEN: Final = datetime(2023, 11, 1, tzinfo=UTC)
"""Before which none of the examples is too old."""

HEARD: Final = {
    "pywa/call_permission_update/accept": "unknown",
    "pywa/call_permission_update/reject": "unknown",
    "pywa/callback_button/button": "tap callback_data",
    "pywa/callback_button/quick_reply": "text title",
    "pywa/callback_button/quick_reply_without_context": "text title",
    "pywa/callback_selection/callback": "tap callback_data",
    "pywa/callback_selection/description": "tap callback_data",
    "pywa/edited_message/image": "text Updated image caption (edits)",
    "pywa/flow_completion/completion": "unknown",
    "pywa/flow_completion/without_flow_token": "unknown",
    "pywa/message/text": "text Body Text",
    "pywa/message/image": "image*",
    "pywa/message/media_with_url": "image*",
    "pywa/message/video": "video text caption",
    "pywa/message/document": "file* text caption",
    "pywa/message/audio": "voice*",
    "pywa/message/voice": "voice*",
    "pywa/message/static_sticker": "sticker",
    "pywa/message/animated_sticker": "sticker",
    "pywa/message/current_location": "location",
    "pywa/message/chosen_location": "location",
    "pywa/message/contacts": "contact",
    "pywa/message/order": "unknown",
    "pywa/message/unsupported": "unknown",
    "pywa/message/unsupported_with_type": "unknown",
    "pywa/message/reply": "text replied text",
    "pywa/message/forwarded": "text forwarded text",
    "pywa/message/forwarded_many_times": "text text forwarded many times",
    "pywa/message/interactive_message_with_err": "unknown",
    "pywa/message/referral": "text BODY",
    "meta/Text Message": "text Does it come in another color?",
    "meta/Text Message with Context (Product Inquiry)": "text Is this still available?",
    "meta/Text Message from Click to WhatsApp Ad": "text Hello! Can I get more info on this?",
    "meta/Image Message": "image* text Taj Mahal",
    "meta/Location Message": "location",
    "meta/Contact Sharing Message": "contact",
    "meta/Unsupported Message": "unknown",
    "meta/Button Message": "text Unsubscribe",
    "meta/Interactive List Reply Message": "tap priority_express",
    "meta/Interactive Button Reply Message": "tap cancel-button",
    "meta/Order Message": "unknown",
}
"""`*`: it could be fetched."""
MOVED: Final = {"pywa/system/phone_number_change", "meta/System Message"}
REPORTED: Final = {"pywa/message_status/with_tracker"}


def heard(name: str) -> list[Item]:
    payload = PAYLOADS[name]
    metadata = payload["entry"][0]["changes"][0]["value"].get("metadata", {})
    return items(json.dumps(payload).encode(), WHEN, phone_number_id=metadata.get("phone_number_id", "1"))


def told(item: Item) -> str:
    inbound = item.inbound
    assert inbound is not None
    parts = [each.kind + ("*" if each.handle else "") for each in inbound.attachments]
    parts += [f"tap {inbound.tap}"] if inbound.tap else []
    parts += [f"text {inbound.text}"] if inbound.text else []
    return " ".join(parts) + (" (edits)" if inbound.edits else "")


def test_all_are_here() -> None:
    assert len(PAYLOADS) == 90
    assert set(HEARD) | MOVED | REPORTED <= set(PAYLOADS)


@pytest.mark.parametrize("name", PAYLOADS)
def test_a_payload_becomes_what_it_must(name: str) -> None:
    found = heard(name)
    verdicts = [item.verdict for item in found]
    if name in HEARD:
        assert verdicts == ["person"]
        assert told(found[0]) == HEARD[name]
    elif name in MOVED:
        assert verdicts == ["renamed", "ignored"]
    elif name in REPORTED:
        assert verdicts == ["report"]
    else:
        assert verdicts and set(verdicts) == {"ignored"}
    assert "unreadable" not in verdicts


@pytest.mark.parametrize("name", [name for name in HEARD if name.startswith("pywa/")])
def test_whoever_has_an_id_is_known_by_it(name: str) -> None:
    [item] = heard(name)
    assert item.inbound is not None
    assert item.inbound.address == "US.13491208655302741918"
    assert item.inbound.also is None or item.inbound.also.isdigit()


def test_meta_s_limits_are_the_ones_we_keep() -> None:
    from bot.channels.whatsapp import pace, render, templates, window
    from bot.channels.whatsapp.capabilities import CAPABILITIES
    from bot.public.bodies import WHATSAPP_MAX_BYTES

    limits = json.loads((VECTORS / "limits.json").read_text())
    assert CAPABILITIES.text_max == limits["text_chars"] == limits["list"]["body_chars"]
    buttons, rows = limits["buttons"], limits["list"]
    assert (CAPABILITIES.buttons_max, CAPABILITIES.button_label_max) == (buttons["max"], buttons["title_chars"])
    assert (CAPABILITIES.list_max, CAPABILITIES.list_label_max) == (rows["rows_total_max"], rows["row_title_chars"])
    assert (CAPABILITIES.question_max, render.BUTTON_ID_MAX) == (buttons["body_chars"], buttons["id_chars"])
    assert (rows["row_id_chars"], rows["button_chars"]) == (render.ROW_ID_MAX, render.OPENER_MAX)
    assert window.WINDOW.total_seconds() == limits["windows_s"]["customer_service"]
    assert CAPABILITIES.reply_window == window.WINDOW
    assert limits["webhook"]["payload_max_bytes"] == WHATSAPP_MAX_BYTES
    assert limits["rates"]["pair_s_per_message"] == pace.PER_PERSON
    assert limits["rates"]["pair_burst"] > pace.BURST
    assert limits["rates"]["default_mps"] > 1 / pace.TOTAL
    template = limits["template"]
    assert (template["body_chars"], template["quick_reply_chars"]) == (templates.BODY_MAX, templates.QUICK_REPLY_MAX)
