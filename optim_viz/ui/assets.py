"""What the browser fetches beside the page itself: our scripts and styles, and streamlit's.

Addresses carry a content hash, so that they are cached for good and an upgrade is never mixed with an old copy. Of ours the
hash is of the whole folder: modules import each other by plain relative paths.
"""

import gzip
import hashlib
import mimetypes
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

PREFIX = "/assets"
COMPONENTS = Path(__file__).parent / "components"
ROOT = Path(__file__).parents[2]
#: what the app is made of; kernels that are compiled lie beside it
KINDS = {".py", ".toml", ".md", ".po", ".json", ".js", ".css", ".wasm", ".svg"}
#: streamlit's own files, whose names carry a hash each
STREAMLIT = Path(st.__file__).parent / "static" / "static"
FOR_GOOD = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
#: by the end of a name, where Python's table depends on the machine
MEDIA = {".js": "text/javascript", ".wasm": "application/wasm", ".woff2": "font/woff2"}
PACKED = {".woff2", ".png", ".gif"}  # compressed as they are


def _digest(folder: Path, pattern: str) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.glob(pattern)):
        if path.suffix in KINDS:
            digest.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:12]


@cache
def version() -> str:
    """Of all that our code and our texts are: what is made of these is the same while it is."""
    digest = hashlib.sha256()
    for folder, pattern in ((ROOT / "optim_viz", "**/*"), (ROOT / "surfaces", "*.py")):
        digest.update(_digest(folder, pattern).encode())
    return digest.hexdigest()[:12]


@dataclass(eq=False)
class Kept:
    """What never changes under its address: kept for good by the browser, compressed once, which streamlit would do anew for
    each request, or not at all.
    """

    read: Callable[[], bytes]
    name: str

    @cached_property
    def _packed(self) -> bytes:
        return gzip.compress(self.read(), mtime=0)

    async def answer(self, request: Request) -> Response:
        suffix = Path(self.name).suffix
        kind = MEDIA.get(suffix) or mimetypes.guess_type(self.name)[0] or "application/octet-stream"
        if suffix in PACKED or "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(await run_in_threadpool(self.read), media_type=kind, headers=FOR_GOOD)
        body = self.__dict__.get("_packed") or await run_in_threadpool(lambda: self._packed)
        return Response(body, media_type=kind, headers={**FOR_GOOD, "Content-Encoding": "gzip"})


def _route(address: str, there: Mapping[str, Kept]) -> Route:
    async def answer(request: Request) -> Response:
        kept = there.get(request.path_params["path"])
        return await kept.answer(request) if kept else PlainTextResponse("no such file", status_code=404)

    return Route(f"{address}/{{path:path}}", answer)


def _folder(folder: Path) -> dict[str, Kept]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): Kept(path.read_bytes, path.name) for path in found}


_components = f"{PREFIX}/{_digest(COMPONENTS, '**/*')}"
_streamlit, _made = f"{PREFIX}/streamlit", f"{PREFIX}/made"
_made_here: dict[str, Kept] = {}

ROUTES = [
    _route(_components, _folder(COMPONENTS)),
    _route(_streamlit, _folder(STREAMLIT)),
    _route(_made, _made_here),
]

#: where the browser finds streamlit's own files; there is a place where streamlit serves them, too, but not compressed
STREAMLIT_URL = _streamlit.removeprefix("/")


def url(path: str) -> str:
    """Where the browser finds this file of ``components/``, relative to the page (a proxy may add a prefix)."""
    return f"{_components}/{path}".removeprefix("/")


def made(name: str, body: bytes) -> str:
    """Keep what is made when the server starts as a file; returns its address, which carries a digest of it."""
    path = f"{hashlib.sha256(body).hexdigest()[:12]}/{name}"
    _made_here[path] = Kept(lambda: body, name)
    return f"{_made}/{path}".removeprefix("/")


def files(folders: list[str], pattern: str) -> list[str]:
    """The addresses of all files of this kind in these folders of ``components/``."""
    return [
        url(p.relative_to(COMPONENTS).as_posix()) for folder in folders for p in sorted((COMPONENTS / folder).glob(pattern))
    ]
