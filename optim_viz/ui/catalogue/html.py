"""The small parts that the catalogue's pages are made of: links, navigation, sources. All is escaped here."""

import io
import keyword
import re
import tokenize
from collections.abc import Iterable
from html import escape
from urllib.parse import urlencode

from optim_viz.ui import mathml
from optim_viz.ui.i18n import Messages
from optim_viz.ui.scenes import Scene


def page(body: str) -> str:
    return f'<div class="cat">{body}</div>'


def nav(label: str, links: str, kind: str = "cat-contents") -> str:
    return f'<nav class="{kind}" aria-label="{escape(label)}">{links}</nav>'


def here(_: Messages, **asked: str) -> str:
    """The address of this page, in the reader's language; ``o="adam"`` of one optimizer, ``around="noise"`` of one stage."""
    return escape(f"catalogue?{urlencode({**asked, 'lang': _.language.code}, safe='@')}")


def go(_: Messages, shown: Scene, text: str, about: str) -> str:
    """A link to a picture. Several links of a page bear the same text; ``about`` tells them apart for those who hear them."""
    address = escape(f"{shown.page}?{shown.query()}&lang={_.language.code}")
    label = _("{link}: {about}", link=text, about=about)
    return f'<a href="{address}" aria-label="{escape(label)}">{escape(text)} →</a>'


def link(url: str, text: str) -> str:
    return f'<a href="{escape(url)}">{escape(text)}</a>'


def with_links(text: str) -> str:
    """A source with its addresses as links, which bear the name of their site."""
    parts: Iterable[str] = re.split(r"(https?://[^\s;,]*[^\s;,.])", text)
    return "".join(link(p, p.split("/")[2]) if p.startswith("http") else escape(p) for p in parts)


def current(is_current: bool) -> str:
    return ' aria-current="true"' if is_current else ""


def rule(latex: str, source: str, besides: str = "") -> str:
    """Formulas, with what is said ``besides`` below them, and beside them the source that they are read from."""
    return (
        f'<div class="cat-rule"><div><div class="cat-formulas">{mathml.block(latex)}</div>{besides}</div>'
        f"<pre><code>{highlighted(source)}</code></pre></div>"
    )


def highlighted(source: str) -> str:
    """Python's source as HTML; weight and slant tell what is a keyword and what a comment or a text."""
    end, parts = (1, 0), []
    for kind, text, start, stop, line in tokenize.generate_tokens(io.StringIO(source).readline):
        parts.append(line[end[1] : start[1]] if start[0] == end[0] else " " * start[1])  # the blanks before it
        tag = "b" if keyword.iskeyword(text) else "i" if kind in (tokenize.COMMENT, tokenize.STRING) else ""
        parts.append(f"<{tag}>{escape(text)}</{tag}>" if tag else escape(text, quote=False))
        end = stop
    return "".join(parts).rstrip()
