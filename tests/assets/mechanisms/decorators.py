import functools
def trace(f):
    @functools.wraps(f)
    def wrapper(*args, **kwargs): return f(*args, **kwargs)
    return wrapper
def tag(name):
    def mark(f):
        f.tag = name
        return f
    return mark
@trace
def one(): return 1
@tag("x")
def two(): return one()
two()
