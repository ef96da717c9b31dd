class A:
    def go(self): return self
def make(): return A()
def pick(flag): return make() if flag else A()
pick(True).go().go()
