"""Pictures that texts speak of, by the page that they stand on. A claim that names what is not there fails at import."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from urllib.parse import parse_qs

from optim_viz import OPTIMIZERS
from optim_viz.claims import Expression, Picture
from optim_viz.lessons import LESSONS
from optim_viz.schedules import SCHEDULES
from optim_viz.stages import STAGES
from optim_viz.ui.catalogue.choose import QUESTIONS
from optim_viz.ui.pages import PAGES, PICTURES
from optim_viz.ui.scene import Quantity, Scene, said
from surfaces import SURFACES

__all__ = ["SCENES", "Quantity", "Scene", "said", "scene"]

SCENES: Mapping[str, type[Scene]] = MappingProxyType({key: PAGES[key].find(PICTURES[key].scene) for key in PICTURES})


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


def pictures() -> Iterator[tuple[str, Picture]]:
    """Every picture that a text speaks of, with where that stands."""
    for lesson in LESSONS.values():
        yield from ((f"{lesson.key} {key}", picture) for key, picture in lesson.pictures.items())
    told: list[tuple[str, Sequence[Picture | None]]] = [(f"surface {key}", record.shows) for key, record in SURFACES.items()]
    told += [(f"optimizer {key}", record.shows) for key, record in OPTIMIZERS.items()]
    told += [(f"stage {key}", (stage.shows,)) for key, stage in STAGES.items()]
    told += [(f"schedule {key}", (kind.picture,)) for key, kind in SCHEDULES.items()]
    for page, on in PICTURES.items():
        presets = PAGES[page].find(on.presets)
        told += [(f"{page} {key}", (preset.picture, *preset.besides)) for key, preset in presets.items()]
    told += [(f"choose {claim.key}", (claim.picture, *claim.besides)) for question in QUESTIONS for claim in question.claims]
    for where, shown in told:
        yield from ((f"{where} {k}", picture) for k, picture in enumerate(shown) if picture)


def _check(where: str, picture: Picture, claims: Sequence[Expression]) -> None:
    if picture.page not in SCENES:
        raise ValueError(f"{where}: no page {picture.page!r} has pictures")
    SCENES[picture.page].check(picture.query, claims)


for _where, _picture in pictures():
    _check(_where, _picture, _picture.shows)
for _lesson in LESSONS.values():
    for _step in _lesson.steps:
        _check(f"{_lesson.key} {_step.key}", _lesson.pictures[_step.picture], _step.claims)
