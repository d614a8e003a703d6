"""The lessons' little language: numbers and claims about a picture, ``steps(gd) / steps(momentum)`` or ``x(gd, 1) < 0``.

It is arithmetic with names of quantities, read with Python's own grammar and nothing of Python else. What a quantity is
worth says whoever evaluates: here are only words.
"""

import ast
import math
import operator
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

#: ``measure("x", ("gd", 1.0))`` is what ``x(gd, 1)`` is worth
Measure = Callable[[str, tuple[str | float, ...]], float]

_BETWEEN: dict[type[ast.AST], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: lambda a, b: a / b if b else math.nan,
    ast.Pow: operator.pow,
}
_COMPARE: dict[type[ast.AST], Callable[[float, float], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    # what was computed in another order may differ in the last digits
    ast.Eq: lambda a, b: a == b or math.isclose(a, b, rel_tol=1e-9),
}


@dataclass(frozen=True)
class Expression:
    """A number or a claim. Two that read the same are the same.

    Attributes:
        calls: the quantities that it asks for, each with its arguments: names of runners, and numbers.

    Raises:
        ValueError: the text is not of the language; says where.
    """

    text: str
    calls: tuple[tuple[str, tuple[str | float, ...]], ...] = field(init=False, compare=False)
    _tree: ast.expr = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        try:
            tree = ast.parse(self.text.strip(), mode="eval").body
            calls = tuple(_calls(tree))
        except (SyntaxError, ValueError) as error:
            raise ValueError(f"{self.text!r} is neither a number nor a claim: {error}") from None
        object.__setattr__(self, "_tree", tree)
        object.__setattr__(self, "calls", calls)

    @property
    def is_claim(self) -> bool:
        """Whether it is true or false, and not a number."""
        return isinstance(self._tree, ast.Compare)

    def evaluate(self, measure: Measure) -> float:
        """What it is worth; of a claim whether it holds. nan where something is divided by nothing."""
        return _value(self._tree, measure)

    def sides(self, measure: Measure) -> tuple[float, str, float]:
        """Of a claim what stands on the left, the sign, and what stands on the right."""
        tree = self._tree
        assert isinstance(tree, ast.Compare)
        left, right = ast.unparse(tree.left), ast.unparse(tree.comparators[0])
        sign = ast.unparse(tree).removeprefix(left).removesuffix(right).strip()
        return _value(tree.left, measure), sign, _value(tree.comparators[0], measure)


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


def _argument(node: ast.expr) -> str | float:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _argument(node.operand)
        if isinstance(inner, float):
            return -inner
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
        return float(node.value)
    raise ValueError(f"{ast.unparse(node)} is no name of a runner and no number")


def _call(node: ast.Call) -> tuple[str, tuple[str | float, ...]]:
    if not isinstance(node.func, ast.Name) or node.keywords:
        raise ValueError(f"{ast.unparse(node)} is no quantity with plain arguments")
    return node.func.id, tuple(map(_argument, node.args))


def _calls(node: ast.expr) -> list[tuple[str, tuple[str | float, ...]]]:
    """The quantities in a tree, which is checked on the way."""
    match node:
        case ast.Call():
            return [_call(node)]
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BETWEEN:
            return _calls(left) + _calls(right)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return _calls(operand)
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARE:
            return _calls(left) + _calls(right)
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return []
    raise ValueError(f"{ast.unparse(node)} is not understood")


def _value(node: ast.expr, measure: Measure) -> Any:
    match node:
        case ast.Call():
            return measure(*_call(node))
        case ast.BinOp(left=left, op=op, right=right):
            return _BETWEEN[type(op)](_value(left, measure), _value(right, measure))
        case ast.UnaryOp(operand=operand):
            return -_value(operand, measure)
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _COMPARE[type(op)](_value(left, measure), _value(right, measure))
        case ast.Constant(value=int() | float() as value):
            return float(value)
    raise AssertionError("checked when it was made")
