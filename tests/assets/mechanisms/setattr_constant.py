class Box: pass
def f(): return 1
def g(): return 2
box = Box()
setattr(box, "run", f)
box.run()
for name, function in (("one", g),):
    setattr(Box, name, staticmethod(function))
Box.one()
Box().one()
class Proxy:
    def __setattr__(self, name, value):
        object.__setattr__(self, name, check(value))
    def __delattr__(self, name):
        object.__delattr__(self, name)
def check(value): return value
p = Proxy()
p.x = f
p.x()
del p.x
box.__dict__["late"] = g
vars(box)["later"] = g
