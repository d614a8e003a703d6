"""The committed modules are those of today's kernels: by digests on every Python, byte for byte on the one that made them."""

import json
import os
import subprocess
import sys
from hashlib import sha256

import pytest

from optim_viz import OPTIMIZERS, wasm, wasm_object
from optim_viz.rules import digest, normal
from surfaces import SURFACES
from tests.support import ROOT

INDEX = json.loads((wasm.FOLDER / "index.json").read_text("utf-8"))
MODULES = wasm.modules()
#: made anew where the versions are those of the index: drivers, both kinds of rule, a surface that has functions of parameters
AGAIN = ("drivers", "curves", "rule.adam", "rule.lbfgs", "surface.ravine", "surface.cliff", "judge", "fit.linear.huber")
AGAIN_CODE = """
import hashlib, sys
from optim_viz import lanes, wasm
lanes.OPTIONS["cache"] = False
modules = wasm.modules()
for name in sys.argv[1:]:
    print(name, hashlib.sha256(wasm.compiled(modules[name])).hexdigest())
"""


def test_the_modules_are_current():
    """Where this fails, a kernel has changed: ``make modules``."""
    assert {name: one["digest"] for name, one in INDEX["modules"].items()} == {n: m.digest for n, m in MODULES.items()}
    known = {key: value for key, value in INDEX.items() if key not in ("modules", "versions")}
    assert known == json.loads(json.dumps(wasm.records()))


def test_every_file_is_in_the_index_and_none_besides():
    found = {path.name: path for path in wasm.FOLDER.iterdir()}
    assert set(found) == {*(f"{name}.wasm" for name in MODULES), "index.json"}
    for name, one in INDEX["modules"].items():
        data = found[f"{name}.wasm"].read_bytes()
        assert sha256(data).hexdigest() == one["sha256"]
        assert {asked for _kind, asked in wasm_object.imports(data)} <= wasm.IMPORTS
        assert wasm_object.DATA not in [kind for kind, _body in wasm_object.sections(data)]


def test_the_document_says_how_many_they_are_and_how_large():
    size = sum(path.stat().st_size for path in wasm.FOLDER.glob("*.wasm"))
    assert f"{len(MODULES)} of them, {size / 1000:.0f} kB" in (ROOT / "docs" / "engine.md").read_text(encoding="utf-8")


def test_every_record_has_its_module():
    for optimizer in OPTIMIZERS.values():
        for record in optimizer.conventions:
            one = INDEX["optimizers"][record.full_key]
            assert "rule" in MODULES[one["module"]].exports and one["hypers"] == list(record.hypers)
    assert set(INDEX["surfaces"]) == set(SURFACES)


def test_the_same_kernels_make_the_same_bytes():
    made, here = INDEX["versions"], wasm.versions()
    if made != here:
        pytest.skip(f"the modules were made with {made}, and here is {here}: bytes are compared there only")
    environment = {**os.environ, "NUMBA_OPT": "0", "PYTHONHASHSEED": "0"}
    command = [sys.executable, "-c", AGAIN_CODE, *AGAIN]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    again = dict(line.split() for line in done.stdout.splitlines())
    assert again == {name: INDEX["modules"][name]["sha256"] for name in AGAIN}


def test_a_module_is_made_where_nothing_is_optimised_for_this_machine_only():
    with pytest.raises(RuntimeError, match="NUMBA_OPT=0"):
        wasm.compiled(MODULES["rule.gd"])


def test_a_digest_is_that_of_the_tokens():
    """So it is the same on every Python; ``ast.dump`` is not."""
    one = 'def f(x):\n    """Text."""\n    # a comment\n\n    return x  +  1\n'
    assert normal(one) == normal("def f(x):\n  return x+1\n") != normal("def f(x):\n  return x+2\n")
    assert "'kept'" in normal("def f(x):\n    return 'kept'\n")
    assert digest(OPTIMIZERS["gd"].update) == "d0f6d4f7e2fd9eaeed4318b82c6d0c3327a9baaf339ad6fd6b01f51fee1f61b6"
