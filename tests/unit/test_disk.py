"""Kernels on a disk that is read-only, full, spoilt, shared or another CPU's: right numbers, and a line on what is wrong."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import ROOT

#: four kernels and their numbers; how many were compiled, and how many loaded
KERNELS = """
import numba
from optim_viz.disk import njit

def a(x): return x + 1
def b(x): return x + 2
def c(x): return x + 3
def d(x): return x + 4

kernels = [njit(numba.float64(numba.float64), cache=True, nogil=True)(each) for each in (a, b, c, d)]
count = lambda counters: sum(sum(counter.values()) for counter in counters)
print(*[kernel(1.0) for kernel in kernels])
print(count(k.stats.cache_misses for k in kernels), count(k.stats.cache_hits for k in kernels))
"""
#: no file can be opened for writing, made, renamed or removed
READ_ONLY = """
import errno, os, sys

def refuse(event, args):
    writes = event == "open" and isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    if writes or event in ("os.mkdir", "os.rename", "os.remove", "os.rmdir"):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), args[0])

sys.addaudithook(refuse)
"""
#: no file can grow: each write ends as on a full disk, after the file has been made
FULL = """
import resource, signal

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
"""
COMPILED, LOADED = "2.0 3.0 4.0 5.0\n4 0", "2.0 3.0 4.0 5.0\n0 4"


class Runs:
    """Runs the kernels in a process of its own, from one folder and one cache."""

    def __init__(self, folder: Path):
        self.folder, self.cache = folder, folder / "cache"

    def begin(self, fault="", **more):
        (self.folder / "kernels.py").write_text(KERNELS)
        env = os.environ | {"NUMBA_CACHE_DIR": str(self.cache), "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"} | more
        start = [sys.executable, "-c", f"{fault}\nimport runpy\nrunpy.run_path('kernels.py')"]
        return subprocess.Popen(start, cwd=self.folder, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def __call__(self, fault="", **more):
        """What it prints, and what it says besides."""
        return self.end(self.begin(fault, **more))

    @staticmethod
    def end(process):
        printed, said = process.communicate(timeout=100)
        assert process.returncode == 0, said
        return printed.strip(), said.strip()


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A folder whose kernels have been compiled."""
    runs = Runs(tmp_path_factory.mktemp("kept"))
    assert runs() == (COMPILED, "")
    return runs


@pytest.fixture
def runs(kept):
    """The same folder, with a cache as the first run left it, for a test to spoil."""
    held = kept.folder / "held"
    if not held.exists():
        shutil.copytree(kept.cache, held)
    yield kept
    shutil.rmtree(kept.cache, ignore_errors=True)
    shutil.copytree(held, kept.cache)


def test_what_cannot_be_read_is_compiled_again_and_kept(runs):
    """Garbage, half a file, an empty one; and what is still a pickle of a kernel, with one bit of its machine code another."""
    for name, change in (
        ("a*.nbi", lambda data: bytes(range(256)) * 8), ("b*.nbi", lambda data: data[: len(data) // 2]),
        ("c*.nbc", lambda data: b""),
        ("d*.nbc", lambda data: data[:2000] + bytes([data[2000] ^ 1]) + data[2001:]),
    ):  # fmt: skip
        (file,) = runs.cache.rglob(f"kernels.{name}")
        file.write_bytes(change(file.read_bytes()))
    printed, said = runs()
    assert printed == COMPILED and "Traceback" not in said
    assert said.splitlines() == [
        "some kernels cannot be read, and are compiled again", "some kernels are not what was written, and are compiled again"
    ]  # fmt: skip
    assert runs() == (LOADED, "")


@pytest.mark.parametrize(
    ("fault", "why"), [(READ_ONLY, "there is no place for them"), (FULL, "File too large")], ids=["read-only", "full"]
)
def test_where_nothing_can_be_kept_it_is_said_once_and_computed_all_the_same(runs, fault, why):
    if fault is FULL and sys.platform == "win32":
        pytest.skip("a limit on files is not to be had on Windows")
    assert runs(fault) == (LOADED, "")  # what is there is read
    shutil.rmtree(runs.cache)
    printed, said = runs(fault)
    assert printed == COMPILED
    assert said == f"kernels cannot be kept, and are compiled at each start: {why}"
    assert not list(runs.cache.rglob("*.nbc"))  # and nothing half is left behind


def test_the_kernels_of_another_cpu_are_left_alone(runs):
    assert runs(NUMBA_CPU_NAME="generic", NUMBA_CPU_FEATURES="") == (COMPILED, "")
    assert runs() == (LOADED, "")


def test_processes_that_compile_at_once_leave_a_whole_kernel(runs):
    shutil.rmtree(runs.cache)
    started = [runs.begin() for _ in range(3)]
    for process in started:
        printed, said = runs.end(process)
        assert printed.splitlines()[0] == COMPILED.splitlines()[0] and said == ""
    assert runs() == (LOADED, "")
