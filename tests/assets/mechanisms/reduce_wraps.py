import functools
def add(a, b): return a.plus(b)
class N:
    def plus(self, other): return self
functools.reduce(add, [N(), N()])
functools.reduce(lambda a, b: a.plus(b), [N()], N())
def logged(function):
    @functools.wraps(function)
    def inner(*args, **kwargs):
        return function(*args, **kwargs)
    return inner
@logged
def job(n): return n.plus(n)
job(N())
job.__wrapped__(N())
class Timed:
    def __init__(self, function):
        functools.update_wrapper(self, function)
        self.function = function
    def __call__(self, *args): return self.function(*args)
@Timed
def task(n): return n.plus(n)
task(N())
sorted([N(), N()], key=functools.cmp_to_key(lambda a, b: 0))
