class A:
    def go(self): return 1
class B:
    def go(self): return 2
def two(): return A(), B()
def main():
    one, other = two()
    one.go()
    other.go()
    first, *rest = [A(), B(), B()]
    first.go()
    rest[0].go()
    (left, right), last = (A(), B()), A()
    left.go(); right.go(); last.go()
    for index, (name, thing) in enumerate({"a": A()}.items()):
        thing.go()
    for x, y in zip([A()], [B()]):
        x.go()
        y.go()
    a, b = b, a = B(), A()
    a.go()
main()
