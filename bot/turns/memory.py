"""The engine's session in its sealed field (C2): what is remembered of a conversation between turns."""

from __future__ import annotations

from typing import Final

from bot.db.conversations import Conversation
from bot.dialogue import codec
from bot.dialogue.chart import Charts
from bot.dialogue.session import Session
from bot.server_keys import PublicKeys

FIELD: Final = ("conversations", "session")


def recall(keys: PublicKeys, charts: Charts, conversation: Conversation) -> Session | None:
    """None before the first turn. Raises NotOpened, UnreadableSession."""
    if conversation.session is None:
        return None
    return codec.decode(keys.open_field(*FIELD, conversation.ref, conversation.session), charts)


def keep(keys: PublicKeys, ref: str, session: Session) -> bytes:
    """The sealed field."""
    return keys.seal_field(*FIELD, ref, codec.encode(session))
