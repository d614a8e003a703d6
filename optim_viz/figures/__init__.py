"""Results -> pictures: SVG for pages, thumbnails for menus, and for notebooks plotly figures that tell what a pointer is on.

>>> import optim_viz
>>> from optim_viz import figures
>>> figure = figures.race(*(optim_viz.run(key, "rosenbrock", steps=200) for key in ("gd", "adam")))
>>> [trace.name for trace in figure.data][-2:]
['GD', 'Adam']

No streamlit, no translation.
"""

from typing import TYPE_CHECKING

from optim_viz.engine import Run
from optim_viz.regression.fit import Fit

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


def race(*runs: Run) -> "Figure":
    """Runs on one surface: its contours or its curve, every minimum, and the path of each run up to its last finite row.

    Raises:
        SettingError: there is no run, or they are on several surfaces.
    """
    from optim_viz.figures import notebook  # only who asks for a figure needs plotly

    return notebook.race(runs)


def fit(*fits: Fit) -> "Figure":
    """Fits of one problem: the loss over the weights, or over the plane of the first one's path, and each one's first seed.

    Raises:
        SettingError: there is no fit, or they are of several problems.
    """
    from optim_viz.figures import notebook

    return notebook.fit(fits)
