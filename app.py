"""The server: ``streamlit run app.py``. Routes, security headers, warm-up. The pages are ``optim_viz/ui/shell.py``'s."""

import gc
import logging
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from optim_viz.ui import answers, assets, guard, index, meter, told
from optim_viz.ui.warmup import warm_up_apart

ROOT = Path(__file__).parent
log = logging.getLogger("optim_viz")


POLICY = "; ".join(
    [
        "default-src 'self'",
        # WebAssembly is compiled, JavaScript never evaluated from text; streamlit runs a component's script from a blob
        f"script-src 'self' 'wasm-unsafe-eval' blob: {index.inline_script_hashes()}",
        "style-src 'self' 'unsafe-inline'",  # streamlit writes styles from scripts
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        f"frame-ancestors {guard.frame_ancestors()}",
        "base-uri 'self'",
        "object-src 'none'",
        "form-action 'self'",
    ]
)


class Headers:
    """Security headers on every answer."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = POLICY
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Cross-Origin-Opener-Policy"] = headers["Cross-Origin-Resource-Policy"] = "same-origin"
                headers["Referrer-Policy"] = "same-origin"
                headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


def _warm_up_and_freeze() -> None:
    try:
        warm_up_apart()
    except Exception:
        log.exception("warm-up failed; kernels will be compiled when they are first used")
    # streamlit runs a full collection after every rerun: 70 ms with the GIL held, unless what is loaded now is left out
    gc.collect()
    gc.freeze()


@asynccontextmanager
async def lifespan(_: object) -> AsyncIterator[None]:
    sys.setswitchinterval(0.001)  # who asks for a file waits no longer for a thread that computes; usual are 5 ms each time
    threading.Thread(target=_warm_up_and_freeze, name="warm-up", daemon=True).start()
    yield


app = st.App(
    ROOT / "optim_viz" / "ui" / "shell.py",
    routes=[*told.ROUTES, *assets.ROUTES, *answers.ROUTES, *meter.ROUTES, *index.ROUTES],
    middleware=[Middleware(Headers), Middleware(guard.Guard), Middleware(index.Elsewhere)],
    lifespan=lifespan,
)
