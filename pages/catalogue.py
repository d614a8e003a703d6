"""The catalogue: every optimizer with its formulas, what may stand around one, every surface, and how to choose."""

import streamlit as st

from optim_viz.ui.catalogue import around
from optim_viz.ui.catalogue import content as catalogue
from optim_viz.ui.visitor import link_notes, page_query, texts


def typeset(latex: str, source: str, beside: str = "") -> None:
    """A formula, and its source beside it."""
    formulas, code = st.columns([5, 6], gap="medium")
    formulas.latex(latex)
    if beside:
        formulas.markdown(beside)
    code.code(source, language="python", wrap_lines=True)


def body() -> None:
    _ = texts()
    found, notes = catalogue.asked(page_query())
    st.html(catalogue.STYLE)
    link_notes(notes)
    if found is None:
        st.html(catalogue.overview(_))
    elif isinstance(found, around.Stage):
        st.html(around.portrait(found, _))
        for block in around.blocks(found, _):
            st.html(block.html)
            typeset(block.latex, block.source)
    else:
        st.html(catalogue.portrait(found, _))
        st.html(catalogue.rule_head(found, _))
        typeset(catalogue.formulas(found, _), catalogue.glassbox.source(found), catalogue.kept(found))
        st.html(catalogue.defaults(found, _))


with st.container(key="catalogue"):
    body()
