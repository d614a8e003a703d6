"""Scalar rules -> cached SIMD lane kernels. The only file with numba tricks in it.

A *lane* is one independent run. It is the last, contiguous axis of every array: ``theta[D, L]``,
``gradient[D, L]``, ``state[K, D, L]``, ``hyper[H, L]``, ``params[P, L]``. The same kernel serves one
trajectory (L = 1), thirty seeds (L = 30) and a block of a map (L = 384).

Why it is built this way (measured with numba 0.68):

* A jitted function passed as an argument specialises its caller for every pair and never hits the disk
  cache; a first-class ``FunctionType`` compiles the caller once and does hit it, but unpacking one from Python costs
  30 us a call, more than a short run. So drivers take addresses, and an intrinsic calls what is there.
* A closure over a dispatcher never hits the disk cache either; a closure over a plain function made
  jittable by ``register_jitable`` does. The cache does not see edits in other files, so the digest of the
  rule's own source rides in the closure and is part of the key.
* ``gather`` and ``scatter`` are unrolled field by field, which lets LLVM vectorise across lanes.
* There are two kinds of rule and one signature. A scalar rule is one coordinate's numbers in, numbers out, SIMD across
  lanes. A vector rule takes all coordinates of one lane as arrays, and the surface, which it may evaluate where it likes.
* Elements are assigned one by one: ``array[:n] = other`` compiles what would tell of a wrong shape, for seconds.
* No ``fastmath`` (under it ``isfinite(nan)`` is true), no ``parallel`` (numba's work queue aborts the process
  when two sessions meet in it): kernels release the GIL and a thread pool runs blocks of lanes.
"""

import ast
import copy
import itertools
import sys
from collections.abc import Callable, Mapping
from functools import cache
from types import FunctionType, MappingProxyType
from typing import Any, NamedTuple

import numba
import numpy as np
from numba import float64, int64, types, void
from numba.core import cgutils
from numba.core.registry import cpu_target
from numba.extending import intrinsic, overload, register_jitable

from optim_viz.disk import njit
from optim_viz.rules import OFFERED, arguments, digest, hessian, loss_and_gradient, names, parsed, statements

VECTOR, MATRIX, CUBE = float64[::1], float64[:, ::1], float64[:, :, ::1]
#: the addresses of the kernels of surface, Hessian and rule
WHERE = types.UniTuple(int64, 3)
#: a run's record, which is not to be changed
RECORD = types.Array(float64, 3, "C", readonly=True)
#: t, the addresses of the surface's kernel and of its Hessian's, theta[D, L] (in and out), params[P, L], gradient[D, L],
#: state[K, D, L] (in and out), hyper[H, L], spent[L] (in and out: evaluations of the surface by the rule itself)
RULE = void(int64, int64, int64, MATRIX, MATRIX, MATRIX, CUBE, MATRIX, VECTOR)
#: theta[D, L], params[P, L], value[L] (out), gradient[D, L] (out), poison[L] (in and out: made nan by what is not finite)
SURFACE = void(MATRIX, MATRIX, VECTOR, MATRIX, VECTOR)
#: theta[D, L], params[P, L], the upper triangle row by row [D * (D + 1) / 2, L] (out)
HESSIAN = void(MATRIX, MATRIX, MATRIX)
#: the numbers that a plain function takes, in its order [K, L], what it returns [L] (out)
NUMBER = void(MATRIX, VECTOR)
#: the same of several numbers that it returns [M, L] (out)
NUMBERS = void(MATRIX, MATRIX)
#: see ``curves.draw``
CURVE = void(
    int64, int64, int64, RECORD, MATRIX, MATRIX, VECTOR, VECTOR, MATRIX, int64, int64, int64[::1], int64, int64[::1], CUBE
)  # fmt: skip
#: see ``outcome.judge``
JUDGE = void(RECORD, MATRIX, MATRIX, VECTOR, VECTOR, int64, float64, MATRIX, MATRIX, MATRIX)

#: Changing these is not noticed by the disk cache: clear it (``make clean``) when you do.
OPTIONS: dict[str, Any] = dict(cache=True, nogil=True, error_model="numpy")


#: the functions whose kernels are compiled or loaded
READY: set[Callable] = set()


class Lazy:
    """A getter of a function's kernel, which is compiled (or loaded) at the first call. ``plain`` is the function."""

    def __init__(self, signature, function: Callable, parts: tuple[Callable, ...] = ()):
        self.plain = function
        whole = inlined(function, {part.__name__: part for part in parts}) if parts else function
        # part of the name in the disk cache, which does not see edits of helpers in other files
        whole.__qualname__ += "-" + digest(function)[:12]
        self._get = cache(lambda: njit(signature, **OPTIONS)(whole))

    def __call__(self) -> Any:
        kernel = self._get()
        READY.add(self.plain)
        return kernel


def lazy(signature, *parts: Callable) -> Callable[[Callable], Lazy]:
    """Decorator: the function becomes ``Lazy``; calls of ``parts`` in it are replaced by what these do, see ``inlined``."""
    return lambda function: Lazy(signature, function, parts)


def inlined(function: Callable, parts: Mapping[str, Callable]) -> FunctionType:
    """The function with the statements of each of ``parts``, by name, in the place of its calls.

    For a kernel's inner loop: each array that a call takes is counted twice, by atomic additions, which for few lanes cost as
    much as the step itself. A part returns nothing and assigns to none of its parameters.
    """
    known, count = dict(getattr(function, "__globals__", {})), itertools.count()

    class Inline(ast.NodeTransformer):
        def visit_Expr(self, node: ast.Expr) -> Any:
            call = node.value
            if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in parts):
                return node
            part, mark = parts[call.func.id], next(count)
            known.update({name: value for name, value in part.__globals__.items() if name not in known})
            given = dict(zip(arguments(part), call.args, strict=True))

            class Rename(ast.NodeTransformer):
                def visit_Name(self, name: ast.Name) -> Any:
                    if name.id in given:
                        return copy.deepcopy(given[name.id])
                    return ast.Name(f"{name.id}_{mark}", name.ctx) if name.id in own else name

            body = copy.deepcopy(statements(part))
            own = {n.id for s in body for n in ast.walk(s) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
            return [self.visit(Rename().visit(statement)) for statement in body]

    node = Inline().visit(copy.deepcopy(parsed(function)[1]))
    node.decorator_list = []
    return unrolled(ast.unparse(ast.fix_missing_locations(node)), function.__name__, known, function.__code__.co_filename)


def compiler() -> str:
    """What kernels in the disk cache are made by, and for which machine; with another of these they are compiled anew."""
    return f"{sys.version} {numba.__version__} {cpu_target.target_context.codegen().magic_tuple()}"


class Kernel(NamedTuple):
    """A compiled rule or surface: the function for Python callers, its machine address for the drivers."""

    call: Any
    address: int


def kernel(signature, function: Callable, source: Callable) -> Kernel:
    dispatcher = njit(signature, **OPTIONS)(function)
    compiled = dispatcher.get_compile_result(signature)
    READY.add(source)
    return Kernel(dispatcher, compiled.library.get_pointer_to_function(compiled.fndesc.llvm_func_name))


def _calling(signature):
    """An intrinsic ``call(address, *arguments)`` that calls the ``Kernel`` of this signature at an address."""

    def typed(*_):
        return signature.return_type(int64, *signature.args), generate

    def generate(context, builder, _, given):
        convention, (address, *arguments) = context.call_conv, given
        kind = convention.get_function_type(signature.return_type, signature.args)
        function = builder.inttoptr(address, kind.as_pointer())
        status, result = convention.call_function(builder, function, signature.return_type, signature.args, arguments)
        with cgutils.if_unlikely(builder, status.is_error):
            convention.return_status_propagate(builder, status)
        return result

    names = ", ".join(f"a{k}" for k in range(len(signature.args)))
    source = f"def call(typing_context, address, {names}):\n    return typed()"
    return intrinsic(unrolled(source, "call", {"typed": typed}))


def unrolled(source: str, name: str = "impl", known: Mapping[str, Any] = MappingProxyType({}), file: str = "") -> FunctionType:
    """The function of a source that we have filled in from a template of our own; ``known``: what it may call; ``file``: of the
    template, beside which a kernel of it is kept on disk.
    """
    namespace = dict(known)
    exec(compile(source, file or "<template>", "exec"), namespace)
    function: FunctionType = namespace[name]
    function.made_from = source  # type: ignore[attr-defined]  # there is no file to read it from
    return function


call_rule, call_surface, call_hessian, call_number = map(_calling, (RULE, SURFACE, HESSIAN, NUMBER))


def rows(array, fields, d):
    """The contiguous rows ``array[k, d]`` (3-D) or ``array[k]`` (2-D) as a tuple, one for each field."""


@overload(rows, inline="always")
def _rows(array, fields, d):
    at = "array[{}, d]" if array.ndim == 3 else "array[{}]"
    body = "".join(at.format(k) + ", " for k in range(len(fields)))
    return unrolled(f"def impl(array, fields, d):\n    return ({body})")


def gather(rows, i):
    """Lane i of every row, as a tuple."""


@overload(gather, inline="always")
def _gather(rows, i):
    body = "".join(f"rows[{k}][i], " for k in range(len(rows)))
    return unrolled(f"def impl(rows, i):\n    return ({body})")


def column(values, fields, i):
    """Lane i of every row, as a tuple, one for each field: ``gather`` at once, which compiles sooner."""


@overload(column, inline="always")
def _column(values, fields, i):
    body = "".join(f"values[{k}, i], " for k in range(len(fields)))
    return unrolled(f"def impl(values, fields, i):\n    return ({body})")


def scatter(rows, i, values):
    """Write a tuple back into lane i of every row."""


@overload(scatter, inline="always")
def _scatter(rows, i, values):
    body = "\n".join(f"    rows[{k}][i] = values[{k}]" for k in range(len(rows))) or "    pass"
    return unrolled(f"def impl(rows, i, values):\n{body}")


def zero(values):
    """The sum of 0 times each: 0, or nan when one of them is not finite."""


@overload(zero, inline="always")
def _zero(values):
    return unrolled("def impl(values):\n    return " + " + ".join(f"0.0 * values[{k}]" for k in range(len(values))))


def vectors(state, fields, i):
    """Lane i of the state as a tuple: (D,) for a field of size 1, (size, D) for a longer one. Only lengths of fields matter."""


@overload(vectors, inline="always")
def _vectors(state, fields, i):
    body, at = "", 0
    for field in fields:
        body += f"state[{at}, :, i].copy(), " if len(field) == 1 else f"state[{at}:{at + len(field)}, :, i].copy(), "
        at += len(field)
    return unrolled(f"def impl(state, fields, i):\n    return ({body})")


def slopes(gradient, fields, i):
    """The gradient of lane i, (D,), as a tuple of as many as there are fields: of one or of none."""


@overload(slopes, inline="always")
def _slopes(gradient, fields, i):
    return unrolled("def impl(gradient, fields, i):\n    return (" + "gradient[:, i].copy(), " * len(fields) + ")")


def put(state, fields, i, values):
    """Write such a tuple back into lane i."""


@overload(put, inline="always")
def _put(state, fields, i, values):
    body, at = "", 0
    for k, field in enumerate(fields):
        if len(field) == 1:
            body += f"        state[{at}, d, i] = values[{k}][d]\n"
        else:
            body += f"        for r in range({len(field)}):\n            state[{at} + r, d, i] = values[{k}][r, d]\n"
        at += len(field)
    loop = "    for d in range(state.shape[1]):\n"
    return unrolled(f"def impl(state, fields, i, values):\n{loop}{body or '        pass'}")


@overload(loss_and_gradient)
def _loss_and_gradient(surface, theta):
    def impl(surface, theta):
        address, _hessian, params, spent = surface
        value, gradient = np.empty(1), np.empty((theta.size, 1))
        call_surface(address, theta.copy().reshape(theta.size, 1), params, value, gradient, np.zeros(1))
        spent[0] += 1.0
        return value[0], gradient.ravel()

    return impl


@overload(hessian)
def _hessian(surface, theta):
    def impl(surface, theta):
        _surface, address, params, _spent = surface
        n = theta.size
        upper = np.empty((n * (n + 1) // 2, 1))
        call_hessian(address, theta.copy().reshape(n, 1), params, upper)
        full, k = np.empty((n, n)), 0
        for i in range(n):
            for j in range(i, n):
                full[i, j] = full[j, i] = upper[k, 0]
                k += 1
        return full

    return impl


def jitable(function: Callable) -> Callable:
    """Make the function, and the plain functions it calls, callable from kernels."""
    for name in names(function.__code__):
        helper = function.__globals__.get(name)
        if isinstance(helper, FunctionType) and helper not in OFFERED:
            jitable(helper)
    return register_jitable(function)


@cache
def rule_kernel(update: Callable, states: int, hypers: int) -> Kernel:
    """The kernel (signature ``RULE``) of a scalar rule.

    ``update(theta, g, t, <states numbers>, <hypers numbers>) -> theta, <states numbers>``; t counts from 1.
    """
    update_one = jitable(update)
    # only their lengths matter: a default in the closure would be part of the cache key
    state_fields, hyper_fields = (0,) * states, (0,) * hypers
    source = digest(update)

    def rule(t, surface, hessian, theta, params, gradient, state, hyper, spent):
        source  # noqa: B018 - part of the cache key: a changed rule recompiles, nothing else does
        dims, lanes = theta.shape
        h = rows(hyper, hyper_fields, 0)
        for d in range(dims):
            x, g, s = theta[d], gradient[d], rows(state, state_fields, d)
            for i in range(lanes):
                new = update_one(x[i], g[i], t, *(gather(s, i) + gather(h, i)))
                x[i] = new[0]
                scatter(s, i, new[1:])

    return kernel(RULE, rule, update)


@cache
def vector_rule_kernel(update: Callable, sizes: tuple[int, ...], hypers: int, takes_gradient: bool) -> Kernel:
    """The kernel (signature ``RULE``) of a vector rule.

    ``update(theta, g, t, surface, <states>, <hypers numbers>) -> theta, <states>``, or the same without g. theta, g and states
    are arrays (D,), a state of a larger size (size, D).
    """
    update_one = jitable(update)
    fields, gradients = tuple((0,) * size for size in sizes), (0,) * takes_gradient  # only the lengths matter
    hyper_fields = (0,) * hypers
    source = digest(update)

    def rule(t, surface, hessian, theta, params, gradient, state, hyper, spent):
        source  # noqa: B018 - as above
        h = rows(hyper, hyper_fields, 0)
        for i in range(theta.shape[1]):
            here = (surface, hessian, params[:, i : i + 1].copy(), spent[i : i + 1])
            given = slopes(gradient, gradients, i)
            new = update_one(theta[:, i].copy(), *(given + (t, here) + vectors(state, fields, i) + gather(h, i)))
            for d in range(theta.shape[0]):
                theta[d, i] = new[0][d]
            put(state, fields, i, new[1:])

    return kernel(RULE, rule, update)


@cache
def hessian_kernel(hessian: Callable, dims: int, params: int) -> Kernel:
    """The kernel (signature ``HESSIAN``) of ``hessian(x, y, <params>) -> (xx, xy, yy)``."""
    hessian_one = jitable(hessian)
    theta_fields, param_fields, out_fields = (0,) * dims, (0,) * params, (0,) * (dims * (dims + 1) // 2)
    source = digest(hessian)

    def second(theta, params, out):
        source  # noqa: B018 - as above
        x, p, h = rows(theta, theta_fields, 0), rows(params, param_fields, 0), rows(out, out_fields, 0)
        for i in range(theta.shape[1]):
            scatter(h, i, hessian_one(*(gather(x, i) + gather(p, i))))

    return kernel(HESSIAN, second, hessian)


@cache
def surface_kernel(value: Callable, gradient: Callable, dims: int, params: int) -> Kernel:
    """The kernel (signature ``SURFACE``) of ``value(x, y, <params>)`` and ``gradient(x, y, <params>) -> (gx, gy)``."""
    value_one, gradient_one = jitable(value), jitable(gradient)
    theta_fields, param_fields = (0,) * dims, (0,) * params
    source = digest(value, gradient)

    def surface(theta, params, value, gradient, poison):
        source  # noqa: B018 - as above
        x, p, g = rows(theta, theta_fields, 0), rows(params, param_fields, 0), rows(gradient, theta_fields, 0)
        for i in range(value.size):
            at = gather(x, i) + gather(p, i)
            v, slope = value_one(*at), gradient_one(*at)
            value[i] = v
            scatter(g, i, slope)
            # 0 * x is 0 for a finite x and nan for inf and nan: no branch, and what is in a register is not fetched again
            poison[i] += 0.0 * v + zero(slope)

    return kernel(SURFACE, surface, value)


@cache
def number_kernel(function: Callable) -> Kernel:
    """The kernel (signature ``NUMBER``) of a plain function of numbers."""
    one, fields, source = jitable(function), (0,) * len(arguments(function)), digest(function)

    def number(values, out):
        source  # noqa: B018 - as above
        for i in range(out.size):
            out[i] = one(*column(values, fields, i))

    return kernel(NUMBER, number, function)


@cache
def numbers_kernel(function: Callable, outs: int) -> Kernel:
    """The kernel (signature ``NUMBERS``) of a plain function that returns so many numbers."""
    many, fields, source = jitable(function), (0,) * len(arguments(function)), digest(function)
    out_fields = (0,) * outs

    def numbers(values, out):
        source  # noqa: B018 - as above
        o = rows(out, out_fields, 0)
        for i in range(out.shape[1]):
            scatter(o, i, many(*column(values, fields, i)))

    return kernel(NUMBERS, numbers, function)
