"""Decorators that are used with brackets and without, in two layers too: each class stays what it is."""

from functools import partial, wraps


def marked(thing=None, *, name=""):
    def mark(thing):
        thing.name = name
        return thing

    if thing is None:
        return mark
    return mark(thing)


def titled(thing=None, *, name=""):
    if thing is None:
        return partial(_title, name=name)
    else:
        return _title(thing, name=name)


def _title(thing, name):
    thing.title = name
    return thing


def counted(function=None, *, step=1):
    def decorate(function):
        @wraps(function)
        def counting(*arguments):
            return function(*arguments) + step

        return counting

    return decorate(function) if function is not None else decorate


def layered(thing=None, **more):
    if not thing:
        return marked(**more)
    return marked(thing, **more)


@marked
class Plain:
    def __init__(self):
        self.kind = "plain"


@marked(name="n")
class Named:
    def __init__(self):
        self.kind = "named"


@titled
class Short:
    def __init__(self):
        self.kind = "short"


@titled(name="t")
class Long:
    def __init__(self):
        self.kind = "long"


@layered
class Deep:
    def __init__(self):
        self.kind = "deep"


@layered(name="l")
class Deeper:
    def __init__(self):
        self.kind = "deeper"


@counted
def one():
    return 1


@counted(step=2)
def two():
    return 2


def plain():
    return Plain()


def short():
    return Short()


def deep():
    return Deep()


def main():
    plain()
    Named()
    short()
    Long()
    deep()
    Deeper()
    one()
    two()


main()
