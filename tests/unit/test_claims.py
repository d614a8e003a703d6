"""Every picture that a text speaks of shows what the text promises; and the language in which that is written."""

import math

import pytest

from optim_viz import OPTIMIZERS
from optim_viz.claims import Expression, claim, number
from optim_viz.lessons import LESSONS
from optim_viz.ui.scenes import pictures, scene
from surfaces import SURFACES

PICTURES = dict(pictures())


@pytest.mark.parametrize("picture", PICTURES.values(), ids=PICTURES)
def test_a_picture_shows_what_the_words_beside_it_promise(picture):
    shown = scene(picture.page, picture.query)  # raises for a link of which something cannot be used
    assert picture.shows, "a picture promises something"
    for promise in picture.shows:
        assert shown.evaluate(promise), (promise.text, promise.worth(shown.measure))


@pytest.mark.parametrize("record", [*SURFACES.values(), *OPTIMIZERS.values()], ids=lambda record: record.key)
def test_every_surface_and_every_optimizer_shows_what_is_said_of_it(record):
    assert record.shows


def test_there_are_pictures_of_all_kinds():
    kinds = {name.split()[0] for name in PICTURES}
    assert {"race", "regression", "choose", *LESSONS} <= kinds and len(PICTURES) > 80


# ---------------------------------------------------------------------------------------------------------------- the language


def test_a_claim_compares_and_a_number_does_not():
    worth = {("a", ()): 2.0, ("b", ("gd", 3.0)): 5.0, ("b", ("gd", -3.0)): 7.0}

    def measure(name, args, _changes):
        return worth[name, args]

    assert number("a() + 2 * b(gd, 3) ** 2 / 10 - 1").evaluate(measure) == 6.0
    assert number("-b(gd, -3)").evaluate(measure) == -7.0
    assert math.isnan(number("1 / (a() - 2)").evaluate(measure))
    assert claim("a() * 0.1 == 0.2").evaluate(measure) is True
    assert claim("a() >= b(gd, 3)").sides(measure) == (2.0, ">=", 5.0)
    assert claim("a() < b(gd, 3) < b(gd, -3) < never").evaluate(measure) is True
    assert claim("a() < b(gd, -3) < b(gd, 3)").evaluate(measure) is False
    assert Expression("b(gd, -3) < 1").calls == (("b", ("gd", -3.0), frozenset()),)
    for wrong in (lambda: claim("a()"), lambda: number("a() < 1")):
        with pytest.raises(ValueError):
            wrong()


def test_a_quantity_is_asked_for_with_settings_otherwise():
    def measure(_name, args, changes):
        return sum(10**k * value for k, (_setting, value) in enumerate(changes)) + len(args)

    assert number("a(gd, lr=3)").evaluate(measure) == 4
    assert number("a(gd, lr=3, n=2)").evaluate(measure) == 24
    assert number("share(a(gd) > 3, lr=[1, 2, 3, 4])").evaluate(measure) == 0.5
    assert number("median(a(gd), seed=(1, 9))").evaluate(measure) == 6
    assert number("least(a(gd, n=1), seed=(0, 1), k=[5, 7])").evaluate(measure) == 151
    assert number("most(a(gd), seed=(0, 1), k=[5, 7])").evaluate(measure) == 72
    calls = Expression("share(a(gd, lr=1) > b(), seed=(0, 9)) > 0.5").calls
    assert calls == (("a", ("gd",), {"lr", "seed"}), ("b", (), {"seed"}))


@pytest.mark.parametrize(
    "text",
    ["", "gd", "a(", "a(b(c))", "a(x=b)", "a().b", "a()[0]", "not a()", "a() or b()", "'x'", "True", "a() < True", "forever",
     "a(True)", "(lambda: 1)()", "a.b(1)", "__import__('os')", "share(a(), seed=(0, 9))", "median(a() < 1, seed=(0, 9))",
     "share(a() < 1)", "share(a() < 1, seed=(9, 0))", "share(a() < 1, seed=(0, 0.5))", "share(a() < 1, seed=[])", "a(**x)"],
)  # fmt: skip
def test_what_is_not_of_the_language_is_refused(text):
    with pytest.raises(ValueError, match="neither a number nor a claim"):
        Expression(text)


def test_a_setting_is_a_runners_where_it_has_one_of_that_name_and_else_the_pages():
    shown = scene("race", "s=ravine&s.condition=50&n=300&o=gd,lr:0.02&o=momentum,lr:0.01")
    asked = claim("lr(gd, lr=0.5) == 0.5")
    assert shown.evaluate(asked) and shown.evaluate(claim("lr(gd) == 0.02"))
    assert shown.evaluate(claim("condition(condition=10) == 10")) and shown.evaluate(claim("n(n=50) == 50"))
    assert shown.evaluate(claim("apart(gd, momentum, lr=0.01, momentum=0) == 0"))  # of each that is asked about and has it
    assert shown.evaluate(claim("share(loss(gd, noise=1) > 0, seed=(0, 3)) == 1"))  # a stage that is not switched on yet
    for wrong in ("loss(gd, speed=1) < 1", "loss(gd, lr=-1) < 1", "n(speed=1) < 1"):
        with pytest.raises(ValueError):
            shown.evaluate(claim(wrong))
