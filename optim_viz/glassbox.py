r"""A rule's source -> its formulas, statement by statement: what is shown is read from the lines that run.

Python's own ``ast`` is walked here rather than by a library: latexify-py typesets ``m_hat`` as the word it is and knows no
symbols but Python names, so every visitor of it but the one for fractions would have to be replaced.

How it is written: ``\,`` between factors and nowhere else, ``\leftarrow`` where a value that was there before is replaced,
``=`` where a name is new. Updates of bookkeeping states are left out: their symbols (``\beta_1^t``) say what they hold.
"""

import ast
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import FunctionType, MappingProxyType

from optim_viz.rules import is_text, parsed, reads, statements
from optim_viz.spec import N_, Optimizer

#: the words that formulas need; a page gives them in the reader's language
WORDS: Mapping[str, str] = MappingProxyType({"if": N_("if"), "otherwise": N_("otherwise"), "stop": N_("stop here")})

# how tightly an expression holds together: what stands inside something tighter needs brackets
LOOSE, SUM, PRODUCT, POWER, ATOM = range(5)

GREEK = set(re.findall(r"\w+", "alpha beta gamma delta epsilon eta theta kappa lambda mu nu xi rho sigma tau phi chi psi"))
#: local names whose usual symbol is not the name itself
LOCAL = {"delta": r"\Delta", "sign": r"\sigma", "f": "f_t", "weight": "w"}
COMPARE: dict[type[ast.cmpop], str] = {
    ast.Lt: "<", ast.LtE: r"\le", ast.Gt: ">", ast.GtE: r"\ge", ast.Eq: "=", ast.NotEq: r"\ne",
}  # fmt: skip
#: calls with a notation of their own; each argument with how tightly it must hold there
NOTATION: dict[str, tuple[str, tuple[int, ...], int]] = {
    "sqrt": (r"\sqrt{{{0}}}", (LOOSE,), ATOM),
    "cos": (r"\cos\left({0}\right)", (LOOSE,), ATOM),
    "abs": (r"\left|{0}\right|", (LOOSE,), ATOM),
    "max": (r"\max\left({0}, {1}\right)", (LOOSE, LOOSE), ATOM),
    "min": (r"\min\left({0}, {1}\right)", (LOOSE, LOOSE), ATOM),
    "sign": (r"\operatorname{{sign}}\left({0}\right)", (LOOSE,), ATOM),
    "sum": (r"\sum {0}", (PRODUCT,), SUM),
    "len": ("D", (LOOSE,), ATOM),
    "loss_and_gradient": (r"\nabla {0}\left({1}\right)", (ATOM, LOOSE), ATOM),
    "hessian": (r"\nabla^2 {0}\left({1}\right)", (ATOM, LOOSE), ATOM),
    "dot": (r"{0}^\top {1}", (ATOM, ATOM), PRODUCT),
    "largest": (r"\left\|{0}\right\|_\infty", (LOOSE,), ATOM),
    "solve": (r"{0}^{{-1}}\,{1}", (ATOM, PRODUCT), PRODUCT),
}


@dataclass(frozen=True)
class Formula:
    """``target`` gets the value ``right``, under a ``condition`` or "". All LaTeX. Without a ``target``: the word "stop"."""

    target: str
    arrow: str
    right: str
    condition: str = ""

    def latex(self, words: Mapping[str, str] = WORDS) -> str:
        """With ``&`` before the arrow, for an aligned block."""
        left = rf"{self.target} &{self.arrow} {self.right}" if self.target else rf"& \text{{{words['stop']}}}"
        return left + (rf" \quad \text{{{words['if']} }} {self.condition}" if self.condition else "")


@dataclass(frozen=True)
class Line:
    """One statement of a rule: its source as it stands in the file, and its formulas; none where it is bookkeeping."""

    source: str
    formulas: tuple[Formula, ...]


def source(record: Optimizer) -> str:
    """The rule's function as it stands in its file."""
    return parsed(record.update)[0]


def lines(record: Optimizer, words: Mapping[str, str] = WORDS) -> tuple[Line, ...]:
    """The statements of the rule in their order, ``return`` left out."""
    text = source(record)
    bookkeeping = {s.name for s in record.states if s.bookkeeping}
    typesetter = _Typesetter(record.update, symbols(record), words, bookkeeping)
    return tuple(
        Line(ast.get_source_segment(text, node, padded=True) or "", tuple(typesetter.statement(node)))
        for node in statements(record.update)
        if not isinstance(node, ast.Return)
    )


def latex(record: Optimizer, words: Mapping[str, str] = WORDS) -> str:
    """All formulas of the rule as one aligned block."""
    return aligned((formula for line in lines(record, words) for formula in line.formulas), words)


def formulas(
    function: Callable, symbols: Mapping[str, str], words: Mapping[str, str] = WORDS, result: str = ""
) -> list[Formula]:
    """Of a stage or a schedule. ``result``: the symbol of what it returns, "" where these are names."""
    typesetter, body = _Typesetter(function, symbols, words), statements(function)
    found = [formula for statement in body[:-1] for formula in typesetter.statement(statement)]
    last = body[-1]
    assert isinstance(last, ast.Return) and last.value is not None
    return [*found, Formula(result, "=", typesetter(last.value))] if result else found


def aligned(formulas: Iterable[Formula], words: Mapping[str, str] = WORDS) -> str:
    """One block of LaTeX."""
    return "\\begin{aligned}\n" + " \\\\[8pt]\n".join(formula.latex(words) for formula in formulas) + "\n\\end{aligned}"


def symbols(record: Optimizer) -> dict[str, str]:
    """The LaTeX of every argument of the rule, by its name."""
    known = {"theta": r"\theta", "g": "g_t", "t": "t", "surface": "f"}
    return known | {s.name: s.symbol for s in record.states} | {h.name: h.symbol for h in record.hypers.values()}


def used(record: Optimizer) -> set[str]:
    """The names of the arguments that the rule reads to find values other than their own bookkeeping."""
    return reads(record.update, {s.name for s in record.states if s.bookkeeping})


def _same(a: ast.AST, b: ast.AST) -> bool:
    return ast.dump(a) == ast.dump(b)


def number(value: float) -> str:
    r"""A number as one writes it: ``0.5``, ``10^{-7}``, ``2.5 \cdot 10^{-3}``."""
    if value == int(value) and abs(value) < 1e6:
        return str(int(value))
    text = f"{value:.15g}"
    if "e" not in text and abs(value) >= 1e-3:
        return text
    digits, power = f"{value:.14e}".split("e")
    digits = digits.rstrip("0").rstrip(".")
    return rf"10^{{{int(power)}}}" if digits == "1" else rf"{digits} \cdot 10^{{{int(power)}}}"


class _Typesetter:
    """Walks one function. ``known``: the LaTeX of each name so far, ``inlined``: arguments of a helper that is written out."""

    def __init__(
        self, function: Callable, known: Mapping[str, str], words: Mapping[str, str], bookkeeping: Collection[str] = ()
    ):
        self.globals = function.__globals__
        self.words, self.known, self.bookkeeping = words, dict(known), bookkeeping
        self.inlined: dict[str, ast.expr] = {}

    # ------------------------------------------------------------------------------------------------------- statements

    def statement(self, node: ast.stmt, condition: str = "") -> Iterator[Formula]:
        if isinstance(node, ast.Assign):
            yield from self._assign(node.targets[0], node.value, condition)
        elif isinstance(node, ast.AugAssign):
            target = ast.parse(ast.unparse(node.target), mode="eval").body  # the same, to be read
            yield from self._assign(node.target, ast.BinOp(target, node.op, node.value), condition)
        elif isinstance(node, ast.If):
            yield from self._if(node, condition)
        elif isinstance(node, ast.For):
            yield from self._for(node)
        elif isinstance(node, ast.Return):
            yield Formula("", "", "", condition)
        elif not is_text(node):
            raise NotImplementedError(f"a rule with {ast.unparse(node)}")

    def _assign(self, target: ast.expr, value: ast.expr, condition: str) -> Iterator[Formula]:
        if isinstance(target, ast.Tuple):
            if isinstance(value, ast.Tuple):
                for one, its in zip(target.elts, value.elts, strict=True):
                    yield from self._assign(one, its, condition)
            elif self._name_of(value) == "loss_and_gradient" and isinstance(value, ast.Call):
                loss, gradient = target.elts
                at = f"{self(value.args[0], ATOM)}\\left({self(value.args[1])}\\right)"
                if not (isinstance(loss, ast.Name) and loss.id == "_"):
                    yield self._formula(loss, at, condition)
                yield self._formula(gradient, rf"\nabla {at}", condition)
            else:
                raise NotImplementedError(f"several values from {ast.unparse(value)}")
        elif not (isinstance(target, ast.Name) and target.id in self.bookkeeping):
            yield self._formula(target, self(value), condition)

    def _formula(self, target: ast.expr, right: str, condition: str) -> Formula:
        is_new = isinstance(target, ast.Name) and target.id not in self.known
        if isinstance(target, ast.Name):
            self.known.setdefault(target.id, self._local(target.id))
        return Formula(self(target), "=" if is_new else r"\leftarrow", right, condition)

    def _if(self, node: ast.If, condition: str) -> Iterator[Formula]:
        when = self(node.test) if not condition else rf"{condition} \land {self(node.test, SUM)}"
        last, other = node.body[-1], node.orelse[0] if len(node.orelse) == 1 else None
        if isinstance(last, ast.Assign) and isinstance(other, ast.Assign) and _same(last.targets[0], other.targets[0]):
            for statement in node.body[:-1]:
                yield from self.statement(statement, when)
            both = ast.IfExp(node.test, last.value, other.value)
            yield from self._assign(last.targets[0], both, condition)
            return
        for statement in node.body:
            yield from self.statement(statement, when)
        for statement in node.orelse:
            yield from self.statement(statement, rf"\neg \left({when}\right)")

    def _for(self, node: ast.For) -> Iterator[Formula]:
        index = self._local(ast.unparse(node.target))
        self.known[ast.unparse(node.target)] = index
        last = ast.unparse(node.iter).removeprefix("range(").removesuffix(")")
        until = "D" if last.startswith("len(") else last
        for statement in node.body:
            for formula in self.statement(statement):
                target, arrow, right = formula.target, formula.arrow, formula.right
                yield Formula(target, arrow, rf"{right} \qquad {index} = 1, \dots, {until}", formula.condition)

    # ------------------------------------------------------------------------------------------------------ expressions

    def __call__(self, node: ast.expr, within: int = LOOSE) -> str:
        """The expression, in brackets where it is looser than what it stands in."""
        text, level = self._expression(node)
        return text if level >= within else rf"\left({text}\right)"

    def _expression(self, node: ast.expr) -> tuple[str, int]:
        match node:
            case ast.Constant(value=bool(value)):
                return str(int(value)), ATOM
            case ast.Constant(value=int(value) | float(value)):
                return self._number(value)
            case ast.Name(id=name) if name in self.inlined:
                return self._expression(self.inlined[name])
            case ast.Name(id=name):
                return self._name(name)
            case ast.Attribute(attr=name):
                return rf"\{name}" if name == "pi" else rf"\mathrm{{{name}}}", ATOM
            case ast.Subscript(value=array, slice=index):
                where = index.elts if isinstance(index, ast.Tuple) else [index]
                return f"{self(array, ATOM)}_{{{','.join(self(i) for i in where)}}}", POWER
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return f"-{self(operand, PRODUCT)}", SUM
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return rf"\neg {self(operand, ATOM)}", LOOSE
            case ast.BinOp():
                return self._operation(node)
            case ast.Compare(left=left, ops=ops, comparators=rights):
                pairs = zip(ops, rights, strict=True)
                return self(left, SUM) + "".join(f" {COMPARE[type(op)]} {self(right, SUM)}" for op, right in pairs), LOOSE
            case ast.BoolOp(op=op, values=values):
                return (r" \land " if isinstance(op, ast.And) else r" \lor ").join(self(v, LOOSE) for v in values), LOOSE
            case ast.IfExp():
                return self._cases(node)
            case ast.Call():
                return self._call(node)
        raise NotImplementedError(f"a formula with {ast.unparse(node)}")

    def _number(self, value: float) -> tuple[str, int]:
        text = number(value)
        return text, SUM if value < 0 else PRODUCT if "cdot" in text else POWER if "^" in text else ATOM

    def _name(self, name: str) -> tuple[str, int]:
        value = self.globals.get(name)
        if name not in self.known and isinstance(value, int | float):
            return self._number(value)
        symbol = self.known.get(name) or self._local(name)
        bare = re.sub(r"\{[^{}]*\}|\[[^]]*\]", "", symbol)
        big = r"\sum" in symbol or r"\prod" in symbol
        return symbol, SUM if big else POWER if "^" in bare else ATOM

    def _operation(self, node: ast.BinOp) -> tuple[str, int]:
        left, right = node.left, node.right
        match node.op:
            case ast.Add():
                return f"{self(left, SUM)} + {self(right, PRODUCT)}", SUM
            case ast.Sub():
                return f"{self(left, SUM)} - {self(right, PRODUCT)}", SUM
            case ast.Div():
                return rf"\frac{{{self(left)}}}{{{self(right)}}}", PRODUCT
            case ast.FloorDiv():
                return rf"\left\lfloor \frac{{{self(left)}}}{{{self(right)}}} \right\rfloor", ATOM
            case ast.Mod():
                return rf"{self(left, ATOM)} \bmod {self(right, ATOM)}", PRODUCT
            case ast.Pow():
                return f"{self(left, ATOM)}^{{{self(right)}}}", POWER
            case ast.Mult():
                if _same(left, right):
                    return f"{self(left, ATOM)}^{{2}}", POWER
                if isinstance(left, ast.BinOp) and isinstance(left.op, ast.Mult) and _same(left.right, right):
                    square = ast.BinOp(right, ast.Mult(), right)
                    return rf"{self(left.left, PRODUCT)}\,{self(square, POWER)}", PRODUCT
                second = self(right, PRODUCT)
                between = r" \cdot " if second[0].isdigit() else r"\,"
                return f"{self(left, PRODUCT)}{between}{second}", PRODUCT
        raise NotImplementedError(f"a formula with {ast.unparse(node)}")

    def _cases(self, node: ast.IfExp) -> tuple[str, int]:
        if (signed := _sign_of(node)) is not None:
            return rf"\operatorname{{sign}}\left({self(signed)}\right)", ATOM
        rows, rest = [], node
        while isinstance(rest, ast.IfExp):
            rows.append(rf"{self(rest.body)} & \text{{{self.words['if']} }} {self(rest.test)}")
            if not isinstance(rest.orelse, ast.IfExp):
                break
            rest = rest.orelse
        rows.append(rf"{self(rest.orelse)} & \text{{{self.words['otherwise']}}}")
        return r"\begin{cases} " + r" \\ ".join(rows) + r" \end{cases}", ATOM

    def _name_of(self, node: ast.expr) -> str:
        function = node.func if isinstance(node, ast.Call) else node
        return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")

    def _call(self, node: ast.Call) -> tuple[str, int]:
        name = self._name_of(node)
        if name in NOTATION and len(NOTATION[name][1]) == len(node.args):
            form, levels, level = NOTATION[name]
            return form.format(*(self(arg, at) for arg, at in zip(node.args, levels, strict=True))), level
        if name == "along":
            return self._expression(_moved(*node.args))
        helper = self.globals.get(name)
        if isinstance(helper, FunctionType):
            function, body = parsed(helper)[1], statements(helper)
            if len(body) == 1 and isinstance(body[0], ast.Return) and body[0].value is not None:  # written out in its place
                given = {a.arg: v for a, v in zip(function.args.args, node.args, strict=True)}
                outer, self.inlined = self.inlined, {n: v for n, v in given.items() if not _same(v, ast.Name(n, ast.Load()))}
                try:
                    return self._expression(body[0].value)
                finally:
                    self.inlined = outer
        word = name.strip("_").replace("_", r"\ ")
        return rf"\operatorname{{{word}}}\left({', '.join(self(arg) for arg in node.args)}\right)", ATOM

    def _local(self, name: str) -> str:
        """A local name as a symbol: what it looks like says what it is (``m_hat``, ``rho_inf``, ``mu_next``)."""
        if name in LOCAL:
            return LOCAL[name]
        base, _, suffix = name.rpartition("_")
        if not base:
            return rf"\{name}" if name in GREEK else name if len(name) == 1 else rf"\mathrm{{{name}}}"
        symbol = "g" if base == "g" else self.known.get(base) or self._local(base)
        if suffix == "hat":
            return rf"\hat{{{symbol}}}"
        below = {"inf": r"\infty", "next": "t+1", "prev": "t-1", "t": "t"}.get(suffix, rf"\mathrm{{{suffix}}}")
        return f"{symbol}_{{{below}}}"


def _moved(point: ast.expr, step: ast.expr, way: ast.expr) -> ast.expr:
    """``along(point, step, way)``: point + step * way, written as short as it can be."""
    if ast.unparse(step) == "-1.0":
        return ast.BinOp(point, ast.Sub(), way)
    product = ast.BinOp(step, ast.Mult(), way)
    return product if ast.unparse(point).startswith("0 * ") else ast.BinOp(point, ast.Add(), product)


def _sign_of(node: ast.IfExp) -> ast.expr | None:
    """x where the expression is ``1.0 if x > 0 else (-1.0 if x < 0 else x)``, which also keeps a nan."""
    pattern = ast.parse("1.0 if x > 0 else (-1.0 if x < 0 else x)", mode="eval").body
    x = node.test.left if isinstance(node.test, ast.Compare) else None
    if x is None:
        return None
    return x if ast.unparse(pattern) == re.sub(rf"\b{re.escape(ast.unparse(x))}\b", "x", ast.unparse(node)) else None
