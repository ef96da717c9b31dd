from functools import cached_property, lru_cache, cache
class Model:
    @cached_property
    def layer(self): return Layer()
    @property
    def width(self): return Layer().size()
    @width.setter
    def width(self, value): self.note(value)
    @width.deleter
    def width(self): self.note(None)
    def note(self, value): return None
    @lru_cache(maxsize=None)
    def memo(self, key): return Layer()
class Layer:
    def size(self): return 1
@cache
def table(): return Layer()
model = Model()
model.layer.size()
model.width
model.width = 3
del model.width
model.memo(1).size()
table().size()
