"""Symbols and terms in all languages of the app."""

import streamlit as st

from optim_viz.ui.symbols import content as symbols
from optim_viz.ui.visitor import texts

with st.container(key="symbols"):
    st.html(symbols.STYLE)
    st.html(symbols.sheet(texts()))
