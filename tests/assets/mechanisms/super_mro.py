class A:
    def __init__(self): self.hook()
    def hook(self): pass
class B(A):
    def __init__(self): super().__init__()
class C(A):
    def hook(self): super().hook()
class D(B, C):
    def __init__(self):
        super().__init__()
D()
