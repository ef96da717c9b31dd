class Inner:
    def work(self): pass
class Adapter:
    def __init__(self, inner): self._inner = inner
    def __getattr__(self, name): return getattr(self._inner, name)
Adapter(Inner()).anything_else if False else None
a = Adapter(Inner())
a.work
