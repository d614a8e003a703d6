"""How the server bears a class, on one machine: a real server, visitors as a process of their own. Run by ``make bench``.

    python -m benchmarks.load [--seconds 20] [opening] [class] [greedy] [crowd] [sockets]

``opening``: 30 visitors open a page within one second, one of them in Chromium: until each has its first picture (bar 3 s).
``class``: 120 visitors of the lab, one change every 2 s each: p50, p95 (bar 80 ms).
``greedy``: one slider by itself, then beside others who ask for the most expensive that may be asked (bar: twice as long).
``crowd``: 25 to 400 visitors who ask without a pause: answers a second must not fall.
``sockets``: 600 pages that are open and ask nothing: memory, and what the class feels of them.

Every loop is bounded in count and time, and asks this machine alone.
"""

import argparse
import asyncio
import json
import random
import re
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from tools.browser import Server, chromium

USUAL = "d=noisy_line&m=line&e=20&seeds=30&o=gd,batch:all,lr:{}&o=gd,batch:1,lr:0.02&o=gd,batch:10,lr:0.02"
#: the most work that the settings allow: a network with all its weights on many samples, for every runner
GREEDY = "d=two_moons&d.size=2000&m=network&m.hidden=31&e=500&seeds=50" + "&o=adam,batch:10" * 6
PATIENCE = 8.0  # as the page's


class Visitor:
    """A page in a browser, as far as the server sees it: one connection, one name, one question at a time."""

    def __init__(self, url: str):
        self.host, self.name = urlsplit(url), secrets.token_hex(12)
        self.reader: asyncio.StreamReader | None = None

    async def ask(self, page: str, query: str) -> int:
        sent = json.dumps({"query": parse_qs(query), "language": "en", "visitor": self.name}).encode()
        return (await self.request("POST", f"/answers/{page}", sent))[0]

    async def request(self, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
        """The status and the body."""
        if self.reader is None:
            self.reader, self.writer = await asyncio.open_connection(self.host.hostname, self.host.port)
        head = f"{method} {path} HTTP/1.1\r\nHost: {self.host.netloc}\r\nAccept-Encoding: gzip\r\n"
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self.writer.write(head.encode() + body)
        answer = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        if "chunked" in answer:
            parts = []
            while size := int(await self.reader.readline(), 16):
                parts.append(await self.reader.readexactly(size))
                await self.reader.readline()
            await self.reader.readline()
            return int(answer[9:12]), b"".join(parts)
        length = re.search(r"content-length: (\d+)", answer)
        return int(answer[9:12]), await self.reader.readexactly(int(length[1]) if length else 0)

    def leave(self) -> None:
        if self.reader is not None:
            self.writer.close()
            self.reader = None


def percentiles(seconds: list[float]) -> str:
    ordered = sorted(1000 * s for s in seconds) or [float("nan")]
    return f"p50 {statistics.median(ordered):.0f} ms, p95 {ordered[int(0.95 * (len(ordered) - 1))]:.0f} ms of {len(seconds)}"


async def hand(url: str, until: float, pause: float, query: str = USUAL) -> tuple[list[float], int]:
    """A visitor who changes something, waits for the answer, and after a pause changes it again; and how often in vain."""
    times: list[float] = []
    visitor, vain = Visitor(url), 0
    await asyncio.sleep(random.random() * pause)
    while (began := time.perf_counter()) < until:
        try:
            status = await asyncio.wait_for(visitor.ask("regression", query.format(0.01 + random.random() / 100)), PATIENCE)
        except TimeoutError:
            visitor.leave()  # and asks again, as the page does
            status = 0
        times, vain = (times + [time.perf_counter() - began], vain) if status == 200 else (times, vain + 1)
        await asyncio.sleep(max(0.0, pause - (time.perf_counter() - began)) if pause else 0.0)
    visitor.leave()
    return times, vain


async def hands(url: str, count: int, seconds: float, pause: float) -> tuple[list[float], int]:
    until = time.perf_counter() + seconds
    results = await asyncio.gather(*(hand(url, until, pause) for _ in range(count)))
    return [each for times, _ in results for each in times], sum(vain for _, vain in results)


async def greedy(url: str, count: int, until: float) -> None:
    await asyncio.gather(*(hand(url, until, 0.0, GREEDY) for _ in range(count)))


async def opening(url: str, count: int = 29) -> list[float]:
    """Each gets the page, all that its head names, six at a time, and the first answer."""

    async def visit() -> float:
        await asyncio.sleep(random.random())
        began, visitor = time.perf_counter(), Visitor(url)
        _, html = await visitor.request("GET", "/regression?lang=en")
        named = re.findall(rb'(?:href|src)="\.?/?((?:assets|static)/[^"]+)"', html)
        lines = [visitor, *(Visitor(url) for _ in range(5))]

        async def fetch(line: Visitor, paths: list[bytes]) -> None:
            for path in paths:
                await line.request("GET", "/" + path.decode())

        await asyncio.gather(*(fetch(line, named[k::6]) for k, line in enumerate(lines)))
        await visitor.ask("regression", "")
        for line in lines:
            line.leave()
        return time.perf_counter() - began

    return list(await asyncio.gather(*(visit() for _ in range(count))))


async def open_sockets(url: str, count: int, seconds: float) -> None:
    """Pages that are open and rest."""
    begin = BackMsg()
    begin.rerun_script.query_string = "lang=en"
    sockets = []
    for _ in range(count):
        socket = await connect(
            f"{url.replace('http', 'ws')}/_stcore/stream", subprotocols=[Subprotocol("streamlit")], max_size=None
        )
        await socket.send(begin.SerializeToString())
        sockets.append(socket)
        await asyncio.sleep(0.03)
    await asyncio.sleep(seconds)
    await asyncio.gather(*(socket.close() for socket in sockets))


def memory(server: Server) -> float:
    """MiB of the server that are its own; nan where the system does not tell."""
    try:
        text = Path(f"/proc/{server.process_id}/status").read_text(encoding="utf-8")
    except OSError:
        return float("nan")
    return int(re.findall(r"VmRSS:\s+(\d+)", text)[0]) / 1024


def apart(scene: str, url: str, *arguments: object) -> subprocess.Popen[str]:
    """A scene's visitors, in a process of their own, which takes no turns with this one."""
    command = [sys.executable, "-m", "benchmarks.load", "--scene", scene, url, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def told(process: subprocess.Popen[str]) -> tuple[list[float], int]:
    times, vain = json.loads(process.communicate(timeout=300)[0])
    return times, vain


def play(scene: str, url: str, *arguments: str) -> None:
    """In the process apart."""
    if scene == "hands":
        print(json.dumps(asyncio.run(hands(url, int(arguments[0]), float(arguments[1]), float(arguments[2])))))
    elif scene == "opening":
        print(json.dumps([asyncio.run(opening(url)), 0]))
    elif scene == "sockets":
        print(json.dumps([[], asyncio.run(open_sockets(url, int(arguments[0]), float(arguments[1]))) or 0]))
    else:
        until = time.perf_counter() + float(arguments[1])
        asyncio.run(greedy(url, int(arguments[0]), until))
        print(json.dumps([[], 0]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--scene", nargs="+", help=argparse.SUPPRESS)
    parser.add_argument("scenes", nargs="*", default=["opening", "class", "greedy", "crowd", "sockets"])
    chosen = parser.parse_args()
    if chosen.scene:
        play(*chosen.scene)
        return
    seconds = chosen.seconds
    with tempfile.TemporaryDirectory() as folder, Server(Path(folder) / "output.txt") as server:
        url = server.url
        told(apart("hands", url, 1, 8, 0))  # until the background warm-up is done
        if "opening" in chosen.scenes:
            with chromium() as browser:
                page, others = browser.new_page(), apart("opening", url)
                time.sleep(0.5)
                began = time.perf_counter()
                page.goto(f"{url}/regression?lang=en")
                page.wait_for_selector("[data-testid=player][data-revision]")
                print(f"opening: Chromium among 30 within a second: {time.perf_counter() - began:.1f} s; all of them: ", end="")
                times, _ = told(others)
                print(f"{percentiles(times)}, last {max(times):.1f} s")
        if "class" in chosen.scenes:
            times, vain = told(apart("hands", url, 120, seconds, 2))
            print(f"class: 120 in the lab, one change every 2 s: {percentiles(times)}, in vain {vain}")
        if "greedy" in chosen.scenes:
            alone, _ = told(apart("hands", url, 1, seconds, 0.05))
            print(f"greedy: a slider by itself: {percentiles(alone)}")
            for count in (1, 8):
                others = apart("greedy", url, count, seconds + 2)
                time.sleep(2)
                beside, _ = told(apart("hands", url, 1, seconds, 0.05))
                others.wait(timeout=300)
                times_more = statistics.median(beside) / statistics.median(alone)
                print(f"  beside {count} who ask for the most: {percentiles(beside)}, {times_more:.2f} times")
        if "crowd" in chosen.scenes:
            for count in (25, 100, 400):
                times, vain = told(apart("hands", url, count, seconds, 0))
                rate = len(times) / seconds
                print(f"crowd: {count} without a pause: {rate:.0f} answers/s, {percentiles(times)}, in vain {vain}")
        if "sockets" in chosen.scenes:
            before = memory(server)
            others = apart("sockets", url, 600, seconds)
            time.sleep(600 * 0.05)
            times, _ = told(apart("hands", url, 30, min(10.0, seconds / 2), 2))
            more = memory(server) - before
            print(f"sockets: 600 open pages: {before:.0f} + {more:.0f} MiB; 30 in the lab beside: {percentiles(times)}")
            others.wait(timeout=300)


if __name__ == "__main__":
    main()
