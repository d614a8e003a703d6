"""The routes that answer a player's questions: settings in, one picture with its words out.

Nothing is kept between two but what visitors' own data say (``ui/regression/sent.py``), and that only till its place is needed.
A question that names data which are not here is answered with ``wanted``: it is asked again, with them.
"""

import asyncio
import gzip
import json
import logging
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from optim_viz.files import MOST_BYTES as MOST_FILE
from optim_viz.ui import limits, meter, qr, wire
from optim_viz.ui.asked import Asked, LongError, WantedError
from optim_viz.ui.limits import Book, RefusedError
from optim_viz.ui.pages import PAGES
from optim_viz.ui.pool import Pool, Who

PREFIX = "/answers"
MAX_BYTES = 64 * 1024  # of a question: eight runners with everything around them take about 6,000
SLOW = 30  # seconds in which a question must have come
LARGE = 100_000  # bytes that are not read in the lane of what is quick
#: an answer is for who asked, and is no page, whoever opens its address
HEADERS = {"Cache-Control": "no-store", "Vary": "Accept-Encoding", "Content-Disposition": 'attachment; filename="answer"'}
log = logging.getLogger("optim_viz")


class Answerer(NamedTuple):
    """Who answers, and how many bytes a question may have."""

    answer: Callable[[Asked], dict[str, Any]]
    limit: int = MAX_BYTES


#: by the last part of the address; whom every player asks, then those of the pages. One's own data come in base64, which is
#: a third longer.
ANSWERS = {"qr": Answerer(qr.answer)} | {
    name: Answerer(page.find(where), MAX_BYTES + (2 * MOST_FILE if page.own_data else 0))
    for page in PAGES.values()
    for name, where in page.answers.items()
}

POOL = Pool()
VISITORS, ADDRESSES, SENT = Book(limits.VISITOR), Book(limits.ADDRESS), Book(limits.BYTES)
for _name, _lane in (("short", POOL.short), ("long", POOL.long)):
    meter.gauge(f"optim_viz_waiting_{_name}", "Questions that wait for their turn.", lambda lane=_lane: len(lane))  # type: ignore[misc]


def url(page: str) -> str:
    """Where to ask, relative to the page (a proxy may add a prefix)."""
    return f"{PREFIX}/{page}".removeprefix("/")


async def _route(request: Request) -> Response:
    page = request.path_params["page"]
    if page not in ANSWERS:
        return PlainTextResponse("nobody answers here", status_code=404)
    try:
        response = await _answered(request, page)
    except RefusedError as refused:
        headers = {"Retry-After": str(refused.after)} if refused.after else {}
        response = PlainTextResponse(refused.text, status_code=refused.status, headers=headers)
    meter.ANSWERS.add(page, response.status_code)
    return response


async def _answered(request: Request, page: str) -> Response:
    """Raises RefusedError."""
    address, answerer = limits.address_of(request.client), ANSWERS[page]
    _take(ADDRESSES, address)
    # another site's page cannot send this type without asking first, which is not answered
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise RefusedError(415, "only application/json")
    body = await _body(request, answerer.limit, address)
    try:
        asked = Asked(json.loads(body))
    except (ValueError, RecursionError):
        raise RefusedError(400, "not JSON") from None
    if asked.visitor:
        _take(VISITORS, f"{address} {asked.visitor}")
    who, zipped = Who(address, asked.visitor), "gzip" in request.headers.get("accept-encoding", "")
    asked.may_be_long = len(body) > LARGE
    while True:
        try:
            packed = await _computed(request, who, page, lambda: _packed(answerer, asked, zipped), asked.may_be_long)
        except LongError:
            asked.may_be_long = True
            continue
        except (RefusedError, asyncio.CancelledError):
            raise
        except Exception:
            # which settings, and not to what they were set: a visitor may have written anything there
            log.exception("%s: no answer to a question with %s", page, ", ".join(sorted(asked.known)))
            raise RefusedError(500, "could not be answered") from None
        return Response(
            packed, media_type="application/octet-stream", headers=HEADERS | ({"Content-Encoding": "gzip"} if zipped else {})
        )


async def _computed(request: Request, who: Who, page: str, work: Callable[[], bytes], long: bool) -> bytes:
    """What the work gives, done in its turn, if somebody still waits for it."""
    name, lane = ("long", POOL.long) if long else ("short", POOL.short)
    came = time.perf_counter()
    async with lane.turn(who, page):
        began = time.perf_counter()
        meter.WAITED.add(began - came, name)
        if await request.is_disconnected():
            raise RefusedError(499, "nobody waits for it")
        try:
            return await lane.run(work)
        finally:
            meter.COMPUTING.add(time.perf_counter() - began, page, name)


def _packed(answerer: Answerer, asked: Asked, zipped: bool) -> bytes:
    """As it travels. It is compressed here, in a thread, as the event loop has others to serve."""
    try:
        packed = wire.pack(answerer.answer(asked))
    except WantedError as wanted:
        packed = wire.pack({"wanted": wanted.name})
    return gzip.compress(packed, 1, mtime=0) if zipped else packed


def _take(book: Book, name: str, amount: float = 1.0) -> None:
    wait = book.take(name, amount)
    if wait:
        raise RefusedError(429, "more than may be asked at once", after=int(wait) + 1)


async def _body(request: Request, limit: int, address: str) -> bytes:
    """What was posted. Raises RefusedError: it is too long, and is not read on; or it comes too slowly."""
    body = bytearray()
    try:
        async with asyncio.timeout(SLOW):
            async for chunk in request.stream():
                body += chunk
                if len(body) > limit:
                    raise RefusedError(413, f"at most {limit} bytes")
                _take(SENT, address, len(chunk))
    except TimeoutError:
        raise RefusedError(408, f"a question must come within {SLOW} s") from None
    except ClientDisconnect:
        raise RefusedError(499, "it went before it had asked") from None
    meter.RECEIVED.add(by=len(body))
    return bytes(body)


ROUTES = [Route(PREFIX + "/{page}", _route, methods=["POST"])]
