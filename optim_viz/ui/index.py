"""The one HTML page that there is, streamlit's, with what our pages need named in its head.

So the browser fetches our scripts and styles, and runs plotly.js, while streamlit is still starting.
"""

import base64
import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import streamlit as st
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from optim_viz.ui import assets

#: our pages by their address, with the folders of the players that stand there, the page's own first
PAGES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "": ("race",),
        "race": ("race",),
        "regression": ("regression",),
        "lessons": ("lessons", "race", "regression"),
        "catalogue": (),
    }
)

_html = (Path(st.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")


def inline_script_hashes() -> str:
    """CSP sources for the inline scripts of the page."""
    scripts = re.findall(r"<script>(.*?)</script>", _html, re.DOTALL)
    return " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'" for s in scripts)


def head(players: tuple[str, ...]) -> str:
    """What stands in the head of a page with these players."""
    folders = ["page", "player", *players] if players else ["page"]
    # styles are only fetched: they take their place behind streamlit's own when the page is there
    lines = [f'<link rel="preload" as="style" href="{url}">' for url in assets.files(folders, "*.css")]
    lines += [f'<link rel="modulepreload" href="{url}">' for url in assets.files(folders, "*.js")]
    if players:
        lines.append(f'<script async src="{assets.PLOTLY_URL}"></script>')
    return "\n".join(lines)


def _route(path: str, players: tuple[str, ...]) -> Route:
    page = _html.replace("</head>", head(players) + "\n</head>", 1)

    def answer(_: Request) -> HTMLResponse:
        return HTMLResponse(page, headers={"Cache-Control": "no-cache"})

    return Route(f"/{path}", answer)


ROUTES = [_route(path, players) for path, players in PAGES.items()]
