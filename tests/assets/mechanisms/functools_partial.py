from functools import partial, reduce, lru_cache, cached_property
def add(f, x): return f(x)
def inc(x): return x + 1
p = partial(add, inc)
p(2)
reduce(lambda a, b: inc(a), [1, 2, 3])
@lru_cache(maxsize=None)
def slow(x): return inc(x)
class C:
    @cached_property
    def value(self): return inc(1)
C().value
