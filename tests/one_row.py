"""The race's settings with one row more in the table: what a contributor writes to add a setting."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from optim_viz.ui.race import settings

ROW = '        Field("dots", "dots", Whole(1, 9), 3, N_("number of dots"), "look"),\n'
BEFORE = "        AXIS,\n"


def with_one_row(folder: Path) -> ModuleType:
    source = Path(settings.__file__).read_text(encoding="utf-8")
    assert source.count(BEFORE) == 1 and "dots" not in source
    file = folder / "settings_with_dots.py"
    file.write_text(source.replace(BEFORE, ROW + BEFORE), encoding="utf-8")
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec and spec.loader
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)  # dataclasses look their module up by its name
    spec.loader.exec_module(module)
    return module
