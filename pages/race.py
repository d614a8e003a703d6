"""The race: several optimizers from one start on one surface."""

from datetime import timedelta

import streamlit as st

from optim_viz.ui import player, race, settings
from optim_viz.ui.visitor import link_notes, page_query, texts

PLAYER, KEPT = "race", "race_query"


# run_every is for its side effect: only for a page that runs by itself does streamlit ask a restarted server to run it again
@st.fragment(run_every=timedelta(days=1))
def body() -> None:
    # the player knows best; while it has said nothing, what this session last had on this page; else the link
    message = player.last_message(PLAYER)
    query = message.query or st.session_state.get(KEPT) or page_query()
    st.session_state[KEPT] = query
    chosen, notes = settings.read(query)
    link_notes(notes)
    now = player.show(PLAYER, race.payload(chosen, message, texts()))
    if now.query and now != message:  # a restarted server learns the browser's settings only when it mounts the player
        st.session_state[KEPT] = now.query
        st.rerun()


body()
