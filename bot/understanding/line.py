"""One line of the `understand` command: the findings of this room under the labels of the labelled messages."""

from __future__ import annotations

import json
from typing import Final, Literal

from bot.understanding.results import Crisis, Understanding
from bot.understanding.understand import understand

Label = Literal["suicide", "self_harm", "danger_now", "assault", "none"]

_LABELS: Final[dict[str, Label]] = {
    "suicide": "suicide",
    "self_harm": "self_harm",
    "violence": "danger_now",
    "meeting": "danger_now",
    "unsafe_home": "danger_now",
    "assault": "assault",
    "coercion": "assault",
    "other_at_risk": "suicide",
    "panic": "none",
}
_ACTIONS: Final = {"interrupt": "takeover", "check_in": "checkin"}
_OWN_WORDS: Final = {"emergency": "talk_to_human", "help": "talk_to_human", "my_data": "delete_my_data"}
"""Words of the frame around the chat, under the nearest label of the labelled messages."""


def to_json_line(identifier: str, text: str) -> str:
    """JSON object {"id", "lang", "action", "crisis", "intents"} for one text outside any conversation.

    `action` is takeover, checkin or none; `intents` the best three labels. The emergency word alone counts
    as a takeover: its answer shows the emergency numbers. The text itself is never repeated.
    """
    found = understand(text, language="de", country=None)
    emergency = found.crisis is None and found.intents[:1] and found.intents[0][0] == "emergency"
    line = {
        "id": identifier,
        "lang": found.language,
        "action": "takeover" if emergency else _action(found.crisis),
        "crisis": "danger_now" if emergency else _label(found.crisis),
        "intents": _labels(found),
    }
    return json.dumps(line, ensure_ascii=False)


def _action(crisis: Crisis | None) -> str:
    return "none" if crisis is None else _ACTIONS[crisis.reaction]


def _label(crisis: Crisis | None) -> Label:
    if crisis is None:
        return "none"
    return _LABELS[crisis.about or crisis.kind]


def _labels(found: Understanding) -> list[str]:
    return list(dict.fromkeys(_OWN_WORDS.get(name, name) for name, _ in found.intents))[:3]
