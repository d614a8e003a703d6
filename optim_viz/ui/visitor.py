"""What is known of the visitor: the language, and the link that opened the page."""

import re

import streamlit as st

from optim_viz.ui.faults import NOT_USED, Notes, brief, told_all
from optim_viz.ui.i18n import LANGUAGES, Messages, choose, messages

LANGUAGE = "language"


def first_language() -> str:
    """The code of the language that the page opens in: the link's, else the browser's."""
    return choose(st.query_params.get("lang"), st.context.locale)


def texts() -> Messages:
    """The texts in the visitor's language: the one chosen on the page, else the first."""
    chosen = st.session_state.get(LANGUAGE)
    return messages(chosen if chosen in LANGUAGES else first_language())


def page_query() -> dict[str, list[str]]:
    """The query of the link that opened the page, every name with all its values."""
    return {name: st.query_params.get_all(name) for name in st.query_params}


def link_notes(notes: Notes) -> None:
    """Say what of a link could not be used, and why."""
    if notes:
        _ = texts()
        lines = [f"- {line}" for line in told_all(_, notes, literally)]
        st.warning("\n".join([_(NOT_USED), *lines]), icon=":material/link_off:")


def literally(text: str) -> str:
    """Text from a link, which anyone may have written, as code: markdown in it is shown and makes no link or picture."""
    line = brief(text)
    fence = "`" * (1 + max(map(len, re.findall("`+", line)), default=0))
    return f"{fence} {line} {fence}"
