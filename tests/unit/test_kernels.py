"""Kernels compile lazily and once: what changes their numbers recompiles them, in a new process too, nothing else does.

Each process here has a cache directory of its own (``NUMBA_CACHE_DIR``). ``PROBE`` is the file of an optimizer of which
one detail at a time is changed.
"""

import itertools
import json
import os
import shutil
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

import pytest

from optim_viz import rules
from optim_viz.rules import digest, hessian
from tests.support import ROOT

SETTINGS = '''"""Numbers that a rule reads from another file."""

OFFSET = 0.0
UNUSED = 1.0
'''

PROBE = '''"""The docstring of the file."""

import math

import probe_settings
from optim_viz.rules import hessian, loss_and_gradient
from optim_viz.spec import Hyper, Interval, Look, Optimizer, named

FACTOR = 2.0
UNUSED = 3.0
STRETCH = 1.0


def maker(amount):
    def inner(g):
        return amount * g

    return inner


closed = maker(1.0)


def deeper(g, stretch=STRETCH):
    return g * stretch * 1.0


def helper(g):
    """The docstring of the helper."""
    return FACTOR * deeper(g)


def unrelated(g):
    return g + 1.0


def update(theta, g, t, lr):
    """The docstring of the rule."""
    # the comment of the rule
    step = helper(g) * math.sqrt(1.0) + probe_settings.OFFSET
    theta = theta - lr * closed(step)
    return (theta,)


def ahead(surface, theta):
    return loss_and_gradient(surface, theta - 0.5)


def vector(theta, g, t, surface, lr):
    value, slope = ahead(surface, theta)
    theta = theta - lr * slope * value * hessian(surface, theta)[0, 0] - 0.0 * g
    return (theta,)


OPTIMIZER, VECTOR = (
    Optimizer(
        key=rule.__name__, name="Probe", year=2000, family="descent", paper="The paper", url="", update=rule,
        hypers=named(Hyper("lr", 0.1, "learning rate", "a", Interval("[0, inf)"), slider=(1e-3, 1.0))),
        look=Look("#000000", "circle"), start_lr=("width", 1.0), summary="The summary", good="", bad="", use="",
    )
    for rule in (update, vector)
)
'''

#: what is changed, from, to, where the first step from 1 on x^2 with lr 0.1 then ends
NEW_NUMBERS = [
    pytest.param("lr * closed(step)", "lr * closed(step) + 1.0", 1.6, id="the rule"),
    pytest.param("return FACTOR * deeper(g)", "return FACTOR * deeper(g) * 2.0", 0.2, id="a helper"),
    pytest.param("* stretch * 1.0", "* stretch * 1.5", 0.4, id="a helper of the helper"),
    pytest.param("FACTOR = 2.0", "FACTOR = 3.0", 0.4, id="a constant that the helper names"),
    pytest.param("STRETCH = 1.0", "STRETCH = 1.5", 0.4, id="the default of a helper's argument"),
    pytest.param("maker(1.0)", "maker(1.5)", 0.4, id="a number that a helper closes over"),
    pytest.param("OFFSET = 0.0", "OFFSET = 1.0", 0.5, id="a number of another module"),
]
SAME_NUMBERS = [
    pytest.param("docstring of the rule", "changed docstring of it", id="the docstring of the rule"),
    pytest.param("docstring of the helper", "changed docstring of it", id="the docstring of a helper"),
    pytest.param('    """The docstring of the helper."""\n', "", id="whether a helper has a docstring"),
    pytest.param("comment of the rule", "changed comment of it", id="a comment"),
    pytest.param("import math\n", "import math\n\n\n\n", id="the line numbers"),
    pytest.param('summary="The summary", good=""', 'summary="Changed", good="good"', id="a text of the record"),
    pytest.param('Hyper("lr", 0.1', 'Hyper("lr", 0.2', id="a default of the record"),
    pytest.param("return g + 1.0", "return g + 2.0", id="an unrelated function of the file"),
    pytest.param("\nUNUSED = 3.0", "\nUNUSED = 4.0", id="a constant that the rule does not name"),
    pytest.param("\nUNUSED = 1.0", "\nUNUSED = 2.0", id="an unrelated number of another module"),
]

#: runs the probe's two rules beside an optimizer of ours; prints where they end, what was compiled (a miss) or loaded (a hit)
PROBE_SCRIPT = """
import json, optim_viz, probe
from optim_viz import OPTIMIZERS, pipeline
from optim_viz.kernels import hessian_of, of
from surfaces import SURFACES

parabola = SURFACES["x_squared"]
ends = [
    optim_viz.run(optimizer, parabola, start=1.0, steps=1, hypers={"lr": 0.1}).theta[-1, 0]
    for optimizer in (OPTIMIZERS["gd"], probe.OPTIMIZER, probe.VECTOR)
]
kernels = dict(
    probe=of(probe.OPTIMIZER).call, vector=of(probe.VECTOR).call, gd=of(OPTIMIZERS["gd"]).call,
    surface=of(parabola).call, hessian=hessian_of(parabola).call, trace=pipeline.trace(),
)
count = lambda counter: sum(counter.values())
stats = {name: [count(k.stats.cache_hits), count(k.stats.cache_misses)] for name, k in kernels.items()}
print(json.dumps(dict(theta=ends[1], vector=ends[2], stats=stats)))
"""
LOADED, COMPILED = [1, 0], [0, 1]


def python(script, cache, *path):
    """What the script prints, run by a process of its own with this cache directory."""
    env = {
        **os.environ,
        "NUMBA_CACHE_DIR": str(cache),
        "PYTHONPATH": os.pathsep.join(map(str, (ROOT, *path))),
        "PYTHONDONTWRITEBYTECODE": "1",  # two versions of a file may be of one second and one size
    }
    done = subprocess.run([sys.executable, "-c", script], env=env, cwd=cache, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def kernels(cache):
    """The compiled kernels on disk, by name."""
    return {path.name for path in Path(cache).rglob("*.nbc")}


def write_probe(folder, old="", new=""):
    """The probe's two files, with one detail changed."""
    assert not old or (PROBE + SETTINGS).count(old) == 1
    (folder / "probe.py").write_text(PROBE.replace(old, new) if old else PROBE)
    (folder / "probe_settings.py").write_text(SETTINGS.replace(old, new) if old else SETTINGS)


def run_probe(folder):
    return json.loads(python(PROBE_SCRIPT, folder / "cache", folder))


@pytest.fixture(scope="module")
def probed(tmp_path_factory):
    """A folder with the probe, and a cache that holds what its first run compiled."""
    folder = tmp_path_factory.mktemp("probed")
    (folder / "cache").mkdir()
    write_probe(folder)
    first = run_probe(folder)
    assert first["theta"] == pytest.approx(0.6)
    assert first["vector"] == pytest.approx(1 - 0.1 * 1.0 * 0.25 * 2.0)
    assert set(map(tuple, first["stats"].values())) == {tuple(COMPILED)}
    return folder


@pytest.fixture
def folder(probed, tmp_path):
    """A copy of it, to change."""
    return Path(shutil.copytree(probed, tmp_path / "probe"))


# lazily, and once


def test_importing_and_looking_around_compiles_nothing(tmp_path):
    python("import optim_viz, surfaces; print(dict(optim_viz.OPTIMIZERS), dict(surfaces.SURFACES))", tmp_path)
    assert kernels(tmp_path) == set()


def test_a_run_leaves_on_disk_what_it_used_and_no_more(probed):
    names = sorted(name.split("-")[0] for name in kernels(probed / "cache"))
    assert names == [
        "lanes.hessian_kernel.locals.second",
        "lanes.rule_kernel.locals.rule",
        "lanes.rule_kernel.locals.rule",
        "lanes.surface_kernel.locals.surface",
        "lanes.vector_rule_kernel.locals.rule",
        "pipeline.trace",
    ]


def test_a_second_process_compiles_nothing(folder):
    before = kernels(folder / "cache")
    again = run_probe(folder)
    assert again["theta"] == pytest.approx(0.6)
    assert again["stats"] == dict.fromkeys(again["stats"], LOADED)
    assert kernels(folder / "cache") == before


def test_a_sweep_after_a_run_compiles_its_driver_and_a_new_surface_only_that(folder):
    before = kernels(folder / "cache")
    python("import optim_viz; optim_viz.sweep('gd', 'x_squared', starts=[[1.0]], steps=1)", folder / "cache")
    (driver,) = kernels(folder / "cache") - before
    assert driver.startswith("pipeline.finish-")
    python("import optim_viz; optim_viz.run('gd', 'himmelblau', steps=1)", folder / "cache")
    (surface,) = kernels(folder / "cache") - before - {driver}
    assert surface.startswith("lanes.surface_kernel.")


def test_parameters_of_a_surface_do_not_compile_it_again(folder):
    script = "import optim_viz; optim_viz.run('gd', 'ravine', steps=1, surface_params={{'condition': {}}})"
    python(script.format(2.0), folder / "cache")
    before = kernels(folder / "cache")
    python(script.format(3.0), folder / "cache")
    assert kernels(folder / "cache") == before


def test_threads_that_meet_in_a_kernel_not_yet_compiled_get_the_same_numbers(folder):
    script = """
import threading, optim_viz
results, barrier = [], threading.Barrier(8)
def work():
    barrier.wait()
    results.append(optim_viz.run("adam", "rosenbrock", steps=50).record.tobytes())
threads = [threading.Thread(target=work) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(len(results), len(set(results)))
"""
    before = kernels(folder / "cache")
    assert python(script, folder / "cache").split() == ["8", "1"]
    assert len(kernels(folder / "cache") - before) == 2


# what a kernel depends on


@pytest.mark.parametrize("old, new, theta", NEW_NUMBERS)
def test_a_change_of_the_numbers_recompiles_this_kernel_and_no_other(folder, old, new, theta):
    before = kernels(folder / "cache")
    write_probe(folder, old, new)
    changed = run_probe(folder)
    assert changed["theta"] == pytest.approx(theta)
    assert changed["stats"] == {**dict.fromkeys(changed["stats"], LOADED), "probe": COMPILED}
    assert len(kernels(folder / "cache")) == len(before) + 1


def test_a_change_of_anything_else_recompiles_nothing(folder):
    before = kernels(folder / "cache")
    for row in SAME_NUMBERS:
        write_probe(folder, *row.values)
        changed = run_probe(folder)
        assert changed["theta"] == pytest.approx(0.6), row.id
        assert changed["stats"] == dict.fromkeys(changed["stats"], LOADED), row.id
    assert kernels(folder / "cache") == before


# digest

_loaded = itertools.count()


@pytest.fixture
def load(tmp_path, monkeypatch):
    """A function that loads the probe from files of its own, with one detail changed."""

    def load(old="", new=""):
        folder = tmp_path / f"probe{next(_loaded)}"
        folder.mkdir()
        write_probe(folder, old, new)
        for name in ("probe_settings", "probe"):
            loader = SourceFileLoader(name, str(folder / f"{name}.py"))
            module = ModuleType(name)
            monkeypatch.setitem(sys.modules, name, module)
            loader.exec_module(module)
        return module

    return load


def test_a_digest_is_64_hexadecimal_digits_and_the_same_each_time(load):
    one, two = digest(load().update), digest(load().update)
    assert one == two and len(one) == 64 and int(one, 16)


@pytest.mark.parametrize("old, new, theta", NEW_NUMBERS)
def test_a_digest_changes_with_what_changes_the_numbers(load, old, new, theta):
    assert digest(load(old, new).update) != digest(load().update)


@pytest.mark.parametrize("old, new", SAME_NUMBERS)
def test_a_digest_ignores_what_does_not_change_the_numbers(load, old, new):
    assert digest(load(old, new).update) == digest(load().update)


def test_a_digest_covers_each_of_its_functions_in_their_order(load):
    probe = load()
    digests = {
        digest(probe.update),
        digest(probe.update, probe.unrelated),
        digest(probe.unrelated, probe.update),
        digest(probe.unrelated),
    }
    assert len(digests) == 4


def test_a_digest_sees_constants_named_inside_a_nested_function(load):
    nested = "return sum([FACTOR for _ in range(2)]) * (lambda x: x * UNUSED)(g)"
    base = digest(load("return g + 1.0", nested).unrelated)
    probe = load("return g + 1.0", nested)
    assert digest(probe.unrelated) == base
    for constant in ("FACTOR", "UNUSED"):
        probe = load("return g + 1.0", nested)
        setattr(probe, constant, 17.0)
        assert digest(probe.unrelated) != base


def test_the_digest_of_a_vector_rule_changes_with_its_helpers(load):
    one = digest(load().vector)
    assert digest(load().vector) == one != digest(load("theta - 0.5", "theta - 0.0").vector)


def test_a_digest_names_what_is_offered_to_vector_rules_and_leaves_its_text_out(load, monkeypatch):
    one, two = load(), load("return loss_and_gradient(surface, theta - 0.5)", "return hessian(surface, theta - 0.5)")
    before = digest(one.vector)
    assert before != digest(two.vector)

    def another(surface, theta):
        return theta

    monkeypatch.setattr(rules, "OFFERED", (another, hessian))
    monkeypatch.setattr(one, "loss_and_gradient", another)
    assert digest(one.vector) == before


def ping(n):
    return pong(n - 1)


def pong(n):
    return ping(n - 1) if n > 0 else n


def test_a_digest_of_functions_that_call_each_other_comes_to_an_end():
    assert digest(ping) != digest(pong)
