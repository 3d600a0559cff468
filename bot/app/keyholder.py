"""Hands the desk what it needs of the evidence room without handing it a key (`desk.reader.KeyHolder`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.cases.facts import StaffRef
from bot.db.staff import Credential
from bot.desk.reader import NewIdentity, NewSignIn, OpenCase, Proof, SealedItem
from bot.evidence import keys
from bot.evidence.envelope import Opened, Place, WrongIdentity
from bot.evidence.unseal import OpenConversation, Reader, StoredItem

COOKIE_CHARS = 43
"""`keys.new_secret`: 32 bytes, URL-safe without padding."""


@dataclass(frozen=True, slots=True)
class LocalKeyHolder:
    """Identities wrapped in the keyring store, opened in this process for the length of one request."""

    pepper: bytes = field(repr=False)

    def new_identity(self, member: StaffRef) -> NewIdentity:
        return _new(keys.create_identity(member))

    def known_identity(self, member: StaffRef, bundle: bytes) -> NewIdentity:
        return _new(keys.from_bundle(member, bundle))

    def wrap_password(self, member: StaffRef, bundle: bytes, password: str) -> Proof:
        return _proof(keys.wrap_with_password(keys.from_bundle(member, bundle), password, self.pepper))

    def open_password(self, proof: Credential, password: str) -> bytes | None:
        try:
            return keys.bundle_of(keys.unwrap_with_password(proof.staff, password, self.pepper, _wrapped(proof)))
        except keys.WrapError:
            return None

    def spend_time(self, password: str) -> None:
        try:
            keys.refuse_password(password, self.pepper)
        except keys.WrongSecret:
            return

    def wrap_code(self, member: StaffRef, bundle: bytes, code: str) -> Proof:
        return _proof(keys.wrap_with_code(keys.from_bundle(member, bundle), code))

    def open_code(self, proof: Credential, code: str) -> bytes | None:
        try:
            return keys.bundle_of(keys.unwrap_with_code(proof.staff, code, _wrapped(proof)))
        except keys.WrapError:
            return None

    def begin(self, member: StaffRef, bundle: bytes) -> NewSignIn:
        secret = keys.new_secret()
        identity = keys.wrap_with_cookie(keys.from_bundle(member, bundle), secret)
        return NewSignIn(secret, keys.sid_of(secret), identity)

    def sid(self, secret: str) -> bytes | None:
        return keys.sid_of(secret) if len(secret) == COOKIE_CHARS and secret.isascii() else None

    def csrf(self, secret: str) -> str:
        return keys.csrf_of(secret)

    def open_case(
        self, member: StaffRef, secret: str, identity: bytes, conversation: str, grants: Mapping[int, bytes]
    ) -> OpenCase:
        try:
            reader = Reader.from_cookie(member, secret, identity)
        except keys.WrapError:
            raise WrongIdentity("cookie") from None
        return _OpenCase(reader.open(conversation, grants))


@dataclass(frozen=True, slots=True)
class _OpenCase:
    _opened: OpenConversation = field(repr=False)

    def text(self, sealed: bytes, *, epoch: int, kind: str, seq: int | None = None) -> Opened:
        return self._opened.text(sealed, epoch=epoch, kind=kind, seq=seq)

    def item(self, sealed: SealedItem) -> Opened:
        return self._opened.item(
            StoredItem(
                place=Place(self._opened.conversation, sealed.epoch, sealed.kind, item=sealed.ref),
                header=sealed.header,
                payload=sealed.payload,
                sealed_bytes=sealed.sealed_bytes,
                sealed_sha256=sealed.sealed_sha256,
            )
        )


def _new(identity: keys.StaffIdentity) -> NewIdentity:
    return NewIdentity(keys.bundle_of(identity), identity.recipient, identity.verify_key)


def _proof(wrapped: keys.Wrapped) -> Proof:
    return Proof(kdf=wrapped.kdf, salt=wrapped.salt, auth=wrapped.auth, wrapped=wrapped.wrapped)


def _wrapped(proof: Credential) -> keys.Wrapped:
    return keys.Wrapped(kdf=proof.kdf, salt=proof.salt, auth=proof.auth, wrapped=proof.wrapped)
