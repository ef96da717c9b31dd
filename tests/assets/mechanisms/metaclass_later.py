class Meta(type):
    def __new__(mcs, name, bases, members): return type.__new__(mcs, name, bases, members)
class Node(metaclass=Meta): pass
class Leaf(Node): pass
def refuse(*given, **named): raise TypeError("no further kinds")
Meta.__new__ = staticmethod(refuse)
try:
    class Late(Node): pass
except TypeError:
    pass
