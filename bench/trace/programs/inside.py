"""The namespace under study."""

import elsewhere


def once(count):
    """One call inside for `count` outside."""
    return elsewhere.walk(count)


def leaf(value):
    """A small call with a little work, inside."""
    return value * 3 % 1013


def loop(count):
    """`count` calls inside."""
    total = 0
    for each in range(count):
        total += leaf(each)
    return total


def prepared(count):
    """A value is made, then a long loop runs; the tap is on the value."""
    start = elsewhere.step(count)
    total = start
    for each in range(count):
        total = (total + each * each) % 1_000_003
    return total
