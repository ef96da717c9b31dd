class Field:
    def __set_name__(self, owner, name): self.name = name
    def __get__(self, obj, owner=None): return self.read(obj)
    def __set__(self, obj, value): obj.__dict__[self.name] = value
    def read(self, obj): return 1
class Model:
    size = Field()
m = Model()
m.size = 3
m.size
