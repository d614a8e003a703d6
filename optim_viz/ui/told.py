"""What a player is told once for each language: texts, what there is to choose from, its form. It never changes while the
server runs, so it is a file like any other of ours: its address carries a digest of it, and browsers keep it for good.
"""

import hashlib
from functools import cache

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from optim_viz.ui import assets, wire
from optim_viz.ui.i18n import LANGUAGES, messages
from optim_viz.ui.pages import PAGES


@cache
def _packed(page: str, code: str) -> tuple[str, bytes]:
    """Its digest, and itself."""
    body = wire.pack(PAGES[page].find(PAGES[page].told)(messages(code)))
    return hashlib.sha256(body).hexdigest()[:12], body


def url(page: str, code: str) -> str:
    """Where it is, relative to the page (a proxy may add a prefix)."""
    return f"{assets.PREFIX}/told/{page}.{code}.{_packed(page, code)[0]}".removeprefix("/")


def urls() -> dict[str, dict[str, str]]:
    """By page and language."""
    return {key: {code: url(key, code) for code in LANGUAGES} for key, page in PAGES.items() if page.told}


async def _route(request: Request) -> Response:
    page, code, digest = (request.path_params[name] for name in ("page", "code", "digest"))
    if page in PAGES and PAGES[page].told and code in LANGUAGES and _packed(page, code)[0] == digest:
        return Response(_packed(page, code)[1], media_type="application/octet-stream")
    return PlainTextResponse("this is of another version", status_code=404)


ROUTES = [Route(assets.PREFIX + "/told/{page}.{code}.{digest}", _route)]
