"""Stands for the libraries of a program: nothing here belongs to the namespace under study."""


def step(value):
    """A small call with a little work."""
    return value * 3 % 1013


def walk(count):
    """`count` calls outside the namespace."""
    total = 0
    for each in range(count):
        total += step(each)
    return total
