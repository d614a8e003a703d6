"""The race's presets, from ``presets.toml``."""

from pathlib import Path

from optim_viz.ui.preset import read

GROUPS, PRESETS = read(Path(__file__).with_suffix(".toml"))
