"""Adding an optimizer, a surface, a data set or a model is one file: in a copy with one more of each, everything knows it."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from tests.support import ROOT, copy_of_checkout

#: all that a contributor writes; ``Signum`` is in none of our files
SIGNUM = '''"""Signum: the sign of an average of gradients."""

from optim_viz import hypers
from optim_viz.spec import Look, Optimizer, State, Variant, named


def update(theta, g, t, m, lr, momentum):
    m = momentum * m + (1 - momentum) * g
    sign = 1.0 if m > 0 else (-1.0 if m < 0 else m)
    theta = theta - lr * sign
    return theta, m


OPTIMIZER = Optimizer(
    key="signum",
    name="Signum",
    year=2018,
    family="momentum",
    paper="Bernstein et al. 2018, signSGD",
    url="https://arxiv.org/abs/1802.04434",
    update=update,
    states=(State("m", "m"),),
    hypers=named(hypers.lr(1e-3), hypers.momentum()),
    look=Look("#000000", "circle"),
    start_lr=("width", 0.01),
    summary="Steps of one length.",
    good="Good.",
    bad="Bad.",
    use="Use.",
    samples=({"lr": 0.01},),
    variants=(Variant("plain", "plain", "Without an average.", defaults={"momentum": 0.0}),),
)
'''

#: and for a surface; ``Egg cup`` is in none of our files
EGG_CUP = '''"""An egg cup: a bowl with a rim that becomes steep."""

from optim_viz.spec import Hyper, Interval, Minimum, Surface, named


def value(x, y, h):
    return h * (x * x + y * y) ** 2 + x * x + y * y


def gradient(x, y, h):
    r = 4 * h * (x * x + y * y) + 2
    return r * x, r * y


def hessian(x, y, h):
    r = 4 * h * (x * x + y * y) + 2
    return r + 8 * h * x * x, 8 * h * x * y, r + 8 * h * y * y


SURFACE = Surface(
    key="egg_cup",
    name="Egg cup",
    dim=2,
    value=value,
    gradient=gradient,
    hessian=hessian,
    params=named(Hyper("h", 1.0, "height", "h", Interval("[0, inf)"), slider=(0.0, 5.0))),
    domain=((-2.0, 2.0), (-2.0, 2.0)),
    start=(-1.5, 1.0),
    minima=(Minimum((0.0, 0.0), 0.0, "closed form: both terms are at least 0"),),
    curvature=30.0,
    levels="log",
    teaches="Steep at the rim.",
    source="breakfast",
)
'''

#: a data set and a model; ``Parabola`` and ``Square`` are in none of our files
PARABOLA = '''"""A parabola."""

from optim_viz.regression.spec import Dataset, size
from optim_viz.spec import named


def make(size):
    x = [k / size for k in range(int(size))]
    return x, [3.0 * each * each for each in x]


DATASET = Dataset(
    key="parabola", name="Parabola", make=make, model="square", params=named(size(50)), teaches="Bent.", source="school"
)
'''

SQUARE = '''"""A weight for the square of one input."""

from optim_viz.regression.spec import Model


def features(inputs):
    return inputs**2


def weights(names):
    return ("a",)


def unscale(theta, x, y):
    return theta / x.spread**2 * y.spread


MODEL = Model(
    key="square", name="Square", features=features, weights=weights, unscale=unscale, inputs=1, centred=False, teaches="One."
)
'''

#: asks everything that should know it; prints the answers
QUESTIONS = """
import json
import optim_viz, docs.tables
from optim_viz import glassbox
from optim_viz.ui.catalogue import content as catalogue
from optim_viz.ui.race import settings
from optim_viz.ui.race.choices import choices
from optim_viz.ui.scenes import scene
from optim_viz.ui.regression import answer as regression
from optim_viz.ui.asked import Asked
from optim_viz.ui.i18n import messages

r = optim_viz.run("signum", "x_squared", start=1.0, steps=3, hypers={"lr": 0.5})
plain = optim_viz.run("signum", "x_squared", start=1.0, steps=3, hypers={"lr": 0.5}, variant="plain")
chosen, notes = settings.read({"s": ["ravine"], "o": ["signum,lr:0.1", "signum@plain"]})
shown = scene("race", "s=ravine&o=signum,lr:0.1&o=signum@plain")
losses = [shown.run(name).loss for name in shown.runners]
offered = choices(messages("en"))
cup = optim_viz.run("gd", "egg_cup", hypers={"lr": 0.01}, steps=3)
on_cup, cup_notes = settings.read({"s": ["egg_cup"], "s.h": ["2"], "o": ["gd"]})
text = docs.tables.with_tables(docs.tables.README.read_text(encoding="utf-8"))
fitted = optim_viz.fit("gd", "parabola", epochs=400, batch_size=10, hypers={"lr": 0.5})
lab_query = {"d": ["parabola"], "d.size": ["30"], "o": ["gd,batch:3"], "e": ["5"]}
lab = regression.answer(Asked({"query": lab_query}))
print(json.dumps(dict(
    fitted=fitted.theta[0, -1].tolist(), model=fitted.problem.model.key, solution=fitted.problem.solution.tolist(),
    lab={name: lab[name] for name in ("notes", "settings", "weights")}, drawn=len(lab["data"]["body"]["y"]),
    datasets={d["key"]: d for d in lab["choices"]["body"]["datasets"]},
    models={m["key"]: m for m in lab["choices"]["body"]["models"]},
    keys=list(optim_viz.OPTIMIZERS), theta=r.theta.ravel().tolist(), m=r.state["m"].ravel().tolist(),
    plain=plain.state["m"].ravel().tolist(), notes=[str(note) for note in notes], link=settings.write(chosen),
    choices={o["key"]: o for o in offered["optimizers"]}, start=float(losses[0][0]), ends=[float(loss[-1]) for loss in losses],
    rows=[line for line in text.splitlines() if line.startswith("| ")],
    cup=cup.theta.tolist(), cup_loss=cup.loss.tolist(),
    cup_notes=[str(note) for note in cup_notes], cup_link=settings.write(on_cup),
    surfaces={s["key"]: s for s in offered["surfaces"]},
    overview=catalogue.overview(messages("en")), portrait=catalogue.portrait(r.optimizer, messages("en")),
    formulas=glassbox.latex(r.optimizer, glassbox.WORDS), rule=catalogue.rule(r.optimizer, messages("en")),
)))
"""


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A copy of the checkout, compiled kernels included, with one file more."""
    folder = tmp_path_factory.mktemp("checkout")
    (folder / "tests" / "unit").mkdir(parents=True)
    copy_of_checkout(folder)
    shutil.copy2(ROOT / "tests" / "unit" / "test_engine.py", folder / "tests" / "unit")
    new = folder / "optim_viz" / "optimizers" / "signum.py"
    assert not new.exists()
    new.write_text(SIGNUM, encoding="utf-8")
    surface = folder / "surfaces" / "egg_cup.py"
    assert not surface.exists()
    surface.write_text(EGG_CUP, encoding="utf-8")
    for path, text in (("datasets/parabola.py", PARABOLA), ("models/square.py", SQUARE)):
        file = folder / "optim_viz" / "regression" / path
        assert not file.exists()
        file.write_text(text, encoding="utf-8")
    return folder


def python(folder, *arguments):
    """What a Python of its own prints that knows this folder and not ours."""
    env = {**os.environ, "PYTHONPATH": str(folder)}
    done = subprocess.run([sys.executable, *arguments], cwd=folder, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def answers(checkout):
    return json.loads(python(checkout, "-c", QUESTIONS))


def test_it_is_in_the_list_by_its_year(answers):
    keys = answers["keys"]
    assert len(keys) == len(set(keys)) > 2
    assert keys.index("adam") < keys.index("signum") < keys.index("lion")


def test_it_runs_in_each_of_its_conventions(answers):
    assert answers["theta"] == [1.0, 0.5, 0.0, -0.5]  # the average is slow to turn
    assert answers["m"] == pytest.approx([0.0, 0.2, 0.28, 0.252])
    assert answers["plain"] == [0.0, 2.0, 1.0, 0.0]


def test_the_page_offers_it_with_its_sliders_and_conventions(answers):
    offered = answers["choices"]["signum"]
    assert (offered["name"], offered["year"], offered["summary"]) == ("Signum", 2018, "Steps of one length.")
    entry, plain = offered["conventions"]
    assert [slider["name"] for slider in entry["hypers"]] == ["lr", "momentum"]
    assert (plain["variant"], plain["hypers"][1]["default"], plain["note"]) == ("plain", 0.0, "Without an average.")
    assert "signum" in answers["keys"] and set(answers["choices"]) == set(answers["keys"])


def test_a_link_names_it_and_the_page_runs_it(answers):
    assert answers["notes"] == []
    assert "o=signum,lr:0.1,momentum:0.9" in answers["link"] and "o=signum@plain,lr:" in answers["link"]
    assert len(answers["ends"]) == 2 and all(end < answers["start"] for end in answers["ends"])


def test_the_readme_has_a_row_for_it(answers):
    (row,) = [row for row in answers["rows"] if "Signum" in row]
    assert row.startswith("| Signum | 2018 | Steps of one length. |") and "https://arxiv.org/abs/1802.04434" in row
    assert "plain" in row


def test_the_catalogue_shows_it_with_its_formulas(answers):
    assert "catalogue?o=signum" in answers["overview"] and "Steps of one length." in answers["overview"]
    assert "<h2>" in answers["portrait"] and "Signum" in answers["portrait"] and "o=signum" in answers["portrait"]
    assert r"\sigma &= \operatorname{sign}\left(m\right)" in answers["formulas"]
    assert "<math" in answers["rule"] and "sign" in answers["rule"]


def test_a_new_surface_is_run_on(answers):
    x, y = -1.5, 1.0
    slope = 4 * (x * x + y * y) + 2
    assert answers["cup"][1] == pytest.approx([x - 0.01 * slope * x, y - 0.01 * slope * y])
    assert answers["cup_loss"][0] == pytest.approx(3.25**2 + 3.25) and answers["cup_loss"][-1] < answers["cup_loss"][0]


def test_the_page_offers_the_surface_with_its_sliders_and_a_link_names_it(answers):
    offered = answers["surfaces"]["egg_cup"]
    assert (offered["name"], offered["teaches"], offered["dim"]) == ("Egg cup", "Steep at the rim.", 2)
    assert [slider["name"] for slider in offered["params"]] == ["h"]
    assert answers["cup_notes"] == [] and "s=egg_cup&s.h=2&x=-1.5&y=1" in answers["cup_link"]


def test_the_catalogue_and_the_readme_show_the_surface(answers):
    assert all(part in answers["overview"] for part in ("s=egg_cup", "Egg cup", "Steep at the rim.", "breakfast"))
    assert "| Egg cup | 2 | Steep at the rim. |" in answers["rows"]


def test_a_new_data_set_and_a_new_model_are_fitted(answers):
    assert answers["model"] == "square"
    assert answers["solution"] == pytest.approx([3.0]) == answers["fitted"]


def test_the_lab_offers_and_shows_them(answers):
    offered = answers["datasets"]["parabola"]
    assert (offered["name"], offered["teaches"]) == ("Parabola", "Bent.")
    assert [slider["name"] for slider in offered["params"]] == ["size"]
    assert answers["models"]["square"]["name"] == "Square"
    lab = answers["lab"]
    assert lab["notes"] == [] and lab["weights"] == ["a"] and answers["drawn"] == 30
    assert (lab["settings"]["model"], lab["settings"]["runners"][0]["name"]) == ("square", "Mini-batch 3")


def test_the_tests_of_the_engine_try_it(checkout):
    done = python(checkout, "-m", "pytest", "-p", "no:cacheprovider", "tests/unit/test_engine.py", "-k", "signum", "-rA")
    passed = {line.split("::")[1].split("[")[0] for line in done.splitlines() if line.startswith("PASSED ")}
    assert {"test_a_run_is_its_rule_applied_step_by_step", "test_a_sweep_equals_a_run_lane_by_lane"} <= passed
