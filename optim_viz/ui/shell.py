"""The script that streamlit runs for every visitor: navigation, language, page. Not to be imported: it runs."""

from pathlib import Path

import streamlit as st

from optim_viz.ui import assets
from optim_viz.ui.foot import foot
from optim_viz.ui.i18n import LANGUAGES
from optim_viz.ui.pages import FIRST, PAGES
from optim_viz.ui.visitor import LANGUAGE, first_language, texts

HERE = Path(__file__).parent
SCRIPTS = HERE.parents[1] / "pages"


def main() -> None:
    _ = texts()
    about = _("Optimizers on test surfaces, computed as PyTorch does. Free software, MIT license.")
    # with an entry of our own there is a menu, and in it the choice of light and dark
    st.set_page_config(
        page_title=_("How optimizers move"), page_icon=HERE / "icon.svg", layout="wide", menu_items={"About": about}
    )
    pages = [st.Page(SCRIPTS / f"{page.key}.py", title=_(page.title), url_path=page.key) for page in PAGES.values()]
    # a default page answers only under "/"; its own address needs an entry of its own
    home = st.Page(SCRIPTS / f"{FIRST.key}.py", title=_(FIRST.title), default=True, url_path="home", visibility="hidden")
    page = st.navigation([home, *pages], position="top")
    with st.container(key="name"):
        st.title(_("How optimizers move"), anchor=False)
    with st.container(key="choose_language"):
        language = st.segmented_control(
            _("Language"), list(LANGUAGES), default=first_language(), key=LANGUAGE, required=True,
            format_func=lambda code: LANGUAGES[code].name, label_visibility="collapsed",
        )  # fmt: skip
    if language != _.language.code:  # a restarted server learns what was chosen in the browser only here
        st.rerun()
    whole = st.components.v2.component("optim_viz_page", js=assets.module("page/page.js"))
    whole(key="page_as_a_whole", data={"language": _.language.tag, "style": assets.url("page/page.css")})
    page.run()
    with st.container(key="foot"):
        st.html(foot(_))


main()
