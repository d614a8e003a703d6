"""Every model, one file each: a file here with a ``MODEL`` record is an entry. Those linear in theta first."""

import pkgutil
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

from optim_viz.regression.spec import Model

_found = [import_module(f"{__name__}.{module.name}").MODEL for module in pkgutil.iter_modules(__path__)]

MODELS: Mapping[str, Model] = MappingProxyType({m.key: m for m in sorted(_found, key=lambda m: (not m.is_linear, m.key))})
