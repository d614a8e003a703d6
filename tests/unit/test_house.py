"""Who imports whom: app.py -> optim_viz.ui -> surfaces, files and the core; surfaces, files -> the records."""

import ast
import sys
from typing import NamedTuple

import pytest

from tests.support import ROOT


class Import(NamedTuple):
    """That a file imports a module; ``lazy`` inside a function."""

    file: str
    module: str
    lazy: bool


def resolved(module, names, root):
    """``from a import b`` imports a.b where that is a module, else a."""
    for name in names:
        path = root.joinpath(*module.split("."), name)
        yield f"{module}.{name}" if path.is_dir() or path.with_suffix(".py").is_file() else module


def imports(path, root=ROOT):
    """Every import of a file: at its top, inside functions, relative, or by ``import_module`` of a plain text."""
    file = path.relative_to(root)
    package = file.parts[:-1]  # of a module and of an __init__ alike
    found: list[Import] = []

    def visit(node, lazy):
        modules = []
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            parts = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*parts, *([node.module] if node.module else [])])
            modules = resolved(module, [alias.name for alias in node.names], root)
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            modules = [str(node.args[0].value)] if name in ("import_module", "__import__") else []
        found.extend(Import(file.as_posix(), module, lazy) for module in modules)
        for child in ast.iter_child_nodes(node):
            visit(child, lazy or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda))

    visit(ast.parse(path.read_text(encoding="utf-8")), False)
    return sorted(set(found))


def python_files(*places):
    return sorted(file for place in places for file in ([place] if place.is_file() else place.rglob("*.py")))


def is_one_of(module, *families):
    """The module is one of these or inside one of them."""
    return any(module == family or module.startswith(family + ".") for family in families)


def is_standard(module):
    return module.partition(".")[0] in sys.stdlib_module_names


PACKAGE = ROOT / "optim_viz"
UI = python_files(PACKAGE / "ui")
PAGES_OF_UI = [folder.name for folder in (PACKAGE / "ui").iterdir() if (folder / "__init__.py").is_file()]
FILES = python_files(PACKAGE / "files")
CORE = [file for file in python_files(PACKAGE) if file not in (*UI, *FILES)]
SURFACE_FILES = python_files(ROOT / "surfaces")
SERVER = python_files(ROOT / "app.py")
#: may do with numba what it likes
NUMBA_FILES = [
    "optim_viz/disk.py", "optim_viz/lanes.py", "optim_viz/pipeline.py", "optim_viz/regression/batching.py",
    "optim_viz/regression/directions.py", "optim_viz/regression/judge.py", "optim_viz/regression/kernels.py",
    "optim_viz/wasm.py",
]  # fmt: skip


def all_imports(files):
    return [one for file in files for one in imports(file)]


def test_there_are_files_to_read():
    names = {file.relative_to(ROOT).as_posix() for file in CORE}
    assert {"optim_viz/__init__.py", "optim_viz/engine.py", "optim_viz/around.py", "optim_viz/optimizers/adam.py"} <= names
    assert set(NUMBA_FILES) <= names
    assert len(SURFACE_FILES) > 1


def test_the_core_imports_numpy_numba_plotly_and_itself():
    own = [one for one in all_imports(CORE) if is_one_of(one.module, "optim_viz")]
    assert own and not [one for one in own if is_one_of(one.module, "optim_viz.ui", "optim_viz.files")]
    others = [one for one in all_imports(CORE) if one not in own and not is_standard(one.module)]
    drawing = [one for one in others if is_one_of(one.module, "contourpy") and one.file.startswith("optim_viz/figures/")]
    strangers = {one for one in others if one not in drawing and not is_one_of(one.module, "numpy", "numba", "plotly")}
    turns_a_key_into_a_record = Import("optim_viz/__init__.py", "surfaces", lazy=True)
    makes_a_module_of_each = {
        Import("optim_viz/wasm.py", name, lazy=False) for name in ("surfaces", "llvmlite", "llvmlite.binding")
    }
    assert strangers == {turns_a_key_into_a_record} | makes_a_module_of_each


def test_files_know_the_libraries_that_read_them_and_of_the_core_the_records():
    core = ("optim_viz.errors", "optim_viz.spec", "optim_viz.regression.spec", "optim_viz.files")
    for one in all_imports(FILES):
        assert is_one_of(one.module, *core, "numpy", "clevercsv", "chardet") or is_standard(one.module), one
    others = all_imports([*CORE, *UI, *SURFACE_FILES, *SERVER])
    reading = [one for one in others if is_one_of(one.module, "clevercsv", "chardet")]
    assert len(FILES) > 3 and not reading


def test_nothing_imports_what_makes_the_modules():
    """LLVM's other targets are for who makes them: no page and no server loads these."""
    assert not [one for one in all_imports([*CORE, *UI, *FILES, *SERVER]) if one.module == "optim_viz.wasm"]


def test_a_surface_imports_the_records_and_math():
    for one in all_imports(file for file in SURFACE_FILES if file.name != "__init__.py"):
        assert one.module in ("math", "optim_viz.spec", "optim_viz.claims"), one
    for one in imports(ROOT / "surfaces" / "__init__.py"):
        assert one.module == "optim_viz.spec" or is_standard(one.module), one


def test_an_optimizer_imports_the_records_and_what_a_rule_may_call():
    allowed = (
        "math",
        "numpy",
        "optim_viz.spec",
        "optim_viz.claims",
        "optim_viz.hypers",
        "optim_viz.stability",
        "optim_viz.rules",
        "optim_viz.optimizers",
    )
    files = python_files(PACKAGE / "optimizers")
    for one in all_imports(file for file in files if file.name != "__init__.py"):
        # "from optim_viz import hypers" imports the module, "from optim_viz.optimizers.x import y" a neighbour's helper
        assert is_one_of(one.module, *allowed), one
    assert len(files) > 2


def test_the_server_imports_the_ui_and_not_the_core():
    for one in all_imports(SERVER):
        assert is_one_of(one.module, "optim_viz.ui", "streamlit", "starlette") or is_standard(one.module), one


def test_the_ui_does_not_import_the_server():
    for one in all_imports(UI):
        assert not is_one_of(one.module, "app"), one


def test_a_page_imports_no_other_page():
    """What two of them need stands beside them. The catalogue shows races, and is none."""
    pages = {page for page in PAGES_OF_UI if page != "catalogue"}
    for page in pages:
        others = [f"optim_viz.ui.{other}" for other in PAGES_OF_UI if other != page]
        for one in all_imports(python_files(PACKAGE / "ui" / page)):
            assert not is_one_of(one.module, *others), one


def test_no_test_imports_a_test():
    """What several use stands in a module of its own: a test may be renamed, split or thrown away."""
    for one in all_imports([*python_files(*(ROOT / name for name in ("tests", "tools", "benchmarks", "docs")))]):
        assert not one.module.rpartition(".")[2].startswith(("test_", "conftest")), one


def test_numba_is_imported_where_kernels_are_made_and_nowhere_else():
    files = {one.file for one in all_imports([*CORE, *UI, *FILES, *SURFACE_FILES, *SERVER]) if is_one_of(one.module, "numba")}
    assert sorted(files) == NUMBA_FILES


def test_the_server_compiles_nothing():
    """Streamlit runs its script anew for each visitor: a kernel defined there would be compiled each time."""
    for file in [*SERVER, PACKAGE / "ui" / "shell.py"]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
            assert name not in ("njit", "jit", "vectorize", "guvectorize", "numba"), file


@pytest.mark.parametrize("file", [*CORE, *UI, *FILES, *SURFACE_FILES, *SERVER], ids=lambda file: str(file.relative_to(ROOT)))
def test_a_file_opens_with_a_sentence_that_says_what_it_is_for(file):
    assert ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))


# the reader of imports itself


@pytest.mark.parametrize(
    "source, module, lazy",
    [
        ("import streamlit as st", "streamlit", False),
        ("import a, b.c", "b.c", False),
        ("from optim_viz import ui", "optim_viz.ui", False),
        ("from optim_viz import run", "optim_viz", False),
        ("from optim_viz.spec import Hyper", "optim_viz.spec", False),
        ("from . import adam", "optim_viz.optimizers", False),
        ("from .adam import update", "optim_viz.optimizers.adam", False),
        ("from .. import ui", "optim_viz.ui", False),
        ("from ..ui import shell", "optim_viz.ui", False),
        ("from ..ui.shell import texts", "optim_viz.ui.shell", False),
        ("def f():\n    if f:\n        import streamlit", "streamlit", True),
        ("async def f():\n    from surfaces import SURFACES", "surfaces", True),
        ("class A:\n    def f(self):\n        import pages.race", "pages.race", True),
        ("try:\n    import streamlit\nexcept ImportError:\n    pass", "streamlit", False),
        ("import importlib\nimportlib.import_module('streamlit')", "streamlit", False),
        ("def f():\n    return __import__('surfaces')", "surfaces", True),
    ],
)
def test_an_import_is_found_wherever_it_stands(tmp_path, source, module, lazy):
    file = tmp_path / "optim_viz" / "optimizers" / "probe.py"
    for folder in (file.parent, tmp_path / "optim_viz" / "ui"):
        folder.mkdir(parents=True)
    file.write_text(source)
    assert Import("optim_viz/optimizers/probe.py", module, lazy) in imports(file, tmp_path)
