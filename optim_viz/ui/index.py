"""The one HTML page that there is, streamlit's, with what our pages need named in its head.

So the browser fetches our scripts and styles while streamlit is still starting. Streamlit gives the same page at every other
address too, and then says in English that there is none: ``Elsewhere`` sends the reader to the first page, which says it in the
reader's language.
"""

import base64
import hashlib
import re
from pathlib import Path
from urllib.parse import quote

import streamlit as st
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from optim_viz.ui import assets
from optim_viz.ui.pages import FIRST, NO_PAGE, PAGES, Page

#: our pages by their address
ADDRESSES = {"": FIRST, **PAGES}

_html = (Path(st.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")


def inline_script_hashes() -> str:
    """CSP sources for the inline scripts of the page."""
    scripts = re.findall(r"<script>(.*?)</script>", _html, re.DOTALL)
    return " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'" for s in scripts)


def head(page: Page) -> str:
    """What stands in the head of a page."""
    folders = ["page", "player", *page.folders] if page.folders else ["page"]
    # styles are only fetched: they take their place behind streamlit's own when the page is there
    lines = [f'<link rel="preload" as="style" href="{url}">' for url in assets.files(folders, "*.css")]
    lines += [f'<link rel="modulepreload" href="{url}">' for url in assets.files(folders, "*.js")]
    return "\n".join(lines)


def _route(path: str, page: Page) -> Route:
    html = _html.replace("</head>", head(page) + "\n</head>", 1)

    def answer(_: Request) -> HTMLResponse:
        return HTMLResponse(html, headers={"Cache-Control": "no-cache"})

    return Route(f"/{path}", answer)


ROUTES = [_route(path, page) for path, page in ADDRESSES.items()]


class Elsewhere:
    """Where a browser opens an address that is none of our pages' and would get a page for it, it is sent to the first page,
    with what it asked for as ``page=`` in the query.
    """

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"].strip("/") if scope["type"] == "http" else ""
        if path in ADDRESSES or "text/html" not in Request(scope).headers.get("accept", ""):
            await self.app(scope, receive, send)
            return
        sent = False

        async def send_there(message: Message) -> None:
            nonlocal sent
            if message["type"] == "http.response.start" and _is_page(message):
                sent = True
                query = "&".join(filter(None, [f"{NO_PAGE}={quote(path, safe='')}", scope["query_string"].decode("latin-1")]))
                # relative, as before the app's own path a proxy may have another
                up = "../" * scope["path"].count("/", 1)
                there = RedirectResponse(f"{up}./?{query}", 303, {"Cache-Control": "no-store"})
                await there(scope, receive, send)
            elif not sent:
                await send(message)

        await self.app(scope, receive, send_there)


def _is_page(message: Message) -> bool:
    kind = dict(message["headers"]).get(b"content-type", b"")
    return message["status"] == 200 and kind.startswith(b"text/html")
