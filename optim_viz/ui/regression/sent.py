"""Data of one's own as they come with a question: whole, ``csv`` in base64, or named by their digest, ``own``.

What came last is kept, so that a file travels once and not with every move of a slider. The digest is of its bytes: nobody can
name what he does not have. How the file is to be read, and which columns are chosen, is a part of the settings.
"""

import base64
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from optim_viz import SettingError, files
from optim_viz.files import How, Table
from optim_viz.spec import N_
from optim_viz.ui.asked import WantedError
from optim_viz.ui.faults import RemarkError

OWN = "own"  # the data set that the browser sends; and, in a question, the name of what it has sent


class Kept:
    """A file, and its table as it was read last."""

    def __init__(self, content: bytes):
        self.content = content
        self._read: tuple[How, Table] | None = None

    def table(self, how: How) -> Table:
        """Raises SettingError: it cannot be read."""
        last = self._read  # another thread may put its own here
        if last is None or last[0] != how:
            self._read = last = how, files.read(self.content, how)
        return last[1]

    @property
    def size(self) -> int:
        """Bytes, some; a table's numbers and texts are small beside what Python makes of them."""
        return len(self.content) + (8 * self._read[1].size if self._read else 0)


class Files:
    """What came last, by digest: as many as hold ``most`` bytes. Any thread may ask."""

    def __init__(self, most: int):
        self.most = most
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, digest: str) -> Kept | None:
        with self._lock:
            if digest in self._kept:
                self._kept.move_to_end(digest)
            return self._kept.get(digest)

    def put(self, digest: str, kept: Kept) -> None:
        """Keep it; what has not been asked for longest goes."""
        with self._lock:
            self._kept[digest] = kept
            self._kept.move_to_end(digest)
            while sum(one.size for one in self._kept.values()) > self.most:
                self._kept.popitem(last=False)


#: some hundred files of usual size, or four of the largest
FILES = Files(24_000_000)


def table(sent: Mapping[str, Any], how: How = How()) -> tuple[str, Table]:  # noqa: B008
    """The name of the data that a question brings or names, and what is in them.

    Raises:
        SettingError: there are none, or they cannot be read.
        WantedError: they are named, and not here.
    """
    content, name = sent.get("csv"), sent.get(OWN)
    if isinstance(content, str):
        return _came(content, how)
    if not isinstance(name, str):
        raise RemarkError("data", N_("Your own data must be pasted or uploaded again: a link does not hold them."), OWN)
    kept = FILES.get(name)
    if kept is None:
        raise WantedError("csv")
    return name, kept.table(how)


def _came(text: str, how: How) -> tuple[str, Table]:
    try:
        content = base64.b64decode(text, validate=True)
    except ValueError:  # binascii's own, and that of letters beyond ASCII
        raise SettingError("data", N_("in base64"), text[:20]) from None
    digest = hashlib.sha256(content).hexdigest()
    kept = FILES.get(digest) or Kept(content)
    found = kept.table(how)
    FILES.put(digest, kept)
    return digest, found
