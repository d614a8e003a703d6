"""The script that streamlit runs for every visitor: pages and menu. Not to be imported: it runs.

What stands on a page is the HTML of ``index.py``; streamlit joins it when the first picture is drawn, and brings the menu with
the choice of light and dark.
"""

from pathlib import Path

import streamlit as st

from optim_viz.ui import assets, foot, index
from optim_viz.ui.i18n import LANGUAGES, Messages, choose, messages
from optim_viz.ui.pages import FIRST, PAGES

HERE = Path(__file__).parent
PAGE = "page"
#: what streamlit gives a component, its data and who is told of changes, is handed on to ``page.js``, which is there already
SCRIPT = 'export default (component) => document.dispatchEvent(new CustomEvent("streamlit", { detail: component }));'


def texts() -> Messages:
    """The texts in the visitor's language: the one chosen on the page, else the link's, else the browser's."""
    chosen = st.session_state.get(PAGE, {}).get("language")
    return messages(chosen if chosen in LANGUAGES else choose(st.query_params.get("lang"), st.context.locale))


def main() -> None:
    _ = texts()
    about = "\n\n".join(
        [_("Optimizers on test surfaces, computed as PyTorch does. Free software, MIT license."), *foot.about(_)]
    )

    def place() -> None:
        component = st.components.v2.component("optim_viz_page", js=SCRIPT)
        component(key=PAGE, data={"language": _.language.code, "version": assets.version()}, on_language_change=lambda: None)

    # with an entry of our own there is a menu, and in it the choice of light and dark
    st.set_page_config(page_icon=HERE / "icon.svg", layout="wide", menu_items={"About": about})
    pages = [st.Page(place, title=index.title(page, _), url_path=page.key) for page in PAGES.values()]
    # a default page answers only under "/"; its own address needs an entry of its own
    home = st.Page(place, title=index.title(FIRST, _), default=True, url_path="home")
    st.navigation([home, *pages], position="hidden").run()


main()
