"""The routes that answer a player's questions: settings in, one picture with its words out.

Nothing is kept between two but what visitors' own data say (``ui/regression/sent.py``), and that only till its place is needed.
A question that names data which are not here is answered with ``wanted``: it is asked again, with them.
"""

import json
import logging
from collections.abc import Callable
from typing import Any, NamedTuple

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from optim_viz.files import MOST_BYTES as MOST_FILE
from optim_viz.ui import qr, wire
from optim_viz.ui.asked import Asked, WantedError
from optim_viz.ui.pages import PAGES

PREFIX = "/answers"
MAX_BYTES = 64 * 1024  # of a question: eight runners with everything around them take about 6,000
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


def url(page: str) -> str:
    """Where to ask, relative to the page (a proxy may add a prefix)."""
    return f"{PREFIX}/{page}".removeprefix("/")


async def _route(request: Request) -> Response:
    if request.path_params["page"] not in ANSWERS:
        return PlainTextResponse("nobody answers here", status_code=404)
    answer, limit = ANSWERS[request.path_params["page"]]
    body = await _body(request, limit)
    if body is None:
        return PlainTextResponse(f"at most {limit} bytes", status_code=413)
    try:
        asked = Asked(json.loads(body))
    except (ValueError, RecursionError):
        return PlainTextResponse("not JSON", status_code=400)
    try:
        packed = await run_in_threadpool(lambda: wire.pack(answer(asked)))
    except WantedError as wanted:
        packed = wire.pack({"wanted": wanted.name})
    except Exception:
        log.exception("no answer to %.2000r", asked.query)
        return PlainTextResponse("could not be answered", status_code=500)
    return Response(packed, media_type="application/octet-stream", headers={"Cache-Control": "no-store"})


async def _body(request: Request, limit: int) -> bytes | None:
    """What was posted; None when it is too long, without reading on."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            return None
    return bytes(body)


ROUTES = [Route(PREFIX + "/{page}", _route, methods=["POST"])]
