"""How much one sender may do (S46). Counted in memory: a restart forgives, which harms nobody.

Keys are network prefixes and chat addresses; they are never logged and leave with the process.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final, Literal

from bot.channels.contract import Inbound

EMERGENCY_EVERY: Final = timedelta(seconds=30)  # S46
KEYS_MAX: Final = 50_000
HOUR: Final = timedelta(hours=1)

Network = IPv4Network | IPv6Network
Verdict = Literal["pass", "notice", "silent"]


class Bucket:
    """Allowance per key: `burst` at once, refilled evenly at `per_hour`. The keys longest unseen are forgotten."""

    def __init__(self, *, burst: int, per_hour: int) -> None:
        self._burst = float(burst)
        self._per_second = per_hour / HOUR.total_seconds()
        self._levels: OrderedDict[str, tuple[float, datetime]] = OrderedDict()

    def take(self, key: str, at: datetime) -> bool:
        level, since = self._levels.pop(key, (self._burst, at))
        level = min(self._burst, level + max(0.0, (at - since).total_seconds()) * self._per_second)
        allowed = level >= 1
        self._levels[key] = (level - 1 if allowed else level, at)
        if len(self._levels) > KEYS_MAX:
            self._levels.popitem(last=False)
        return allowed

    def give_back(self, key: str) -> None:
        """What was taken came to nothing through no fault of the sender."""
        level, since = self._levels.get(key, (self._burst, None))
        if since is not None:
            self._levels[key] = (min(self._burst, level + 1), since)


class Seldom:
    """True at most once per key within `every`."""

    def __init__(self, every: timedelta) -> None:
        self._every = every
        self._last: OrderedDict[str, datetime] = OrderedDict()

    def now(self, key: str, at: datetime) -> bool:
        last = self._last.get(key)
        if last is not None and last <= at < last + self._every:
            return False
        self._last.pop(key, None)
        self._last[key] = at
        if len(self._last) > KEYS_MAX:
            self._last.popitem(last=False)
        return True

    def forget(self, key: str) -> None:
        """It came to nothing: the next time counts as the first."""
        self._last.pop(key, None)


class ChatLimit:
    """Per chat: a burst, an hourly rate, one notice beyond it; the way to the emergency answer stays open."""

    def __init__(self, urgent: Callable[[Inbound], bool], *, burst: int, per_hour: int) -> None:
        self._urgent = urgent
        self._messages = Bucket(burst=burst, per_hour=per_hour)
        self._emergencies = Seldom(EMERGENCY_EVERY)
        self._notices = Seldom(HOUR)

    def judge(self, inbound: Inbound) -> Verdict:
        key, at = inbound.address, inbound.received_at
        if self._messages.take(key, at):
            return "pass"
        if self._urgent(inbound) and self._emergencies.now(key, at):
            return "pass"
        return "notice" if self._notices.now(key, at) else "silent"


class Origins:
    """Who is calling, as a network prefix: /24 and /56, so that changing the last part of an address wins nothing."""

    def __init__(self, trusted_proxies: Sequence[str]) -> None:
        self._trusted: tuple[Network, ...] = tuple(ip_network(known, strict=False) for known in trusted_proxies)

    def prefix(self, peer: str | None, forwarded_for: str | None) -> str:
        """`forwarded_for` counts only when the peer is a proxy of ours; its last foreign entry is the caller."""
        caller = _parse(peer)
        if caller is not None and forwarded_for and self._is_ours(caller):
            for hop in reversed(forwarded_for.split(",")):
                known = _parse(hop.strip())
                if known is None:
                    break
                caller = known
                if not self._is_ours(known):
                    break
        if caller is None:
            return "unknown"
        return str(ip_network((caller, 24 if caller.version == 4 else 56), strict=False))

    def _is_ours(self, caller: IPv4Address | IPv6Address) -> bool:
        return any(caller in network for network in self._trusted)


def _parse(text: str | None) -> IPv4Address | IPv6Address | None:
    try:
        known = ip_address(text or "")
    except ValueError:
        return None
    return known.ipv4_mapped or known if isinstance(known, IPv6Address) else known
