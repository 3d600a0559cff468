"""Commands of the chat, the same for everybody who reads or registers them: names per language, and what they mean.

A command is heard as the plain words of the same meaning, so the understanding room knows nothing of commands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Language = Literal["de", "nl"]
LANGUAGES: Final[tuple[Language, ...]] = ("de", "nl")
CARRY_ON: Final = "c_"
"""`/start c_<code>`: carry on a conversation that was begun in the web chat."""


@dataclass(frozen=True, slots=True)
class Command:
    """`names`: what is registered per language; `also`: names that work as well; `says`: the plain words."""

    meaning: str
    names: Mapping[Language, str]
    says: Mapping[Language, str]
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Start:
    """`/start`, with the campaign word of a link or the code of another conversation."""

    topic: str | None = None
    code: str | None = None


COMMANDS: Final = (
    Command("emergency", {"de": "notfall", "nl": "nood"}, {"de": "Notfall", "nl": "nood"}, ("emergency", "sos")),
    Command("human", {"de": "mensch", "nl": "mens"}, {"de": "Mensch", "nl": "mens"}, ("human",)),
    Command("help", {"de": "hilfe", "nl": "hulp"}, {"de": "Hilfe", "nl": "hulp"}, ("help",)),
    Command("stop", {"de": "stopp", "nl": "stop"}, {"de": "Stopp", "nl": "stop"}),
    Command(
        "delete",
        {"de": "loeschen", "nl": "wissen"},
        {"de": "Daten löschen", "nl": "gegevens wissen"},
        ("delete",),
    ),
    Command("language", {"de": "sprache", "nl": "taal"}, {"de": "Sprache", "nl": "taal"}, ("language",)),
    Command(
        "privacy",
        {"de": "datenschutz", "nl": "privacy"},
        {"de": "Datenschutz: wer liest mit?", "nl": "privacy: wie leest mee?"},
    ),
)
_COMMAND: Final = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@[A-Za-z0-9_]{1,32})?(?:\s+(.*))?\Z", re.DOTALL)
_PAYLOAD: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")  # what a link can carry (Bot API, "Deep linking")
_KNOWN: Final[Mapping[str, tuple[Command, Language | None]]] = {
    **{name: (command, None) for command in COMMANDS for name in command.also},
    **{name: (command, language) for command in COMMANDS for language, name in command.names.items()},
}
_SHARED: Final = frozenset({"stop", "privacy"})
"""Names both languages use: they say nothing about the language of whoever wrote them."""


def start_of(text: str) -> Start | None:
    """What `/start` asks for; None for anything else. A payload no link of ours can carry is left out."""
    found = _COMMAND.match(text)
    if found is None or found[1].lower() != "start":
        return None
    payload = (found[2] or "").strip()
    if not _PAYLOAD.fullmatch(payload):
        return Start()
    if payload.startswith(CARRY_ON):
        return Start(code=payload.removeprefix(CARRY_ON))
    return Start(topic=payload)


def plain_words(text: str, language: str | None) -> str:
    """A known command as the words it stands for, with what was written after it; any other text as it is.

    `language`: of the person's app; decides where the name of the command does not.
    """
    found = _COMMAND.match(text)
    known = None if found is None else _KNOWN.get(found[1].lower())
    if found is None or known is None:
        return text
    command, named = known
    own: Language = "nl" if language == "nl" else "de"
    chosen = own if named is None or found[1].lower() in _SHARED else named
    rest = (found[2] or "").strip()
    return f"{command.says[chosen]}\n{rest}" if rest else command.says[chosen]
