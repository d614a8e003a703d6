"""Compiled kernels on disk, so that no fault of the disk is one of a run's: what cannot be read is compiled again, and where
nothing can be written, at each start.

Numba keeps a kernel in a file and the names of files in another. It takes what it finds there: half a file, or another's bytes,
end a run with an error, or the process. Here each file begins with the digest of the rest.
"""

import hashlib
import logging
import os
import pickle
import time
from collections.abc import Callable
from typing import Any

import numba
from numba.core import typeinfer
from numba.core.caching import (
    CompileResultCacheImpl,
    FunctionCache,
    IndexDataCacheFile,
    InTreeCacheLocator,
    UserProvidedCacheLocator,
)

log = logging.getLogger("optim_viz")
#: that each kernel took which was compiled by this process, and not loaded
SECONDS: list[float] = []
_SIZE = hashlib.sha256().digest_size


def njit(signature: Any, cache: bool, **options: Any) -> Callable[[Callable], Any]:
    """As Numba's, for one signature."""

    def compiled(function: Callable) -> Any:
        dispatcher = numba.njit(**options)(function)
        if cache:
            try:
                dispatcher._cache = _Kernels(function)
            except (RuntimeError, OSError):
                _tell("kernels cannot be kept, and are compiled at each start: there is no place for them")
        began = time.perf_counter()
        with typeinfer.register_dispatcher(dispatcher):
            dispatcher.compile(signature)
            dispatcher.disable_compile()
        if not sum(dispatcher.stats.cache_hits.values()):
            SECONDS.append(time.perf_counter() - began)
        return dispatcher

    return compiled


class _Files(IndexDataCacheFile):
    """The files of one function. A file's digest is of what it is for, too: two CPUs with one folder may give it one name."""

    _for = b""

    def save(self, key: Any, data: Any) -> None:
        self._for = repr(key).encode()
        super().save(key, data)

    def load(self, key: Any) -> Any:
        self._for = repr(key).encode()
        return super().load(key)

    def _load_index(self) -> dict[Any, str]:
        try:
            return dict(super()._load_index())
        except Exception:  # whatever unpickling makes of what is no pickle
            _tell("some kernels cannot be read, and are compiled again")
            return {}

    def _load_data(self, name: str) -> Any:
        with open(self._data_path(name), "rb") as file:
            digest, data = file.read(_SIZE), file.read()
        if hashlib.sha256(self._for + data).digest() != digest:
            _tell("some kernels are not what was written, and are compiled again")
            raise OSError("not what was written")  # which Numba takes for a file that is not there
        return pickle.loads(data)

    def _save_data(self, name: str, data: Any) -> None:
        kept = self._dump(data)
        with self._open_for_write(self._data_path(name)) as file:
            file.write(hashlib.sha256(self._for + kept).digest() + kept)


class _AsItIs:
    """A place that can be read and not written, as an image with a read-only root has it. Numba would pass it by."""

    def ensure_cache_path(self) -> None:
        os.stat(self.get_cache_path())  # type: ignore[attr-defined]  # raises OSError: it is not there


class _GivenAsItIs(_AsItIs, UserProvidedCacheLocator):
    """The folder that NUMBA_CACHE_DIR names."""


class _BesideAsItIs(_AsItIs, InTreeCacheLocator):
    """Beside the code."""


class _Places(CompileResultCacheImpl):
    _locator_classes = [*CompileResultCacheImpl._locator_classes, _GivenAsItIs, _BesideAsItIs]


class _Kernels(FunctionCache):
    """The cache of one function."""

    _impl_class = _Places

    def __init__(self, function: Callable):
        super().__init__(function)
        whole = self._cache_file
        self._cache_file = _Files(self._cache_path, self._impl.filename_base, whole._source_stamp)

    def save_overload(self, sig: Any, data: Any) -> None:
        try:
            super().save_overload(sig, data)
        except OSError as error:
            _tell(f"kernels cannot be kept, and are compiled at each start: {error.strerror}")


_told: set[str] = set()


def _tell(what: str) -> None:
    """Once in a process."""
    if what not in _told:
        _told.add(what)
        log.warning(what)
