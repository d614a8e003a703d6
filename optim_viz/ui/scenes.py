"""Pictures that texts speak of, by the page that they stand on. A claim that names what is not there fails at import."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from urllib.parse import parse_qs

from optim_viz import OPTIMIZERS
from optim_viz.claims import Expression, Picture
from optim_viz.lessons import LESSONS
from optim_viz.ui.catalogue.choose import QUESTIONS
from optim_viz.ui.race.presets import PRESETS as RACES
from optim_viz.ui.race.scene import RaceScene
from optim_viz.ui.regression.presets import PRESETS as FITS
from optim_viz.ui.regression.scene import FitScene
from optim_viz.ui.scene import Quantity, Scene, said
from surfaces import SURFACES

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


def promises() -> Iterator[tuple[Picture, tuple[Expression, ...]]]:
    """Every picture with what is claimed of it."""
    for lesson in LESSONS.values():
        yield from ((picture, picture.shows) for picture in lesson.pictures.values())
        yield from ((lesson.pictures[step.picture], step.claims) for step in lesson.steps)
    pictures: list[Picture | None] = [p for surface in SURFACES.values() for p in surface.shows]
    pictures += [p for optimizer in OPTIMIZERS.values() for p in optimizer.shows]
    pictures += [p for preset in (*RACES.values(), *FITS.values()) for p in (preset.picture, *preset.besides)]
    pictures += [p for question in QUESTIONS for claim in question.claims for p in (claim.picture, *claim.besides)]
    yield from ((picture, picture.shows) for picture in pictures if picture)


for _picture, _claims in promises():
    SCENES[_picture.page].check(_picture.query, _claims)
