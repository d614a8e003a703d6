"""Data of one's own as they come with a question: whole, ``csv`` in base64, or named by their digest, ``own``.

What was read last is kept, so that a table travels and is read once and not with every move of a slider. The digest is of
its bytes: nobody can name what he does not have.
"""

import base64
import binascii
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from optim_viz import SettingError
from optim_viz.regression import own
from optim_viz.regression.own import Table
from optim_viz.spec import N_
from optim_viz.ui.asked import WantedError
from optim_viz.ui.faults import RemarkError

OWN = "own"  # the data set that the browser sends; and, in a question, the name of what it has sent


class Tables:
    """What was read last, by digest: as many tables as hold ``most`` numbers. Any thread may ask."""

    def __init__(self, most: int):
        self.most = most
        self._tables: OrderedDict[str, Table] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, digest: str) -> Table | None:
        with self._lock:
            if digest in self._tables:
                self._tables.move_to_end(digest)
            return self._tables.get(digest)

    def put(self, digest: str, table: Table) -> None:
        """Keep it; what has not been asked for longest goes."""
        with self._lock:
            self._tables[digest] = table
            self._tables.move_to_end(digest)
            while sum(kept.values.size for kept in self._tables.values()) > self.most:
                self._tables.popitem(last=False)


#: 16 MB of numbers, which is some hundred tables of usual size, or sixteen of the largest
TABLES = Tables(2_000_000)


def table(sent: Mapping[str, Any]) -> tuple[str, Table]:
    """The name of the data that a question brings or names, and the data.

    Raises:
        SettingError: there are none, or they cannot be read.
        WantedError: they are named, and not here.
    """
    content, name = sent.get("csv"), sent.get(OWN)
    if isinstance(content, str):
        return _read(content)
    if not isinstance(name, str):
        raise RemarkError("data", N_("Your own data must be pasted or uploaded again: a link does not hold them."), OWN)
    found = TABLES.get(name)
    if found is None:
        raise WantedError("csv")
    return name, found


def _read(text: str) -> tuple[str, Table]:
    try:
        content = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise SettingError("data", N_("in base64"), text[:20]) from None
    digest = hashlib.sha256(content).hexdigest()
    found = TABLES.get(digest) or own.read(content)
    TABLES.put(digest, found)
    return digest, found
