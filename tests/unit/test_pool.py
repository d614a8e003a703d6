"""Turns at the server: whoever has had least goes next, the newest question stays, what is long has a lane of its own.

Work is a lock that the test opens, so that each test decides who is served when, and no clock does.
"""

import asyncio
import random
import sys
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optim_viz.ui import pool
from optim_viz.ui.limits import PRUNE, Book, Rate, RefusedError, address_of
from optim_viz.ui.pool import Lane, Pool, Who
from tests.support import awaited


class Clock:
    """A clock that the test turns."""

    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(pool.time, "perf_counter", clock)
    return clock


def who(name, address="a"):
    return Who(address, str(name))


class Served:
    """Who asks, and the order in which they are served; each takes as long as it says, by the test's clock."""

    def __init__(self, lane, clock):
        self.lane, self.clock, self.order, self.refused = lane, clock, [], []
        self.doors: list[asyncio.Event] = []

    def ask(self, name, page="lab", takes=1.0, address="a"):
        return asyncio.create_task(self._ask(who(name, address), page, takes))

    async def _ask(self, who, page, takes):
        try:
            async with self.lane.turn(who, page):
                self.order.append(who.visitor)
                door = asyncio.Event()
                self.doors.append(door)
                await door.wait()
                self.clock.now += takes
        except RefusedError as refused:
            self.refused.append((who.visitor, refused.status))

    async def all(self):
        """Serve until nobody waits."""
        await settle()
        while self.doors:
            self.doors.pop(0).set()
            await settle()


async def settle():
    for _ in range(6):
        await asyncio.sleep(0)


def test_one_who_asks_much_does_not_keep_one_who_asks_little_waiting(clock):
    async def scene():
        served = Served(Lane(1), clock)
        for k in range(5):
            served.ask("much", page=f"p{k}")
        await settle()
        served.ask("little")
        await served.all()
        return served.order

    assert awaited(scene()) == ["much", "little", "much", "much", "much", "much"]


def test_whoever_has_had_least_goes_next(clock):
    """Two ask again and again: one takes three times as long each time and is served a third as often."""

    async def scene():
        served = Served(Lane(1), clock)
        for _ in range(40):
            for name, takes in (("long", 3.0), ("short", 1.0)):
                if name not in [who.visitor for who in served.lane._waiting]:
                    served.ask(name, takes=takes)
            await settle()
            served.doors.pop(0).set()
            await settle()
        return served.order

    order = awaited(scene())
    assert 2.5 <= order.count("short") / order.count("long") <= 3.5


def test_who_comes_back_after_a_rest_has_saved_nothing_up(clock):
    async def scene():
        served = Served(Lane(1), clock)
        served.ask("rested")
        await served.all()
        for _ in range(20):
            served.ask("busy")
            await served.all()
        for k in range(3):
            served.ask("rested", page=f"p{k}")
            served.ask("busy", page=f"p{k}")
        await served.all()
        return served.order[-6:]

    assert sorted(awaited(scene())[:4]) == ["busy", "busy", "rested", "rested"]


def test_of_one_page_only_the_newest_question_waits(clock):
    async def scene():
        served = Served(Lane(1), clock)
        served.ask("other")
        await settle()
        for takes in range(4):
            served.ask("me", takes=takes)
            await settle()
        served.ask("me", page="noise")
        await settle()
        waiting = len(served.lane)
        await served.all()
        return served.order, served.refused, waiting

    assert awaited(scene()) == (["other", "me", "me"], [("me", 409)] * 3, 2)


def test_who_goes_while_waiting_is_not_served_and_leaves_no_trace(clock):
    async def scene():
        served = Served(Lane(1), clock)
        served.ask("first")
        await settle()
        gone = served.ask("gone")
        await settle()
        gone.cancel()
        served.ask("last")
        await served.all()
        return served.order, len(served.lane), served.lane.free, served.lane._waiting, served.lane._running

    assert awaited(scene()) == (["first", "last"], 0, 1, {}, {})


def test_who_is_called_and_goes_at_the_same_moment_takes_no_thread_along(clock):
    async def scene():
        lane = Lane(1)
        served = Served(lane, clock)
        served.ask("first")
        await settle()
        gone = served.ask("gone")
        await settle()
        served.doors.pop().set()
        while not lane._running.get(who("gone")):
            await asyncio.sleep(0)
        gone.cancel()
        await settle()
        served.ask("last")
        await served.all()
        return lane.free, served.order[-1]

    assert awaited(scene()) == (1, "last")


@pytest.mark.parametrize(("limit", "address"), [("OF_VISITOR", "a"), ("OF_ADDRESS", "a"), ("WAITING", "b")])
def test_only_so_many_wait(clock, monkeypatch, limit, address):
    for name in ("OF_VISITOR", "OF_ADDRESS", "WAITING"):
        monkeypatch.setattr(pool, name, 3 if name == limit else 100)

    async def scene():
        served = Served(Lane(1), clock)
        served.ask("first", address="z")
        await settle()
        for k in range(5):
            served.ask("me" if limit == "OF_VISITOR" else k, page=f"p{k}", address="a" if k < 2 else address)
        await settle()
        await served.all()
        return len(served.order), [status for _, status in served.refused], served.lane._waiting

    assert awaited(scene()) == (4, [503, 503], {})


@settings(derandomize=True, database=None, deadline=None, max_examples=60)
@given(st.integers(0, 2**32), st.integers(1, 4))
def test_whatever_comes_and_goes_no_thread_is_lost_and_everyone_is_heard(seed, threads):
    """Random arrivals, departures and ends; at the end all threads are free and nobody waits."""
    rng = random.Random(seed)

    async def scene():
        served = Served(Lane(threads), lambda: 0)
        served.clock = Clock()
        tasks = []
        for _ in range(60):
            match rng.randrange(4):
                case 0 | 1:
                    tasks.append(served.ask(rng.randrange(5), page=str(rng.randrange(3)), takes=0))
                case 2 if served.doors:
                    served.doors.pop(rng.randrange(len(served.doors))).set()
                case 3 if tasks:
                    rng.choice(tasks).cancel()
            if rng.random() < 0.7:
                await asyncio.sleep(0)
            assert 0 <= served.lane.free <= threads
        await served.all()
        await asyncio.gather(*tasks, return_exceptions=True)
        return served.lane.free, len(served.lane), served.lane._running, served.lane._waiting

    assert awaited(scene()) == (threads, 0, {}, {})


def test_what_fails_gives_its_thread_back():
    async def scene():
        lane = Lane(1)
        for _ in range(3):
            with pytest.raises(ZeroDivisionError):
                async with lane.turn(who("me"), "lab"):
                    await lane.run(lambda: 1 / 0)
        return lane.free

    assert awaited(scene()) == 1


def test_as_many_run_at_once_as_there_are_threads_and_what_is_long_runs_beside_them():
    both = Pool(threads=2, long=1)
    running, most, go, lock = [0, 0], [0, 0], threading.Event(), threading.Lock()

    def work(k):
        with lock:
            running[k] += 1
            most[k] = max(most[k], running[k])
        go.wait(20)
        with lock:
            running[k] -= 1

    async def ask(lane, k, name):
        async with lane.turn(who(name), "lab"):
            await lane.run(lambda: work(k))

    async def scene():
        tasks = [asyncio.create_task(ask(lane, k, n)) for n in range(4) for k, lane in enumerate((both.short, both.long))]
        while running != [2, 1]:
            await asyncio.sleep(0.001)
        go.set()
        await asyncio.gather(*tasks)

    awaited(scene())
    assert most == [2, 1]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere threads have no rank of their own")
def test_what_is_long_runs_behind_the_others():
    import os

    def rank():
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    async def scene(lane):
        async with lane.turn(who("me"), "lab"):
            return await lane.run(rank)

    both = Pool()
    assert awaited(scene(both.long)) > awaited(scene(both.short)) == rank()


# limits


def test_a_bucket_gives_what_it_holds_and_fills_again():
    clock = Clock()
    book = Book(Rate(burst=10, rate=2), clock)
    assert [book.take("a", 4) for _ in range(3)] == [0, 0, pytest.approx(1.0)]
    assert book.take("b", 10) == 0  # another's
    clock.now = 1.0
    assert book.take("a", 4) == 0 and book.take("a", 1) == pytest.approx(0.5)
    clock.now = 1e9
    assert book.take("a", 10) == 0 and book.take("a", 0.1) > 0


def test_buckets_that_are_full_again_are_forgotten():
    clock = Clock()
    book = Book(Rate(burst=10, rate=1), clock)
    for k in range(PRUNE + 1):
        clock.now = k / 10
        book.take(str(k), 5)
    assert len(book._left) < 100


@pytest.mark.parametrize(
    ("client", "address"),
    [
        (("192.0.2.7", 1), "192.0.2.7"), (("::ffff:192.0.2.7", 1), "192.0.2.7"), (("testclient", 1), "unknown"),
        (None, "unknown"),
        (("2001:db8:1:2:3:4:5:6", 1), "2001:db8:1:2::/64"), (("2001:db8:1:2::9", 1), "2001:db8:1:2::/64"),
    ],
)  # fmt: skip
def test_an_address_is_a_household(client, address):
    assert address_of(client) == address
