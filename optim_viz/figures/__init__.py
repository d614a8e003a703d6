"""Results -> plotly figures. Pure: no streamlit, no translation; what a figure says in words its caller adds."""
