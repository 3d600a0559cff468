"""Keys of the zones `public`, `desk` and `bell`: fields a bot must read, queue payloads, lookups, the pepper.

One directory per zone below `settings.secrets`, one file per key, mode 0600. A key file holds one key per
line, `<kid> <value>`: the first line writes, all lines read, so that keys rotate while the product runs (S29):
a new key joins as the last line, every process is started again, and only then it moves up and they start once
more. So nobody ever meets what was written under a key it does not know. An index key stays as long as anything
filed under it: addresses can be filed anew (`addresses.lookup_kid`), digests end with their retention.
Formats (security.md section 3): `v1.<kid>.<nonce+ct>` is XChaCha20-Poly1305 with table, column and row as
associated data; `a1.<kid>.<age file>` is what desk and staff bot write for the public zone.

    ServerKeyError
    ├── MissingKey · ReadableByOthers · MalformedKey    at start, naming the file and never its value
    └── NotOpened                                       while reading a row
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Literal

import pyrage
from nacl.exceptions import CryptoError
from nacl.secret import Aead

KEY_BYTES: Final = 32
FIELD_VERSION: Final = b"v1"
AGE_VERSION: Final = b"a1"
SYMMETRIC: Final = (
    ("public", "field.key"),
    ("public", "index.key"),
    ("public", "queue.key"),
    ("desk", "pepper.key"),
    ("desk", "index.key"),
    ("desk", "link.key"),
    ("bell", "field.key"),
    ("bell", "index.key"),
)


class ServerKeyError(Exception):
    """Something is wrong with a key of a zone, or with what was sealed under it."""


class MissingKey(ServerKeyError):
    """A key file is not there: a new installation outside trial, or a wrong WEGWEISER_SECRETS_DIR."""


class ReadableByOthers(ServerKeyError):
    """Group or others may read a key file, for example after a careless copy (S55)."""


class MalformedKey(ServerKeyError):
    """A key file was edited, cut short, or two files hold the same key (S55)."""


class NotOpened(ServerKeyError):
    """A stored value was changed, moved to another row, or sealed under a key that has been dropped."""


@dataclass(frozen=True, slots=True)
class KeyRing:
    """One writing key and any number of reading keys."""

    kid: str
    keys: Mapping[str, bytes] = field(repr=False)

    @property
    def writing(self) -> bytes:
        return self.keys[self.kid]

    def kids(self) -> list[str]:
        """Of all keys, the writing one first."""
        return sorted(self.keys, key=lambda kid: kid != self.kid)


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """What the public zone holds: web chat, webhooks, workers, outbox."""

    fields: KeyRing = field(repr=False)
    index: KeyRing = field(repr=False)
    queue: KeyRing = field(repr=False)
    identities: Mapping[str, str] = field(repr=False)

    @classmethod
    def load(cls, directory: Path, *, strict: bool = True) -> PublicKeys:
        """Read `<directory>/public`. `strict` (always in production) refuses files that others can read.

        Raises MissingKey, ReadableByOthers, MalformedKey.
        """
        zone = directory / "public"
        keys = cls(
            fields=_read_ring(zone / "field.key", strict=strict),
            index=_read_ring(zone / "index.key", strict=strict),
            queue=_read_ring(zone / "queue.key", strict=strict),
            identities=_read_lines(zone / "queue.identity", strict=strict),
        )
        _refuse_equal(zone, keys.fields, keys.index, keys.queue)
        return keys

    def under_each_index(self) -> tuple[PublicKeys, ...]:
        """These keys once for every index key, each writing under another; the one that writes today comes first.

        Whatever is searched by `lookup` or `digest` is searched under all of them while the key rotates (S29).
        """
        if len(self.index.keys) == 1:
            return (self,)
        return tuple(replace(self, index=replace(self.index, kid=kid)) for kid in self.index.kids())

    @property
    def lookup_kid(self) -> str:
        """The key that made `lookup`; stored beside it so that a rotation knows which rows to recompute."""
        return self.index.kid

    def lookup(self, channel: str, address: str, *, bot: str = "") -> bytes:
        """Find an address again without storing it. Phone numbers are guessable: as secret as the list itself.

        Under the writing key only; who searches asks `under_each_index`, or a rotation makes everybody a stranger.
        """
        return hmac.digest(self.index.writing, b"\0".join(_bytes(p) for p in (channel, bot, address)), "sha256")

    def digest(self, purpose: str, *parts: bytes) -> bytes:
        """A keyed hash that recognises a thing again (a delivery, a file); different per purpose. As `lookup`."""
        return _digest(self.index.writing, purpose, parts)

    def seal_field(self, table: str, column: str, row: str, plain: bytes) -> bytes:
        """Seal one value the bot itself must read later (C2). `row` is the conversation's ref."""
        return _seal(self.fields, _context(table, column, row), plain)

    def open_field(self, table: str, column: str, row: str, sealed: bytes) -> bytes:
        """Raises NotOpened when the value was changed or belongs to another table, column or row."""
        return _open(self.fields, _context(table, column, row), sealed)

    def seal_queue(self, row: str, plain: bytes) -> bytes:
        """Seal an inbox, outbox or timer payload; `row` is the conversation's ref."""
        return _seal(self.queue, _context("queue", "payload", row), plain)

    def open_queue(self, row: str, sealed: bytes) -> bytes:
        """Open what `seal_queue` or a `seal_for_public` made. Raises NotOpened."""
        if not sealed.startswith(AGE_VERSION + b"."):
            return _open(self.queue, _context("queue", "payload", row), sealed)
        kid, boxed = _split(AGE_VERSION, sealed)
        if kid not in self.identities:
            raise NotOpened("queue identity")
        try:
            opened = pyrage.decrypt(boxed, [pyrage.x25519.Identity.from_str(self.identities[kid])])
        except pyrage.DecryptError:
            raise NotOpened("queue payload") from None
        bound, _, plain = bytes(opened).partition(b"\n")
        if bound not in (b"", row.encode()):
            raise NotOpened("queue row")
        return plain


@dataclass(frozen=True, slots=True)
class DeskKeys:
    """What the desk zone holds. It can write to the public zone's queues and read nothing there."""

    pepper: bytes = field(repr=False)
    index: KeyRing = field(repr=False)
    recipient_kid: str
    recipient: str = field(repr=False)

    @classmethod
    def load(cls, directory: Path, *, strict: bool = True) -> DeskKeys:
        """Read `<directory>/desk`. Raises MissingKey, ReadableByOthers, MalformedKey."""
        zone = directory / "desk"
        pepper = _read_ring(zone / "pepper.key", strict=strict)
        index = _read_ring(zone / "index.key", strict=strict)
        recipients = _read_lines(zone / "queue.recipient", strict=strict)
        _refuse_equal(zone, pepper, index)
        kid = next(iter(recipients))
        return cls(pepper=pepper.writing, index=index, recipient_kid=kid, recipient=recipients[kid])

    def digest(self, purpose: str, *parts: bytes) -> bytes:
        """A keyed hash under the desk's own index key; never equal to one of the public zone."""
        return _digest(self.index.writing, purpose, parts)

    def seal_for_public(self, plain: bytes, *, row: str = "") -> bytes:
        """Seal a payload only the public zone can open. With `row` it opens for that conversation alone."""
        return _seal_for_public(self.recipient_kid, self.recipient, plain, row)


@dataclass(frozen=True, slots=True)
class LinkKey:
    """Shared by the desk, which makes linking codes, and the staff bot, which is sent them; each has a copy."""

    ring: KeyRing = field(repr=False)

    @classmethod
    def load(cls, directory: Path, zone: Literal["desk", "bell"], *, strict: bool = True) -> LinkKey:
        """Read `<directory>/<zone>/link.key`. Raises MissingKey, ReadableByOthers, MalformedKey."""
        return cls(_read_ring(directory / zone / "link.key", strict=strict))

    def digest(self, code: str) -> bytes:
        """What is stored of a new code."""
        return _digest(self.ring.writing, "link", (_bytes(code),))

    def digests(self, code: str) -> tuple[bytes, ...]:
        """What may be stored of a code that was sent, while the key rotates."""
        return tuple(_digest(key, "link", (_bytes(code),)) for key in self.ring.keys.values())


@dataclass(frozen=True, slots=True)
class BellKeys:
    """What the staff bot holds: its own lookups and fields. It can tell the public zone that a counsellor has come,
    and opens nothing that anybody wrote."""

    fields: KeyRing = field(repr=False)
    index: KeyRing = field(repr=False)
    link: LinkKey = field(repr=False)
    recipient_kid: str
    recipient: str = field(repr=False)

    @classmethod
    def load(cls, directory: Path, *, strict: bool = True) -> BellKeys:
        """Read `<directory>/bell`. Raises MissingKey, ReadableByOthers, MalformedKey."""
        zone = directory / "bell"
        fields, index = (_read_ring(zone / name, strict=strict) for name in ("field.key", "index.key"))
        link = LinkKey.load(directory, "bell", strict=strict)
        _refuse_equal(zone, fields, index, link.ring)
        kid, recipient = next(iter(_read_lines(zone / "queue.recipient", strict=strict).items()))
        return cls(fields=fields, index=index, link=link, recipient_kid=kid, recipient=recipient)

    def lookups(self, account: int) -> tuple[bytes, ...]:
        """Find a counsellor's Telegram account again without storing it, also while a key rotates: the first is
        written, all are searched for."""
        parts = (b"%d" % account,)
        return tuple(_digest(self.index.keys[kid], "account", parts) for kid in self.index.kids())

    def seal_field(self, table: str, column: str, row: str, plain: bytes) -> bytes:
        """Seal one value the staff bot must read later (C2)."""
        return _seal(self.fields, _context(table, column, row), plain)

    def open_field(self, table: str, column: str, row: str, sealed: bytes) -> bytes:
        """Raises NotOpened when the value was changed or belongs to another table, column or row."""
        return _open(self.fields, _context(table, column, row), sealed)

    def seal_for_public(self, plain: bytes, *, row: str) -> bytes:
        """Seal a payload only the public zone can open, for one conversation."""
        return _seal_for_public(self.recipient_kid, self.recipient, plain, row)


def make_missing(directory: Path) -> None:
    """Create every key that is not there yet. Trial calls it at each start, also several processes at once.

    Never replaces a key: the process that links its file first wins and the others keep what it wrote.
    """
    for zone in ("public", "desk", "bell"):
        (directory / zone).mkdir(mode=0o700, parents=True, exist_ok=True)
    for zone, name in SYMMETRIC:
        _create(directory / zone / name, _encode(secrets.token_bytes(KEY_BYTES)))
    identity_file = directory / "public" / "queue.identity"
    _create(identity_file, str(pyrage.x25519.Identity.generate()))
    kid, identity = next(iter(_read_lines(identity_file, strict=False).items()))
    public_half = str(pyrage.x25519.Identity.from_str(identity).to_public())
    for zone in ("desk", "bell"):
        _create(directory / zone / "queue.recipient", public_half, kid=kid)
    kid, shared = next(iter(_read_lines(directory / "desk" / "link.key", strict=False).items()))
    _create(directory / "bell" / "link.key", shared, kid=kid)


def _create(path: Path, value: str, *, kid: str | None = None) -> None:
    if path.exists():
        return
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(f"{kid or secrets.token_hex(4)} {value}\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass
    finally:
        draft.unlink(missing_ok=True)


def _read_lines(path: Path, *, strict: bool) -> dict[str, str]:
    try:
        mode = path.stat().st_mode
        lines = path.read_text(encoding="ascii").split("\n")
    except FileNotFoundError:
        raise MissingKey(f"{path.parent.name}/{path.name}") from None
    except UnicodeDecodeError:
        raise MalformedKey(f"{path.parent.name}/{path.name}") from None
    if strict and mode & 0o077:
        raise ReadableByOthers(f"{path.parent.name}/{path.name}")
    entries: dict[str, str] = {}
    for line in filter(None, lines):
        kid, _, value = line.partition(" ")
        if not (kid.isalnum() and value) or kid in entries:
            raise MalformedKey(f"{path.parent.name}/{path.name}")
        entries[kid] = value
    if not entries:
        raise MalformedKey(f"{path.parent.name}/{path.name}")
    return entries


def _read_ring(path: Path, *, strict: bool) -> KeyRing:
    entries = _read_lines(path, strict=strict)
    try:
        keys = {kid: base64.b64decode(value, validate=True) for kid, value in entries.items()}
    except ValueError:
        raise MalformedKey(f"{path.parent.name}/{path.name}") from None
    if any(len(key) != KEY_BYTES or len(set(key)) < 8 for key in keys.values()):
        raise MalformedKey(f"{path.parent.name}/{path.name}")
    return KeyRing(kid=next(iter(keys)), keys=keys)


def _refuse_equal(zone: Path, *rings: KeyRing) -> None:
    keys = [key for ring in rings for key in ring.keys.values()]
    if len(set(keys)) != len(keys):
        raise MalformedKey(f"{zone.name}: two files hold the same key")


def _seal_for_public(kid: str, recipient: str, plain: bytes, row: str) -> bytes:
    boxed = pyrage.encrypt(row.encode() + b"\n" + plain, [pyrage.x25519.Recipient.from_str(recipient)])
    return b".".join((AGE_VERSION, kid.encode(), bytes(boxed)))


def _seal(ring: KeyRing, context: bytes, plain: bytes) -> bytes:
    return b".".join((FIELD_VERSION, ring.kid.encode(), bytes(Aead(ring.writing).encrypt(plain, context))))


def _open(ring: KeyRing, context: bytes, sealed: bytes) -> bytes:
    kid, boxed = _split(FIELD_VERSION, sealed)
    if kid not in ring.keys:
        raise NotOpened("key id")
    try:
        return Aead(ring.keys[kid]).decrypt(boxed, context)
    except (CryptoError, ValueError):
        raise NotOpened("value") from None


def _split(version: bytes, sealed: bytes) -> tuple[str, bytes]:
    parts = bytes(sealed).split(b".", 2)
    if len(parts) != 3 or parts[0] != version:
        raise NotOpened("version")
    return parts[1].decode("ascii", "replace"), parts[2]


def _context(*parts: str) -> bytes:
    return "‖".join(parts).encode()


def _digest(key: bytes, purpose: str, parts: tuple[bytes, ...]) -> bytes:
    own = hmac.digest(key, b"digest", hashlib.sha256)
    framed = b"".join(len(part).to_bytes(8, "big") + part for part in (_bytes(purpose), *parts))
    return hmac.digest(own, framed, "sha256")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _encode(key: bytes) -> str:
    return base64.b64encode(key).decode("ascii")
