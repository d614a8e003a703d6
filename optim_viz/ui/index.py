"""The HTML of our pages: name, navigation, language, and the text or the place of the player. A reader waits for nothing else.

Our scripts draw the first picture, then ``page.js`` lets streamlit start, of whose own page this one has the scripts. Streamlit
gives its page at every other address too, and then says in English that there is none: ``Elsewhere`` sends the reader to the
first page, which says it in the reader's language.
"""

import base64
import hashlib
import json
import re
from html import escape
from pathlib import Path
from urllib.parse import parse_qs, quote

import streamlit as st
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from optim_viz import __version__
from optim_viz.spec import N_
from optim_viz.ui import answers, assets, joined, told
from optim_viz.ui.foot import foot
from optim_viz.ui.i18n import LANGUAGES, Messages, choose, messages
from optim_viz.ui.pages import FIRST, NO_PAGE, PAGES, Page

#: our pages by their address
ADDRESSES = {"": FIRST, **PAGES}
NAME = N_("How optimizers move")
#: of the engine, what every run needs
ENGINE = ("index.json", "drivers.wasm", "curves.wasm", "judge.wasm", "numbers.wasm")
#: what a page says when the server has another version than it has
SAID = {
    "renewing": N_("The server has a new version. This page is loaded again, with what you have set."),
    "stale": N_("The server has another version than this page. Load the page again to use it."),
}

_streamlit = (
    (assets.STREAMLIT.parent / "index.html").read_text(encoding="utf-8").replace("./static/", assets.STREAMLIT_URL + "/")
)
#: what starts streamlit, and what it needs then
_start = "\n".join(re.findall(r'<script type="module".*?</script>|<link rel="(?:modulepreload|stylesheet)"[^>]*>', _streamlit))
_font = re.search(r'<link\s+rel="preload"[^>]*as="font"[^>]*>', _streamlit)
#: streamlit's fonts by names of our own: text that was painted in another font would move when its own comes, so what is late
#: is used at the next visit, also when streamlit brings it
_faces = "".join(
    face.replace("../media/", f"{assets.STREAMLIT_URL}/media/")
    .replace("font-family:Source", "font-family:Page")
    .replace("}", ";font-display:optional}")
    for path in (assets.STREAMLIT / "css").glob("index.*.css")
    for face in re.findall(r"@font-face\{[^}]*Source (?:Sans|Code Pro);[^}]*\}", path.read_text(encoding="utf-8"))
)
_icon = base64.b64encode((Path(__file__).parent / "icon.svg").read_bytes()).decode()
#: decides which theme the page has before anything is painted, so it stands in the page itself
_theme = (assets.COMPONENTS / "page" / "theme.js").read_text(encoding="utf-8")


def inline_script_hashes() -> str:
    """CSP sources for the inline script of the page."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(_theme.encode()).digest()).decode()}'"


def _colours(theme: str) -> str:
    """The colours of .streamlit/config.toml by the names that streamlit gives them for components."""
    names = ("primaryColor", "backgroundColor", "secondaryBackgroundColor", "textColor", "borderColor")
    kebab = {name: re.sub("[A-Z]", lambda letter: "-" + letter[0].lower(), name) for name in names}
    set_here = "".join(f"--st-{kebab[name]}: {st.get_option(f'theme.{theme}.{name}')}; " for name in names)
    return f"color-scheme: {theme}; {set_here}"


_style = f"""{_faces}
:root {{ {_colours("light")}--st-font: "Page Sans", sans-serif; }}
:root[data-theme="dark"] {{ {_colours("dark")}}}"""


def head(page: Page, code: str) -> str:
    """What stands in the head of a page: its styles, the page's own last, its script, and what that will fetch first."""
    folders = ["page", *(() if page.text else ("player",)), *reversed(page.folders)]
    lines = [f'<link rel="stylesheet" href="{url}">' for url in assets.files(folders, "*.css")]
    lines.append(f'<script type="module" src="{joined.script(page.key)}"></script>')
    first = [told.url(page.key, code)] if page.told else []
    first += [assets.url(f"engine/modules/{name}") for name in ENGINE] if "engine" in page.uses else []
    return "\n".join([*lines, *(f'<link rel="preload" as="fetch" crossorigin href="{url}">' for url in first)])


def title(page: Page, _: Messages) -> str:
    """What the browser calls the page."""
    return f"{_(page.title)} · {_(NAME)}"


def _header(page: Page, _: Messages) -> str:
    """Name, navigation and language; what has ``data-text`` has another text in another language."""
    code = _.language.code
    links = "".join(
        f'<a data-text href="{other.key}?lang={code}"{_here(other is page)}>{escape(_(other.title))}</a>'
        for other in PAGES.values()
    )
    pages, legend = escape(_("Pages")), escape(_("Language"))
    radios = "".join(
        f'<label lang="{language.tag}"><input type="radio" name="language" value="{language.code}"'
        f"{' checked' if language.code == code else ''}>{escape(language.name)}</label>"
        for language in LANGUAGES.values()
    )
    return (
        f'<button type="button" aria-expanded="false" aria-controls="pages"><span data-text class="unseen">{pages}</span>'
        f'</button><h1 data-text>{escape(_(NAME))}</h1><nav id="pages" aria-labelledby="pages-name">'
        f'<span data-text class="unseen" id="pages-name">{pages}</span>{links}</nav>'
        f'<fieldset><legend data-text class="unseen">{legend}</legend>{radios}</fieldset>'
    )


def _here(is_here: bool) -> str:
    return ' aria-current="page"' if is_here else ""


def document(page: Page, query: dict[str, list[str]], code: str) -> str:
    """The whole page in this language."""
    _ = messages(code)
    start = {
        "page": page.key,
        "language": code,
        "tags": {language.code: language.tag for language in LANGUAGES.values()},
        "answers": None if page.text else answers.url(""),
        "told": told.urls(),
        "version": assets.version(),
        "said": {code: {name: messages(code)(text) for name, text in SAID.items()} for code in LANGUAGES},
    }
    body = page.find(page.text)(query, _) if page.text else ""
    without = _("Without JavaScript there are texts here, and no pictures.")
    return f"""<!DOCTYPE html>
<html lang="{_.language.tag}">
<head>
<meta charset="UTF-8">
<meta name="generator" content="optim-viz {__version__}">
<meta name="viewport" content="width=device-width, initial-scale=1, shrink-to-fit=no">
<title>{escape(title(page, _))}</title>
<script>{_theme}</script>
<style>{_style}</style>
<link rel="shortcut icon" href="data:image/svg+xml;base64,{_icon}">
{_font[0] if _font else ""}
<script type="application/json" id="start">{json.dumps(start).replace("<", chr(92) + "u003c")}</script>
{head(page, code)}
</head>
<body>
<header id="head">{_header(page, _)}</header>
<main id="page" data-page="{page.key}">{body}</main>
{foot(_) if page.text else ""}
<noscript><p>{escape(without)}</p></noscript>
<div id="root"></div>
<template id="streamlit">{_start}</template>
</body>
</html>
"""


def _route(path: str, page: Page) -> Route:
    def answer(request: Request) -> HTMLResponse:
        query = parse_qs(request.url.query, keep_blank_values=True)
        wishes = request.headers.get("accept-language", "").split(",")
        code = choose(query.get("lang", [""])[-1], wishes[0])
        return HTMLResponse(document(page, query, code), headers={"Cache-Control": "no-cache", "Vary": "Accept-Language"})

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
