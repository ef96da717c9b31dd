from operator import attrgetter, methodcaller
class C:
    @property
    def name(self): return "c"
    def go(self, n): return n
attrgetter("name")(C())
methodcaller("go", 3)(C())
