"""Numbers as a page says them: one rounding wherever one stands. ``player/format.js`` has the same for what moves."""

import math
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal

DIGITS = 3
_ROUND = Context(prec=DIGITS, rounding=ROUND_HALF_UP)
MINUS = "−"


def number(x: float) -> str:
    """Three digits, or as many as a whole number below a million or one with two decimal places has.

    0.93, 12.75, 2,091, −0.0271, 4e-7; ∞ for what is beyond all numbers, – for what is none.
    """
    if math.isnan(x):
        return "–"
    sign, size = (MINUS if x < 0 else ""), abs(x)
    if math.isinf(size):
        return f"{sign}∞"
    if size < 1000 and math.isclose(size, round(size, 2), rel_tol=1e-9):
        return f"{sign}{round(size, 2):g}" if size else "0"
    exact = _ROUND.create_decimal_from_float(size)
    rounded = float(exact)  # infinite, if so few digits lead beyond the floats
    if 1000 <= rounded < 1e6:
        return f"{sign}{Decimal(size).to_integral_value(ROUND_HALF_UP):,}"
    if 1e-4 <= rounded < 1000:
        return f"{sign}{rounded:.10g}"
    digits, power = f"{exact:.{DIGITS - 1}e}".split("e")
    return f"{sign}{digits.rstrip('0').rstrip('.')}e{int(power)}"


def point(theta: Sequence[float]) -> str:
    """A place on the surface, to two decimal places: (0.93, −0.87)."""
    said = [_places(x) if abs(x) < 1000 else number(x) for x in theta]
    return said[0] if len(said) == 1 else "(" + ", ".join(said) + ")"


def _places(x: float) -> str:
    rounded = Decimal(x).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{rounded if rounded else abs(rounded)}".replace("-", MINUS)  # no −0.00
