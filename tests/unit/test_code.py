"""What is not in the code that is shipped: nothing evaluates text, unpacks objects, starts programs or opens connections."""

import ast
import re

import pytest

from tests.support import ROOT

PYTHON = [
    ROOT / "app.py",
    *(file for name in ("optim_viz", "surfaces", "pages") for file in sorted((ROOT / name).rglob("*.py"))),
]
SCRIPTS = sorted((ROOT / "optim_viz").rglob("*.js"))
BUILT_IN = {"eval", "exec", "compile", "__import__", "input", "breakpoint"}
MODULES = {
    "pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib", "code", "codeop", "runpy", "ctypes", "cffi", "yaml", "xml",
    "subprocess", "pty", "socket", "ssl", "ftplib", "smtplib", "telnetlib", "http", "urllib.request", "requests", "httpx",
    "urllib3", "websockets", "sqlite3", "webbrowser",
}  # fmt: skip
ATTRIBUTES = {"os.system", "os.popen", "os.fork", "np.load", "numpy.load", "pd.eval", "pandas.eval", "pd.read_pickle"}
#: what there is all the same, by file
REASONS = {
    ("optim_viz/lanes.py", "exec"),  # puts a driver's own statements in the place of its calls; the source is ours
    ("optim_viz/lanes.py", "compile"),  # the same
    ("optim_viz/disk.py", "pickle"),  # unpacks kernels that Numba packed, whose digest is right; their folder is the server's
    ("optim_viz/ui/warmup.py", "subprocess"),  # the server starts itself once more, to compile: nothing that came from outside
}
#: in scripts; what HTML they set comes from our own server's Markdown, which has HTML switched off
SCRIPT = re.compile(
    r"\beval\(|\bnew Function\b|\bFunction\(|document\.write|insertAdjacentHTML|outerHTML|\.innerHTML|srcdoc|javascript:"
    r"|setTimeout\(\s*['\"`]|setInterval\(\s*['\"`]|importScripts|addEventListener\(\s*['\"]message"
)
SCRIPT_REASONS = {("optim_viz/ui/components/lessons/asks.js", ".innerHTML")}


def found(tree):
    """What of the above a syntax tree holds."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) if name in BUILT_IN:
                yield name
            case ast.Attribute(value=ast.Name(id=base), attr=name) if f"{base}.{name}" in ATTRIBUTES or base in (
                "builtins",
                "__builtins__",
            ):
                yield f"{base}.{name}"
            case ast.Import(names=names):
                yield from (alias.name for alias in names if _is_there(alias.name))
            case ast.ImportFrom(module=str(module), names=names):
                yield from (name for name in (module, *(f"{module}.{alias.name}" for alias in names)) if _is_there(name))
            case ast.Call(
                func=ast.Name(id="import_module") | ast.Attribute(attr="import_module"),
                args=[ast.Constant(value=str(name)), *_],
            ):
                yield from [name] if _is_there(name) else []


def _is_there(module):
    return any(module == name or module.startswith(name + ".") for name in MODULES)


def test_there_is_code_to_read():
    assert len(PYTHON) > 120 and len(SCRIPTS) > 50


def test_nothing_evaluates_unpacks_starts_or_connects():
    seen = {(file.relative_to(ROOT).as_posix(), what) for file in PYTHON for what in found(ast.parse(file.read_text("utf-8")))}
    assert seen == REASONS


def test_no_script_evaluates_text_or_takes_html_or_messages_from_elsewhere():
    seen = {(file.relative_to(ROOT).as_posix(), what) for file in SCRIPTS for what in SCRIPT.findall(file.read_text("utf-8"))}
    # an engine's workers hear the page's messages, and nobody else's: a worker has no window that others could post to
    assert {one for one in seen if "message" not in one[1]} == SCRIPT_REASONS
    assert all("/engine/" in file for file, what in seen if "message" in what)


@pytest.mark.parametrize(
    "text",
    [
        "eval('1')", "f = exec", "import pickle", "from pickle import loads", "import urllib.request as r",
        "from urllib import request", "from xml.etree import ElementTree",
        "import_module('marshal')", "importlib.import_module('ctypes.util')", "os.system('ls')",
        "np.load(x, allow_pickle=True)", "builtins.eval(x)", "def f():\n    import socket",
    ],
)  # fmt: skip
def test_the_reader_finds_it(text):
    assert list(found(ast.parse(text)))


@pytest.mark.parametrize(
    "text", ["ast.parse(x, mode='eval')", "re.compile('x')", "run.evaluate()", "whole.ctypes.data", "import urllib.parse"]
)
def test_the_reader_knows_what_is_harmless(text):
    assert not list(found(ast.parse(text)))
