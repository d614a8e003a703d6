"""A number or a word as somebody wrote it, in a link or a field: read, checked, and written again.

Raises SettingError where it is none, or not allowed; what was received is always the text.
"""

import math
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from optim_viz import SettingError
from optim_viz.spec import Hyper, Interval
from optim_viz.ui.faults import MAX_TEXT, SAYS, one_of

MAX_NUMBER = 1e6  # of a coordinate or a parameter: beyond it a picture shows nothing, and its numbers overflow
ON = Hyper("on", 0, "", "", Interval("[0, 1]"), kind="switch")
_DECIMAL = re.compile(r"[-+]?\d+,\d+(e[-+]?\d+)?", re.ASCII | re.IGNORECASE)  # as most of the world writes decimals


def number_in(name: str, text: str, whole: bool = False) -> float:
    """The number; ``whole``: it should be a whole one. A comma in it is told, since nobody knows what it parts.

    Raises:
        SettingError: it is none.
    """
    try:
        return float(text if "_" not in text else "")  # 1_0 is a number for Python alone
    except ValueError:
        plain = text.strip().replace("，", ",")
        if is_decimal(plain) and not whole:
            raise SettingError(name, SAYS["point"], text, point=plain.replace(",", ".")) from None
        what = "number" if "," not in plain else "whole" if whole else "plain"
        raise SettingError(name, SAYS[what], text) from None


def is_decimal(text: str) -> bool:
    """Whether it is a number with a comma in the place of its point."""
    return _DECIMAL.fullmatch(text) is not None


def whole_in(name: str, text: str, lo: float, hi: float) -> int:
    value = number_in(name, text, whole=True)
    if not (value.is_integer() and lo <= value <= hi):
        raise SettingError(name, SAYS["between"], text, lo=lo, limit=f"{hi:,}")
    return int(value)


def bounded(name: str, text: str, value: float, lo: float = -MAX_NUMBER, hi: float = MAX_NUMBER) -> float:
    if not lo <= value <= hi:
        raise SettingError(name, SAYS["bounded"], text, lo=f"{lo:,.10g}", limit=f"{hi:,.0f}")
    return value


def read_hyper(hyper: Hyper, parameter: str, text: str, limit: float = math.inf) -> float:
    """A number as a link writes it; where it is no whole one it is at most ``limit``.

    Raises:
        SettingError: it is none, or not allowed; ``received`` is the text.
    """
    try:
        value = hyper.check(number_in(parameter, text, whole=hyper.kind == "integer"), parameter)
        if hyper.kind == "number" and abs(value) > limit:
            raise SettingError(parameter, SAYS["number"], text, condition="")
        return value
    except SettingError as error:
        raise SettingError(parameter, error.template, text, **error.values | {"hyper": hyper, "most": limit}) from None


def word_in(parameter: str, words: Iterable[str], text: str) -> str:
    """One of a few words. Raises SettingError."""
    return one_of(parameter, {word: word for word in words}, text)


def slider(hyper: Hyper, limit: float = math.inf) -> dict[str, Any]:
    """What the browser needs to draw a slider or a switch, and to tell which typed numbers ``read_hyper`` would take.

    ``allowed`` holds the two ends (None: there is none) and for each whether it belongs to the range; ``limit`` as there.
    """
    most = math.inf if hyper.kind == "integer" else limit
    ends = max(hyper.allowed.lo, -most), min(hyper.allowed.hi, most)
    allowed = [{"at": end if math.isfinite(end) else None, "within": end in hyper.allowed} for end in ends]
    return {name: getattr(hyper, name) for name in ("name", "default", "label", "slider", "log", "kind")} | {"allowed": allowed}


def written(value: object) -> str:
    """A value as JavaScript writes it: the shortest digits that read back as the same number, commas between several."""
    if isinstance(value, str | bool) or value is None:
        return str(value or "")
    if not isinstance(value, int | float):
        return ",".join(map(written, value))  # type: ignore[call-overload]
    _sign, figures, exponent = Decimal(repr(float(value))).normalize().as_tuple()
    digits, point = "".join(map(str, figures)), len(figures) + int(exponent)
    if not -6 < point <= 21:
        digits = digits[0] + "." * (len(digits) > 1) + digits[1:] + f"e{point - 1:+d}"
    elif point <= 0:
        digits = "0." + "0" * -point + digits
    elif point < len(digits):
        digits = digits[:point] + "." + digits[point:]
    else:
        digits += "0" * (point - len(digits))
    return "-" * (value < 0) + digits


def short(name: str, text: str) -> str:
    if len(text) > MAX_TEXT:
        raise SettingError(name, SAYS["long"], text, limit=MAX_TEXT)
    return text
