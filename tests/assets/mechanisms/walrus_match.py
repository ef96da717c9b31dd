class A:
    x = 1
    def go(self): pass
def get(): return A()
if (a := get()): a.go()
match get():
    case A() as b: b.go()
