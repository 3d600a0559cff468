"""What the desk asks of whoever holds the keys. The desk passes secrets on and never sees a raw key.

Made in `app.desk` from the evidence room; a second holder (a security key, a remote signer) fits the same shape.
Everything these functions open lives inside one request and is not kept (S9).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from bot.cases.facts import StaffRef
from bot.db.staff import Credential
from bot.evidence.envelope import Opened


@dataclass(frozen=True, slots=True)
class Proof:
    """A freshly wrapped identity: what a row of `credentials` keeps."""

    kdf: str
    salt: bytes = field(repr=False)
    auth: bytes = field(repr=False)
    wrapped: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class NewIdentity:
    """A member's new keys: the secret halves as one opaque piece, and the public halves."""

    bundle: bytes = field(repr=False)
    recipient: str
    verify_key: bytes


@dataclass(frozen=True, slots=True)
class NewSignIn:
    """`secret` goes into the cookie and nowhere else; the other two into the keyring store."""

    secret: str = field(repr=False)
    sid: bytes = field(repr=False)
    identity: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class SealedItem:
    """One evidence item as stored: detached header from the keyring, payload from the blob store."""

    ref: str
    epoch: int
    kind: str
    sealed_bytes: int
    sealed_sha256: bytes
    header: bytes = field(repr=False)
    payload: bytes = field(repr=False)


class OpenCase(Protocol):
    """The keys of one conversation, for the length of one request. Each method raises `UnsealError`."""

    def text(self, sealed: bytes, *, epoch: int, kind: str, seq: int | None = None) -> Opened:
        """One turn (`kind` turn, JSON of entries) or the summary card (`kind` summary)."""
        ...

    def item(self, sealed: SealedItem) -> Opened:
        """The original, byte for byte, checked against its sealed header. Slow: call it on a thread."""
        ...


class KeyHolder(Protocol):
    """Staff identities and sign-ins. The slow functions (password) are called on a thread."""

    def new_identity(self, member: StaffRef) -> NewIdentity: ...

    def known_identity(self, member: StaffRef, bundle: bytes) -> NewIdentity:
        """The same with the public halves, for a bundle that was kept (trial)."""
        ...

    def wrap_password(self, member: StaffRef, bundle: bytes, password: str) -> Proof: ...

    def open_password(self, proof: Credential, password: str) -> bytes | None:
        """The bundle, or None for a wrong password. Takes as long either way (S5)."""
        ...

    def spend_time(self, password: str) -> None:
        """What `open_password` costs, for a name nobody has."""
        ...

    def wrap_code(self, member: StaffRef, bundle: bytes, code: str) -> Proof: ...

    def open_code(self, proof: Credential, code: str) -> bytes | None: ...

    def begin(self, member: StaffRef, bundle: bytes) -> NewSignIn: ...

    def sid(self, secret: str) -> bytes | None:
        """Where to look for the sign-in of this cookie; None for a cookie that cannot be ours."""
        ...

    def csrf(self, secret: str) -> str:
        """The token every form of this sign-in carries."""
        ...

    def open_case(
        self, member: StaffRef, secret: str, identity: bytes, conversation: str, grants: Mapping[int, bytes]
    ) -> OpenCase:
        """`grants`: epoch to sealed grant of this reader. Raises `UnsealError` if cookie or grant does not fit."""
        ...
