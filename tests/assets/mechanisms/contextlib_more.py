import contextlib
class Part:
    def __enter__(self): return self
    def __exit__(self, *exc): return None
    def use(self): return 1
    def close(self): return None
class Guard(contextlib.ContextDecorator):
    def __enter__(self): return self
    def __exit__(self, *exc): return None
@Guard()
def guarded(): return 1
@contextlib.contextmanager
def part(n):
    with Part() as held:
        yield held
def cleanup(n): return n
def main():
    with contextlib.ExitStack() as stack:
        one = stack.enter_context(Part())
        one.use()
        two = stack.enter_context(part(1))
        two.use()
        stack.callback(cleanup, 1)
    with part(1) as a, Part() as b:
        a.use()
        b.use()
    with contextlib.closing(Part()) as c:
        c.use()
    with contextlib.suppress(ValueError), contextlib.nullcontext(Part()) as d:
        d.use()
    guarded()
main()
