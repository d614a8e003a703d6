"""The pages by their addresses, in the order of the navigation, and how an address that is none of them is told."""

from collections.abc import Mapping
from types import MappingProxyType

from optim_viz.spec import N_
from optim_viz.ui.faults import RemarkError

TITLES: Mapping[str, str] = MappingProxyType(
    {"race": N_("Race"), "regression": N_("Regression"), "lessons": N_("Lessons"), "catalogue": N_("Catalogue")}
)
#: in a query: the address that was asked for and that is no page's; the first page is shown instead
NO_PAGE = "page"


def no_page(asked: str) -> RemarkError:
    """The fault of an address that is no page's."""
    what = N_("There is no page {asked}. The pages are {pages}; this is the first of them.")
    return RemarkError(NO_PAGE, what, asked, asked=asked, pages=tuple(TITLES.values()))
