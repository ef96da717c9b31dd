class Writer:
    def write(self): return 1
class Base:
    writer_class = Writer
    handlers = {}
    helper = staticmethod(lambda: 5)
    def make(self): return self.writer_class()
    def emit(self):
        self.make().write()
        self.helper()
class Loud(Writer):
    def write(self): return 2
class Derived(Base):
    writer_class = Loud
def on(): return 3
Base.handlers["on"] = on
Base().emit()
Derived().emit()
Derived.handlers["on"]()
Base.extra = on
Base.extra()
