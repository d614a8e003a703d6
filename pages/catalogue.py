"""The catalogue: every optimizer with its formulas, every surface, and how to choose."""

import streamlit as st

from optim_viz.ui.catalogue import content as catalogue
from optim_viz.ui.visitor import link_notes, page_query, texts


def body() -> None:
    _ = texts()
    record, notes = catalogue.asked(page_query())
    st.html(catalogue.STYLE)
    link_notes(notes)
    if record is None:
        st.html(catalogue.overview(_))
        return
    st.html(catalogue.portrait(record, _))
    st.html(catalogue.rule_head(record, _))
    formulas, source = st.columns([5, 6], gap="medium")
    formulas.latex(catalogue.formulas(record, _))
    formulas.markdown(catalogue.kept(record))
    source.code(catalogue.glassbox.source(record), language="python", wrap_lines=True)
    st.html(catalogue.defaults(record, _))


with st.container(key="catalogue"):
    body()
