"""The language of claims: numbers and statements about a picture, ``steps(gd) / steps(momentum)`` or ``x(gd, 1) < 0``.

It is arithmetic with names of quantities, read with Python's own grammar and nothing of Python else:

- ``arrives(adam, lr=0.02)`` asks with a setting otherwise: a runner's, ``lr=0.02``, or the page's, ``rotation=45``, ``n=50``.
- ``gd < adam < never`` in a row; ``never`` is infinity, at which everything is that does not happen.
- ``share(claim, seed=(0, 99))`` is the share of the seeds 0 to 99 for which the claim holds, ``median``, ``least`` and ``most``
  take a number instead; ``lr=[0.1, 0.2]`` names the values one by one, and two settings mean all their pairs.

What a quantity is worth says whoever evaluates: here are only words.
"""

import ast
import itertools
import math
import operator
import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

Arguments = tuple[str | float, ...]
#: settings that differ from the picture's, each with its value
Changes = tuple[tuple[str, float], ...]
#: ``measure("x", ("gd", 1.0), (("lr", 0.2),))`` is what ``x(gd, 1, lr=0.2)`` is worth
Measure = Callable[[str, Arguments, Changes], float]


def _power(base: float, exponent: float) -> float:
    """As floats have it: beyond them it is infinite, and no error."""
    try:
        return base**exponent
    except OverflowError:
        return math.copysign(math.inf, base) if exponent % 2 == 1 else math.inf


_BETWEEN: dict[type[ast.AST], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: lambda a, b: a / b if b else math.nan,
    ast.Pow: _power,
}
_COMPARE: dict[type[ast.AST], Callable[[float, float], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    # what was computed in another order may differ in the last digits
    ast.Eq: lambda a, b: a == b or math.isclose(a, b, rel_tol=1e-9),
}
_OVER: Mapping[str, Callable[[list[float]], float]] = MappingProxyType(
    {"share": lambda held: sum(held) / len(held), "median": statistics.median, "least": min, "most": max}
)
_CONSTANTS = {"never": math.inf}


@dataclass(frozen=True)
class Expression:
    """A number or a claim. Two that read the same are the same.

    Attributes:
        calls: the quantities that it asks for, each with its arguments, names of runners and numbers, and the names of the
            settings that it asks to be otherwise.

    Raises:
        ValueError: the text is not of the language; says where.
    """

    text: str
    calls: tuple[tuple[str, Arguments, frozenset[str]], ...] = field(init=False, compare=False)
    _tree: ast.expr = field(init=False, compare=False, repr=False)
    _worth: Callable[[Measure, Changes], Any] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        try:
            tree = ast.parse(self.text.strip(), mode="eval").body
            calls = tuple(_calls(tree))
        except (SyntaxError, ValueError) as error:
            raise ValueError(f"{self.text!r} is neither a number nor a claim: {error}") from None
        object.__setattr__(self, "_tree", tree)
        object.__setattr__(self, "_worth", _compiled(tree))
        object.__setattr__(self, "calls", calls)

    @property
    def is_claim(self) -> bool:
        """Whether it is true or false, and not a number."""
        return isinstance(self._tree, ast.Compare)

    def told(self) -> Any:
        """As plain data, which ``components/player/speech.js`` evaluates: a number; ``{"ask": name, "of": arguments}``; else
        what puts the ``of`` together, ``op`` or the ``signs`` between them. Raises ValueError where a setting is otherwise.
        """
        return _told(self._tree)

    def evaluate(self, measure: Measure) -> float:
        """What it is worth; of a claim whether it holds. nan where something is divided by nothing."""
        return self._worth(measure, ())

    def worth(self, measure: Measure) -> list[float]:
        """Of a claim what each part of the comparison is worth."""
        tree = self._tree
        assert isinstance(tree, ast.Compare)
        return [_compiled(part)(measure, ()) for part in (tree.left, *tree.comparators)]

    def sides(self, measure: Measure) -> tuple[float, str, float]:
        """Of a claim what stands on the left, the sign, and what stands on the right."""
        tree = self._tree
        assert isinstance(tree, ast.Compare)
        left, right = ast.unparse(tree.left), ast.unparse(tree.comparators[0])
        sign = ast.unparse(tree).removeprefix(left).removesuffix(right).strip()
        return _compiled(tree.left)(measure, ()), sign, _compiled(tree.comparators[0])(measure, ())


def claim(text: str) -> Expression:
    """The claim that a text states. Raises ValueError where it is only a number."""
    found = Expression(text)
    if not found.is_claim:
        raise ValueError(f"{text!r} claims nothing: compare it with something")
    return found


def number(text: str) -> Expression:
    """The number that a text asks for. Raises ValueError where it is a claim."""
    found = Expression(text)
    if found.is_claim:
        raise ValueError(f"{text!r} is a claim, and a number was wanted")
    return found


@dataclass(frozen=True)
class Picture:
    """What a text speaks of: ``query`` is a link's on ``page``; ``shows`` is what the words beside it promise.

    Raises:
        ValueError: something promised is no claim.
    """

    page: str
    query: str
    shows: tuple[Expression, ...]


def race(query: str, *shows: str) -> Picture:
    """A race and the claims that its words make. Raises ValueError where one is none."""
    return Picture("race", query, tuple(map(claim, shows)))


def _number(node: ast.expr) -> float:
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_number(operand)
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return float(value)
    raise ValueError(f"{ast.unparse(node)} is no number")


def _argument(node: ast.expr) -> str | float:
    if isinstance(node, ast.Name):
        return node.id
    try:
        return _number(node)
    except ValueError:
        raise ValueError(f"{ast.unparse(node)} is no name of a runner and no number") from None


def _call(node: ast.Call) -> tuple[str, Arguments, Changes]:
    if not isinstance(node.func, ast.Name) or not all(keyword.arg for keyword in node.keywords):
        raise ValueError(f"{ast.unparse(node)} is no quantity with plain arguments")
    changes = tuple((str(keyword.arg), _number(keyword.value)) for keyword in node.keywords)
    return node.func.id, tuple(map(_argument, node.args)), changes


def _over(node: ast.Call) -> tuple[Callable[[list[float]], float], ast.expr, list[Changes]] | None:
    """Of ``share(claim, seed=(0, 99))``: how to gather, what is asked, and each time's changes; else None."""
    if not isinstance(node.func, ast.Name) or node.func.id not in _OVER:
        return None
    if len(node.args) != 1 or not node.keywords:
        raise ValueError(f"{ast.unparse(node)}: one thing to ask, and the values of at least one setting")
    if isinstance(node.args[0], ast.Compare) != (node.func.id == "share"):
        raise ValueError(f"{ast.unparse(node)}: share takes a claim, the others a number")
    ways = [[(str(keyword.arg), value) for value in _values(keyword.value)] for keyword in node.keywords]
    return _OVER[node.func.id], node.args[0], list(itertools.product(*ways))


def _values(node: ast.expr) -> list[float]:
    match node:
        case ast.List(elts=[_, *_] as values):
            return [_number(value) for value in values]
        case ast.Tuple(elts=[first, last]):
            lo, hi = _number(first), _number(last)
            if lo.is_integer() and hi.is_integer() and lo <= hi:
                return [float(x) for x in range(int(lo), int(hi) + 1)]
    raise ValueError(f"{ast.unparse(node)} is neither a list of numbers nor the first and the last of whole ones")


def _calls(node: ast.expr, settings: frozenset[str] = frozenset()) -> list[tuple[str, Arguments, frozenset[str]]]:
    """The quantities in a tree, which is checked on the way; ``settings``: that are otherwise all around."""
    match node:
        case ast.Call():
            own = settings | {str(keyword.arg) for keyword in node.keywords}
            if over := _over(node):
                return _calls(over[1], own)
            return [(*_call(node)[:2], own)]
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BETWEEN:
            return _calls(left, settings) + _calls(right, settings)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return _calls(operand, settings)
        case ast.Compare(left=left, ops=ops, comparators=others) if {type(op) for op in ops} <= set(_COMPARE):
            return [call for part in (left, *others) for call in _calls(part, settings)]
        case ast.Name(id=name) if name in _CONSTANTS:
            return []
        case ast.Constant():
            _number(node)
            return []
    raise ValueError(f"{ast.unparse(node)} is not understood")


_SIGNS: dict[type[ast.AST], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**",
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==",
}  # fmt: skip


def _told(node: ast.expr) -> Any:
    match node:
        case ast.Call():
            name, args, changes = _call(node)
            if changes or _over(node):
                raise ValueError(f"{ast.unparse(node)}: nobody is asked how it would have been")
            return {"ask": name, "of": list(args)}
        case ast.BinOp(left=left, op=op, right=right):
            return {"op": _SIGNS[type(op)], "of": [_told(left), _told(right)]}
        case ast.UnaryOp(operand=operand):
            return {"op": "-", "of": [0.0, _told(operand)]}
        case ast.Compare(left=left, ops=ops, comparators=others):
            return {"signs": [_SIGNS[type(op)] for op in ops], "of": [_told(part) for part in (left, *others)]}
    return _CONSTANTS[node.id] if isinstance(node, ast.Name) else _number(node)


def _compiled(node: ast.expr) -> Callable[[Measure, Changes], Any]:
    """What a tree is worth, by the settings that are otherwise in all of it."""
    match node:
        case ast.Call():
            if over := _over(node):
                gather, asked, ways = over
                worth = _compiled(asked)
                return lambda measure, bound: gather([worth(measure, bound + way) for way in ways])
            name, args, changes = _call(node)
            return lambda measure, bound: measure(name, args, tuple(dict(bound + changes).items()) if bound else changes)
        case ast.BinOp(left=left, op=op, right=right):
            between, one, other = _BETWEEN[type(op)], _compiled(left), _compiled(right)
            return lambda measure, bound: between(one(measure, bound), other(measure, bound))
        case ast.UnaryOp(operand=operand):
            positive = _compiled(operand)
            return lambda measure, bound: -positive(measure, bound)
        case ast.Compare(left=left, ops=ops, comparators=others):
            signs, parts = [_COMPARE[type(op)] for op in ops], [_compiled(part) for part in (left, *others)]

            def holds(measure: Measure, bound: Changes) -> bool:
                worth = [part(measure, bound) for part in parts]
                return all([sign(a, b) for sign, a, b in zip(signs, worth, worth[1:], strict=False)])

            return holds
    constant = _CONSTANTS[node.id] if isinstance(node, ast.Name) else _number(node)
    return lambda measure, bound: constant
