"""What is known of the visitor: the language, and the link that opened the page."""

import streamlit as st

from optim_viz.ui.i18n import LANGUAGES, Messages, choose, messages
from optim_viz.ui.settings import Notes

LANGUAGE = "language"


def texts() -> Messages:
    """The texts in the visitor's language: the one chosen on the page, else by the link, else the browser's."""
    if st.session_state.get(LANGUAGE) not in LANGUAGES:
        st.session_state[LANGUAGE] = choose(st.query_params.get("lang"), st.context.locale)
    return messages(st.session_state[LANGUAGE])


def page_query() -> dict[str, list[str]]:
    """The query of the link that opened the page, every name with all its values."""
    return {name: st.query_params.get_all(name) for name in st.query_params}


def link_notes(notes: Notes) -> None:
    """Say what of a link could not be used, and why."""
    if notes:
        _ = texts()
        lines = [_("Not all of this link could be used. The defaults stand in for:"), *(f"- {_.error(n)}" for n in notes)]
        st.warning("\n".join(lines), icon=":material/link_off:")
