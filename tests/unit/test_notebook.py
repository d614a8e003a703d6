"""Figures for notebooks: what is drawn is what the engine computed."""

import numpy as np
import pytest

from optim_viz import Data, SettingError, figures, fit, problem, run
from surfaces import SURFACES


@pytest.mark.parametrize("key", SURFACES)
def test_a_race_is_drawn_with_its_surface_its_minima_and_every_path(key):
    surface, runs = SURFACES[key], [run(one, key, steps=30) for one in ("gd", "adam")]
    ground, crosses, *paths = figures.race(*runs).data
    assert ground.type == ("contour" if surface.dim == 2 else "scatter")
    heights = np.asarray(ground.z if surface.dim == 2 else ground.y)
    assert np.isfinite(heights).all() and np.ptp(heights) > 0
    assert list(crosses.x) == [m.theta[0] for m in surface.minima]
    for path, one in zip(paths, runs, strict=True):
        finite = one.diverged_at or 31
        np.testing.assert_array_equal(path.x, one.theta[:finite, 0])
        np.testing.assert_array_equal(path.y, one.theta[:finite, 1] if surface.dim == 2 else one.loss[:finite])
        assert (path.name, path.line.color) == (one.optimizer.name, one.optimizer.look.colour)


def test_a_value_is_read_off_where_it_is():
    ground = figures.race(run("gd", "himmelblau", steps=1)).data[0]
    x, y = ground.x[40], ground.y[70]
    assert ground.customdata[70, 40] == SURFACES["himmelblau"].value((x, y))


def test_a_run_that_diverges_is_drawn_up_to_there():
    gone = run("gd", "x_squared", start=10, steps=2000, hypers={"lr": 10})
    path = figures.race(gone).data[2]
    assert len(path.x) == gone.diverged_at and np.isfinite(path.y).all()


def test_many_lanes_are_so_many_paths():
    many = run("gd", "ravine", start=[(-1.8, 0.8)] * 3, hypers={"lr": [0.01, 0.02, 0.039]}, steps=20)
    paths = figures.race(many).data[2:]
    assert [path.x[-1] for path in paths] == many.theta[:, -1, 0].tolist()


@pytest.mark.parametrize(("model", "data"), [("origin", "noisy_line"), ("line", "noisy_line"), ("network", "sine")])
def test_fits_are_drawn_on_the_loss_over_the_weights(model, data):
    what = problem(data, model=model)
    fits = [fit("gd", what, batch_size=size, epochs=3) for size in (None, 10)]
    ground, best, *paths = figures.fit(*fits).data
    assert len(best.x) == (model != "network") and len(paths) == 2
    for path, one in zip(paths, fits, strict=True):
        values = path.y if what.dim == 1 else path.customdata
        np.testing.assert_array_equal(values, one.loss[0])
        inside = (min(ground.x) <= np.asarray(path.x)) & (np.asarray(path.x) <= max(ground.x))
        assert inside.all()
    if what.dim == 1:
        np.testing.assert_allclose(ground.y, [what.evaluate([x])[0] for x in ground.x], rtol=1e-12)


def test_what_does_not_go_together_is_refused():
    with pytest.raises(SettingError, match="runs must be runs on one surface"):
        figures.race(run("gd", "bowl", steps=1), run("gd", "ravine", steps=1))
    other = Data([1.0, 2.0], [1.0, 2.0])
    with pytest.raises(SettingError, match="fits must be fits of one problem"):
        figures.fit(fit("gd", "noisy_line", model="line", epochs=1), fit("gd", other, model="line", epochs=1))
