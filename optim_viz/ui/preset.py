"""The record of a preset, on whichever page: a picture to begin with, and the sentences beside it, which it bears out."""

from dataclasses import dataclass

from optim_viz.claims import Picture


@dataclass(frozen=True)
class Preset:
    """A picture with its sentences.

    Args:
        group: the menu's heading under which it stands; "" where the menu has none.
        watch: what to watch; ``picture.shows`` is what it promises.
        then: what to try next; "" where that stands in ``watch``.
        picture: its query is a link's; what it leaves out takes its default.
        besides: other pictures that the sentences speak of, with what is said of them.
    """

    key: str
    group: str
    title: str
    watch: str
    then: str
    picture: Picture
    besides: tuple[Picture, ...] = ()

    @property
    def query(self) -> str:
        return self.picture.query
