"""Any nested value with numpy arrays <-> one ``bytes``: what Python sends to a component.

Layout: the length of the header (uint32, little endian), the header (JSON, UTF-8), padding to 8 bytes, then every array's
bytes, each on an 8-byte boundary. In the header an array is ``{"$": offset, "type": "f8", "shape": [...]}``. Arrays travel
outside of JSON because base64 is a third larger and JSON knows neither inf nor nan; one of these by itself is
``{"$": "Infinity"}``, by JavaScript's name for it. ``components/player/wire.js`` reads it.
"""

import json
import math
import struct
from typing import Any

import numpy as np

TYPES = {"f4", "f8", "i4", "u1", "u2"}


def pack(value: Any) -> bytes:
    """The value as bytes. Arrays of a type the browser lacks become float64.

    Raises:
        TypeError: something in it is neither JSON nor an array.
    """
    buffers: list[bytes] = []
    size = 0

    def swap(item: Any) -> Any:
        nonlocal size
        if isinstance(item, dict):
            return {key: swap(inner) for key, inner in item.items()}
        if isinstance(item, list | tuple):
            return [swap(inner) for inner in item]
        if isinstance(item, np.ndarray):
            kind = item.dtype.str.lstrip("<>|=")
            array = item if kind in TYPES else item.astype(np.float64)
            data = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<")).tobytes()
            data += bytes(-len(data) % 8)
            at, size = size, size + len(data)
            buffers.append(data)
            return {"$": at, "type": array.dtype.str.lstrip("<>|="), "shape": list(array.shape)}
        if isinstance(item, float) and not math.isfinite(item):
            return {"$": "NaN" if math.isnan(item) else "Infinity" if item > 0 else "-Infinity"}
        return item

    # half a character, which a question may hold, is a "?" then
    header = json.dumps(swap(value), allow_nan=False, ensure_ascii=False).encode(errors="replace")
    return struct.pack("<I", len(header)) + header + bytes(-(4 + len(header)) % 8) + b"".join(buffers)
