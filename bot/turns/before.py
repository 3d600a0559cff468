"""What a turn is given, what may have to be done before its transaction, and what it leaves to be done after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.channels.contract import Attachment, ChannelName, Reader
from bot.server_keys import PublicKeys
from bot.turns.knowledge import Knowledge


class KeyMissing(Exception):
    """The conversation has no key yet: its grants must be committed in the other store first (S22)."""


class FetchFirst(Exception):
    """Files were sent to an open media gate. They are fetched and sealed outside the transaction (S22, S41), then the
    turn is taken again."""

    def __init__(self, channel: ChannelName, files: Sequence[Attachment]) -> None:
        super().__init__(str(len(files)))
        self.channel = channel
        self.files = tuple(files)


@dataclass(frozen=True, slots=True)
class Tools:
    """What every turn of this process uses. `readers` finish messages whose door has only looked at them."""

    keys: PublicKeys
    knowledge: Knowledge
    readers: Mapping[ChannelName, Reader] = field(default_factory=dict)


@dataclass(slots=True)
class Prepared:
    """What was done for one turn before its transaction."""

    items: dict[tuple[str, str], str] = field(default_factory=dict, repr=False)
    """items.ref of texts sealed beforehand, by (kind, text); empty when one could not be kept."""
    files: dict[str, Attachment] = field(default_factory=dict, repr=False)
    """Files fetched beforehand, by handle: with `item` or `refused`."""
    hurry: bool = False
    """Something waits that cannot: no more files are fetched, and the person is told which did not arrive."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What a turn leaves to be done once it is committed. `erase`: something was marked that must go now."""

    wake: frozenset[tuple[str, str]] = frozenset()
    erase: bool = False
    effects: int = 0
