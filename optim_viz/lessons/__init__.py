"""Every lesson of the course, one folder each: a folder here with a ``lesson.toml`` is a lesson. In their order."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from optim_viz.lessons.record import Lesson, read_folder

_found = [read_folder(file.parent) for file in Path(__file__).parent.glob("*/lesson.toml")]

LESSONS: Mapping[str, Lesson] = MappingProxyType({x.key: x for x in sorted(_found, key=lambda x: (x.order, x.key))})
