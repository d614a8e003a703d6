"""Which version it is, and what becomes of what a visitor does here: below pages that are texts, and in the menu of each."""

from html import escape

from optim_viz import __version__
from optim_viz.spec import N_
from optim_viz.ui.i18n import Messages

SUMMARY = N_("Privacy: nothing is kept, nothing leaves")
#: each sentence is a promise; the tests that show it are named in ``docs/asvs.toml``, V8
PRIVACY = (
    N_(
        "What you set stands in the address of the page and nowhere else. The server computes pictures from it and keeps "
        "nothing: no account, no cookie that knows you, no record of who asks, or what."
    ),
    N_(
        "Data of your own go to this server, which holds them in its memory until others need the place and never writes them "
        "down. How far you are in the lessons only your browser knows."
    ),
    N_("Nothing is asked of any other server: no counter, no fonts or scripts from elsewhere."),
)


def about(_: Messages) -> list[str]:
    """Its paragraphs: the version, what the rest is about, the rest."""
    return [_("How optimizers move, version {version}", version=__version__), _(SUMMARY), *map(_, PRIVACY)]


def foot(_: Messages) -> str:
    """As HTML."""
    version, summary, *privacy = (escape(text) for text in about(_))
    words = "".join(f"<p data-text>{text}</p>" for text in privacy)
    return f"<footer><span data-text>{version}</span><details><summary data-text>{summary}</summary>{words}</details></footer>"
