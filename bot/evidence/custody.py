"""Append-only chains: who touched which item when (`custody`), and what staff did (`audit`).

hash = SHA-256(previous hash ‖ canonical JSON). Entries hold random ids and ciphertext hashes only: a plaintext
hash in clear would let anyone test for a known picture (S54). `db/chains.py` keeps them.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from bot.evidence.envelope import canonical

Chain = Literal["custody", "audit"]
Value = str | int | bool | None
GENESIS: Final = bytes(32)
PRUNED: Final = "pruned"


@dataclass(frozen=True, slots=True)
class Link:
    """One stored entry."""

    number: int
    previous: bytes
    hash: bytes
    entry: str


def write(what: str, at: datetime, facts: Mapping[str, Value]) -> str:
    """The canonical text of an entry. `at` is cut to the minute; `facts` hold ids and ciphertext hashes only."""
    minute = at.replace(second=0, microsecond=0).isoformat()
    return canonical({**facts, "what": what, "at": minute}).decode("ascii")


def link(number: int, previous: bytes, entry: str) -> Link:
    """The next link of a chain whose last hash is `previous`."""
    return Link(number, previous, _hash(previous, entry), entry)


def pruned(through: Link) -> Mapping[str, Value]:
    """Facts of the entry that explains why a chain no longer starts at 1: older links ended by retention."""
    return {"through": through.number, "head": through.hash.hex()}


def verify(links: Iterable[Link], *, head: bytes, last: int) -> int | None:
    """The first number at which the chain is not what was written, or None when all is well.

    `head` and `last` are what the store (or a checkpoint kept elsewhere) says is the end. A chain may start
    later than 1 if a later entry names exactly that cut.
    """
    number, previous = 0, GENESIS
    cut: tuple[int, str] | None = None
    explained = True
    for each in links:
        if number == 0 and each.number > 1:
            number, previous = each.number - 1, each.previous
            cut, explained = (number, previous.hex()), False
        if each.number != number + 1 or not hmac.compare_digest(each.previous, previous):
            return number + 1
        if not hmac.compare_digest(each.hash, _hash(previous, each.entry)):
            return each.number
        number, previous = each.number, each.hash
        explained = explained or _names(each.entry, cut)
    if not explained:
        return 1
    return None if number == last and hmac.compare_digest(previous, head) else number + 1


def _names(entry: str, cut: tuple[int, str] | None) -> bool:
    facts = json.loads(entry)
    return facts.get("what") == PRUNED and (facts.get("through"), facts.get("head")) == cut


def _hash(previous: bytes, entry: str) -> bytes:
    return hashlib.sha256(previous + entry.encode("utf-8", "surrogatepass")).digest()
