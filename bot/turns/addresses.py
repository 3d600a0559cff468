"""What leads to a person, sealed with server keys: their address with a messenger, ids of messages in their chat."""

from __future__ import annotations

from bot.db.delivered import Delivered
from bot.server_keys import PublicKeys


def seal_address(keys: PublicKeys, lookup: bytes, address: str) -> bytes:
    """Bound to the lookup it is stored under, not to a conversation: after a deletion it passes to the next one."""
    return keys.seal_field("addresses", "address", lookup.hex(), address.encode("utf-8", "surrogatepass"))


def address_of(keys: PublicKeys, lookup: bytes, sealed: bytes) -> str:
    """Raises NotOpened."""
    return keys.open_field("addresses", "address", lookup.hex(), sealed).decode("utf-8", "surrogatepass")


def seal_external_id(keys: PublicKeys, address_id: int, plain: str) -> bytes:
    return keys.seal_field("delivered", "external_id", str(address_id), plain.encode())


def external_id(keys: PublicKeys, address_id: int | None, found: Delivered) -> str:
    """Raises NotOpened."""
    return keys.open_field("delivered", "external_id", str(address_id), found.external_id).decode()
