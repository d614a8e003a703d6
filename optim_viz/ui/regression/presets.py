"""The regression lab's presets, from ``presets.toml``."""

from pathlib import Path

from optim_viz.ui.preset import read

_groups, PRESETS = read(Path(__file__).with_suffix(".toml"))
