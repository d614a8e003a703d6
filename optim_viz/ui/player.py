"""The player's place on a page: Python mounts it and says where to ask; all else is between the browser and ``answers``."""

import streamlit as st

from optim_viz.ui import answers, assets, told
from optim_viz.ui.i18n import Language
from optim_viz.ui.pages import PAGES


def show(page: str, language: Language) -> None:
    """Mount the player of a page, ``components/<page>/main.js``.

    It reads its settings from the address, which it keeps current, and asks for every picture: the engine beside it, or
    ``/answers/<page>``.
    """
    # the style sheets decide how large the picture is: it is drawn when they are there; the page's own has the last word
    styles = assets.files(["page", "player", *reversed(PAGES[page].folders)], "*.css")
    component = st.components.v2.component(
        f"optim_viz_{page}", js=assets.module(f"{page}/main.js"), isolate_styles=False
    )  # fmt: skip
    component(
        key=page,
        data={
            "page": page,
            "language": language.code,
            "answers": answers.url(""),
            "told": told.urls(),
            "styles": styles,
        },
    )
