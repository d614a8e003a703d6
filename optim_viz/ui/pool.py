"""The one place where the server computes for visitors: a bounded number of threads, and fair turns.

Who has had least goes next (start-time fair queueing), whatever others ask; of one page only the newest question waits. What
takes long has a lane and a thread of its own, which the system runs behind the others: so nobody's slider waits for another's
network on ten thousand rows. All bookkeeping is done in the event loop; only the work itself is done in threads.
"""

import asyncio
import os
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import NamedTuple, TypeVar

from optim_viz.ui.limits import RefusedError

T = TypeVar("T")

#: questions that wait at once: in all, of one address, and of one visitor (a page asks two or three things)
WAITING, OF_ADDRESS, OF_VISITOR = 2000, 1000, 6
CPUS = os.cpu_count() or 1


class Who(NamedTuple):
    """Whose turn it is: a page in a browser, by its own name, behind an address."""

    address: str
    visitor: str


class _Seat(NamedTuple):
    who: Who
    page: str
    called: asyncio.Future[float]  # the virtual time at which its work begins


class Lane:
    """Some threads, and who waits for them."""

    def __init__(self, threads: int, behind: bool = False):
        self.free = threads
        self._threads = ThreadPoolExecutor(threads, "behind" if behind else "answers", _behind if behind else None)
        self._waiting: dict[Who, dict[str, _Seat]] = {}
        self._running: dict[Who, int] = {}
        self._clock = 0.0
        self._due: dict[Who, float] = {}  # the virtual time up to which a visitor has had his share

    def __len__(self) -> int:
        """How many wait."""
        return sum(map(len, self._waiting.values()))

    async def run(self, work: Callable[[], T]) -> T:
        """Do it in a thread; within a ``turn``."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    @asynccontextmanager
    async def turn(self, who: Who, page: str) -> AsyncIterator[None]:
        """Wait for one's turn and have it.

        Raises:
            RefusedError: too many wait; or the same page has asked something newer meanwhile.
        """
        seat = self._sit(who, page)
        try:
            begins = await seat.called
        except asyncio.CancelledError:
            if seat.called.done() and not seat.called.cancelled() and seat.called.exception() is None:
                self._rise(who, seat.called.result())  # called at the very moment when it went
            else:
                self._leave(seat)
            raise
        began = time.perf_counter()
        try:
            yield
        finally:
            self._rise(who, begins + time.perf_counter() - began)

    def _sit(self, who: Who, page: str) -> _Seat:
        mine = self._waiting.setdefault(who, {})
        older = mine.pop(page, None)
        if older:
            older.called.set_exception(RefusedError(409, "a newer question came"))
        behind = sum(len(seats) for other, seats in self._waiting.items() if other.address == who.address)
        if len(mine) >= OF_VISITOR or behind >= OF_ADDRESS or len(self) >= WAITING:
            self._leave(None, who)
            raise RefusedError(503, "too many are asking", after=2)
        seat = mine[page] = _Seat(who, page, asyncio.get_running_loop().create_future())
        self._next()
        return seat

    def _leave(self, seat: _Seat | None, who: Who | None = None) -> None:
        who = seat.who if seat else who
        assert who is not None
        mine = self._waiting.get(who, {})
        if seat and mine.get(seat.page) is seat:
            del mine[seat.page]
        if not mine:
            self._waiting.pop(who, None)

    def _rise(self, who: Who, due: float) -> None:
        self.free += 1
        self._running[who] -= 1
        if not self._running[who]:
            del self._running[who]
        self._due[who] = max(due, self._due.get(who, 0.0))
        if len(self._due) > WAITING:
            self._due = {each: due for each, due in self._due.items() if due > self._clock}
        self._next()

    def _next(self) -> None:
        while self.free and self._waiting:
            who = min(self._waiting, key=lambda who: (self._running.get(who, 0), self._begins(who)))
            seat = next(iter(self._waiting[who].values()))
            self._leave(seat)
            if seat.called.done():
                continue
            self.free -= 1
            self._running[who] = self._running.get(who, 0) + 1
            self._clock = max(self._clock, self._begins(who))
            seat.called.set_result(self._begins(who))

    def _begins(self, who: Who) -> float:
        return max(self._clock, self._due.get(who, 0.0))


def _behind() -> None:
    """This thread runs when no other wants to; where threads have no such rank, they share."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 15)


class Pool:
    """The lanes: one for what a moving hand asks, one for what takes long."""

    def __init__(self, threads: int = max(2, CPUS), long: int = max(1, CPUS // 2)):
        self.short, self.long = Lane(threads), Lane(long, behind=True)
