"""The pages. Navigation, addresses, heads, answers, what lessons and claims can show, and warm-up derive from these records.

A page of the key ``race`` has a folder ``ui/race/``, and its own scripts and styles in ``ui/components/race/``. What a record
names in its folder, ``"answer:csv_answer"``, is looked up by those who need it: so whatever reads of the pages, their own
settings too, loads none of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pkgutil import resolve_name
from types import MappingProxyType
from typing import Any

from optim_viz.spec import N_
from optim_viz.ui.faults import SAYS, RemarkError


@dataclass(frozen=True)
class Pictures:
    """That links to a page are pictures which lessons, presets and claims speak of.

    Args:
        scene: the class of a picture that is asked, ``ui/scene.py``.
        presets: the page's own examples.
        open: what a link says that leads to it from a lesson.
        see, see_more: from a claim, to its own picture and to another.
    """

    scene: str
    presets: str
    open: str
    see: str
    see_more: str


@dataclass(frozen=True)
class Page:
    """One page.

    Args:
        key: its address, and the name of its folders.
        title: in the navigation.
        answers: who answers its player, by the last part of the address where that asks; its own key first.
        told: what its player is told once, see ``ui/told.py``: of the reader's texts, perhaps of one piece of it by its key.
        uses: folders of ``components/`` that its player needs besides its own.
        pictures: None where nothing speaks of its links.
        beside: whether players of other pages stand on it, those that have pictures.
        own_data: whether its questions may hold data of one's own.
        warm: what it does before anyone asks, besides answering its first question.
        text: of one without a player: who writes what stands on it, as HTML.
    """

    key: str
    title: str
    answers: Mapping[str, str] = field(default_factory=dict)
    told: str = ""
    uses: tuple[str, ...] = ()
    pictures: Pictures | None = None
    beside: bool = False
    own_data: bool = False
    warm: str = ""
    text: str = ""

    def find(self, name: str) -> Any:
        """What has this name in the page's folder."""
        return resolve_name(f"optim_viz.ui.{self.key}.{name}")

    @property
    def folders(self) -> tuple[str, ...]:
        """Of ``components/``, what stands on it, its own player first; nothing where it has no player."""
        others = [name for key in (PICTURES if self.beside else ()) for name in PAGES[key].folders]
        return tuple(dict.fromkeys([*([] if self.text else [self.key]), *others, *self.uses]))


_ALL = (
    Page(
        "race", N_("Race"),
        told="choices:told",
        uses=("engine",),
        pictures=Pictures(
            "scene:RaceScene", "presets:PRESETS",
            open=N_("Open in the race page"), see=N_("See this race"), see_more=N_("See another race"),
        ),
    ),
    Page(
        "regression", N_("Regression"),
        answers={
            "regression": "answer:answer", "given": "given:answer", "noise": "answer:noise_answer", "csv": "answer:csv_answer",
            "rows": "rows:answer",
        },
        uses=("engine",),
        own_data=True,
        pictures=Pictures(
            "scene:FitScene", "presets:PRESETS",
            open=N_("Open in the regression lab"), see=N_("See it in the regression lab"),
            see_more=N_("See more in the regression lab"),
        ),
    ),
    Page("lessons", N_("Lessons"), told="course:texts", answers={"lessons": "course:answer"}, beside=True, warm="course:warm"),
    Page("catalogue", N_("Catalogue"), text="content:page", uses=("catalogue",)),
    Page("symbols", N_("Symbols"), text="content:page", uses=("catalogue",)),
)  # fmt: skip

#: by key, in the order of the navigation; the first one is shown at the address without a path, too
PAGES: Mapping[str, Page] = MappingProxyType({page.key: page for page in _ALL})
FIRST = _ALL[0]
PICTURES: Mapping[str, Pictures] = MappingProxyType({page.key: page.pictures for page in _ALL if page.pictures})
#: in a query: the address that was asked for and that is no page's; the first page is shown instead
NO_PAGE = "page"


def no_page(asked: str) -> RemarkError:
    """The fault of an address that is no page's."""
    return RemarkError(NO_PAGE, SAYS["page"], asked, asked=asked, pages=tuple(page.title for page in PAGES.values()))
