"""How much one visitor and one address may ask: buckets that fill again with time.

A school is one address: what it may ask is more than 120 visitors with a hand on a slider do, and is bounded so that no program
fills the memory. A visitor is a page in a browser, by the name that it gave itself; who gives himself none, or many, has the
limits of his address.
"""

import ipaddress
import time
from collections.abc import Callable
from typing import NamedTuple

PRUNE = 10_000  # buckets that are kept before those that are full again are forgotten


class RefusedError(Exception):
    """What is answered instead, by HTTP; ``after``: in how many seconds it may be asked again."""

    def __init__(self, status: int, text: str, after: int = 0):
        super().__init__(text)
        self.status, self.text, self.after = status, text, after


class Rate(NamedTuple):
    """So much at once, and so much again each second."""

    burst: float
    rate: float


class Book:
    """A bucket for each name."""

    def __init__(self, rate: Rate, clock: Callable[[], float] = time.monotonic):
        self.rate, self.clock = rate, clock
        self._left: dict[str, tuple[float, float]] = {}  # what was left, and when

    def take(self, name: str, amount: float = 1.0) -> float:
        """Take it, and return 0; or take nothing, and return in how many seconds it will be there."""
        now = self.clock()
        left = self._now(name, now)
        if left < amount:
            return (amount - left) / self.rate.rate
        self._left[name] = left - amount, now
        if len(self._left) > PRUNE:
            self._left = {each: kept for each, kept in self._left.items() if self._now(each, now) < self.rate.burst}
        return 0.0

    def _now(self, name: str, now: float) -> float:
        left, when = self._left.get(name, (self.rate.burst, now))
        return min(self.rate.burst, left + (now - when) * self.rate.rate)


#: questions of a page in a browser: 60 a second is a display's rate, and none asks before the last is answered
VISITOR = Rate(120, 60)
#: questions of an address: some ten times what one machine answers
ADDRESS = Rate(4000, 2000)
#: bytes that an address sends: 120 visitors who bring a megabyte each, and as much again every half minute
BYTES = Rate(256e6, 8e6)
#: sockets that are open at once, of an address and in all; a page has one
SOCKETS, ALL_SOCKETS = 800, 3000
#: messages of one socket; a page sends one when it is opened, and one for another language
MESSAGES = Rate(20, 5)


def address_of(client: tuple[str, int] | None) -> str:
    """Where a request comes from; of IPv6 the network, as one household has more addresses than there are buckets."""
    try:
        ip = ipaddress.ip_address(client[0] if client else "")
    except ValueError:
        return "unknown"
    if ip.version == 6 and ip.ipv4_mapped is None:
        return str(ipaddress.ip_network((ip, 64), strict=False))
    return str(getattr(ip, "ipv4_mapped", None) or ip)
