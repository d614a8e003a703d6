"""What every picture of a surface shares: its colours, how its values are told apart, and one value of it at once."""

import numpy as np

from optim_viz.spec import Surface

#: From the valley up, perceptually even and low in saturation, so that only the paths are colourful.
SCALES = {
    "light": ["#ffffff", "#e9edf3", "#d3dbe6", "#bdc9d9", "#a8b7cc"],
    "dark": ["#11151c", "#1c232e", "#283241", "#344155", "#40516a"],
}


def height(values: np.ndarray, surface: Surface) -> np.ndarray:
    """What a contour's colour shows: the value, or on a surface of many scales the logarithm of the rise above its floor."""
    if surface.levels == "linear":
        return values
    # beyond its domain a surface may lie lower than its minimum
    return logarithm(values, values.min() if surface.minimum is None else min(surface.minimum, values.min()))


def logarithm(values: np.ndarray, floor: float) -> np.ndarray:
    """Of the rise above a floor, which itself is as low as a thousandth of what nine tenths lie below."""
    rise = values - floor
    return np.log10(rise + (1e-3 * float(np.percentile(rise, 90)) or 1.0))


def plain_value(surface: Surface, *theta: float) -> float:
    """The surface at one point, by the plain formula: small pictures do not wait until kernels are compiled."""
    try:
        return surface.formula(*theta, *surface.coefficients)
    except OverflowError:
        return float(np.finfo(np.float64).max)
