"""The player: Python's side of the component that shows a race and holds its controls.

The browser keeps the settings (what is chosen, every slider) and sends them whole, in the form of a link, as one state value;
Python answers each with one result. A message may carry ``seq``, which the answer repeats, so that the browser knows which
of its requests a picture belongs to, and ``have``, the parts that it already holds and need not be sent again.
"""

import hashlib
from collections.abc import Callable
from typing import Any

import streamlit as st

from optim_viz.ui import assets, wire
from optim_viz.ui.settings import Query, as_query

MAX_HAVE = 20
#: what decides how large the picture is: it is drawn when these are there
STYLES = [assets.url("page/page.css"), assets.url("player/player.css")]


class Message:
    """What the player last sent, as far as it has the right form; it may come from anyone."""

    def __init__(self, value: object):
        fields = value if isinstance(value, dict) else {}
        seq, have = fields.get("seq"), fields.get("have")
        self.query: Query | None = as_query(fields.get("query"))
        self.seq: int = seq if isinstance(seq, int) and not isinstance(seq, bool) else 0
        self.have = {h for h in have[:MAX_HAVE] if isinstance(h, str)} if isinstance(have, list) else set()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and (self.query, self.seq) == (other.query, other.seq)


def part(make: Callable[[], Any], name: str, have: set[str]) -> dict[str, Any]:
    """A part of the payload that is left out when the browser has it. ``name`` must say all that it depends on."""
    digest = hashlib.sha256(name.encode()).hexdigest()[:16]
    return {"digest": digest} if digest in have else {"digest": digest, "body": make()}


def last_message(key: str) -> Message:
    """What the player with this key sent before this run."""
    return Message(dict(st.session_state.get(key) or {}).get("settings"))


def show(key: str, payload: dict[str, Any]) -> Message:
    """Mount or update the player. Returns its message, which after a restart of the server is known only now."""
    component = st.components.v2.component("optim_viz_player", js=assets.module("player/main.js"), isolate_styles=False)
    result = component(
        key=key,
        data=wire.pack({"plotly": assets.PLOTLY_URL, "styles": STYLES, **payload}),
        on_settings_change=lambda: None,
    )
    return Message(result.settings)
