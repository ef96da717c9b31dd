class Registry:
    shared = None
    def __init__(self): self.items = []
    def add(self, item): self.items.append(item)
    @classmethod
    def instance(cls):
        if cls.shared is None:
            cls.shared = cls()
        return cls.shared
class Service:
    _one = None
    def __new__(cls, *args):
        if cls._one is None:
            cls._one = super().__new__(cls)
        return cls._one
    def run(self): return 1
registry = Registry()
def use():
    registry.add(1)
    Registry.instance().add(2)
    Service().run()
use()
