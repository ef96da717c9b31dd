from contextlib import contextmanager
class Lock:
    def __enter__(self): return self.inner()
    def __exit__(self, *exc): return False
    def inner(self): return self
    def held(self): pass
with Lock() as lock: lock.held()
