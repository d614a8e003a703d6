"""What tests of several files use: where the checkout is, what travels to the browser read back, a page's answer."""

import asyncio
import json
import shutil
import struct
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import numpy as np

ROOT = Path(__file__).parents[1]


def unpack(data):
    """The reverse of ``pack``, from its description."""
    (length,) = struct.unpack_from("<I", data)
    base = -(-(4 + length) // 8) * 8
    assert not any(data[4 + length : base])

    def revive(item):
        if isinstance(item, list):
            return [revive(inner) for inner in item]
        if not isinstance(item, dict):
            return item
        if "$" not in item:
            return {key: revive(inner) for key, inner in item.items()}
        if isinstance(item["$"], str):
            return float(item["$"])
        at, count = base + item["$"], int(np.prod(item["shape"]))
        assert at % 8 == 0
        assert at + count * int(item["type"][1]) <= len(data)
        return np.frombuffer(data, "<" + item["type"], count, at).reshape(item["shape"])

    return revive(json.loads(data[4 : 4 + length]))


def copy_of_checkout(folder):
    """The app in another folder, compiled kernels included; not those that are being written."""
    for name in ("optim_viz", "surfaces", "docs", ".streamlit"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("*.tmp.*"))
    for name in ("app.py", "README.md", "pyproject.toml"):
        shutil.copy2(ROOT / name, folder / name)


def answer(client, query="", page="race", **more):
    """What the server answers a page that is set to this link."""
    asked = {"query": parse_qs(query, keep_blank_values=True), "language": "en", **more}
    sent = client.post(f"/answers/{page}", json=asked)
    assert sent.status_code == 200, sent.text
    return unpack(sent.content)


def awaited(scene: Coroutine[Any, Any, Any]) -> Any:
    """What it comes to, in a thread of its own: Playwright has a loop in the thread of the tests."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, scene).result()
