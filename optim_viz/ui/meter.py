"""Figures on the server's own work, at ``/metrics`` as Prometheus reads them; streamlit's are at ``/_stcore/metrics``.

What is counted is told by page and by what became of it, never by who asked.
"""

import threading
from bisect import bisect_left
from collections.abc import Callable
from itertools import accumulate

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from optim_viz import disk

#: seconds
EDGES = (0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24)
_lock = threading.Lock()
_lines: dict[str, Callable[[], list[str]]] = {}


class Counter:
    """How often something happened, by its labels."""

    def __init__(self, name: str, what: str, *labels: str):
        self.name, self.what, self.labels = name, what, labels
        self._counts: dict[tuple[str, ...], float] = {}
        _lines[name] = self.lines

    def add(self, *values: object, by: float = 1) -> None:
        key = tuple(map(str, values))
        with _lock:
            self._counts[key] = self._counts.get(key, 0) + by

    def lines(self) -> list[str]:
        with _lock:
            counts = sorted(self._counts.items())
        return _head(self.name, self.what, "counter") + [f"{self.name}{_told(self.labels, k)} {n:g}" for k, n in counts]


class Histogram:
    """How long something took, by its labels."""

    def __init__(self, name: str, what: str, *labels: str):
        self.name, self.what, self.labels = name, what, labels
        self._counts: dict[tuple[str, ...], list[float]] = {}  # of each bucket, and the sum
        _lines[name] = self.lines

    def add(self, seconds: float, *values: object) -> None:
        with _lock:
            counts = self._counts.setdefault(tuple(map(str, values)), [0.0] * (len(EDGES) + 2))
            counts[bisect_left(EDGES, seconds)] += 1
            counts[-1] += seconds

    def lines(self) -> list[str]:
        with _lock:
            all_counts = sorted((key, list(counts)) for key, counts in self._counts.items())
        found = _head(self.name, self.what, "histogram")
        for key, (*buckets, total) in all_counts:
            for edge, count in zip([*EDGES, "+Inf"], accumulate(buckets), strict=True):
                found.append(f"{self.name}_bucket{_told((*self.labels, 'le'), (*key, str(edge)))} {count:g}")
            found.append(f"{self.name}_sum{_told(self.labels, key)} {total:.6g}")
            found.append(f"{self.name}_count{_told(self.labels, key)} {sum(buckets):g}")
        return found


def gauge(name: str, what: str, value: Callable[[], float]) -> None:
    """Something that is asked for when it is told."""
    _lines[name] = lambda: [*_head(name, what, "gauge"), f"{name} {value():g}"]


def _head(name: str, what: str, kind: str) -> list[str]:
    return [f"# HELP {name} {what}", f"# TYPE {name} {kind}"]


def _told(labels: tuple[str, ...], values: tuple[str, ...]) -> str:
    """``values`` are our own words and numbers, with nothing in them to be escaped."""
    pairs = ",".join(f'{label}="{value}"' for label, value in zip(labels, values, strict=True))
    return "{" + pairs + "}" if pairs else ""


def text() -> str:
    return "\n".join(line for lines in list(_lines.values()) for line in lines()) + "\n"


def _route(_: Request) -> PlainTextResponse:
    return PlainTextResponse(text(), media_type="text/plain; version=0.0.4", headers={"Cache-Control": "no-store"})


gauge("optim_viz_kernels_compiled", "Kernels that this process has compiled, and not loaded.", lambda: len(disk.SECONDS))
gauge("optim_viz_compile_seconds", "Time that this took.", lambda: sum(disk.SECONDS))
ANSWERS = Counter("optim_viz_answers_total", "Questions by what became of them (HTTP status).", "page", "status")
COMPUTING = Histogram("optim_viz_answer_seconds", "Time in which an answer was computed.", "page", "lane")
WAITED = Histogram("optim_viz_wait_seconds", "Time for which a question waited for its turn.", "lane")
RECEIVED = Counter("optim_viz_received_bytes_total", "Bytes of questions.")
REFUSED = Counter("optim_viz_refused_total", "Requests that were not let in (HTTP status).", "status")
ROUTES = [Route("/metrics", _route, methods=["GET"])]
