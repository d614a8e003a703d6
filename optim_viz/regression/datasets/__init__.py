"""Every data set, one file each: a file here with a ``DATASET`` record is an entry. Those with numbers first, then classes."""

import pkgutil
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

from optim_viz.regression.spec import TASKS, Dataset

_found = [import_module(f"{__name__}.{module.name}").DATASET for module in pkgutil.iter_modules(__path__)]
_ORDER = ("five_points", "noisy_line")  # the simplest stand first

DATASETS: Mapping[str, Dataset] = MappingProxyType(
    {d.key: d for d in sorted(_found, key=lambda d: (TASKS.index(d.task), d.key not in _ORDER, d.key))}
)
