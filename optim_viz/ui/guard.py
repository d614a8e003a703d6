"""Who is let in: the hosts that this server goes by, who may put its pages into a frame, and what of streamlit's nobody needs.

Streamlit's ``server.allowedHosts`` names the hosts for the socket, and here for everything else. Unless it is set any name will
do, since in a class the server is reached by whatever address the machine has.
"""

import asyncio
import ipaddress
import os
import re
from collections import Counter
from collections.abc import Mapping

from google.protobuf.message import DecodeError
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

from optim_viz.ui import limits, meter
from optim_viz.ui.limits import Book

FRAMES = "OPTIM_VIZ_FRAME_ANCESTORS"
#: of streamlit's addresses: files sent up, sign-in, its programming interface; no page of ours has any of them
CLOSED = ("_stcore/upload_file", "_stcore/agent", "_stcore/script-health-check", "auth", "oauth2callback", "media", "component")
#: figures on the server are for who runs it
PRIVATE = ("metrics", "_stcore/metrics")
MESSAGES = ("rerun_script", "stop_script", "app_heartbeat", "set_run_on_save", "load_git_info")
METHODS = ("GET", "HEAD", "POST", "OPTIONS")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_HOST = re.compile(r"([\w-]+(\.[\w-]+)*\.?|\[[0-9a-f:.]+\])(:\d{1,5})?", re.ASCII | re.IGNORECASE)
_SOURCE = re.compile(r"'self'|(https?://)?(\*\.)?[\w-]+(\.[\w-]+)*(:(\d+|\*))?", re.ASCII | re.IGNORECASE)


def frame_ancestors(environment: Mapping[str, str] = os.environ) -> str:
    """Who may show the pages in a frame, as a Content-Security-Policy names them: ``'self' https://moodle.example.edu``.

    Raises:
        ValueError: the setting is none that a browser would understand.
    """
    text = environment.get(FRAMES, "'self'").strip()
    sources = text.split()
    if sources != ["'none'"] and not (sources and all(map(_SOURCE.fullmatch, sources))):
        what = "'none', or sources with blanks between them, as in 'self' https://moodle.example.edu"
        raise ValueError(f"{FRAMES} must be {what}; received {text[:200]!r}")
    return " ".join(sources)


class Guard:
    """Refuses what cannot come from a page of ours, or from who runs the server, before anyone else sees it."""

    def __init__(self, app: ASGIApp):
        self.app = app
        self.sockets: Counter[str] = Counter()
        meter.gauge("optim_viz_sockets", "Pages that are open.", lambda: self.sockets.total())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._socket(scope, receive, send)
            return
        refused = refusal(scope) if scope["type"] == "http" else None
        if refused:
            meter.REFUSED.add(refused.status_code)
        await (refused or self.app)(scope, receive, send)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Streamlit's socket: so many of an address, and its messages as fast as a page sends them."""
        address, messages = limits.address_of(scope.get("client")), Book(limits.MESSAGES)
        if self.sockets[address] >= limits.SOCKETS or self.sockets.total() >= limits.ALL_SOCKETS:
            meter.REFUSED.add(503)
            await send({"type": "websocket.close", "code": 1013})
            return

        async def receive_slowly() -> Message:
            message = await receive()
            if message["type"] == "websocket.receive":
                while wait := messages.take(""):
                    await asyncio.sleep(wait)
                if not _is_a_pages(message.get("bytes")):
                    meter.REFUSED.add(400)
                    return {"type": "websocket.disconnect", "code": 1003}
            return message

        self.sockets[address] += 1
        try:
            await self.app(scope, receive_slowly, send)
        finally:
            self.sockets[address] -= 1
            self.sockets += Counter()  # forgets those at 0


def refusal(scope: Scope) -> PlainTextResponse | None:
    """The answer to a request that is not let in; None to one that is."""
    headers, path = Headers(scope=scope), scope["path"].strip("/")
    hosts = headers.getlist("host")
    if len(hosts) != 1 or not _HOST.fullmatch(hosts[0]):
        return PlainTextResponse("one host must be named", status_code=400)
    if not is_host_allowed(hosts[0]):
        return PlainTextResponse("this server goes by another name", status_code=421)
    if _CONTROL.search(path):
        return PlainTextResponse("no such address", status_code=400)
    if scope["method"] not in METHODS:
        return PlainTextResponse("not that way", status_code=405, headers={"Allow": ", ".join(METHODS)})
    if _within(path, CLOSED) or (_within(path, PRIVATE) and not _is_here(scope)):
        return PlainTextResponse("nothing here", status_code=404)
    # a page of another site may not make its visitors' browsers ask; where a browser does not say, JSON as a type asks first
    if scope["method"] == "POST" and headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return PlainTextResponse("only from our own pages", status_code=403)
    return None


def _is_a_pages(data: bytes | None) -> bool:
    """Whether a message to streamlit's socket is one that its pages send, and not one to clear what is kept."""
    try:
        return data is not None and BackMsg.FromString(data).WhichOneof("type") in MESSAGES
    except DecodeError:
        return False


def _within(path: str, places: tuple[str, ...]) -> bool:
    return any(path == place or path.startswith(place + "/") for place in places)


def _is_here(scope: Scope) -> bool:
    """Whether it comes from this machine itself; uvicorn puts a visitor's address in the place of a proxy's."""
    try:
        return ipaddress.ip_address((scope.get("client") or ("",))[0]).is_loopback
    except ValueError:
        return False
