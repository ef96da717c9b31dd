"""Launching runs under limits and reading what their processes recorded."""
