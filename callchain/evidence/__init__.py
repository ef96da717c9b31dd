"""Joining what was read with what ran; the package on disk."""
