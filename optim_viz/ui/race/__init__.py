"""The race's page."""
