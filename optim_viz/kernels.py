"""From a record to its compiled kernels; each is compiled, or loaded, when it is first asked for, or in the background."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import singledispatch
from typing import Any

from optim_viz.lanes import READY, Kernel, hessian_kernel, numbers_kernel, rule_kernel, surface_kernel, vector_rule_kernel
from optim_viz.spec import Optimizer, Surface

_compiler, _underway = ThreadPoolExecutor(1, thread_name_prefix="compiler"), set[Callable]()


def after(work: Callable[[], None]) -> Future[None]:
    """Compile nothing in the background till this is done, in the background too."""
    return _compiler.submit(work)


def are_ready(wanted: Mapping[Callable, Callable[[], Any]]) -> bool:
    """Whether these functions are compiled; if not, they are compiled from now on in the background. ``wanted``: each with
    what compiles it.
    """
    missing = wanted.keys() - READY
    if not missing <= _underway:
        new = [compiling for function, compiling in wanted.items() if function in missing - _underway]
        _underway.update(missing)
        _compiler.submit(lambda: [compiling() for compiling in new])
    return not missing


@singledispatch
def of(record: Any) -> Kernel:
    """Of an optimizer its rule (``lanes.RULE``); of whatever is minimised its loss and gradient (``lanes.SURFACE``)."""
    raise TypeError(f"{record!r} has no kernel")


@singledispatch
def hessian_of(record: Any) -> Kernel:
    """The second derivatives of a surface, or of whatever is minimised (``lanes.HESSIAN``)."""
    raise TypeError(f"{record!r} has no second derivatives")


def valley_of(surface: Surface) -> Kernel | None:
    """The nearest lowest point (``lanes.NUMBERS``), where these are a continuum."""
    return numbers_kernel(surface.valley.nearest, surface.dim) if surface.valley else None


@of.register
def _(record: Optimizer) -> Kernel:
    states, hypers = record.states, len(record.hypers)
    if record.takes_surface:
        return vector_rule_kernel(record.update, tuple(s.size for s in states), hypers, record.takes_gradient)
    return rule_kernel(record.update, len(states), hypers)


@of.register
def _(record: Surface) -> Kernel:
    return surface_kernel(record.formula, record.slope, record.dim, len(record.coefficients))


@hessian_of.register
def _(record: Surface) -> Kernel:
    return hessian_kernel(record.second, record.dim, len(record.coefficients))
