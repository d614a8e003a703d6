"""Pictures that lessons speak of, by the page that they stand on."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from urllib.parse import parse_qs

from optim_viz.ui.scenes.base import Quantity, Scene, said
from optim_viz.ui.scenes.race import RaceScene
from optim_viz.ui.scenes.regression import FitScene

__all__ = ["SCENES", "Quantity", "Scene", "said", "scene"]

SCENES: Mapping[str, type[Scene]] = MappingProxyType({kind.page: kind for kind in (RaceScene, FitScene)})


@lru_cache(maxsize=512)
def scene(page: str, query: str) -> Scene:
    """The picture of a link, with what has been computed of it.

    Raises:
        ValueError: not all of the link can be used.
    """
    found = SCENES[page](parse_qs(query, keep_blank_values=True))
    if found.notes:
        raise ValueError(f"{query}: {[str(note) for note in found.notes]}")
    return found
