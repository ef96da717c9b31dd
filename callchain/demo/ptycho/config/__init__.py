"""Typed configuration and its bridge to the global parameters."""
