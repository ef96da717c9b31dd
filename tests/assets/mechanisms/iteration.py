class Numbers:
    def __init__(self): self.n = 0
    def __iter__(self): return self
    def __next__(self):
        self.n += 1
        if self.n > 2: raise StopIteration
        return Number()
class Number:
    def show(self): pass
for n in Numbers(): n.show()
def numbers():
    yield Number()
    yield from more()
def more():
    yield Number()
for n in numbers(): n.show()
next(numbers()).show()
