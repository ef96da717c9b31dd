class Step:
    def __call__(self, x): return self.inner(x)
    def inner(self, x): return x
steps = [Step(), Step()]
for step in steps: step(1)
list(map(Step(), [1]))
