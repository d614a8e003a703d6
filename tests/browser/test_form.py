"""The form's writer in the browser, beside Python's: one table, and the same text to the last character."""

from typing import Any
from urllib.parse import parse_qs

import hypothesis
import pytest
from hypothesis import strategies as st

from optim_viz.lessons import LESSONS
from optim_viz.ui import forms
from optim_viz.ui.race import settings as race
from optim_viz.ui.race.presets import PRESETS
from optim_viz.ui.regression import settings as lab
from optim_viz.ui.regression.presets import PRESETS as FITS
from optim_viz.ui.runners import STAGE_NAMES, Runners
from surfaces import SURFACES
from tests.one_row import with_one_row

PAGES: dict[str, Any] = {"race": race, "regression": lab}
WRITE = """
const { Form } = await load("form.js"), { toSearch } = await load("link.js");
const form = new Form(arg.form);
return arg.all.map((values) => toSearch(form.write(values)));
"""

LINKS = [("race", f"p={key}") for key in PRESETS] + [("regression", f"p={key}") for key in FITS]
LINKS += [(picture.page, picture.query) for lesson in LESSONS.values() for picture in lesson.pictures.values()]
LINKS += [
    ("race", f"s={key}&x=-0.1&y=1e-9&n=77&t=3&axis=log&zoom=-1e-7,1,-1000000,0.25&o=adam,lr:1e-9&o=rmsprop") for key in SURFACES
]
LINKS += [
    ("race", "s=saddle&o="),
    ("race", "s=saddle&look=both&camera=-17.5,5,0.25&i=2,slope,minimum&o=gd&o=adam&hide=table,words&big=1"),
    ("race", "s=ravine&look=3d&i=1,update&chart=rate&xaxis=evaluations"),
    ("race", "s=ravine&x=-1000000&y=1e-300&o=gd,lr:1e300&o=gd,lr:1e-300,schedule:cosine"),
    ("regression", "d=noisy_line&l2=0.25&scale=inputs&t=7&axis=log&zoom=0,1,-2,3.5&clock=cost&third=noise&b=0&seed=3&x=own"),
    ("regression", "d=noisy_line&x=0.5,-1e-9&e=7&o=gd,batch:7,drop:1,sampling:in_order,look:4,schedule:cosine&o=adam"),
]


@pytest.fixture(scope="module")
def written(script):
    """What form.js writes of each of these values, by a page's form."""
    return lambda form, *all: script(WRITE, {"form": form.told(), "all": all})


@pytest.mark.parametrize("page", PAGES)
def test_the_browser_writes_every_link_as_python_does_and_python_reads_it(written, page):
    module = PAGES[page]
    chosen = [module.read(parse_qs(link, keep_blank_values=True)) for of, link in LINKS if of == page]
    assert not [str(note) for _chosen, notes in chosen for note in notes]
    links = written(module.FORM, *(module.FORM.values(settings) for settings, _notes in chosen))
    assert len(links) > 20
    for link, (settings, _notes) in zip(links, chosen, strict=True):
        assert link == module.write(settings)
        again, notes = module.read(parse_qs(link, keep_blank_values=True))
        assert not notes and module.FORM.values(again) == module.FORM.values(settings)


NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
KEYS = st.sampled_from(["lr", "beta1", "t_max", "total_iters", *sorted(STAGE_NAMES)])


def values_of(field: forms.Field) -> st.SearchStrategy[Any]:
    """Whatever a page may hold in this field, and more."""
    kind: Any = field.kind
    match kind:
        case Runners():
            own = {one.name: values_of(one) for one in kind.own}
            numbers = st.dictionaries(KEYS, NUMBERS, max_size=4)
            around = st.dictionaries(KEYS, NUMBERS | st.sampled_from([20, 300]) | WORDS, max_size=4)
            fixed = {"key": st.sampled_from(["gd", "adam@keras"]), "hypers": numbers, "around": around, **own}
            return st.lists(st.fixed_dictionaries(fixed, optional={"updates": st.sampled_from([20, 300])}), max_size=3)
        case race.Inside():
            shown = st.lists(st.sampled_from(kind.options), unique=True)
            return st.fixed_dictionaries({"runner": st.integers(0, 7), "shown": shown})
        case lab.Batch():
            return st.none() | st.integers(1, 100)
        case forms.Whole():
            return st.integers(kind.lo, 5000) | (st.none() if field.default is None else st.nothing())
        case forms.Amount():
            return NUMBERS
        case forms.Switch():
            return st.booleans()
        case forms.One():
            return WORDS if callable(kind.options) else st.sampled_from([*kind.options])
        case forms.Some():
            return st.lists(st.sampled_from(kind.options), unique=True)
        case forms.Numbers():
            return st.lists(NUMBERS, max_size=4) | (st.sampled_from(kind.words) if kind.words else st.nothing())
        case forms.Each():
            return st.lists(NUMBERS, min_size=1, max_size=len(field.keys))
        case forms.Named():
            return st.dictionaries(st.sampled_from(["a", "size", "condition"]), NUMBERS)
        case _:
            return WORDS


@pytest.mark.parametrize("page", PAGES)
def test_the_browser_writes_random_settings_as_python_does(written, page):
    form = PAGES[page].FORM
    some = st.fixed_dictionaries({}, optional={field.name: values_of(field) for field in form.fields})

    @hypothesis.settings(derandomize=True, database=None, deadline=None, max_examples=60)
    @hypothesis.given(st.lists(some, min_size=1, max_size=10))
    def same(all):
        assert written(form, *all) == [form.write(values) for values in all]

    same()


def test_the_browser_writes_a_setting_that_is_one_row_more(written, tmp_path):
    more = with_one_row(tmp_path)
    values = more.FORM.values(more.read({"s": ["bowl"]})[0])
    usual, five = written(more.FORM, values, values | {"dots": 5})
    assert "dots" not in usual and "&dots=5" in five
    assert usual == more.FORM.write(values) and five == more.FORM.write(values | {"dots": 5})


@pytest.mark.parametrize("page", PAGES)
def test_the_browser_knows_what_a_link_that_says_nothing_is_looked_at_by(script, page):
    form = PAGES[page].FORM
    usual = script("const { Form } = await load('form.js'); return new Form(arg).usual('look')", form.told())
    assert usual == {
        field.name: list(field.default) if isinstance(field.default, tuple) else field.default | {"shown": []}
        if isinstance(field.default, dict) else field.default
        for field in form.fields if field.of == "look" and not callable(field.default)
    }  # fmt: skip
