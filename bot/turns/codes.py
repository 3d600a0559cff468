"""Resume codes: 80 random bits in letters that are hard to confuse, shown once, kept as a keyed digest (S49)."""

from __future__ import annotations

import secrets
from typing import Final

from bot.server_keys import PublicKeys

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford base 32: 5 bits a letter
LETTERS: Final = 16
GROUP: Final = 4
_READ_AS: Final = str.maketrans("OIL", "011")


def fresh() -> str:
    """A new code as it is shown: four groups of four."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LETTERS))
    return "-".join(letters[n : n + GROUP] for n in range(0, LETTERS, GROUP))


def digest(keys: PublicKeys, code: str) -> bytes:
    """What is stored of a code, however it was typed."""
    plain = "".join(letter for letter in code.upper().translate(_READ_AS) if letter.isalnum())
    return keys.digest("resume", plain.encode("utf-8", "surrogatepass"))
