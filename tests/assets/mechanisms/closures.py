def outer(n):
    def inner(): return helper(n)
    return inner
def helper(n): return n
def counter():
    step = None
    def set_step(f):
        nonlocal step
        step = f
    set_step(helper)
    return step(1)
outer(3)()
counter()
