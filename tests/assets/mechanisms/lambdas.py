def f(): pass
g = lambda: f()
g()
class C:
    handler = staticmethod(lambda x: f())
C.handler(1)
(lambda h: h())(f)
