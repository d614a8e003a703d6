"""A rule as it is written: its source, parsed once, what it names, the digest that stands for its machine code, and the same
code with a computer's arithmetic instead of Python's.

Typesetting (``glassbox``), kernels (``lanes``) and whoever asks what a rule uses read it here. Nothing is compiled.
"""

import ast
import hashlib
import inspect
import io
import math
import sys
import textwrap
import tokenize
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from types import CodeType, FunctionType, MappingProxyType, ModuleType, SimpleNamespace
from typing import Any

import numpy as np


def loss_and_gradient(surface: Any, theta: Any) -> Any:
    """For vector rules: the loss and the gradient (D,) at theta (D,). Each call is counted.

    In a kernel ``surface`` is a tuple (addresses, the lane's parameters, its counter); in plain Python it is the record.
    """
    value, gradient = surface.evaluate(theta)
    return float(value), gradient


def hessian(surface: Any, theta: Any) -> Any:
    """For vector rules: the Hessian (D, D) at theta (D,); see ``loss_and_gradient``."""
    return surface.hessian(theta)


#: what a vector rule may call; kernels have their own version of it
OFFERED: tuple[Callable, ...] = (loss_and_gradient, hessian)


#: math's functions as kernels have them: numpy's, which answer with nan and inf where math raises
IEEE = SimpleNamespace(**{name: getattr(np, name, None) or getattr(math, name) for name in dir(math)})


def ieee(function: Callable, given: Mapping[str, Any] = MappingProxyType({})) -> Callable:
    """The same code for numpy's float64, which never raises; also of the helpers that it names. ``given``: in their place."""
    used = function.__globals__
    helpers = {
        name: ieee(used[name], given)
        for name in function.__code__.co_names
        if isinstance(used.get(name), FunctionType) and used[name] is not function
    }
    return FunctionType(function.__code__, {**used, "math": IEEE, **helpers, **given}, argdefs=function.__defaults__)


@cache
def parsed(function: Callable) -> tuple[str, ast.FunctionDef]:
    """A plain function's source as it stands in its file, and its tree. Raises TypeError where it is none."""
    text = _source(function).rstrip()
    node = ast.parse(text).body[0]
    if not isinstance(node, ast.FunctionDef):
        raise TypeError(f"{function} is not a plain function")
    return text, node


def _source(function: Callable) -> str:
    """As it stands in its file; of one that was made from a template, the filled-in text."""
    return getattr(function, "made_from", None) or textwrap.dedent(inspect.getsource(function))


def is_text(node: ast.stmt) -> bool:
    """Whether a statement is a docstring."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def statements(function: Callable) -> list[ast.stmt]:
    """What the function does, docstring left out."""
    return [statement for statement in parsed(function)[1].body if not is_text(statement)]


def arguments(function: Callable) -> list[str]:
    """The names of a function's parameters, in their order."""
    return list(_signature(function))


@cache
def _signature(function: Callable) -> tuple[str, ...]:
    return tuple(inspect.signature(function).parameters)


def returned(function: Callable) -> list[str]:
    """The names that the last statement returns."""
    last = statements(function)[-1]
    assert isinstance(last, ast.Return) and last.value is not None
    values = last.value.elts if isinstance(last.value, ast.Tuple) else [last.value]
    return [ast.unparse(value) for value in values]


def reads(function: Callable, bookkeeping: set[str]) -> set[str]:
    """The names that the function reads to find values other than those of ``bookkeeping``."""
    found: set[str] = set()
    for statement in statements(function):
        targets = set(_targets(statement))
        if not isinstance(statement, ast.Return) and not (targets and targets <= bookkeeping):
            found |= {n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    return found


def mentions(function: Callable) -> set[str]:
    """Every name that the function reads."""
    nodes = ast.walk(parsed(function)[1])
    return {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


def _targets(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement assigns to."""
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def digest(*functions: Callable) -> str:
    """What a kernel's machine code depends on: the functions, the helpers and the constants they name.

    Comments, docstrings, line numbers and everything else in the file do not count, so that a changed text
    recompiles nothing.
    """
    parts: list[str] = []
    seen: set[Callable] = set()
    waiting = list(functions)
    while waiting:
        function = waiting.pop(0)
        if function in seen:
            continue
        seen.add(function)
        parts += [normal(_source(function)), repr(function.__defaults__)]
        for name, used in sorted(_used(function).items()):
            if used in OFFERED:
                parts.append(name)
            elif isinstance(used, FunctionType) or (isinstance(used, tuple) and used and isinstance(used[0], FunctionType)):
                waiting += used if isinstance(used, tuple) else [used]
            elif isinstance(used, int | float | str | tuple):
                parts.append(f"{name} = {used!r}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def normal(text: str) -> str:
    """The tokens of a source without comments and docstrings: the same on every Python, which a tree is not."""
    parts: list[str] = []
    lines, begun, depth = text.splitlines(keepends=True), (1, 0), 0
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        name, string = tokenize.tok_name[token.type], token.string
        if name == "FSTRING_START":  # one token before Python 3.12
            begun, depth = begun if depth else token.start, depth + 1
        if name == "FSTRING_END":
            depth -= 1
            string = _between(lines, begun, token.end)
        if depth or name in ("COMMENT", "NL"):
            continue
        if name == "NEWLINE" and len(parts) > 1 and parts[-1][:1] in "'\"" and parts[-2] in _BEGINS:
            parts.pop()  # a statement that is a string: a docstring
            continue
        parts.append(name if name in (*_BEGINS, "ENDMARKER") else string)
    return " ".join(parts)


def _between(lines: list[str], begun: tuple[int, int], end: tuple[int, int]) -> str:
    """The source from one place, line and column, to another."""
    some = lines[begun[0] - 1 : end[0]]
    some[-1] = some[-1][: end[1]]
    return "".join(some)[begun[1] :]


#: what a statement stands behind
_BEGINS = ("NEWLINE", "INDENT", "DEDENT")


def names(code: CodeType) -> set[str]:
    nested = (const for const in code.co_consts if isinstance(const, CodeType))
    return set(code.co_names).union(*(names(inner) for inner in nested))


def _used(function: Callable) -> dict[str, Any]:
    """What the function names: its globals, the numbers of the modules among them, and what it closes over."""
    known = names(function.__code__)
    used = {name: function.__globals__[name] for name in known if name in function.__globals__}
    for module in [value for value in used.values() if isinstance(value, ModuleType)]:
        if module.__name__ in sys.stdlib_module_names - {"math"}:
            continue  # a number of theirs is another with each Python
        numbers = {name: value for name in known if isinstance(value := getattr(module, name, None), int | float)}
        used |= {f"{module.__name__}.{name}": value for name, value in numbers.items()}
    cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
    return used | {name: cell.cell_contents for name, cell in cells}


def calls(function: Callable, what: Callable) -> bool:
    """Whether the function, or a helper of it, names ``what``."""
    used = _used(function).values()
    return what in used or any(calls(f, what) for f in used if isinstance(f, FunctionType) and f not in (function, *OFFERED))
