class Meta(type):
    def __new__(mcs, name, bases, ns): return super().__new__(mcs, name, bases, ns)
    def __init__(cls, name, bases, ns): cls.setup()
    def setup(cls): pass
class Base(metaclass=Meta): pass
class Plugin:
    def __init_subclass__(cls, **kw): register(cls)
def register(cls): pass
class One(Plugin): pass
