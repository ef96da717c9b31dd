"""Measurements of the tool; not part of what is installed."""
