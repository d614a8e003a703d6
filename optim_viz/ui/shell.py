"""The script that streamlit runs for every visitor: navigation, language, page. Not to be imported: it runs."""

from pathlib import Path

import streamlit as st

from optim_viz.ui import assets
from optim_viz.ui.i18n import LANGUAGES
from optim_viz.ui.visitor import LANGUAGE, texts

HERE = Path(__file__).parent
PAGES = HERE.parents[1] / "pages"


def main() -> None:
    _ = texts()
    st.set_page_config(page_title=_("How optimizers move"), page_icon=HERE / "icon.svg", layout="wide")
    race = PAGES / "race.py"
    pages = [
        # a default page answers only under "/"; /race needs an entry of its own
        st.Page(race, title=_("Race"), default=True, url_path="home", visibility="hidden"),
        st.Page(race, title=_("Race"), url_path="race"),
    ]
    page = st.navigation(pages, position="top")
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"##### {_('How optimizers move')}")
        st.segmented_control(
            _("Language"), list(LANGUAGES), key=LANGUAGE, format_func=lambda code: LANGUAGES[code].name,
            label_visibility="collapsed", required=True,
        )  # fmt: skip
    declare = st.components.v2.component("optim_viz_language", js=assets.module("page/language.js"))
    declare(key="declared_language", data=_.language.tag)
    page.run()


main()
