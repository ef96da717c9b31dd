"""callchain: questions of a Python code base, answered with evidence."""

from callchain._version import __version__

__all__ = ["__version__"]
