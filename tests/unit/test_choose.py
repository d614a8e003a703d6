"""Every claim of "How to choose" is run, and its verdict holds."""

from urllib.parse import parse_qs

import numpy as np
import pytest

from optim_viz import engine
from optim_viz.outcome import outcome
from optim_viz.ui import settings
from optim_viz.ui.choose import QUESTIONS, VERDICTS

CLAIMS = {claim.key: claim for question in QUESTIONS for claim in question.claims}


def runs(query, seed=None):
    chosen, notes = settings.read(parse_qs(query))
    assert not notes
    found = []
    for runner in chosen.runners:
        around, own = runner.stages
        found.append(
            engine.run(
                runner.optimizer, chosen.surface, start=chosen.start, steps=chosen.steps, hypers=runner.hypers,
                around=around, seed=own if seed is None else seed,
            )
        )  # fmt: skip
    return found


def arrivals(query):
    """For each runner the step at which it arrives, infinite if never."""
    return [np.inf if (step := outcome(run).arrived) is None else step for run in runs(query)]


def test_lbfgs():
    lbfgs, newton, adam, gd = arrivals(CLAIMS["lbfgs"].picture.query)
    assert newton < lbfgs < 50 and 500 < adam < 1000 < gd
    spent = runs(CLAIMS["lbfgs"].picture.query)[0].evaluations[lbfgs]
    assert 1.5 <= spent / lbfgs <= 2.5  # "some two gradients each"


def test_schedule():
    for seed in range(20):  # not only with the link's seed: on the average of the last steps
        gd, gd_cosine, adam, adam_cosine = [run.loss[-20:].mean() for run in runs(CLAIMS["schedule"].picture.query, seed)]
        assert gd_cosine < gd and adam_cosine < adam, seed
    gd, gd_cosine, adam, adam_cosine = [run.loss[-1] for run in runs(CLAIMS["schedule"].picture.query)]
    assert gd_cosine < gd and adam_cosine < adam


def test_momentum():
    gd, momentum, nesterov = arrivals(CLAIMS["momentum"].picture.query)
    assert nesterov < momentum < gd < np.inf
    chosen = settings.read(parse_qs(CLAIMS["momentum"].picture.query))[0]
    assert chosen.runners[0].hypers["lr"] > chosen.runners[1].hypers["lr"]


def test_turned():
    turned = CLAIMS["turned"].picture.query
    adam, momentum = arrivals(turned)
    adam_straight, momentum_straight = arrivals(turned.replace("rotation=45", "rotation=0"))
    assert 3.5 <= adam / adam_straight <= 4.6  # "four times as many steps"
    assert abs(momentum / momentum_straight - 1) < 0.1  # "hardly notices"


def test_rare():
    assert CLAIMS["rare"].verdict == "unseen" and not CLAIMS["rare"].picture.query
    for run in runs(CLAIMS["stalls"].picture.query):
        assert (run.gradient != 0).all()  # every coordinate has a gradient at every step


def test_stalls():
    adagrad, rmsprop = runs(CLAIMS["stalls"].picture.query)
    assert rmsprop.loss[-1] < adagrad.loss[-1] / 5
    first, last = (np.abs(np.diff(adagrad.theta, axis=0)).sum(axis=1)[i].mean() for i in (slice(200), slice(-200, None)))
    assert last < first / 5


def test_forgiving():
    creeps, swings, leaves, *adam = arrivals(CLAIMS["forgiving"].picture.query)
    assert all(step < np.inf for step in adam) and creeps == swings == leaves == np.inf
    slow, to_and_fro, away, *_ = runs(CLAIMS["forgiving"].picture.query)
    assert slow.loss[-1] < slow.loss[0] and slow.diverged_at is None
    np.testing.assert_allclose(np.abs(to_and_fro.theta[:, 1]), 0.8)  # "swings for ever": across, always as far
    assert away.diverged_at is not None


def test_immune():
    shortest, *others = arrivals(CLAIMS["immune"].picture.query)
    assert shortest == np.inf and max(others) < np.inf


def test_adamw():
    adam, adamw = runs(CLAIMS["adamw"].picture.query)
    assert np.linalg.norm(adamw.theta[-1]) < 0.7 * np.linalg.norm(adam.theta[-1])


def test_saddle():
    gd, momentum, rmsprop, adam = arrivals(CLAIMS["saddle"].picture.query)
    assert momentum < min(gd, adam) and max(gd, adam) < rmsprop


def test_sam():
    gd, sam = runs(CLAIMS["sam"].picture.query)
    assert outcome(sam).left_again and not outcome(gd).left_again
    assert np.abs(sam.theta[-50:] - (-1, 0)).max() < 0.1  # beside the narrow one, all the time


def test_each_claim_has_its_test_and_a_verdict():
    tested = {name.removeprefix("test_") for name in globals() if name.startswith("test_")}
    assert set(CLAIMS) <= tested
    for claim in CLAIMS.values():
        assert claim.verdict in VERDICTS
        assert claim.why or claim.verdict == "holds", "what does not hold is explained"
        assert bool(claim.picture) == (claim.verdict != "unseen")


@pytest.mark.parametrize("claim", [claim for claim in CLAIMS.values() if claim.picture], ids=lambda claim: claim.key)
def test_each_link_is_valid(claim):
    chosen, notes = settings.read(parse_qs(claim.picture))
    assert not notes
    written, again = settings.read(parse_qs(settings.write(chosen)))
    assert not again and written.runners == chosen.runners
