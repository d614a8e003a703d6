"""Every surface, also at the ends of its sliders: gradient, minima and curvature are what differences and grids say."""

import itertools
import math

import numba
import numpy as np
import pytest

from optim_viz import OPTIMIZERS, SettingError, Surface, run
from optim_viz.lanes import jitable
from optim_viz.spec import SCALES, Hyper, Interval, Minima, named, one_two_five, starting_rate
from surfaces import SURFACES
from tests.ids import told

RNG_SEED, POINTS = 20240101, 200


def with_params():
    """Each surface with its defaults, and with every combination of slider ends."""
    for surface in SURFACES.values():
        yield surface
        ends = [hyper.slider or (0.0, 1.0) for hyper in surface.params.values()]
        for values in itertools.product(*ends) if ends else ():
            yield surface.at(**dict(zip(surface.params, values, strict=True)))


def label(surface):
    return "-".join([surface.key, *(f"{name}={value:g}" for name, value in surface.values.items())])


every_key = pytest.mark.parametrize("surface", SURFACES.values(), ids=list(SURFACES))
every_surface = pytest.mark.parametrize("surface", list(with_params()), ids=label)
every_minimum = pytest.mark.parametrize(
    "surface, minimum",
    [pytest.param(s, m, id=f"{label(s)}-{m.theta}") for s in with_params() for m in s.minima],
)


def inner_points(surface):
    """Random points of the domain, not so near its edge that a difference would leave it."""
    lo, hi = np.array(surface.domain).T
    return np.random.default_rng(RNG_SEED).uniform(lo + 0.01 * (hi - lo), hi - 0.01 * (hi - lo), (POINTS, surface.dim))


def difference(function, theta, h):
    """The derivative of function(theta) along each coordinate, of fourth order in h: (..., D) -> (D, ...)."""
    steps = h * np.eye(theta.shape[-1])
    return np.stack(
        [
            (8 * (function(theta + s) - function(theta - s)) - (function(theta + 2 * s) - function(theta - 2 * s))) / (12 * h)
            for s in steps
        ]
    )


@every_key
def test_a_surface_is_quadratic_where_it_is_curved_alike_everywhere(surface):
    curved = surface.hessian(inner_points(surface))
    assert surface.quadratic == bool(np.all(curved == curved[0]) and curved.any())  # the kink's two flat sides are none


def width(surface):
    return max(hi - lo for lo, hi in surface.domain)


def second_differences(surface, theta):
    """The slopes of the gradient: theta (..., D) -> (..., D, D)."""
    return np.moveaxis(difference(surface.gradient, np.array(theta), 1e-4 * width(surface)), 0, -1)


def grid(surface):
    axes = [np.linspace(lo, hi, 401 if surface.dim == 2 else 100_001) for lo, hi in surface.domain]
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)


def surface_with(**changes):
    fields = dict(
        key="k", name="n", dim=1, value=lambda x: x * x, gradient=lambda x: (2 * x,), hessian=lambda x: (2.0,),
        domain=((-1.0, 1.0),), start=(0.5,), minima=(), curvature=2.0, levels="linear", teaches="t", source="s",
    )  # fmt: skip
    return Surface(**{**fields, **changes})


# in the kernels' language


def compiled(function):
    """By numba alone, not kept."""
    return numba.njit(error_model="numpy")(jitable(function))


@pytest.mark.parametrize("surface", [s for s in SURFACES.values() if s.params], ids=told)
def test_what_follows_from_the_parameters_compiles_and_gives_the_same_numbers(surface):
    functions = [f for f in (*surface.given.values(), surface.coefficients_of) if f]
    functions = [f.where if isinstance(f, Minima) else f for f in functions if callable(f) or isinstance(f, Minima)]
    kernels = list(map(compiled, functions))
    for share in (0.0, 0.3, 1.0):
        values = [lo + share * (hi - lo) for lo, hi in (hyper.slider for hyper in surface.params.values())]
        for function, kernel in zip(functions, kernels, strict=True):
            np.testing.assert_allclose(kernel(*values), function(*values), rtol=1e-14)


def test_a_starting_rate_compiles_and_gives_the_same_numbers():
    kernel = compiled(starting_rate)
    for exponent in np.linspace(-20.0, 20.0, 401):
        for scale in range(len(SCALES)):
            assert kernel(scale, 0.8, 10.0**exponent, 3.0) == starting_rate(scale, 0.8, 10.0**exponent, 3.0)


@pytest.mark.parametrize("exponent", range(-22, 22))
def test_a_round_number_is_the_decimal_number_itself(exponent):
    for digit in (1, 2, 5):
        number = float(f"{digit}e{exponent}")
        assert one_two_five(number) == one_two_five(1.1 * number) == one_two_five(0.9 * number) == number


# what the record claims


@every_surface
def test_the_gradient_is_the_slope_of_the_value(surface):
    theta = inner_points(surface)
    gradient = surface.gradient(theta)
    slopes = difference(surface.value, theta, 1e-4 * width(surface)).T
    np.testing.assert_allclose(gradient, slopes, rtol=1e-6, atol=1e-7 * abs(gradient).max())


@every_surface
def test_the_hessian_is_the_slope_of_the_gradient(surface):
    theta = inner_points(surface)
    H = surface.hessian(theta)
    np.testing.assert_allclose(H, second_differences(surface, theta), rtol=1e-6, atol=1e-7 * abs(H).max())
    assert (H.swapaxes(-1, -2) == H).all()


@every_minimum
def test_a_minimum_has_the_value_that_is_listed(surface, minimum):
    assert surface.value(minimum.theta) == pytest.approx(minimum.value, rel=1e-12, abs=1e-12)
    assert minimum.value == pytest.approx(surface.minimum, rel=1e-12, abs=1e-12)  # all listed minima are global
    assert minimum.source


@every_minimum
def test_the_gradient_vanishes_at_a_minimum(surface, minimum):
    assert abs(surface.gradient(minimum.theta)).max() <= 1e-13 * surface.curvature * width(surface)


@every_minimum
def test_the_surface_curves_upwards_at_a_minimum(surface, minimum):
    if surface.corner:  # there is no curvature at a corner; that it is lowest another test shows
        return
    H = surface.hessian(minimum.theta)
    np.testing.assert_allclose(H, second_differences(surface, minimum.theta), atol=1e-6 * abs(H).max())
    eigenvalues = np.linalg.eigvalsh(H)
    assert eigenvalues.max() > 0
    assert eigenvalues.min() >= -1e-6 * eigenvalues.max()


@every_surface
def test_nothing_in_the_domain_is_lower_than_the_minimum(surface):
    lowest = surface.value(grid(surface)).min()
    if surface.minimum is not None:
        assert lowest >= surface.minimum - 1e-12 * max(1.0, abs(surface.minimum))
    else:
        assert surface.minimum is None and np.isfinite(lowest)


def far_and_wide(surface):
    """Points far beyond the domain: a box a hundred times as wide, and rays in many directions."""
    middle, half = np.mean(surface.domain, axis=1), width(surface) / 2
    axes = np.linspace(-100 * half, 100 * half, 801)
    box = np.stack(np.meshgrid(*[axes] * surface.dim, indexing="ij"), axis=-1).reshape(-1, surface.dim)
    turn = np.linspace(0, 2 * math.pi, 721)
    directions = np.stack([np.cos(turn), np.sin(turn)], axis=-1) if surface.dim == 2 else np.array([[1.0], [-1.0]])
    rays = directions[:, None, :] * np.geomspace(half, 1e6 * half, 200)[:, None]
    return middle + np.concatenate([box, rays.reshape(-1, surface.dim)])


@every_surface
def test_nothing_anywhere_is_lower_than_minima_that_are_lowest(surface):
    with np.errstate(all="ignore"):
        values = surface.value(far_and_wide(surface))
    least = values[~np.isnan(values)].min()
    if surface.lowest in ("minima", "valley"):
        assert least >= surface.minimum - 1e-9 * max(1.0, abs(surface.minimum))
    else:
        assert surface.minimum is None or least < surface.minimum


def test_mccormick_alone_falls_for_ever_beyond_its_domain():
    assert [key for key, surface in SURFACES.items() if surface.lowest in ("domain", "none")] == ["mccormick"]
    falling = SURFACES["mccormick"].value([(-t, -t - 1) for t in (1e1, 1e2, 1e3, 1e4)])
    assert (np.diff(falling) < 0).all() and falling[-1] < -9_000


@every_surface
def test_start_and_minima_lie_inside_the_domain(surface):
    for theta in (surface.start, *(minimum.theta for minimum in surface.minima)):
        for x, (lo, hi) in zip(theta, surface.domain, strict=True):
            assert lo < x < hi
    assert np.isfinite(surface.value(surface.start)) and np.isfinite(surface.gradient(surface.start)).all()


@every_surface
def test_there_is_a_way_to_go_from_the_start(surface):
    assert surface.gradient(surface.start).any()
    assert surface.minimum is None or surface.value(surface.start) > surface.minimum


@every_surface
def test_the_listed_curvature_is_about_the_largest_met_between_start_and_minimum(surface):
    if surface.corner:  # it has none: see what its file says of it
        return
    places = [surface.start, *(m.theta for m in surface.minima)]
    if surface.valley:
        places.append(surface.valley.nearest(*surface.start, *surface.coefficients))
    met = [np.linalg.eigvalsh(surface.hessian(place)).max() for place in places]
    assert max(met[1:]) / 3 <= surface.curvature <= max(met) * 3


def test_a_corner_is_where_the_slope_jumps_at_the_minimum():
    for surface in SURFACES.values():
        for minimum in surface.minima:
            sides = [surface.gradient(np.add(minimum.theta, step)) for step in (1e-9, -1e-9)]
            assert (np.abs(sides).max() > 1e-3) == surface.corner, surface.key
            assert not np.any(surface.gradient(minimum.theta)) or not surface.corner  # 0 stands for it there


@every_key
def test_a_surface_is_filed_under_its_key_and_says_what_it_teaches(surface):
    assert SURFACES[surface.key] is surface and surface.key.isidentifier() and surface.key.islower()
    assert surface.name and surface.teaches and surface.source and surface.levels in ("linear", "log")


@pytest.mark.parametrize("condition", [1.0, 50.0, 1000.0])
@pytest.mark.parametrize("rotation", [-90.0, -37.0, 0.0, 30.0, 45.0, 90.0])
def test_a_ravine_has_the_eigenvalues_1_and_condition_however_it_is_turned(condition, rotation):
    ravine = SURFACES["ravine"].at(condition=condition, rotation=rotation)
    columns = np.array([ravine.gradient((1.0, 0.0)), ravine.gradient((0.0, 1.0))])  # the gradient is linear
    np.testing.assert_allclose(np.linalg.eigvalsh(columns), [1.0, condition], rtol=1e-12)
    along = np.array([math.cos(math.radians(rotation)), math.sin(math.radians(rotation))])
    across = np.array([-along[1], along[0]])
    # the valley runs along the direction that rotation names, up to the sign of the turn
    slopes = sorted(float(ravine.value(direction) * 2) for direction in (along, across))
    np.testing.assert_allclose(slopes, [1.0, condition], rtol=1e-12)


# the record itself


@every_key
def test_a_surface_is_frozen(surface):
    for name in (*vars(surface), *surface.params, "minimum", "something_new"):
        with pytest.raises(AttributeError):
            setattr(surface, name, 0)
    for table in (surface.values, surface.params):
        with pytest.raises(TypeError):
            table["b"] = 0


@every_key
def test_at_follows_the_parameters_and_leaves_the_original_alone(surface):
    assert surface.at() is surface and surface.at(**surface.values) is surface
    theta, before = inner_points(surface), surface.value(inner_points(surface))
    for name, hyper in surface.params.items():
        other = surface.at(**{name: next(end for end in hyper.slider or (0.0, 1.0) if end != hyper.default)})
        assert (other.key, other.name, other.dim) == (surface.key, surface.name, surface.dim)
        assert dict(other.values) != dict(surface.values) == {n: h.default for n, h in surface.params.items()}
        assert (other.value(theta) != before).any()
        assert other.at(**surface.values).value(theta).tolist() == before.tolist()
    assert surface.value(theta).tolist() == before.tolist()


@every_key
def test_at_keeps_the_parameters_that_it_is_not_given(surface):
    moved = {name: hyper.slider[1] for name, hyper in surface.params.items() if hyper.slider}
    here = surface
    for name, value in moved.items():
        here = here.at(**{name: value})
    assert here.values == surface.at(**moved).values == {**surface.values, **moved}


@every_key
def test_at_refuses_what_is_not_allowed(surface):
    for name in ("nonsense", "self", "key"):
        with pytest.raises(SettingError, match="^surface_params must be "):
            surface.at(**{name: 1.0})
    for name, hyper in surface.params.items():
        for value in (math.nan, math.inf, None, "1", [1.0], hyper.allowed.lo - 1, hyper.allowed.hi + 1):
            with pytest.raises(SettingError, match=f"^{name} must be "):
                surface.at(**{name: value})


def test_curvature_start_and_minima_follow_the_parameters():
    assert SURFACES["ravine"].at(condition=7.0).curvature == 7.0
    moving = surface_with(
        value=lambda x, a: (x - a) * (x - a), gradient=lambda x, a: (2 * (x - a),), hessian=lambda x, a: (2.0,),
        params=named(Hyper("a", 3.0, "a", "a", Interval("[0, inf)"), slider=(0.0, 9.0))),
        domain=lambda a: ((a - 1, a + 1),), start=lambda a: (a + 0.5,), curvature=lambda a: a,
        minima=Minima(lambda a: (a, 0.0), "closed form"),
    )  # fmt: skip
    assert moving.start == (3.5,)
    here = moving.at(a=5.0)
    assert (here.domain, here.start, here.curvature) == (((4.0, 6.0),), (5.5,), 5.0)
    assert here.minima[0].theta == (5.0,) and moving.start == (3.5,)


# value and gradient


@every_surface
def test_value_and_gradient_take_points_of_any_shape(surface):
    D = surface.dim
    theta = inner_points(surface)[:24]
    value, gradient, hessian = surface.value(theta), surface.gradient(theta), surface.hessian(theta)
    assert (value.shape, gradient.shape, hessian.shape) == ((24,), (24, D), (24, D, D))
    assert {value.dtype, gradient.dtype, hessian.dtype} == {np.dtype(np.float64)}
    for shape in ((D,), (1, D), (24, D), (4, 6, D), (2, 3, 4, D), (0, D)):
        some = theta[: math.prod(shape[:-1])].reshape(shape)
        assert surface.value(some).shape == shape[:-1]
        assert surface.gradient(some).shape == shape
        assert surface.hessian(some).shape == (*shape, D)
        assert surface.value(some).ravel().tolist() == value[: math.prod(shape[:-1])].tolist()
        assert surface.gradient(some).ravel().tolist() == gradient[: math.prod(shape[:-1])].ravel().tolist()
        assert surface.hessian(some).ravel().tolist() == hessian[: math.prod(shape[:-1])].ravel().tolist()
    for i in range(24):
        x = tuple(theta[i].tolist())
        assert value[i] == pytest.approx(surface.formula(*x, *surface.coefficients), rel=1e-14, abs=1e-14)
        assert gradient[i] == pytest.approx(surface.slope(*x, *surface.coefficients), rel=1e-14, abs=1e-14)
        upper = hessian[i][np.triu_indices(D)]
        assert upper == pytest.approx(surface.second(*x, *surface.coefficients), rel=1e-14, abs=1e-14)


@every_key
def test_value_and_gradient_take_lists_integers_views_and_read_only_arrays(surface):
    theta = np.arange(1.0, 1 + 6 * surface.dim).reshape(6, surface.dim) / 10
    frozen = theta.copy()
    frozen.flags.writeable = False
    column_major = np.asfortranarray(theta)
    for same in (theta.tolist(), tuple(map(tuple, theta)), frozen, column_major, np.repeat(theta, 2, axis=0)[::2]):
        assert surface.value(same).tolist() == surface.value(theta).tolist()
        assert surface.gradient(same).tolist() == surface.gradient(theta).tolist()
        assert surface.hessian(same).tolist() == surface.hessian(theta).tolist()
    whole = np.ones((3, surface.dim), dtype=int)
    assert surface.value(whole).tolist() == surface.value(whole.astype(float)).tolist()


def test_one_dimension_takes_plain_numbers():
    parabola = SURFACES["x_squared"]
    assert parabola.value(3) == parabola.value(3.0) == parabola.value([3.0]) == 9.0
    assert parabola.gradient(3.0).tolist() == parabola.gradient([3.0]).tolist() == [6.0]
    assert parabola.value([1.0, 2.0, 3.0]).tolist() == parabola.value([[1.0], [2.0], [3.0]]).tolist() == [1.0, 4.0, 9.0]
    assert parabola.gradient([1.0, 2.0, 3.0]).tolist() == [[2.0], [4.0], [6.0]]
    assert parabola.hessian(3.0).tolist() == [[2.0]] and parabola.hessian([1.0, 2.0]).tolist() == [[[2.0]], [[2.0]]]


# a card's first settings


@every_surface
@pytest.mark.parametrize("optimizer", OPTIMIZERS.values(), ids=list(OPTIMIZERS))
def test_a_card_starts_with_allowed_settings_on_each_surface(optimizer, surface):
    values = optimizer.start_values(surface)
    assert optimizer.check(values) == values
    assert {name for name in values if values[name] != optimizer.hypers[name].default} <= {"lr"}
    assert f"{values['lr']:e}"[0] in "125" and float(f"{values['lr']:.0e}") == values["lr"]


@every_surface
def test_a_card_s_first_run_stays_finite_and_goes_down(surface):
    for optimizer in (convention for entry in OPTIMIZERS.values() for convention in entry.conventions):
        if optimizer.key == "newton":  # it goes to peaks and saddles as well, and nowhere where there is no curvature
            continue
        r = run(optimizer, surface, steps=300, hypers=optimizer.start_values(surface))
        assert r.diverged_at is None and r.loss.min() < r.loss[0], optimizer.full_key


# a wrong record fails when it is made


@pytest.mark.parametrize(
    "changes, fault",
    [
        ({"value": lambda y: y}, "takes"),
        ({"gradient": lambda x, y: (x, y)}, "takes"),
        ({"hessian": lambda x, y: (1.0, 0.0, 1.0)}, "takes"),
        ({"dim": 2}, "takes"),
        ({"start": (0.5, 0.5)}, "coordinates"),
        ({"domain": ((-1.0, 1.0), (-1.0, 1.0))}, "coordinates"),
        ({"params": SURFACES["rosenbrock"].params}, "takes"),
        ({"coefficients": lambda: (1.0, 2.0)}, "coefficients"),
    ],
    ids=told,
)
def test_a_surface_whose_parts_do_not_fit_is_refused(changes, fault):
    assert surface_with().dim == 1
    with pytest.raises(ValueError, match=fault):
        surface_with(**changes)
