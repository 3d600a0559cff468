"""What may be said outside the 24-hour window: templates Meta has approved. Every one we use is described here, and
`wegweiser doctor` brings them to Meta; the words are in the catalogues (`whatsapp.template.<name>.*`).

They stand on a locked screen, so they name neither a topic nor the helpline. A parameter may neither begin nor end one,
so there are none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

Language = Literal["de", "nl"]
LANGUAGES: Final[tuple[Language, ...]] = ("de", "nl")
Words = Callable[[str, Language], str]
BODY_MAX, QUICK_REPLY_MAX = 1_024, 25


@dataclass(frozen=True, slots=True)
class Template:
    """`category`: what Meta is asked for; it may decide otherwise, which changes the price."""

    name: str
    category: Literal["UTILITY"] = "UTILITY"

    @property
    def body_key(self) -> str:
        return f"whatsapp.template.{self.name}.body"

    @property
    def reply_key(self) -> str:
        return f"whatsapp.template.{self.name}.reply"

    def described(self, words: Words, language: Language) -> dict[str, Any]:
        """As Meta's management API takes it."""
        reply = {"type": "QUICK_REPLY", "text": words(self.reply_key, language)}
        return {
            "name": self.name,
            "language": language,
            "category": self.category,
            "components": [
                {"type": "BODY", "text": words(self.body_key, language)},
                {"type": "BUTTONS", "buttons": [reply]},
            ],
        }

    def called(self, language: Language) -> dict[str, Any]:
        """As a message that is sent."""
        return {"type": "template", "template": {"name": self.name, "language": {"code": language}}}


ANSWER_WAITS: Final = Template("answer_waits")
"""Something waits for the person: what a counsellor wrote, or the check-in they had asked for."""
TEMPLATES: Final = (ANSWER_WAITS,)
