"""Renderers of a package, one file each."""
