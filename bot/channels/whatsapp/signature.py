"""Whether a delivery is Meta's (S20): HMAC-SHA256 with the app's secret over the bytes as they came, before anything of
them is read. Meta writes `\\u00fc` for ü, so bytes that were parsed and written again have another digest.

Source: Meta's webhook reference, "Validating payloads" and "Verification requests" (`whatsapp.md` section 3).
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence
from typing import Final

HEADER: Final = b"x-hub-signature-256"
PROOF: Final = re.compile(rb"sha256=([0-9a-f]{64})")
CHALLENGE: Final = re.compile(r"[0-9A-Za-z_-]{1,128}")


def is_signed(body: bytes, given: Sequence[bytes], secret: bytes) -> bool:
    """`given`: the values of every `HEADER` of the request; exactly one must be there."""
    found = PROOF.fullmatch(given[0]) if len(given) == 1 else None
    if found is None or not secret:
        return False
    return hmac.compare_digest(hmac.digest(secret, body, hashlib.sha256).hex().encode(), found[1])


def challenge(query: Sequence[tuple[str, str]], verify_token: bytes) -> str | None:
    """What a verification request wants to hear; None for any other request."""
    asked = dict(query)
    token, word = asked.get("hub.verify_token", ""), asked.get("hub.challenge", "")
    known = bool(verify_token) and hmac.compare_digest(token.encode("utf-8", "surrogatepass"), verify_token)
    if len(asked) != len(query) or asked.get("hub.mode") != "subscribe" or not known:
        return None
    return word if CHALLENGE.fullmatch(word) else None
