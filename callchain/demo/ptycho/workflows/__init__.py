"""Whole runs, put together from the other modules."""
