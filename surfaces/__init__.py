"""Every test surface, one file each: a file here with a ``SURFACE`` record is an entry. Two dimensions first, by name."""

import pkgutil
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

from optim_viz.spec import Surface

_found = [import_module(f"{__name__}.{module.name}").SURFACE for module in pkgutil.iter_modules(__path__)]

SURFACES: Mapping[str, Surface] = MappingProxyType({s.key: s for s in sorted(_found, key=lambda s: (-s.dim, s.key))})
