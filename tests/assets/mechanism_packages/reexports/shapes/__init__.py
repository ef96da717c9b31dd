from .square import Square, area
from . import round as round
from .inner import work as helper
__all__ = ["Square", "area", "helper"]
def __getattr__(name):
    if name == "lazy_name":
        from .inner import lazy
        return lazy
    raise AttributeError(name)
