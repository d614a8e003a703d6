"""What a player is told once for each language: texts, what there is to choose from, its form, a lesson. It never changes while
the server runs, so it is a file like any other of ours: its address carries the version, and browsers keep it for good.
"""

from functools import lru_cache

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from optim_viz.ui import assets, wire
from optim_viz.ui.i18n import LANGUAGES, messages
from optim_viz.ui.pages import PAGES

_place = f"{assets.PREFIX}/told/{assets.version()}"


def url(page: str, code: str) -> str:
    """Where it is, relative to the page (a proxy may add a prefix); with a point and its key behind it a piece of it."""
    return f"{_place}/{page}.{code}".removeprefix("/")


def urls() -> dict[str, dict[str, str]]:
    """By page and language."""
    return {key: {code: url(key, code) for code in LANGUAGES} for key, page in PAGES.items() if page.told}


@lru_cache(maxsize=64)
def packed(page: str, code: str, *piece: str) -> assets.Kept:
    """Itself. Raises KeyError: there is no such page, language or piece."""
    if not PAGES[page].told:
        raise KeyError(page)
    body = wire.pack(PAGES[page].find(PAGES[page].told)(messages(LANGUAGES[code].code), *piece))
    return assets.Kept(lambda: body, page)


async def _route(request: Request) -> Response:
    try:
        kept = await run_in_threadpool(packed, *request.path_params["name"].split(".", 2))
    except (KeyError, TypeError):
        return PlainTextResponse("nothing is told here", status_code=404)
    return await kept.answer(request)


ROUTES = [Route(f"{_place}/{{name}}", _route)]
