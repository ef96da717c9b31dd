class A:
    def a(self): pass
class B:
    def b(self): pass
def use(x):
    if isinstance(x, A): x.a()
    elif isinstance(x, B): x.b()
use(A())
use(B())
