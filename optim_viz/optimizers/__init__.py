"""Every optimizer, one file each: a file here with an ``OPTIMIZER`` record is an entry. Ordered by year."""

import pkgutil
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

from optim_viz.spec import Optimizer

_found = [import_module(f"{__name__}.{module.name}").OPTIMIZER for module in pkgutil.iter_modules(__path__)]

OPTIMIZERS: Mapping[str, Optimizer] = MappingProxyType({o.key: o for o in sorted(_found, key=lambda o: (o.year, o.key))})
