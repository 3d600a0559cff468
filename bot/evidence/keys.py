"""Every private key of the evidence room is made and wrapped here, and nowhere else.

Conversation keys: made in the public zone, sealed to each reader, forgotten at once (S22). Opening them is
the matter of `unseal.py`, which the public zone never imports. Staff identities: one X25519 (reading) and one
Ed25519 (signing) key, wrapped together under a password, a one-time code or a sign-in cookie (S9, section 3
of security.md). Private halves live in function scope and in `StaffIdentity` objects of one request.

    EvidenceError
    └── WrapError
        ├── WrongSecret        the password, code or cookie is not the one it was wrapped with
        └── DamagedIdentity    the secret is right and the wrapped bytes are not
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import pyrage
from argon2.low_level import Type, hash_secret_raw
from nacl.exceptions import CryptoError
from nacl.secret import Aead
from nacl.signing import SigningKey

from bot.evidence.envelope import EvidenceError, Place, canonical, pack

WRAP_VERSION: Final = b"v1."
SALT_BYTES: Final = 16
SECRET_BYTES: Final = 32
ARGON2: Final[dict[str, int]] = {"m": 65_536, "t": 3, "p": 1}
"""KiB, passes, lanes: security.md section 3 (0.33 s on the reference machine)."""


class WrapError(EvidenceError):
    """A staff identity could not be unwrapped."""


class WrongSecret(WrapError):
    """A mistyped password, a used-up code, an ended sign-in, or a pepper of another installation."""


class DamagedIdentity(WrapError):
    """The stored identity was changed, or copied from another account's row."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """One reader of a conversation: `reader` is staff.ref or "recovery", `key` the public half (`age1…`)."""

    reader: str
    key: str


@dataclass(frozen=True, slots=True)
class Grant:
    """The conversation key, sealed to one reader."""

    reader: str
    sealed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ConversationKey:
    """What remains of a fresh conversation key: its public half and one grant per reader.

    `grants` are committed in the keyring store before the row that names `recipient` (S22).
    """

    conversation: str
    epoch: int
    recipient: str
    grants: tuple[Grant, ...]


def create_conversation_key(
    conversation: str, recipients: Sequence[Recipient], at: datetime, *, epoch: int = 1
) -> ConversationKey:
    """Make the key of one epoch. `conversation` is its ref; the private half is gone when this returns.

    Recipients are the active counsellors and supervisors and the recovery key (S23). With none at all
    sealing still works and nobody can read: a person is never turned away (S25).
    """
    identity = pyrage.x25519.Identity.generate()
    grants = []
    for recipient in recipients:
        place = Place(conversation, epoch, "grant", reader=recipient.reader)
        envelope = pack(place, str(identity).encode("ascii"), at)
        sealed = pyrage.encrypt(envelope, [pyrage.x25519.Recipient.from_str(recipient.key)])
        grants.append(Grant(recipient.reader, bytes(sealed)))
    return ConversationKey(conversation, epoch, str(identity.to_public()), tuple(grants))


@dataclass(frozen=True, slots=True)
class StaffIdentity:
    """A counsellor's private keys, for the length of one request. Never cached, logged or sent anywhere."""

    staff: str
    reading: str = field(repr=False)
    signing: bytes = field(repr=False)

    @property
    def recipient(self) -> str:
        """The public half others seal to."""
        return str(pyrage.x25519.Identity.from_str(self.reading).to_public())

    @property
    def verify_key(self) -> bytes:
        return bytes(SigningKey(self.signing).verify_key)


@dataclass(frozen=True, slots=True)
class Wrapped:
    """One row of `credentials`: all that is stored about a secret and the identity under it."""

    kdf: str
    salt: bytes = field(repr=False)
    auth: bytes = field(repr=False)
    wrapped: bytes = field(repr=False)


def create_identity(staff: str) -> StaffIdentity:
    """A new identity for an account (staff.ref). Old grants do not open with it."""
    return StaffIdentity(staff, str(pyrage.x25519.Identity.generate()), bytes(SigningKey.generate()))


def bundle_of(identity: StaffIdentity) -> bytes:
    """The private halves as one opaque piece, to hand on within one request (or into the trial counsellor's file)."""
    return canonical({"reading": identity.reading, "signing": identity.signing.hex()})


def from_bundle(staff: str, bundle: bytes) -> StaffIdentity:
    """Raises DamagedIdentity for anything `bundle_of` did not make."""
    try:
        fields = json.loads(bundle)
        return StaffIdentity(staff, fields["reading"], bytes.fromhex(fields["signing"]))
    except (ValueError, KeyError, TypeError):
        raise DamagedIdentity from None


def wrap_with_password(identity: StaffIdentity, password: str, pepper: bytes) -> Wrapped:
    """Wrap under a password and the desk's pepper. Takes about 0.3 s and 64 MiB: run it on a thread (S4)."""
    salt = secrets.token_bytes(SALT_BYTES)
    kdf: dict[str, int | str] = {"v": 1, "name": "argon2id", **ARGON2, "pepper": _kid(pepper)}
    prk = _extract(pepper, _stretch(password, salt, ARGON2))
    return _wrap(identity, prk, salt, kdf)


def unwrap_with_password(staff: str, password: str, pepper: bytes, stored: Wrapped) -> StaffIdentity:
    """Raises WrongSecret or DamagedIdentity, after the same work either way."""
    kdf = _parameters(stored, "argon2id")
    prk = _extract(pepper, _stretch(password, stored.salt, kdf))
    return _unwrap(staff, prk, stored)


def refuse_password(password: str, pepper: bytes) -> None:
    """The work of one wrong password, for a handle nobody has: same time, same answer (S5). Always raises."""
    prk = _extract(pepper, _stretch(password, bytes(SALT_BYTES), ARGON2))
    hmac.compare_digest(_auth(prk), bytes(SECRET_BYTES))
    raise WrongSecret


def needs_rewrap(stored: Wrapped) -> bool:
    """Wrapped under weaker parameters than today's: wrap again at this sign-in (S4)."""
    kdf = json.loads(stored.kdf)
    return kdf["name"] == "argon2id" and any(kdf[key] < least for key, least in ARGON2.items())


def new_secret() -> str:
    """256 random bits, URL-safe: a one-time code, or the value of the sign-in cookie (S8)."""
    return secrets.token_urlsafe(SECRET_BYTES)


def code_lookup(code: str) -> bytes:
    """Finds the row of a one-time code without storing the code."""
    return _expand(_extract(b"", code.encode()), b"lookup")


def wrap_with_code(identity: StaffIdentity, code: str) -> Wrapped:
    """Wrap under a one-time code of `new_secret()`; its strength makes a slow derivation needless."""
    salt = secrets.token_bytes(SALT_BYTES)
    return _wrap(identity, _extract(salt, code.encode()), salt, {"v": 1, "name": "hkdf"})


def unwrap_with_code(staff: str, code: str, stored: Wrapped) -> StaffIdentity:
    """Raises WrongSecret or DamagedIdentity. The caller marks the code used in the same transaction."""
    _parameters(stored, "hkdf")
    return _unwrap(staff, _extract(stored.salt, code.encode()), stored)


def sid_of(cookie: str) -> bytes:
    """What the server stores to find the sign-in; the cookie cannot be computed from it."""
    return _expand(_extract(b"", cookie.encode()), b"sid")


def csrf_of(cookie: str) -> str:
    """The token every form of this sign-in carries (S11). Compare with `hmac.compare_digest`."""
    return _expand(_extract(b"", cookie.encode()), b"csrf").hex()


def wrap_with_cookie(identity: StaffIdentity, cookie: str) -> bytes:
    """For `sign_ins.identity`: opens with the cookie alone, not with the row and every server secret (S9)."""
    return _box(_expand(_extract(b"", cookie.encode()), b"unwrap"), identity)


def unwrap_with_cookie(staff: str, cookie: str, wrapped: bytes) -> StaffIdentity:
    """Raises DamagedIdentity: the row was found by `sid_of(cookie)`, so the cookie itself is right."""
    return _unbox(_expand(_extract(b"", cookie.encode()), b"unwrap"), staff, wrapped)


def _stretch(password: str, salt: bytes, kdf: dict[str, int]) -> bytes:
    return hash_secret_raw(
        unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass"),
        salt,
        time_cost=kdf["t"],
        memory_cost=kdf["m"],
        parallelism=kdf["p"],
        hash_len=SECRET_BYTES,
        type=Type.ID,
    )


def _extract(salt: bytes, material: bytes) -> bytes:
    """HKDF-Extract with SHA-256, RFC 5869 section 2.2."""
    return hmac.digest(salt or bytes(SECRET_BYTES), material, "sha256")


def _expand(prk: bytes, label: bytes) -> bytes:
    """HKDF-Expand to one block, RFC 5869 section 2.3."""
    return hmac.digest(prk, b"wegweiser " + label + b"\x01", "sha256")


def _auth(prk: bytes) -> bytes:
    return hashlib.sha256(_expand(prk, b"auth")).digest()


def _kid(pepper: bytes) -> str:
    return hmac.digest(pepper, b"kid", "sha256")[:4].hex()


def _parameters(stored: Wrapped, name: str) -> dict[str, int]:
    try:
        kdf = json.loads(stored.kdf)
        if kdf.pop("name") != name or kdf.pop("v") != 1:
            raise DamagedIdentity
    except (ValueError, KeyError, AttributeError):
        raise DamagedIdentity from None
    return {key: value for key, value in kdf.items() if isinstance(value, int)}


def _wrap(identity: StaffIdentity, prk: bytes, salt: bytes, kdf: dict[str, int | str]) -> Wrapped:
    boxed = _box(_expand(prk, b"kek"), identity)
    return Wrapped(kdf=canonical(kdf).decode("ascii"), salt=salt, auth=_auth(prk), wrapped=boxed)


def _unwrap(staff: str, prk: bytes, stored: Wrapped) -> StaffIdentity:
    if not hmac.compare_digest(_auth(prk), stored.auth):
        raise WrongSecret
    return _unbox(_expand(prk, b"kek"), staff, stored.wrapped)


def _box(kek: bytes, identity: StaffIdentity) -> bytes:
    return WRAP_VERSION + bytes(Aead(kek).encrypt(bundle_of(identity), _context(identity.staff)))


def _unbox(kek: bytes, staff: str, boxed: bytes) -> StaffIdentity:
    if not boxed.startswith(WRAP_VERSION):
        raise DamagedIdentity
    try:
        return from_bundle(staff, Aead(kek).decrypt(boxed.removeprefix(WRAP_VERSION), _context(staff)))
    except (CryptoError, ValueError):
        raise DamagedIdentity from None


def _context(staff: str) -> bytes:
    return f"staff‖{staff}‖1".encode()
