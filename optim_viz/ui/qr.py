"""A link as a QR code, so that a class follows from its phones. The browser knows the address; here it is checked and drawn."""

from typing import Any
from urllib.parse import urlsplit

import segno

from optim_viz import SettingError
from optim_viz.spec import N_
from optim_viz.ui.asked import Asked
from optim_viz.ui.faults import told

#: bytes; what version 25 holds, 117 modules a side: a phone cannot resolve finer ones on a projector's picture
MAX_URL = 1273


def answer(asked: Asked) -> dict[str, Any]:
    """The code of ``asked.more["url"]``: ``size`` in modules and an SVG ``path`` of the dark ones, or the ``problem``."""
    try:
        url = checked(asked.more.get("url"))
    except SettingError as error:
        return {"problem": told(asked.texts, error, {"url": N_("link")})}
    matrix = segno.make_qr(url, error="l").matrix
    return {"size": len(matrix), "path": "".join(_row(y, row) for y, row in enumerate(matrix))}


def checked(url: object) -> str:
    """A plain address of a web page, as ``URL.href`` gives it in a browser.

    Raises:
        SettingError: it is another thing, or too long to be read by a phone.
    """
    if not isinstance(url, str) or not _is_plain(url):
        raise SettingError("url", N_("an address that begins with http:// or https://"), str(url))
    if len(url) > MAX_URL:
        raise SettingError("url", N_("at most {limit} characters long"), url, limit=f"{MAX_URL:,}")
    return url


def _is_plain(url: str) -> bool:
    if not url.isascii() or not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False


def _row(y: int, row: bytearray) -> str:
    """One rectangle for each unbroken run of dark modules, which leaves no seams between them."""
    path, x = "", 0
    while x < len(row):
        end = x
        while end < len(row) and row[end]:
            end += 1
        if end > x:
            path += f"M{x} {y}h{end - x}v1h{x - end}z"
        x = max(end, x + 1)
    return path
