"""The lessons' page."""
