"""Small general-purpose decorators."""

import functools


def memoize(function):
    """Remember the results of a function of hashable arguments for the life of the process."""
    results = {}

    @functools.wraps(function)
    def remembered(*args, **kwargs):
        key = (args, tuple(sorted(kwargs.items())))
        if key not in results:
            results[key] = function(*args, **kwargs)
        return results[key]

    return remembered
