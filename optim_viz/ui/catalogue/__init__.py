"""The catalogue's page."""
