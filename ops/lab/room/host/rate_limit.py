"""Rate limit: how often each key may do something, such as an address that types a wrong code.

A token bucket for each key: `burst` at once, then one more every `seconds`.
"""

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

# So many keys are remembered, the latest: whoever has more addresses than this is no laptop in the room.
_MOST_KEYS = 10_000


@dataclass
class RateLimit:
    """May be used by several threads."""

    burst: int
    seconds: float
    now: Callable[[], float] = time.monotonic
    _spent: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def wait_of(self, key: str) -> float:
        """Seconds until the key may do it again; 0 where it may now."""
        with self._lock:
            spent = self._spent_by(key)
        return max(0.0, (spent + 1 - self.burst) * self.seconds)

    def count(self, key: str) -> None:
        """That the key has done it."""
        with self._lock:
            self._spent[key] = (min(self._spent_by(key) + 1, float(self.burst)), self.now())
            self._spent.move_to_end(key)
            while len(self._spent) > _MOST_KEYS:
                self._spent.popitem(last=False)

    def _spent_by(self, key: str) -> float:
        spent, at = self._spent.get(key, (0.0, self.now()))
        return max(0.0, spent - (self.now() - at) / self.seconds)


def address_key(address: str) -> str:
    """What stands for an address: one of IPv6 counts with all of its network, which one laptop has alone."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
