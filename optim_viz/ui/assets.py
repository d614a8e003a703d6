"""What the browser fetches beside the page itself: our scripts and styles, and streamlit's.

Addresses carry a content hash, so that they are cached for good and an upgrade is never mixed with an old copy. Of ours the
hash is of the whole folder: modules import each other by plain relative paths. Each file is compressed once and kept.
"""

import gzip
import hashlib
import mimetypes
from functools import lru_cache
from pathlib import Path

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

PREFIX = "/assets"
COMPONENTS = Path(__file__).parent / "components"
#: streamlit's own files, whose names carry a hash each
STREAMLIT = Path(st.__file__).parent / "static" / "static"
FOR_GOOD = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
#: by the end of a name, where Python's table depends on the machine
KINDS = {".js": "text/javascript", ".wasm": "application/wasm", ".woff2": "font/woff2"}
PACKED = {".woff2", ".png", ".gif"}  # compressed as they are


def _digest(folder: Path, pattern: str) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.glob(pattern)):
        if path.is_file():
            digest.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:12]


@lru_cache(maxsize=512)
def _compressed(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), mtime=0)


def _folder(address: str, folder: Path) -> Route:
    """All files of a folder. Streamlit compresses anew for each request, or not at all."""
    there = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}

    async def answer(request: Request) -> Response:
        path = there.get(request.path_params["path"])
        if path is None:
            return PlainTextResponse("no such file", status_code=404)
        kind = KINDS.get(path.suffix) or mimetypes.guess_type(path.name)[0]
        if path.suffix in PACKED or "gzip" not in request.headers.get("accept-encoding", ""):
            return FileResponse(path, media_type=kind, headers=FOR_GOOD)
        body = await run_in_threadpool(_compressed, path)
        return Response(body, media_type=kind, headers={**FOR_GOOD, "Content-Encoding": "gzip"})

    return Route(f"{address}/{{path:path}}", answer)


#: of all our scripts and styles
VERSION = _digest(COMPONENTS, "**/*")
_components = f"{PREFIX}/{VERSION}"

_streamlit = f"{PREFIX}/streamlit"

ROUTES = [_folder(_components, COMPONENTS), _folder(_streamlit, STREAMLIT)]

#: where the browser finds streamlit's own files; there is a place where streamlit serves them, too, but not compressed
STREAMLIT_URL = _streamlit.removeprefix("/")


def url(path: str) -> str:
    """Where the browser finds this file of ``components/``, relative to the page (a proxy may add a prefix)."""
    return f"{_components}/{path}".removeprefix("/")


def files(folders: list[str], pattern: str) -> list[str]:
    """The addresses of all files of this kind in these folders of ``components/``."""
    return [
        url(p.relative_to(COMPONENTS).as_posix()) for folder in folders for p in sorted((COMPONENTS / folder).glob(pattern))
    ]
