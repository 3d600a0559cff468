"""Opening what was sealed. Only the desk and command line tools import this room's module (S22).

Every opening checks the header against the place the caller expects and hands out bytes only after the whole
thing is authenticated: `decrypt_io` releases plaintext before it notices a missing end (security.md section 3),
so it writes to a private buffer. Errors tell apart: wrong identity, damaged, cut short, unknown version, and
tampered – it opened, but belongs elsewhere. The tree is in `envelope.py`.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import pyrage

from bot.evidence.envelope import (
    TEXT_STEP_BYTES,
    CutShort,
    Damaged,
    Opened,
    Place,
    UnknownVersion,
    UnsealError,
    WrongIdentity,
    unpack,
)
from bot.evidence.keys import StaffIdentity, unwrap_with_cookie
from bot.evidence.seal import split

AGE_INTRO: Final = b"age-encryption.org/v1\n"
AGE_FAMILY: Final = b"age-encryption.org/"
NONCE_BYTES: Final = 16
CHUNK_BYTES: Final = 65_536
TAG_BYTES: Final = 16
SHOWN_NAME_CHARS: Final = 120


@dataclass(frozen=True, slots=True)
class StoredItem:
    """What the databases and the vault hold of one evidence item."""

    place: Place
    header: bytes = field(repr=False)
    payload: bytes = field(repr=False)
    sealed_bytes: int
    sealed_sha256: bytes


@dataclass(frozen=True, slots=True)
class OpenConversation:
    """The conversation keys one reader holds, for the length of one request. Never kept beyond it."""

    conversation: str
    identities: Mapping[int, str] = field(repr=False)

    def text(self, sealed: bytes, *, epoch: int, kind: str, seq: int | None = None) -> Opened:
        """Open a transcript row (`kind` turn, with its `seq`) or a summary card (`kind` summary).

        Raises WrongIdentity, Damaged, CutShort, UnknownVersion, Tampered.
        """
        return open_text(self._identity(epoch), sealed, Place(self.conversation, epoch, kind, seq=seq))

    def item(self, stored: StoredItem) -> Opened:
        """Open an evidence item. Up to 25 MB in memory: call it on a thread. Raises as `text` does."""
        if stored.place.conversation != self.conversation:
            raise WrongIdentity("conversation")
        return open_item(self._identity(stored.place.epoch), stored)

    def _identity(self, epoch: int) -> str:
        try:
            return self.identities[epoch]
        except KeyError:
            raise WrongIdentity("no grant for this epoch") from None


@dataclass(frozen=True, slots=True)
class Reader:
    """One signed-in counsellor. The desk hands in the cookie's value and never sees a key."""

    staff: str
    _identity: StaffIdentity = field(repr=False)

    @classmethod
    def from_cookie(cls, staff: str, cookie: str, wrapped: bytes) -> Reader:
        """`wrapped` is sign_ins.identity of that cookie. Raises keys.DamagedIdentity."""
        return cls(staff, unwrap_with_cookie(staff, cookie, wrapped))

    def open(self, conversation: str, grants: Mapping[int, bytes]) -> OpenConversation:
        """`grants`: epoch → grants.sealed of this reader. Raises WrongIdentity when there is none to open.

        A single grant that does not open raises too: a damaged row must be seen, not skipped.
        """
        if not grants:
            raise WrongIdentity("no grant")
        return OpenConversation(
            conversation,
            {
                epoch: open_grant(self._identity.reading, sealed, conversation, epoch, self.staff)
                for epoch, sealed in grants.items()
            },
        )


def open_grant(identity: str, sealed: bytes, conversation: str, epoch: int, reader: str) -> str:
    """The private half of a conversation key. Raises as `open_text` does."""
    opened = open_text(identity, sealed, Place(conversation, epoch, "grant", reader=reader))
    return opened.body.decode("ascii")


def open_text(identity: str, sealed: bytes, expected: Place) -> Opened:
    """Open one age file with its header inline and compare it with `expected`."""
    _recognise(sealed)
    try:
        plain = bytes(pyrage.decrypt(sealed, [pyrage.x25519.Identity.from_str(identity)]))
    except pyrage.DecryptError as error:
        raise _told_apart(error, short=_text_is_short(sealed)) from None
    return unpack(plain, expected)


def open_item(identity: str, stored: StoredItem) -> Opened:
    """Join header and payload, check them against the row, open, compare."""
    sealed = stored.header + stored.payload
    _recognise(sealed)
    if len(sealed) < stored.sealed_bytes:
        raise CutShort("payload")
    if not hmac.compare_digest(hashlib.sha256(sealed).digest(), stored.sealed_sha256):
        raise Damaged("payload")
    private = io.BytesIO()
    try:
        pyrage.decrypt_io(io.BytesIO(sealed), private, [pyrage.x25519.Identity.from_str(identity)])
    except (pyrage.DecryptError, OSError) as error:
        raise _told_apart(error, short=False) from None
    return unpack(private.getvalue(), stored.place)


def shown_name(name: str) -> str:
    """An original file name as plain text for a screen: nothing in it can act or reorder the line (S44)."""
    visible = "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(c)[0] in "CZ" and c != " " else c for c in name
    )
    visible = visible.replace("/", "\N{FRACTION SLASH}").replace("\\", "\N{SET MINUS}")
    return visible if len(visible) <= SHOWN_NAME_CHARS else visible[: SHOWN_NAME_CHARS - 1] + "…"


def _recognise(sealed: bytes) -> None:
    if sealed.startswith(AGE_INTRO):
        return
    if sealed.startswith(AGE_FAMILY) and b"\n" in sealed[:64]:
        raise UnknownVersion("age")
    raise CutShort("age header") if AGE_INTRO.startswith(sealed) else Damaged("age header")


def _told_apart(error: Exception, *, short: bool) -> UnsealError:
    """pyrage has one error type; its messages are those of rage 0.11 (read 2026-11-21)."""
    message = str(error)
    if message.startswith("No matching keys"):
        return WrongIdentity("recipient")
    if short or "fill whole buffer" in message or "Incomplete" in message:
        return CutShort("age file")
    return Damaged("age file")


def _text_is_short(sealed: bytes) -> bool:
    """A whole text is padded to 512 B steps, so any other length has lost its end.

    A length of whole age chunks is what remains when the cut fell between two.
    """
    try:
        payload = len(split(sealed)[1]) - NONCE_BYTES
    except ValueError:
        return True
    whole, rest = divmod(payload, CHUNK_BYTES + TAG_BYTES)
    return payload <= 0 or rest == 0 or (rest - TAG_BYTES + whole * CHUNK_BYTES) % TEXT_STEP_BYTES != 0
