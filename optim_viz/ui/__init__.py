"""All that knows streamlit: the shell, the settings in the link, the languages, the components in the browser."""
