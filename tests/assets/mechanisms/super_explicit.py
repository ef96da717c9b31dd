class A:
    def __init__(self): self.a = 1
    def f(self): return "A"
    @classmethod
    def make(cls): return cls()
class B(A):
    def __init__(self):
        super(B, self).__init__()
        A.f(self)
    def f(self): return super().f()
    @classmethod
    def make(cls):
        return super().make()
    def g(self):
        def inner():
            return super(B, self).f()
        return inner()
A.make().f()
B.make().f()
B().g()
getattr(super(B, B()), "f")()
